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

/** A store of one test on the disk; `process` is what a process sees of it, which may die. */
export async function openTestStore() {
  const dataDir = await mkdtemp(join(tmpdir(), 'billing-'));
  const stores = await openEmbeddedStores({ dataDir });
  const store = await openBillingStore(stores);
  return {
    store,
    process: (death: Death) => dyingStore(store, death),
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

function dyingStore(store: BillingStore, { write, happened }: Death): BillingStore {
  let writes = 0;

  async function onWrite<T>(work: () => Promise<T>): Promise<T> {
    writes += 1;
    if (writes > write || (writes === write && !happened)) throw new ProcessDied();
    const result = await work();
    if (writes >= write) throw new ProcessDied();
    return result;
  }

  async function onRead<T>(work: () => Promise<T>): Promise<T> {
    if (writes >= write) throw new ProcessDied();
    return await work();
  }

  function dying<D extends object>(collection: Collection<D>): Collection<D> {
    return {
      spec: collection.spec,
      insert: (document) => onWrite(() => collection.insert(document)),
      insertMany: (documents) => onWrite(() => collection.insertMany(documents)),
      update: (key, guard, set) => onWrite(() => collection.update(key, guard, set)),
      delete: (key, guard) => onWrite(() => (guard ? collection.delete(key, guard) : collection.delete(key))),
      increment: (key, add, base) => onWrite(() => collection.increment(key, add, base)),
      get: (key) => onRead(() => collection.get(key)),
      getMany: (keys) => onRead(() => collection.getMany(keys)),
      page: (query) => onRead(() => collection.page(query)),
      count: (selection) => onRead(() => collection.count(selection)),
    };
  }

  return {
    accounts: dying(store.accounts),
    invoices: dying(store.invoices),
    numbers: dying(store.numbers),
    ping: () => onRead(() => store.ping()),
  };
}
