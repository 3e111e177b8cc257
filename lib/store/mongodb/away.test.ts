import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dropDatabases, MONGODB_URL, newPrefix, withPrefix } from '#test/support/mongodb.ts';
import { startTcpProxy, type TcpProxy } from '#test/support/tcp-proxy.ts';
import { type Note, noteSpec } from '../contract/note.ts';
import { KeyTaken, StoreUnavailable } from '../errors.ts';
import type { Collection, Store, Stores } from '../port.ts';
import { openMongoStores } from './mongodb.ts';

/** How long it may take, in milliseconds, until an operation is given up, and until one succeeds again. */
const GIVEN_UP = 6_000;
const RECOVERED = 5_000;

describe.runIf(MONGODB_URL)('a server that goes away', () => {
  const url = new URL(MONGODB_URL ?? 'mongodb://unset');
  const prefix = newPrefix();
  let proxy: TcpProxy;
  let stores: Stores;
  let store: Store;
  let notes: Collection<Note>;

  beforeEach(async () => {
    proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port || 27_017) });
    stores = openMongoStores({ url: throughProxy() });
    store = await stores.open('notes', [noteSpec]);
    notes = store.collection(noteSpec);
  });
  afterEach(async () => {
    await proxy.resume();
    await stores.close();
    await proxy.close();
    await dropDatabases(url.href, prefix);
  });

  const throughProxy = () => withPrefix(`mongodb://${proxy.address}/?directConnection=true`, prefix);
  const operations = (): Promise<unknown>[] => [
    notes.get('a'),
    notes.getMany(['a', 'b']),
    notes.page({ index: 'byRank', limit: 5 }),
    notes.count({ index: 'byKey' }),
    notes.insert({ noteId: 'new' }),
    notes.insertMany([{ noteId: 'x' }, { noteId: 'y' }]),
    notes.update('a', { version: 1 }, { text: 'x' }),
    notes.update('a', {}, { text: 'y' }),
    notes.delete('a', { text: 'nothing' }),
    notes.increment('a', { count: 1 }, { noteId: 'a' }),
    store.ping(),
  ];

  it.each(['hang', 'cut'] as const)(
    'is unavailable, to every operation, and found again without a restart: %s',
    async (how) => {
      await notes.insert({ noteId: 'a' });
      await proxy[how]();
      const began = performance.now();
      const outcomes = await Promise.allSettled(operations());
      expect(performance.now() - began).toBeLessThan(GIVEN_UP);
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) });
      }

      await proxy.resume();
      const resumed = performance.now();
      await expect.poll(() => store.ping().then(() => 'there', String), { timeout: 2 * RECOVERED }).toBe('there');
      expect(performance.now() - resumed).toBeLessThan(RECOVERED);
      await expect(notes.insert({ noteId: 'after' })).resolves.toMatchObject({ version: 1 });
      await expect(notes.insert({ noteId: 'after' })).rejects.toThrow(KeyTaken);
      expect(await notes.get('a')).toMatchObject({ noteId: 'a' });
    },
  );

  it('many operations at once are all given up in time, those that wait for their turn too', async () => {
    proxy.hang();
    const began = performance.now();
    const writes = Array.from({ length: 300 }, (_, number) => notes.insert({ noteId: `n${number}` }));
    const onOneKey = Array.from({ length: 100 }, () => notes.update('a', {}, { text: 'x' }));
    const outcomes = await Promise.allSettled([...writes, ...onOneKey]);
    expect(performance.now() - began).toBeLessThan(GIVEN_UP);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) });
    }
  });

  it('loses no acknowledged write and counts none twice, however often it is cut off', {
    timeout: 60_000,
  }, async () => {
    const acknowledged = { keys: new Set<string>(), count: 0 };
    const unknown = { keys: new Set<string>(), count: 0 };
    let isOver = false;
    const writer = async (name: string) => {
      for (let turn = 0; !isOver; turn++) {
        const noteId = `${name}-${turn}`;
        await notes.insert({ noteId }).then(
          () => acknowledged.keys.add(noteId),
          () => unknown.keys.add(noteId),
        );
        await notes.increment('counter', { count: 1 }, { noteId: 'counter' }).then(
          () => (acknowledged.count += 1),
          () => (unknown.count += 1),
        );
      }
    };
    const writers = Promise.all(['a', 'b', 'c', 'd'].map(writer));
    for (let cut = 0; cut < 10; cut++) {
      const { count } = acknowledged;
      await expect.poll(() => acknowledged.count, { timeout: 2 * RECOVERED, interval: 1 }).toBeGreaterThan(count + cut);
      await proxy.cut();
      await proxy.resume();
    }
    isOver = true;
    await writers;
    expect(unknown.keys.size + unknown.count).toBeGreaterThan(0);
    expect(acknowledged.keys.size).toBeGreaterThan(40);

    const direct = openMongoStores({ url: withPrefix(url.href, prefix) });
    const there = (await direct.open('notes', [noteSpec])).collection(noteSpec);
    const { items } = await there.page({ index: 'byKey', limit: 100_000 });
    const keys = new Set(items.map(({ noteId }) => noteId));
    expect([...acknowledged.keys].filter((key) => !keys.has(key))).toStrictEqual([]);
    expect(
      [...keys].filter((key) => key !== 'counter' && !acknowledged.keys.has(key) && !unknown.keys.has(key)),
    ).toStrictEqual([]);
    const { count = 0 } = items.find(({ noteId }) => noteId === 'counter') ?? {};
    expect(count).toBeGreaterThanOrEqual(acknowledged.count);
    expect(count).toBeLessThanOrEqual(acknowledged.count + unknown.count);
    await direct.close();
  });

  it('is unavailable to whoever starts, in one line, and opened when it is there', async () => {
    await proxy.cut();
    const second = openMongoStores({ url: throughProxy() });
    const error = await second.open('notes', [noteSpec]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreUnavailable);
    expect(String(error)).toMatch(/^StoreUnavailable: notes: [^\n]+$/);
    await proxy.resume();
    await expect(second.open('notes', [noteSpec])).resolves.toBeDefined();
    await second.close();
  });

  afterAll(() => dropDatabases(url.href, prefix));
});
