import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Collection, IndexValue, PageQuery, Position, Range, Selection } from '../port.ts';
import { positionOf } from '../position.ts';
import type { Subject } from './contract.ts';
import { type Note, noteSpec } from './note.ts';

/** Every kind of index value, in the port's order; `undefined` is the field that is absent, which equals null. */
const ORDERED: readonly (IndexValue | undefined)[] = [
  undefined,
  null,
  -Number.MAX_VALUE,
  -1e21,
  -1.5,
  -1,
  0,
  5e-324,
  0.1,
  1,
  2 ** 53 - 1,
  97602893156155660, // whose shortest digits are not its value
  2 ** 63,
  1e21,
  Number.MAX_VALUE,
  '',
  '\u0000',
  ' ',
  '"',
  '1',
  'A',
  'a',
  'a\u0000',
  'aa',
  'é',
  '\uffff',
  '\u{1f600}', // before U+FFFF in UTF-16, after it in UTF-8
  false,
  true,
];

/** Pages, ranges and counts against lists that were sorted by hand or in memory. */
export function pagingContract({ notes }: Subject): void {
  describe('the order of an index', () => {
    let collection: Collection<Note>;
    const ids = ORDERED.map((_, place) => `n${String(place).padStart(2, '0')}`);
    const nulls = 2;

    beforeAll(async () => {
      collection = await notes();
      const documents = ORDERED.map((rank, place) => ({
        noteId: `n${String(place).padStart(2, '0')}`,
        ...(rank === undefined ? {} : { rank }),
      }));
      // Stored in another order than that asked for.
      await collection.insertMany(documents.toReversed());
    });

    it.each(['asc', 'desc'] as const)(
      'is null, numbers, strings, booleans: %s, by pages of any size',
      async (order) => {
        const expected = order === 'asc' ? ids : ids.toReversed();
        for (const limit of [1, 2, 7, ids.length, ids.length + 1]) {
          expect(await walk(collection, { index: 'byRank', limit, order }), `limit ${limit}`).toStrictEqual(expected);
        }
      },
    );

    it('continues after any position, both ways, whether a document stands there or not', async () => {
      for (const [place, rank = null] of ORDERED.entries()) {
        const after: Position = [rank, ids[place] ?? ''];
        expect(await idsOf(collection, { index: 'byRank', limit: 99, after })).toStrictEqual(ids.slice(place + 1));
        expect(await idsOf(collection, { index: 'byRank', limit: 99, after, order: 'desc' })).toStrictEqual(
          ids.slice(0, place).toReversed(),
        );
        const between: Position = [rank, `${ids[place]}x`];
        expect(await idsOf(collection, { index: 'byRank', limit: 99, after: between })).toStrictEqual(
          ids.slice(place + 1),
        );
        expect(await idsOf(collection, { index: 'byRank', limit: 99, after: between, order: 'desc' })).toStrictEqual(
          ids.slice(0, place + 1).toReversed(),
        );
      }
    });

    it('bounds a range at any value, and counts it', async () => {
      for (const [place, rank = null] of ORDERED.entries()) {
        const first = rank === null ? 0 : place;
        const end = rank === null ? nulls : place + 1;
        const cases: [Range, string[]][] = [
          [{ gte: rank }, ids.slice(first)],
          [{ gt: rank }, ids.slice(end)],
          [{ lte: rank }, ids.slice(0, end)],
          [{ lt: rank }, ids.slice(0, first)],
          [{ gte: rank, lte: rank }, ids.slice(first, end)],
          [{ gt: rank, lt: rank }, []],
        ];
        for (const [range, expected] of cases) {
          const selection: Selection = { index: 'byRank', range };
          expect(await idsOf(collection, { ...selection, limit: 99 }), JSON.stringify(range)).toStrictEqual(expected);
          expect(await collection.count(selection)).toBe(expected.length);
        }
        expect(await idsOf(collection, { index: 'byRank', prefix: [rank], limit: 99 })).toStrictEqual(
          ids.slice(first, end),
        );
      }
    });
  });

  describe('a page', () => {
    it('is what filtering and sorting in memory would give, for any query', async () => {
      const collection = await notes();
      const documents = someNotes();
      await collection.insertMany(documents);
      let matched = 0;
      await fc.assert(
        fc.asyncProperty(anyQuery(), async (query) => {
          const expected = selectInMemory(documents, query);
          const page = await collection.page(query);
          matched += page.items.length;
          expect(page.items.map(({ noteId }) => noteId)).toStrictEqual(expected.slice(0, query.limit));
          expect(page.hasMore).toBe(expected.length > query.limit);
          const { after: _, ...selection } = query;
          expect(await collection.count(selection)).toBe(selectInMemory(documents, selection).length);
        }),
        { numRuns: 500, seed: 1 },
      );
      expect(matched).toBeGreaterThan(500);
    });

    it('selects a range of keys where every field is given', async () => {
      const collection = await notes();
      await collection.insertMany(['a', 'b', 'c', 'd'].map((noteId) => ({ noteId, rank: 1 })));
      const selection = { index: 'byRank', prefix: [1], range: { gt: 'a', lte: 'c' } };
      expect(await idsOf(collection, { ...selection, limit: 9 })).toStrictEqual(['b', 'c']);
      expect(await idsOf(collection, { index: 'byKey', range: { lt: 'c' }, order: 'desc', limit: 9 })).toStrictEqual([
        'b',
        'a',
      ]);
    });

    it.each(['asc', 'desc'] as const)('is stable while documents come and go: %s', async (order) => {
      const collection = await notes();
      const ids = Array.from({ length: 40 }, (_, number) => `n${String(number + 10)}`);
      await collection.insertMany(ids.map((noteId, number) => ({ noteId, rank: Math.floor(number / 4) })));
      const seen: string[] = [];
      let after: Position | undefined;
      for (let more = true; more; ) {
        const page = await collection.page({ index: 'byRank', limit: 3, order, ...(after && { after }) });
        seen.push(...page.items.map(({ noteId }) => noteId));
        const last = page.items.at(-1);
        if (last === undefined) break;
        after = positionOf(noteSpec, 'byRank', last);
        more = page.hasMore;
        // Behind the page: a document that comes, the last one that goes. Neither shifts what is ahead.
        await collection.insert({ noteId: `${order === 'asc' ? '!' : '~'}${last.noteId}`, rank: last.rank ?? null });
        await collection.delete(last.noteId);
      }
      expect(seen).toStrictEqual(order === 'asc' ? ids : ids.toReversed());
    });

    it('follows a document that moved to another place in the index', async () => {
      const collection = await notes();
      await collection.insertMany([
        { noteId: 'a', rank: 1 },
        { noteId: 'b', rank: 2 },
      ]);
      await collection.update('a', {}, { rank: 'z' });
      expect(await idsOf(collection, { index: 'byRank', limit: 9 })).toStrictEqual(['b', 'a']);
      expect(await collection.count({ index: 'byRank', prefix: [1] })).toBe(0);
      await collection.delete('b');
      expect(await idsOf(collection, { index: 'byRank', limit: 9 })).toStrictEqual(['a']);
    });

    it('refuses a query that no index answers', async () => {
      const collection = await notes();
      const wrong: PageQuery[] = [
        { index: 'none', limit: 1 },
        { index: 'constructor', limit: 1 },
        { index: 'byRank', limit: 0 },
        { index: 'byRank', limit: 1.5 },
        { index: 'byRank', limit: Number.NaN },
        { index: 'byRank', limit: 1, prefix: [1, 'a'] },
        { index: 'byRank', limit: 1, prefix: [Number.NaN] },
        { index: 'byRank', limit: 1, after: [1] },
        { index: 'byRank', limit: 1, after: [1, 2] },
        { index: 'byRank', limit: 1, after: [1, 'a', 'b'] },
        { index: 'byRank', limit: 1, range: { gt: [] as unknown as string } },
        { index: 'byKey', limit: 1, range: { gt: 1 } },
      ];
      for (const query of wrong) {
        await expect(collection.page(query), JSON.stringify(query)).rejects.toThrow(TypeError);
      }
    });
  });
}

const TENANTS = ['a', 'b', null];
const TEXTS = ['x', 'y', null];
const RANKS = [null, -1, 0, 1, 'p', 'q', false, true];
const KEYS = Array.from({ length: 60 }, (_, number) => `n${number + 10}`);
const IN_ORDER: readonly IndexValue[] = [null, -1, 0, 1, 'a', 'b', ...KEYS, 'p', 'q', 'x', 'y', false, true];

/** 50 documents, several to a place; the last keys are nobody's. */
function someNotes(): Note[] {
  return Array.from({ length: 50 }, (_, number) => {
    const [tenantId, text, rank] = [TENANTS[number % 3], TEXTS[(number >> 2) % 3], RANKS[(number * 7) % 8]];
    const noteId = KEYS[(number * 37) % 50] ?? '';
    return { noteId, ...(tenantId && { tenantId }), ...(text && { text }), rank: rank ?? null };
  });
}

function anyQuery(): fc.Arbitrary<PageQuery> {
  const values = [fc.constantFrom(...TENANTS), fc.constantFrom(...TEXTS), fc.constantFrom(...RANKS)];
  const key = fc.constantFrom(...KEYS);
  return fc
    .record({ prefixLength: fc.nat(3), order: fc.constantFrom('asc', 'desc'), limit: fc.integer({ min: 1, max: 30 }) })
    .chain(({ prefixLength, order, limit }) => {
      const bound = values[prefixLength] ?? key;
      return fc.record(
        {
          index: fc.constant('byThree'),
          order: fc.constant<'asc' | 'desc'>(order === 'asc' ? 'asc' : 'desc'),
          limit: fc.constant(limit),
          prefix: fc.tuple(...values.slice(0, prefixLength)),
          range: fc.record({ gte: bound, gt: bound, lte: bound, lt: bound }, { requiredKeys: [] }),
          after: fc.tuple(...values, key),
        },
        { requiredKeys: ['index', 'limit', 'prefix'] },
      );
    });
}

/** The ids of all that a query selects after its position: the oracle, by the order that stands in `IN_ORDER`. */
function selectInMemory(documents: readonly Note[], query: Omit<PageQuery, 'limit'>): string[] {
  const { prefix = [], range: { gte, gt, lte, lt } = {}, after, order } = query;
  const descends = order === 'desc';
  return documents
    .map(({ tenantId = null, text = null, rank = null, noteId }) => [tenantId, text, rank, noteId])
    .filter((position) => {
      const value = position.slice(prefix.length, prefix.length + 1);
      return (
        prefix.every((wanted, part) => wanted === position[part]) &&
        (gte === undefined || !isBefore(value, [gte])) &&
        (gt === undefined || isBefore([gt], value)) &&
        (lte === undefined || !isBefore([lte], value)) &&
        (lt === undefined || isBefore(value, [lt])) &&
        (after === undefined || (descends ? isBefore(position, after) : isBefore(after, position)))
      );
    })
    .sort((left, right) => (isBefore(left, right) === descends ? 1 : -1))
    .map((position) => String(position.at(-1)));
}

function isBefore(left: Position, right: Position): boolean {
  const places = (position: Position) => position.map((value) => IN_ORDER.indexOf(value) + 10);
  return places(left).join() < places(right).join();
}

async function idsOf(collection: Collection<Note>, query: PageQuery): Promise<string[]> {
  return (await collection.page(query)).items.map(({ noteId }) => noteId);
}

/** Every page from the first to the last, each after the last position of the one before. */
async function walk(collection: Collection<Note>, query: PageQuery): Promise<string[]> {
  const seen: string[] = [];
  let after: Position | undefined;
  for (let more = true; more; ) {
    const page = await collection.page({ ...query, ...(after && { after }) });
    seen.push(...page.items.map(({ noteId }) => noteId));
    const last = page.items.at(-1);
    if (page.items.length > query.limit || last === undefined)
      throw new Error('a page of another length than asked for');
    after = positionOf(noteSpec, query.index, last);
    more = page.hasMore;
  }
  return seen;
}
