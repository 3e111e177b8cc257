import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddedStores } from '#lib/store/embedded/embedded.ts';
import { StoreUnavailable, StoreUnusable } from '#lib/store/errors.ts';
import { openMongoStores } from '#lib/store/mongodb/mongodb.ts';
import { MOVE_ID, MOVES, refusingHalfMoved } from '#lib/store/moving.ts';
import type { Collection, Stores } from '#lib/store/port.ts';
import { dropDatabases, MONGODB_URL, newPrefix, withPrefix } from '#test/support/mongodb.ts';
import { type MortalStores, shareStores } from '#test/support/mortal-stores.ts';
import { type AnyCollection, COLLECTIONS, type Collections } from '../collections.ts';
import { createProgress } from '../progress.ts';
import { inKeyOrder, KEY_ORDER } from './digest.ts';
import { type Moved, migrate } from './migrate.ts';

const MANY = 5_432; // more than the first page
const { tenant, billing, provisioning } = COLLECTIONS;
const FEW: Collections = { tenant, billing, provisioning };
const root = await mkdtemp(join(tmpdir(), 'migrate-'));
const prefix = newPrefix();
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
  if (MONGODB_URL !== undefined) await dropDatabases(MONGODB_URL, prefix);
});
const progress = createProgress({ write: () => undefined });

describe('moving between data folders', { timeout: 60_000 }, () => describeMoving(openFolder));
describe.runIf(MONGODB_URL !== undefined)('moving to MongoDB and back', { timeout: 120_000 }, () =>
  describeMoving(async (place) =>
    openMongoStores({ url: withPrefix(MONGODB_URL ?? '', `${prefix}${place.slice(-8)}`) }),
  ),
);

function openFolder(place: string, pageLimit?: number): Promise<Stores> {
  return openEmbeddedStores({ dataDir: join(root, place), ...(pageLimit !== undefined && { pageLimit }) });
}

function describeMoving(openTarget: (place: string) => Promise<Stores>): void {
  const full = `full-${randomUUID()}`;
  beforeAll(() => fill(full));

  /** Moves from one place to another, each opened for it and closed again. */
  async function move(
    from: () => Promise<Stores>,
    to: () => Promise<Stores>,
    collections = FEW,
  ): Promise<readonly Moved[]> {
    const source = await from();
    const target = await to();
    try {
      return await migrate({ source, target, collections, progress });
    } finally {
      await Promise.all([source.close(), target.close()]);
    }
  }
  const fromFull = () => openFolder(full);

  /** Moves until the target's process dies, after so many writes. @returns whether it came to its end before */
  async function moveAndDie(source: Stores, target: MortalStores, writes: number): Promise<boolean> {
    target.dieAfter(writes);
    try {
      await migrate({ source, target, collections: FEW, progress });
      return true;
    } catch (error) {
      if (error instanceof StoreUnavailable && target.isDead) return false;
      throw error;
    }
  }

  /** How many of the services would not start. */
  async function refusals(stores: Stores): Promise<number> {
    const starts = Object.entries(FEW).map(([service, specs]) => refusingHalfMoved(stores).open(service, specs));
    return (await Promise.allSettled(starts)).filter(({ status }) => status === 'rejected').length;
  }

  it('takes every document of every collection along with its version, and the way back ends where it began', async () => {
    const [everything, there, back] = [randomUUID(), randomUUID(), randomUUID()];
    await fill(everything, COLLECTIONS);
    const from = () => openFolder(everything);
    const to = () => openTarget(there);
    const out = await move(from, to, COLLECTIONS);
    const home = await move(to, () => openFolder(back), COLLECTIONS);
    expect(home).toStrictEqual(out);
    expect(out.map(({ name }) => name)).toContain('billing.invoices');
    expect(out.every(({ documents }) => documents > 0)).toBe(true);
    expect(await everythingIn(await openFolder(back), COLLECTIONS)).toStrictEqual(
      await everythingIn(await from(), COLLECTIONS),
    );
  });

  it('that is cut off, again and again, goes on when it is run again', async () => {
    const there = randomUUID();
    const [source, target] = [await fromFull(), await openTarget(there)];
    const [sources, targets] = [shareStores(source), shareStores(target)];
    let cuts = 0;
    for (let isMoved = false; !isMoved; cuts++) {
      isMoved = await moveAndDie(sources.process(), targets.process(), cuts);
      if (cuts > 0) expect((await refusals(targets.process())) === 0, `after ${cuts} writes`).toBe(isMoved);
    }
    expect(cuts).toBeGreaterThan(6);
    await Promise.all([source.close(), target.close()]);
    expect(await everythingIn(await openTarget(there))).toStrictEqual(await everythingIn(await fromFull()));
  });

  it('that is cut off before any of its last writes goes on when it is run again', async () => {
    const services = Object.keys(FEW).length;
    const writes = Object.values(FEW).flat().length + 5; // of the many invoices there are six
    const source = await fromFull();
    const sources = shareStores(source);
    for (const left of [1, 2, services]) {
      const there = randomUUID();
      const target = await openTarget(there);
      const targets = shareStores(target);
      expect(await moveAndDie(sources.process(), targets.process(), services + writes + services - left)).toBe(false);
      expect(await refusals(targets.process())).toBe(left);
      expect(await moveAndDie(sources.process(), targets.process(), Number.POSITIVE_INFINITY)).toBe(true);
      expect(await refusals(targets.process())).toBe(0);
      await target.close();
    }
    await source.close();
  });

  it('that goes on takes what has changed in the source meanwhile', async () => {
    const [from, there] = [`changing-${randomUUID()}`, randomUUID()];
    await fill(from);
    const [source, target] = [await openFolder(from), await openTarget(there)];
    const [sources, targets] = [shareStores(source), shareStores(target)];
    const dying = targets.process();
    dying.dieAfter(9);
    await expect(migrate({ source: sources.process(), target: dying, collections: FEW, progress })).rejects.toThrow(
      StoreUnavailable,
    );
    for (const [service, specs] of Object.entries(FEW)) {
      const store = await sources.process().open(service, [...specs]);
      for (const spec of specs) await disturb(store.collection<object>(spec), spec);
    }
    await migrate({ source: sources.process(), target: targets.process(), collections: FEW, progress });
    await Promise.all([source.close(), target.close()]);
    expect(await everythingIn(await openTarget(there))).toStrictEqual(await everythingIn(await openFolder(from)));
  });

  it('is refused where there is other data, where another move has begun, and where there is nothing to move', async () => {
    const [taken, begun] = [randomUUID(), randomUUID()];
    const one = await openTarget(taken);
    const store = await one.open('billing', billing);
    await store.collection<object>(billing[2] as AnyCollection).insert({ year: '2026', last: 1, holder: null });
    await one.close();
    await expect(move(fromFull, () => openTarget(taken))).rejects.toThrow(/has data already \(billing\.numbers\)/);

    const two = await openTarget(begun);
    const signs = (await two.open('tenant', [MOVES])).collection(MOVES);
    await signs.insert({ moveId: MOVE_ID, from: 'elsewhere' });
    await two.close();
    await expect(move(fromFull, () => openTarget(begun))).rejects.toThrow(
      /a move from elsewhere has not come to its end/,
    );
    const nothing = `nothing-${randomUUID()}`;
    await expect(
      move(
        () => openFolder(nothing),
        () => openTarget(randomUUID()),
      ),
    ).rejects.toThrow(/there is no data/);
  });

  it('that arrives otherwise than it left is noticed, and the target stays shut', async () => {
    const there = randomUUID();
    const target = await openTarget(there);
    await expect(move(fromFull, async () => garbling(target))).rejects.toThrow(
      /not the same on both sides: billing\.invoices \(5432 and 5432 documents\): stop every process/,
    );
    const again = refusingHalfMoved(await openTarget(there));
    await expect(again.open('billing', billing)).rejects.toThrow(/the data of billing has not been moved to the end/);
    await again.close();
    await move(fromFull, () => openTarget(there));
  });
}

it('a source that is in use is refused', async () => {
  const [busy, there] = [`busy-${randomUUID()}`, randomUUID()];
  await fill(busy);
  const holder = await openFolder(busy);
  await holder.open('tenant', tenant);
  const [source, target] = [await openFolder(busy), await openFolder(there)];
  await expect(migrate({ source, target, collections: FEW, progress })).rejects.toThrow(StoreUnusable);
  await Promise.all([holder, source, target].map((stores) => stores.close()));
});

it('a target without room ends the move, which goes on where there is room', async () => {
  const [from, there] = [`large-${randomUUID()}`, randomUUID()];
  await fill(from);
  const [source, small] = [await openFolder(from), await openFolder(there, 60)];
  await expect(migrate({ source, target: small, collections: FEW, progress })).rejects.toThrow(StoreUnavailable);
  await Promise.all([source.close(), small.close()]);
  const [again, roomy] = [await openFolder(from), await openFolder(there)];
  await migrate({ source: again, target: roomy, collections: FEW, progress });
  await Promise.all([again.close(), roomy.close()]);
  expect(await everythingIn(await openFolder(there))).toStrictEqual(await everythingIn(await openFolder(from)));
});

/** Some documents in every collection, at several versions; in one of them many. */
async function fill(place: string, collections = FEW): Promise<void> {
  const stores = await openFolder(place);
  for (const [service, specs] of Object.entries(collections)) {
    const store = await stores.open(service, [...specs]);
    for (const spec of specs as readonly AnyCollection[]) {
      const count = spec.name === 'invoices' ? MANY : 7;
      const documents = Array.from({ length: count }, (_, number) => documentOf(spec, number));
      await store.collection<object>(spec).insertMany(
        documents,
        documents.map((_, number) => 1 + (number % 9)),
      );
    }
  }
  await stores.close();
}

/** Keys that do not come in the order of their UTF-16 units, and values of every kind. */
function documentOf(spec: AnyCollection, number: number): object {
  const key = ['\u{ff5e}', '\u{1f600}', 'z', 'a', "'", '_', '%'][number % 7];
  return {
    tenantId: number % 3 === 0 ? null : `ten_${number % 5}`,
    createdAt: `2026-03-10T12:00:00.${String(number % 1000).padStart(3, '0')}Z`,
    nested: { z: [1.5, -0.1, 1e21, 97602893156155660], a: { deep: null, 'a.b': '\u0000', $set: true } },
    text: 'x'.repeat(number % 300),
    [spec.key]: `${key}${number}`,
  };
}

/** What happens to a source that goes on working: something changes, something goes, something comes. */
async function disturb(collection: Collection<object>, spec: AnyCollection): Promise<void> {
  const [first, second, third] = [1, 2, 3].map((number) => documentOf(spec, number));
  await collection.update(String(Reflect.get(first ?? {}, spec.key)), {}, { text: 'changed' } as object);
  await collection.delete(String(Reflect.get(second ?? {}, spec.key)));
  const again = String(Reflect.get(third ?? {}, spec.key));
  await collection.delete(again);
  await collection.insert({ [spec.key]: again, text: 'made again' });
  for (const key of ['!', 'm', '\u{10ffff}']) await collection.insert({ [spec.key]: key, text: 'new' });
}

/** Every document of every collection with its version, in the order of the keys. Closes the stores. */
async function everythingIn(stores: Stores, collections = FEW): Promise<Record<string, readonly object[]>> {
  const all: Record<string, readonly object[]> = {};
  for (const [service, specs] of Object.entries(collections)) {
    const store = await stores.open(service, specs.map(inKeyOrder));
    for (const spec of specs) {
      const { items } = await store.collection<object>(spec).page({ index: KEY_ORDER, limit: 1_000_000 });
      all[`${service}.${spec.name}`] = items;
    }
  }
  await stores.close();
  return all;
}

/** Stores that change a word in one document on its way in. */
function garbling(stores: Stores): Stores {
  return {
    location: stores.location,
    exclusive: stores.exclusive,
    close: () => stores.close(),
    async open(service, specs) {
      const store = await stores.open(service, specs);
      return {
        ping: () => store.ping(),
        collection(spec) {
          const collection = store.collection(spec);
          if (spec.name !== 'invoices') return collection;
          const insertMany: typeof collection.insertMany = (documents, versions) =>
            collection.insertMany(
              documents.map((document, place) => (place === 7 ? { ...document, text: 'garbled' } : document)),
              versions,
            );
          return new Proxy(collection, {
            get: (real, name) => {
              const value = name === 'insertMany' ? insertMany : Reflect.get(real, name);
              return typeof value === 'function' ? value.bind(real) : value;
            },
          });
        },
      };
    },
  };
}
