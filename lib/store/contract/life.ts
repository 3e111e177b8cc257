import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeyTaken, StoreUnavailable, StoreUnusable } from '../errors.ts';
import type { CollectionSpec, Store } from '../port.ts';
import type { Subject } from './contract.ts';
import { type Note, noteSpec } from './note.ts';

/** Opening, closing, and what is declared. */
export function lifeContract({ openStores }: Subject): void {
  describe('stores', () => {
    const opening = async (
      place: string,
      specs: readonly CollectionSpec<Note>[],
      work: (store: Store) => Promise<unknown>,
      service = 'a',
    ) => {
      const stores = await openStores(place);
      try {
        await work(await stores.open(service, specs));
      } finally {
        await stores.close();
      }
    };

    it('say where the data is', async () => {
      const stores = await openStores(`location-${randomUUID()}`);
      expect(stores.location).not.toBe('');
      await stores.close();
    });

    it('have what was written before they were closed, each service and collection its own', async () => {
      const place = `reopened-${randomUUID()}`;
      const other: CollectionSpec<Note> = { ...noteSpec, name: 'other_notes' };
      const first = await openStores(place);
      const [a, b] = await Promise.all(['a', 'b'].map((service) => first.open(service, [noteSpec, other])));
      await a?.collection(noteSpec).insert({ noteId: 'x', text: 'a' });
      await a?.collection(other).insert({ noteId: 'x', text: 'a, other' });
      await b?.collection(noteSpec).insert({ noteId: 'x', text: 'b' });
      await first.close();

      const second = await openStores(place);
      const texts: (string | undefined)[] = [];
      for (const service of ['a', 'b']) {
        const store = await second.open(service, [noteSpec, other]);
        for (const spec of [noteSpec, other]) texts.push((await store.collection(spec).get('x'))?.text);
      }
      expect(texts).toStrictEqual(['a', 'a, other', 'b', undefined]);
      await second.close();
    });

    it('bring their indexes to what is declared', async () => {
      const place = `indexes-${randomUUID()}`;
      const first = await openStores(place);
      const notes = (await first.open('a', [noteSpec])).collection(noteSpec);
      await notes.insertMany(['c', 'b', 'a'].map((noteId, rank) => ({ noteId, rank, text: noteId, other: 1 })));
      await first.close();

      const spec: CollectionSpec<Note> = { ...noteSpec, indexes: { byRank: ['text'], byOther: ['other', 'rank'] } };
      const second = await openStores(place);
      const changed = (await second.open('a', [spec])).collection(spec);
      const ids = async (index: string) =>
        (await changed.page({ index, limit: 9 })).items.map(({ noteId }) => noteId).join('');
      expect(await ids('byRank')).toBe('abc');
      expect(await ids('byOther')).toBe('cba');
      await expect(ids('byTenant')).rejects.toThrow(TypeError);
      await second.close();
    });

    it('know only the collections that were declared', async () => {
      const stores = await openStores(`declared-${randomUUID()}`);
      const store = await stores.open('a', [noteSpec]);
      expect(() => store.collection({ ...noteSpec, name: 'others' })).toThrow(TypeError);
      await expect(stores.open('a', [noteSpec])).rejects.toThrow(TypeError);
      await stores.close();
    });

    it.each<[string, Partial<CollectionSpec<Note>>]>([
      ['a collection', { name: 'notes"; DROP TABLE x; --' }],
      ['a collection', { name: 'Notes' }],
      ['a collection', { name: '' }],
      ['a collection', { name: 'sqlite_notes' }],
      ['a key', { key: "note'Id" as 'noteId' }],
      ['an index', { indexes: { 'by rank': ['rank'] } }],
      ['indexes that differ in case', { indexes: { byRank: ['rank'], byrank: ['text'] } }],
      ['a field', { indexes: { byRank: ["ra'nk" as 'rank'] } }],
      ['fields that differ in case', { indexes: { byRank: ['rank'], other: ['Rank' as 'rank'] } }],
      ['a field twice', { indexes: { byRank: ['rank', 'rank'] } }],
      ['a format', { format: 0 }],
      ['a format', { format: 1.5 }],
      ['the key in an index', { indexes: { byRank: ['rank', 'noteId'] } }],
    ])('refuse a declaration that misnames %s: %j', async (_, fault) => {
      const stores = await openStores(`misnamed-${randomUUID()}`);
      await expect(stores.open('a', [{ ...noteSpec, ...fault }])).rejects.toThrow(TypeError);
      await expect(stores.open('../a', [noteSpec])).rejects.toThrow(TypeError);
      await expect(stores.open('a', [noteSpec, noteSpec])).rejects.toThrow(TypeError);
      await expect(stores.open('a', [noteSpec])).resolves.toBeDefined();
      await stores.close();
    });

    it('refuse data of a newer format than is known, in one line, and leave it as it is', async () => {
      const place = `newer-${randomUUID()}`;
      await opening(place, [{ ...noteSpec, format: 3 }], (store) => store.collection(noteSpec).insert({ noteId: 'a' }));
      const older: CollectionSpec<Note> = { ...noteSpec, format: 2, indexes: { byText: ['text'] } };
      const other: CollectionSpec<Note> = { ...noteSpec, name: 'other_notes', format: 9 };
      const stores = await openStores(place);
      const error = await stores.open('a', [other, older]).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(StoreUnusable);
      expect(String(error)).toMatch(/a\.notes: the data is of format 3, this program knows up to 2: [^\n]+$/);
      await stores.close();
      await opening(
        place,
        [
          { ...noteSpec, format: 3 },
          { ...other, format: 8 },
        ],
        async (store) => {
          expect(await store.collection(noteSpec).get('a')).toBeDefined();
        },
      );
    });

    it('take data of an older format, and are refused to a program of before from then on', async () => {
      const place = `older-${randomUUID()}`;
      await opening(place, [noteSpec], (store) => store.collection(noteSpec).insert({ noteId: 'a' }));
      await opening(place, [{ ...noteSpec, format: 1 }], async () => undefined); // 1 where nothing is said
      await opening(place, [{ ...noteSpec, format: 2 }], async (store) => {
        expect(await store.collection(noteSpec).get('a')).toBeDefined();
      });
      await expect(opening(place, [noteSpec], async () => undefined)).rejects.toThrow(StoreUnusable);
    });

    it('remember the format of each collection, of each service, also while it is not declared', async () => {
      const place = `formats-${randomUUID()}`;
      const other: CollectionSpec<Note> = { ...noteSpec, name: 'other_notes' };
      await opening(place, [{ ...noteSpec, format: 2 }, other], async () => undefined);
      await opening(place, [other], async () => undefined);
      await opening(place, [noteSpec], async () => undefined, 'b');
      await expect(opening(place, [noteSpec], async () => undefined)).rejects.toThrow(StoreUnusable);
    });

    it('answer a ping until they are closed, then refuse everything', async () => {
      const stores = await openStores(`closed-${randomUUID()}`);
      const store = await stores.open('a', [noteSpec]);
      const notes = store.collection(noteSpec);
      await notes.insert({ noteId: 'a' });
      await store.ping();
      await stores.close();
      await stores.close();
      const calls = [
        () => store.ping(),
        () => notes.get('a'),
        () => notes.getMany(['a']),
        () => notes.page({ index: 'byKey', limit: 1 }),
        () => notes.count({ index: 'byKey' }),
        () => notes.insert({ noteId: 'b' }),
        () => notes.insertMany([{ noteId: 'b' }]),
        () => notes.update('a', {}, { text: 'x' }),
        () => notes.delete('a'),
        () => notes.increment('a', { count: 1 }, { noteId: 'a' }),
        () => stores.open('b', [noteSpec]),
      ];
      for (const call of calls) await expect(call(), String(call)).rejects.toThrow(StoreUnavailable);
    });

    it('that close finish the writes under way and refuse the later ones', async () => {
      const place = `closing-${randomUUID()}`;
      const first = await openStores(place);
      const notes = (await first.open('a', [noteSpec])).collection(noteSpec);
      const early = Array.from({ length: 500 }, (_, number) => notes.insert({ noteId: `early${number}` }));
      const closing = first.close();
      const late: Promise<unknown>[] = [];
      const closed = closing.then(() => 'closed');
      for (let number = 0; (await Promise.race([closed, nextTurn()])) !== 'closed'; number++) {
        late.push(notes.insert({ noteId: `late${number}` }).catch((error: unknown) => error));
      }
      await Promise.all(early);
      const outcomes = await Promise.all(late);
      expect(outcomes.at(-1)).toBeInstanceOf(StoreUnavailable);

      const second = await openStores(place);
      const again = (await second.open('a', [noteSpec])).collection(noteSpec);
      expect(await again.count({ index: 'byKey', range: { lt: 'f' } })).toBe(500);
      const { items } = await again.page({ index: 'byKey', range: { gte: 'late' }, limit: outcomes.length });
      const found = new Set(items.map(({ noteId }) => noteId));
      for (const [number, outcome] of outcomes.entries()) {
        expect(outcome instanceof StoreUnavailable).toBe(!found.has(`late${number}`));
      }
      await second.close();
    });

    it('do not mistake a taken key for an unavailable store', async () => {
      const stores = await openStores(`errors-${randomUUID()}`);
      const notes = (await stores.open('a', [noteSpec])).collection(noteSpec);
      await notes.insert({ noteId: 'a' });
      const error = await notes.insert({ noteId: 'a' }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(KeyTaken);
      expect(error).not.toBeInstanceOf(StoreUnavailable);
      await stores.close();
    });
  });
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
