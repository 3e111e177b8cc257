import { maySeeTenant, type Principal } from '#lib/auth/principal.ts';
import { type Clock, timestamp } from '#lib/clock.ts';
import { failedPrecondition, notFound } from '#lib/errors.ts';
import { connectionOf, type PageArguments } from '#lib/graphql/connections.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import { modify, modifyOrInsert } from '#lib/store/modify.ts';
import {
  type AccountDocument,
  assertCurrency,
  close,
  discard,
  discardedAccount,
  newAccount,
  parseAddress,
  reopen,
  standing,
} from './account.ts';
import type { Command } from './final-invoices.ts';
import { type InvoiceStatus, openBalance } from './invoice.ts';
import type { Money } from './money.ts';
import { type Allowance, allowances, type PriceList, planOf } from './plan.ts';
import { type PricedPeriod, priceUpcoming } from './pricing.ts';
import { type TenantRepresentation, tierChangesOf, tierOf, usageToDateOf } from './representation.ts';
import {
  type BillingStore,
  type InvoiceDocument,
  type InvoicePage,
  invoicesWithStatus,
  listInvoices,
} from './store.ts';

export type BillingService = ReturnType<typeof createBillingService>;

/** The use cases of accounts, and what is read of invoices and plans. Commands are idempotent: the same again answers the same. */
export function createBillingService(deps: {
  readonly store: BillingStore;
  readonly clock: Clock;
  readonly priceList: PriceList;
}) {
  const { store, clock, priceList } = deps;
  const { accounts, invoices } = store;

  return {
    /**
     * @throws {AppError} `BAD_USER_INPUT` for an address that is empty or has more than 1,000 characters;
     * `FAILED_PRECONDITION` when the account was undone
     */
    async createAccount({ tenantId, address }: Command & { readonly address: string }): Promise<void> {
      const createdAt = timestamp(clock);
      const parsed = parseAddress(address, 'address');
      try {
        await accounts.insert(newAccount({ tenantId, address: parsed, currency: priceList.currency, createdAt }));
      } catch (error) {
        if (!(error instanceof KeyTaken)) throw error;
        const account = await accounts.get(tenantId);
        if (standing(account) === undefined) throw failedPrecondition('The billing account was discarded.');
      }
    },

    /** @throws {AppError} `FAILED_PRECONDITION` when something was invoiced on the account */
    async discardAccount({ tenantId }: Command): Promise<void> {
      const at = timestamp(clock);
      const nothing = discardedAccount({ tenantId, currency: priceList.currency, createdAt: at });
      await modifyOrInsert(accounts, nothing, (account) => discard(account, at));
    },

    /** @throws {AppError} `NOT_FOUND` */
    async closeAccount({ commandId, tenantId }: Command): Promise<void> {
      const closed = await modify(
        accounts,
        tenantId,
        (account) => standing(account) && close(account, commandId, timestamp(clock)),
      );
      if (standing(closed) === undefined) throw notFound('billing account');
    },

    /** Undoes that very closing. An account that another command closed stays closed. */
    async reopenAccount({ commandId, tenantId }: Command): Promise<void> {
      await modify(accounts, tenantId, (account) => standing(account) && reopen(account, commandId, timestamp(clock)));
    },

    balance: async ({ tenantId, currency }: AccountDocument): Promise<Money> =>
      openBalance(await invoicesWithStatus(store, tenantId, 'OPEN'), currency),

    /** @throws {AppError} `BAD_USER_INPUT` for a page that cannot be */
    listInvoices: (tenantId: string, status: InvoiceStatus | null, page: PageArguments): Promise<InvoicePage> =>
      connectionOf(invoices, listInvoices(tenantId, status), page),

    /** An invoice of a tenant that the principal may see. */
    async invoice(principal: Principal, invoiceId: string): Promise<InvoiceDocument | null> {
      const invoice = await invoices.get(invoiceId);
      return invoice !== undefined && maySeeTenant(principal, invoice.tenantId) ? invoice : null;
    },

    plans: () => priceList.plans,

    /** @throws {AppError} `UNAVAILABLE` without the tenant's tier */
    allowances: (tenant: TenantRepresentation): Allowance[] => allowances(planOf(priceList, tierOf(tenant))),

    /**
     * The current month's bill; null where none will come: without an account, or when it is closed.
     * @throws {AppError} `UNAVAILABLE` without the tier history or the usage; `FAILED_PRECONDITION` in another currency
     */
    upcoming(found: AccountDocument | undefined, tenant: TenantRepresentation): PricedPeriod | null {
      const account = standing(found);
      if (account === undefined || account.closedAt !== null) return null;
      assertCurrency(account, priceList);
      const [tierChanges, usage] = [tierChangesOf(tenant), usageToDateOf(tenant)];
      return priceUpcoming({ priceList, tierChanges, usage, now: timestamp(clock), taxRate: account.taxRate });
    },
  };
}
