import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Around, collectionAround, type Death, dying, halting } from '#test/support/around.ts';
import { openTestStores, removeStores } from '#test/support/stores.ts';
import { type BillingStore, openBillingStore } from './store.ts';

/** The only tenant of these tests, and the years in which they happen. */
export const TENANT = 'ten_1';
const YEARS = ['2025', '2026', '2027'];

/** A store of one test on the disk; seen by processes to which something happens. */
export async function openTestStore() {
  const dataDir = await mkdtemp(join(tmpdir(), 'billing-'));
  const stores = await openTestStores(dataDir);
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
      await removeStores(dataDir);
    },
  };
}

export function storeAround(store: BillingStore, around: Around): BillingStore {
  return {
    accounts: collectionAround(store.accounts, around),
    invoices: collectionAround(store.invoices, around),
    numbers: collectionAround(store.numbers, around),
    ping: () => around('read', () => store.ping()),
  };
}
