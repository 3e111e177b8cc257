import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Note, noteSpec } from '../contract/note.ts';
import type { CollectionSpec, IndexValue, PageQuery } from '../port.ts';
import { compareIndexValues } from '../position.ts';
import { positionText, spanOf } from './ordered-text.ts';

const spec: CollectionSpec<Note> = noteSpec;
const value: fc.Arbitrary<IndexValue> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -3, max: 3 }),
  // Close to what is escaped, and to each other.
  fc.string({
    unit: fc.constantFrom('\u0000', '\u0001', '\u0002', '\u0003', 'a', 'b', '\uffff', '\u{1f600}'),
    maxLength: 4,
  }),
);
const key = fc.string({ unit: fc.constantFrom('\u0000', '\u0001', '\u0002', '!', 'a', '~'), maxLength: 3 });

describe('the text of a position', () => {
  it('orders as the values do, the first that differ deciding, then the key', () => {
    const position = fc.tuple(value, value, key);
    fc.assert(
      fc.property(position, position, (left, right) => {
        const differing = [0, 1, 2].find((part) => compareIndexValues(left[part] ?? null, right[part] ?? null) !== 0);
        const expected =
          differing === undefined ? 0 : compareIndexValues(left[differing] ?? null, right[differing] ?? null);
        expect(Math.sign(compareBytes(textOf(left), textOf(right)))).toBe(Math.sign(expected));
      }),
      { numRuns: 20_000, seed: 1 },
    );
  });

  it('has no U+0000 but in the key', () => {
    expect(textOf(['\u0000', 'a\u0000\u0001\u0002', 'k'])).not.toContain('\u0000');
  });
});

describe('the span of a query', () => {
  it('holds the positions that the query selects, and no others', () => {
    const bound = fc.option(value, { nil: undefined });
    const query = fc
      .record({ prefix: fc.array(value, { maxLength: 1 }), gte: bound, gt: bound, lte: bound, lt: bound })
      .chain(({ prefix, ...range }) =>
        fc.record({
          index: fc.constant('byTenant'),
          prefix: fc.constant(prefix),
          range: fc.constant(Object.fromEntries(Object.entries(range).filter(([, limit]) => limit !== undefined))),
          after: fc.option(fc.tuple(value, value, key), { nil: undefined }),
          order: fc.constantFrom<'asc' | 'desc'>('asc', 'desc'),
        }),
      );
    let selected = 0;
    fc.assert(
      fc.property(query, fc.array(fc.tuple(value, value, key), { maxLength: 8 }), ({ after, ...rest }, positions) => {
        const asked = { ...rest, ...(after !== undefined && { after }) };
        for (const position of [...positions, ...(after === undefined ? [] : [after])]) {
          const isSelected = selects(asked, position);
          expect(holds(asked, position)).toBe(isSelected);
          if (isSelected) selected += 1;
        }
      }),
      { numRuns: 15_000, seed: 1 },
    );
    expect(selected).toBeGreaterThan(1_000);
  });

  it('is none where nothing can be selected, so that nothing is asked', () => {
    expect(spanOf(['rank'], { index: 'byRank', range: { gt: 1, lt: 1 } })).toBeUndefined();
    expect(spanOf(['rank'], { index: 'byRank', prefix: [1], after: [2, 'a'] })).toBeUndefined();
    expect(spanOf([], { index: 'byKey', range: { gt: 'a' }, after: ['a'], order: 'desc' })).toBeUndefined();
  });
});

function textOf([tenantId, rank, noteId]: readonly IndexValue[]): string {
  return positionText(spec, ['tenantId', 'rank'], { noteId, tenantId, rank });
}

function holds(query: Omit<PageQuery, 'limit'>, position: readonly IndexValue[]): boolean {
  const span = spanOf(['tenantId', 'rank'], query);
  if (span === undefined) return false;
  const below = compareBytes(span.lower.text, textOf(position));
  const above = span.upper === undefined ? 1 : compareBytes(span.upper.text, textOf(position));
  return (span.lower.open ? below < 0 : below <= 0) && (span.upper?.open ? above > 0 : above >= 0);
}

/** What the port says, value by value. */
function selects(query: Omit<PageQuery, 'limit'>, position: readonly IndexValue[]): boolean {
  const { prefix = [], range = {}, after, order } = query;
  if (prefix.some((wanted, part) => compareIndexValues(wanted, position[part] ?? null) !== 0)) return false;
  const at = position[prefix.length] ?? null;
  const meets = Object.entries(range).every(([name, limit]) => {
    const distance = compareIndexValues(at, limit);
    return { gte: distance >= 0, gt: distance > 0, lte: distance <= 0, lt: distance < 0 }[name] === true;
  });
  if (!meets) return false;
  if (after === undefined) return true;
  const distances = position.map((part, place) => compareIndexValues(part, after[place] ?? null));
  const distance = distances.find((found) => found !== 0) ?? 0;
  return order === 'desc' ? distance < 0 : distance > 0;
}

function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
