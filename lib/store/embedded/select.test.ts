import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { noteSpec } from '../contract/note.ts';
import type { IndexValue, PageQuery, Selection } from '../port.ts';
import { compareIndexValues } from '../position.ts';
import { makeTables, tableSchema } from './schema.ts';
import { type Select, selectCount, selectPage } from './select.ts';

const database = new DatabaseSync(':memory:');
makeTables(database, 'notes', [tableSchema(noteSpec)]);
afterAll(() => database.close());

const TENANT = 'USING INDEX notes.byTenant (by_tenantId=?';
const KEYS = 'SEARCH notes USING INDEX sqlite_autoindex_notes_1';

describe('a page costs what is on it, wherever it is: the planner', () => {
  it.each<[string, Omit<PageQuery, 'limit' | 'order'>, string, string?]>([
    ['scans an index from its end', { index: 'byTenant' }, 'SCAN notes USING INDEX notes.byTenant'],
    ['scans the keys from their end', { index: 'byKey' }, 'SCAN notes USING INDEX sqlite_autoindex_notes_1'],
    ['seeks a prefix', { index: 'byTenant', prefix: ['t'] }, `SEARCH notes ${TENANT})`],
    ['seeks a null prefix', { index: 'byTenant', prefix: [null] }, `SEARCH notes ${TENANT})`],
    ['seeks a full prefix', { index: 'byTenant', prefix: ['t', 1] }, `SEARCH notes ${TENANT} AND by_rank=?)`],
    [
      'seeks a range after a prefix',
      { index: 'byTenant', prefix: ['t'], range: { gte: 1, lt: 'a' } },
      `SEARCH notes ${TENANT} AND by_rank>? AND by_rank<?)`,
    ],
    [
      'seeks a range of keys after a full prefix',
      { index: 'byTenant', prefix: ['t', 1], range: { gt: 'a' } },
      `SEARCH notes ${TENANT} AND by_rank=? AND key>?)`,
    ],
    [
      'seeks a position',
      { index: 'byTenant', after: ['t', 1, 'k'] },
      'SEARCH notes USING INDEX notes.byTenant ((by_tenantId,by_rank,key)>(?,?,?))',
      'SEARCH notes USING INDEX notes.byTenant ((by_tenantId,by_rank,key)<(?,?,?))',
    ],
    [
      'seeks a position after a prefix',
      { index: 'byTenant', prefix: ['t'], after: ['t', null, 'k'] },
      `SEARCH notes ${TENANT} AND (by_rank,key)>(?,?))`,
      `SEARCH notes ${TENANT} AND (by_rank,key)<(?,?))`,
    ],
    [
      'seeks a position after a full prefix',
      { index: 'byTenant', prefix: ['t', true], after: ['t', true, 'k'] },
      `SEARCH notes ${TENANT} AND by_rank=? AND key>?)`,
      `SEARCH notes ${TENANT} AND by_rank=? AND key<?)`,
    ],
    [
      'seeks a position within a range, whose bound on that side is not asked again',
      { index: 'byTenant', prefix: ['t'], range: { gte: 1, lte: 9 }, after: ['t', 5, 'k'] },
      `SEARCH notes ${TENANT} AND (by_rank,key)>(?,?) AND by_rank<?)`,
      `SEARCH notes ${TENANT} AND by_rank>? AND (by_rank,key)<(?,?))`,
    ],
    ['seeks a key', { index: 'byKey', after: ['k'] }, `${KEYS} (key>?)`, `${KEYS} (key<?)`],
    [
      'seeks a position among three fields',
      { index: 'byThree', prefix: ['t'], after: ['t', 'x', 1, 'k'] },
      'SEARCH notes USING INDEX notes.byThree (by_tenantId=? AND (by_text,by_rank,key)>(?,?,?))',
      'SEARCH notes USING INDEX notes.byThree (by_tenantId=? AND (by_text,by_rank,key)<(?,?,?))',
    ],
  ])('%s, both ways', (_, query, ascending, descending = ascending) => {
    expect(plan(selectPage(noteSpec, { ...query, limit: 10 }))).toStrictEqual([ascending]);
    expect(plan(selectPage(noteSpec, { ...query, limit: 10, order: 'desc' }))).toStrictEqual([descending]);
  });

  it.each<[Selection, string]>([
    [{ index: 'byTenant', prefix: ['t'] }, `SEARCH notes USING INDEX notes.byTenant (by_tenantId=?)`],
    [
      { index: 'byTenant', prefix: ['t'], range: { gt: null } },
      `SEARCH notes USING INDEX notes.byTenant (by_tenantId=? AND by_rank>?)`,
    ],
  ])('seeks what it counts: %j', (selection, expected) => {
    expect(plan(selectCount(noteSpec, selection))).toStrictEqual([expected]);
  });
});

describe('the value in an index', () => {
  const stored = database.prepare('INSERT OR REPLACE INTO notes (key, version, doc) VALUES (?, 1, ?)');

  it('equals the same value asked for, whatever number or text it is', () => {
    const numbers = fc.double({ noDefaultInfinity: true, noNaN: true });
    const integers = fc.double({ noDefaultInfinity: true, noNaN: true, min: -1e20, max: 1e20 }).map(Math.round);
    const texts = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.oneof(numbers, integers, texts), (rank) => {
        stored.run('one', JSON.stringify({ noteId: 'one', rank }));
        expect(count({ index: 'byRank', prefix: [rank] })).toBe(1);
      }),
      { numRuns: 1_000, seed: 1 },
    );
    database.exec('DELETE FROM notes');
  });

  it('stands where the port says between any two', () => {
    const value: fc.Arbitrary<IndexValue> = fc.oneof(
      fc.double({ noDefaultInfinity: true, noNaN: true }),
      fc.integer(),
      fc.string({ unit: 'binary' }),
      fc.boolean(),
      fc.constant(null),
    );
    fc.assert(
      fc.property(value, value, (rank, limit) => {
        stored.run('one', JSON.stringify({ noteId: 'one', rank }));
        const order = compareIndexValues(rank, limit);
        expect(count({ index: 'byRank', range: { lt: limit } })).toBe(order < 0 ? 1 : 0);
        expect(count({ index: 'byRank', range: { gte: limit } })).toBe(order < 0 ? 0 : 1);
      }),
      // U+1F600 comes before U+FFFF in UTF-16 and after it in UTF-8.
      { numRuns: 1_000, seed: 1, examples: [['\u{1f600}', '\uffff']] },
    );
    database.exec('DELETE FROM notes');
  });
});

function plan(select: Select | undefined): string[] {
  if (select === undefined) throw new Error('nothing to plan');
  return database
    .prepare(`EXPLAIN QUERY PLAN ${select.sql}`)
    .all(...select.values)
    .map(({ detail }) => String(detail));
}

function count(selection: Selection): number {
  const { sql, values } = selectCount(noteSpec, selection);
  return Number(database.prepare(sql).get(...values)?.count);
}
