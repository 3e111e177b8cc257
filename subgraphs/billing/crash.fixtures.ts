import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedStores } from '#lib/store/embedded/embedded.ts';
import type { Collection } from '#lib/store/port.ts';
import { type BillingStore, openBillingStore } from './store.ts';

/** The only tenant of these tests, and the years in which they happen. */
export const TENANT = 'ten_1';
const YEARS = ['2025', '2026', '2027'];

/** The process is dead: nothing that it does has an effect any more. */
export class ProcessDied extends Error {
  override readonly name = 'ProcessDied';
}

/** When a process dies: at its n-th write, from 1 on, before that happened or after, but before it heard of it. */
export interface Death {
  readonly write: number;
  readonly happened: boolean;
}

/** A store of one test on the disk; seen by processes to which something happens. */
export async function openTestStore() {
  const dataDir = await mkdtemp(join(tmpdir(), 'billing-'));
  const stores = await openEmbeddedStores({ dataDir });
  const store = await openBillingStore(stores);
  return {
    store,
    dyingProcess: (death: Death) => storeAround(store, dying(death)),
    /** A process that halts before its n-th operation, from 1 on, until what happens meanwhile has happened. */
    haltingProcess: (operation: number, meanwhile: () => Promise<void>) =>
      storeAround(store, halting(operation, meanwhile)),
    /** Empties it for the next test. */
    async clear() {
      const { items } = await store.invoices.page({ index: 'tenant', prefix: [TENANT], limit: 1000 });
      await Promise.all([
        store.accounts.delete(TENANT),
        ...items.map(({ invoiceId }) => store.invoices.delete(invoiceId)),
        ...YEARS.map((year) => store.numbers.delete(year)),
      ]);
    },
    async close() {
      await stores.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Every way to die in the first writes. */
export function deaths(writes: number): Death[] {
  return Array.from({ length: writes }, (_, index) => index + 1).flatMap((write) => [
    { write, happened: false },
    { write, happened: true },
  ]);
}

/** What stands around each operation of a process on its store. */
type Around = <T>(kind: 'read' | 'write', work: () => Promise<T>) => Promise<T>;

function dying({ write, happened }: Death): Around {
  let writes = 0;
  return async (kind, work) => {
    if (writes >= write) throw new ProcessDied();
    if (kind === 'read') return await work();
    writes += 1;
    if (writes < write) return await work();
    if (happened) await work();
    throw new ProcessDied();
  };
}

function halting(operation: number, meanwhile: () => Promise<void>): Around {
  let operations = 0;
  return async (_, work) => {
    operations += 1;
    if (operations === operation) await meanwhile();
    return await work();
  };
}

function storeAround(store: BillingStore, around: Around): BillingStore {
  function collectionAround<D extends object>(collection: Collection<D>): Collection<D> {
    return {
      spec: collection.spec,
      insert: (document) => around('write', () => collection.insert(document)),
      insertMany: (documents) => around('write', () => collection.insertMany(documents)),
      update: (key, guard, set) => around('write', () => collection.update(key, guard, set)),
      delete: (key, guard) => around('write', () => (guard ? collection.delete(key, guard) : collection.delete(key))),
      increment: (key, add, base) => around('write', () => collection.increment(key, add, base)),
      get: (key) => around('read', () => collection.get(key)),
      getMany: (keys) => around('read', () => collection.getMany(keys)),
      page: (query) => around('read', () => collection.page(query)),
      count: (selection) => around('read', () => collection.count(selection)),
    };
  }
  return {
    accounts: collectionAround(store.accounts),
    invoices: collectionAround(store.invoices),
    numbers: collectionAround(store.numbers),
    ping: () => around('read', () => store.ping()),
  };
}
