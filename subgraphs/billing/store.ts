import type { Connection, ListQuery } from '#lib/graphql/connections.ts';
import type { Collection, CollectionSpec, Stored, Stores } from '#lib/store/port.ts';
import type { AccountDocument } from './account.ts';
import type { Invoice, InvoiceStatus } from './invoice.ts';

/** An invoice as it is stored. It is never deleted: a number may be on its way to it. */
export interface InvoiceDocument extends Invoice {
  /** The instant of its finalization, decided before the number is taken: it decides the number's year. Null before. */
  readonly finalizingAt: string | null;
}

/** The invoice numbers of a year. */
export interface NumberCounter {
  /** Four digits. */
  readonly year: string;
  /** The last number that was taken; 0: none. */
  readonly last: number;
  /** The invoice that took it, and may not carry it yet. */
  readonly holder: string | null;
}

export type InvoicePage = Connection<Stored<InvoiceDocument>>;

export interface BillingStore {
  readonly accounts: Collection<AccountDocument>;
  readonly invoices: Collection<InvoiceDocument>;
  readonly numbers: Collection<NumberCounter>;
  ping(): Promise<void>;
}

const ACCOUNTS: CollectionSpec<AccountDocument> = { name: 'accounts', key: 'tenantId', indexes: {} };

/** Ids sort by creation, and the key is the last part of every index: both are in the order in which invoices were made. */
const INVOICES: CollectionSpec<InvoiceDocument> = {
  name: 'invoices',
  key: 'invoiceId',
  indexes: { tenant: ['tenantId'], tenant_status: ['tenantId', 'status'] },
};

const NUMBERS: CollectionSpec<NumberCounter> = { name: 'numbers', key: 'year', indexes: {} };

const PAGE = 100;

/** All that the service stores. */
export const BILLING_COLLECTIONS = [ACCOUNTS, INVOICES, NUMBERS] as const;

export async function openBillingStore(stores: Stores): Promise<BillingStore> {
  const store = await stores.open('billing', BILLING_COLLECTIONS);
  return {
    accounts: store.collection(ACCOUNTS),
    invoices: store.collection(INVOICES),
    numbers: store.collection(NUMBERS),
    ping: () => store.ping(),
  };
}

/** A tenant's invoices, newest first. */
export function listInvoices(tenantId: string, status: InvoiceStatus | null): ListQuery {
  if (status === null) return { index: 'tenant', prefix: [tenantId], order: 'desc' };
  return { index: 'tenant_status', prefix: [tenantId, status], order: 'desc' };
}

/** All invoices of a tenant with one status, newest first. */
export async function invoicesWithStatus(
  { invoices }: BillingStore,
  tenantId: string,
  status: InvoiceStatus,
): Promise<InvoiceDocument[]> {
  const found: InvoiceDocument[] = [];
  let query = { ...listInvoices(tenantId, status), limit: PAGE };
  for (;;) {
    const { items, hasMore } = await invoices.page(query);
    found.push(...items);
    const last = items.at(-1);
    if (!hasMore || last === undefined) return found;
    query = { ...query, after: [tenantId, status, last.invoiceId] } as typeof query;
  }
}
