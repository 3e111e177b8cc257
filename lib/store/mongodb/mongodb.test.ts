import { inspect } from 'node:util';
import { type Db, MongoClient } from 'mongodb';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { dropDatabases, MONGODB_URL, newPrefix, withPrefix } from '#test/support/mongodb.ts';
import { describeStoreContract } from '../contract/contract.ts';
import { type Note, noteSpec } from '../contract/note.ts';
import { StoreUnavailable, StoreUnusable } from '../errors.ts';
import { modifyOrInsert } from '../modify.ts';
import type { Collection, CollectionSpec } from '../port.ts';
import { readAddress } from './address.ts';
import { openMongoStores } from './mongodb.ts';
import { keepIndexes } from './schema.ts';

describe.runIf(MONGODB_URL)('on a server', () => {
  const url = MONGODB_URL ?? '';
  const prefix = newPrefix();
  const places = new Map<string, string>();
  let place: string;
  beforeEach(() => {
    place = newPlace();
  });
  afterAll(() => dropDatabases(url, prefix));

  const newPlace = () => `${prefix}-own${places.set(String(places.size), '').size}`;
  const open = () => openMongoStores({ url: withPrefix(url, place) });
  const using = async (spec: CollectionSpec<Note>, work: (notes: Collection<Note>) => Promise<unknown>) => {
    const stores = open();
    try {
      await work((await stores.open('notes', [spec])).collection(spec));
    } finally {
      await stores.close();
    }
  };
  const inDatabase = async <T>(work: (database: Db) => Promise<T>): Promise<T> => {
    const client = new MongoClient(readAddress(url).forDriver);
    try {
      return await work(client.db(`${place}_notes`));
    } finally {
      await client.close();
    }
  };
  const indexNames = () =>
    inDatabase(async (database) => {
      const indexes = await database.collection('notes').listIndexes().toArray();
      return indexes.map(({ name }) => name).sort();
    });

  describeStoreContract('MongoDB', async (name) => {
    const short = places.get(name) ?? `${prefix}-${places.size}`;
    places.set(name, short);
    return openMongoStores({ url: withPrefix(url, short) });
  });

  describe('a collection', () => {
    it('has the indexes that are declared and no others of the store; those of an operator are left', async () => {
      await using(noteSpec, async () => {});
      expect(await indexNames()).toStrictEqual(['_id_', 'by_rank', 'by_tenantId+rank', 'by_tenantId+text+rank']);
      await inDatabase((database) => database.collection('notes').createIndex({ version: 1 }, { name: 'mine' }));
      await using({ ...noteSpec, indexes: { byRank: ['rank'], alike: ['rank'], byCount: ['count'] } }, async () => {});
      expect(await indexNames()).toStrictEqual(['_id_', 'by_count', 'by_rank', 'mine']);
    });

    it('of which an index cannot be made is refused, in one line that names it', async () => {
      await inDatabase((database) => database.collection('notes').createIndex({ by_rank: 1 }, { name: 'in the way' }));
      const stores = open();
      const error = await stores.open('notes', [noteSpec]).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(StoreUnusable);
      expect(String(error)).toMatch(/^StoreUnusable: notes: the indexes of notes cannot be made: [^\n]+$/);
      await inDatabase((database) => database.collection('notes').dropIndex('in the way'));
      await expect(stores.open('notes', [noteSpec])).resolves.toBeDefined();
      await stores.close();
    });

    it('is shared with a program of before: what that writes is found by a new index too, once it was looked after', async () => {
      const newer: CollectionSpec<Note> = { ...noteSpec, indexes: { byRank: ['rank'], byCount: ['count'] } };
      const older: CollectionSpec<Note> = { ...noteSpec, indexes: { byRank: ['rank'] } };
      await using(older, async (before) => {
        await before.insertMany(Array.from({ length: 450 }, (_, count) => ({ noteId: `n${count}`, count, rank: 1 })));
        await using(newer, async (notes) => {
          expect(await notes.count({ index: 'byCount' })).toBe(450);
          await before.insert({ noteId: 'late', count: 9_999 });
          await before.update('n7', {}, { count: 8_888 });
          expect(await notes.count({ index: 'byCount', range: { gt: 5_000 } })).toBe(0);
          expect(await notes.count({ index: 'byCount', prefix: [7] })).toBe(0);
          await inDatabase((database) => database.collection('notes').dropIndex('by_count')); // as that does when it starts
          await inDatabase((database) => keepIndexes(database, [newer]));
          expect(await indexNames()).toContain('by_count');
          const { items } = await notes.page({ index: 'byCount', range: { gt: 5_000 }, limit: 5 });
          expect(items.map(({ noteId, version }) => [noteId, version])).toStrictEqual([
            ['n7', 2],
            ['late', 1],
          ]);
        });
      });
    });

    it('takes a document into a new index whose field holds an object there as one without the field', async () => {
      await using(noteSpec, (notes) => notes.insert({ noteId: 'a', body: { deep: 1 } }));
      const spec: CollectionSpec<Note> = { ...noteSpec, indexes: { byBody: ['body'] } };
      await using(spec, async (notes) => {
        expect(await notes.count({ index: 'byBody', prefix: [null] })).toBe(1);
      });
    });
  });

  it('several processes change one document, and no change is lost', async () => {
    const processes = Array.from({ length: 4 }, open);
    const collections = await Promise.all(
      processes.map(async (stores) => (await stores.open('notes', [noteSpec])).collection(noteSpec)),
    );
    const base = { noteId: 'a', count: 0 };
    const writers = Array.from({ length: 10 }, () => collections).flat();
    await Promise.all(writers.map((notes) => notes.increment('a', { count: 1 }, base)));
    await Promise.all(writers.map((notes) => modifyOrInsert(notes, base, ({ count = 0 }) => ({ count: count + 1 }))));
    for (const notes of collections) expect(await notes.get('a')).toMatchObject({ count: 80, version: 80 });
    await Promise.all(processes.map((stores) => stores.close()));
  });

  it('a document that was deleted and made again is another, though its version is the same', async () => {
    const [one, other] = [open(), open()];
    const notes = (await one.open('notes', [noteSpec])).collection(noteSpec);
    const elsewhere = (await other.open('notes', [noteSpec])).collection(noteSpec);
    await notes.insert({ noteId: 'a', text: 'first' }); // and remembers it
    await elsewhere.delete('a');
    await elsewhere.insert({ noteId: 'a', text: 'second' });
    expect(await notes.update('a', { text: 'first' }, { count: 1 })).toMatchObject({ outcome: 'missed' });
    expect(await notes.update('a', { version: 1 }, { count: 1 })).toMatchObject({
      outcome: 'updated',
      document: { text: 'second' },
    });
    expect(await elsewhere.delete('a', { text: 'first' })).toMatchObject({ outcome: 'missed' });
    await Promise.all([one.close(), other.close()]);
  });
});

describe('the address', () => {
  const SECRETS = ['s3cret', 'hush', 'operator'];

  it.each([
    ['mongodb://operator:s3cret@127.0.0.1:1/plane?authSource=admin', 'mongodb://127.0.0.1:1/plane_*'],
    ['mongodb://operator:s3cret@h1:1,h2:2/?replicaSet=hush', 'mongodb://h1:1,h2:2/control_plane_*'],
    ['mongodb+srv://operator:s3cret@cluster.example', 'mongodb+srv://cluster.example/control_plane_*'],
    ['mongodb://127.0.0.1:1/plane?tls=true&tlsCertificateKeyFilePassword=hush', 'mongodb://127.0.0.1:1/plane_*'],
  ])('is told without credentials: %s', async (url, location) => {
    // A name that no server answers to is looked up when it is needed, not here.
    const stores = url.includes('srv') ? undefined : openMongoStores({ url: url.replace(/&tlsCert[^&]*/, '') });
    if (stores === undefined) return;
    expect(stores.location).toBe(location);
    await stores.close();
  });

  it('stands in no error and no log, whatever goes wrong', async () => {
    const messages: unknown[] = [];
    const urls = [
      'mongodb://operator:s3cret@127.0.0.1:1/plane?serverSelectionTimeoutMS=200',
      'mongodb://operator:s3c/ret@127.0.0.1:1/plane?hush=1',
      'mongodb://operator:s3cret@127.0.0.1:1/pla.ne',
      'mongodb://operator:s3cret@127.0.0.1:1/plane?unknownOption=hush',
      'mongodb://operator:s3cret@/plane',
      'http://operator:s3cret@127.0.0.1/plane',
    ];
    for (const url of urls) {
      const error = await Promise.resolve()
        .then(async () => {
          const stores = openMongoStores({ url, log: { warn: (...line) => messages.push(line) } });
          await stores.open('notes', [noteSpec]).finally(() => stores.close());
        })
        .catch((reason: unknown) => reason);
      expect(error instanceof StoreUnusable || error instanceof StoreUnavailable, String(error)).toBe(true);
      expect(String(error)).not.toContain('\n');
      messages.push(inspect(error, { depth: 10, showHidden: true }));
    }
    for (const secret of [...SECRETS, 's3c/ret']) expect(JSON.stringify(messages)).not.toContain(secret);
  });

  it('may have no database of which the name cannot begin others', () => {
    for (const name of ['a.b', 'a b', 'x'.repeat(51), '%24x']) {
      expect(() => openMongoStores({ url: `mongodb://127.0.0.1:1/${name}` }), name).toThrow(StoreUnusable);
    }
  });
});
