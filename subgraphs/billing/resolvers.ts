import { documentLoader } from '#lib/graphql/loaders.ts';
import { standing } from './account.ts';
import { linesOf, subtotalOf, taxOf, totalOf } from './amounts.ts';
import type { FinalInvoices } from './final-invoices.ts';
import type { Resolvers } from './resolvers.generated.ts';
import type { BillingService } from './service.ts';
import type { BillingStore } from './store.ts';
import type { TierChanges } from './tier-change.ts';

const AMOUNTS = { lines: linesOf, subtotal: subtotalOf, tax: taxOf, total: totalOf };

/** Decode, call, map: what the SDL names, on the service's use cases. */
export function billingResolvers(parts: {
  readonly service: BillingService;
  readonly finalInvoices: FinalInvoices;
  readonly tierChanges: TierChanges;
  readonly store: BillingStore;
}): Resolvers {
  const { service, finalInvoices, tierChanges, store } = parts;
  return {
    Tenant: {
      __resolveReference: (reference) => reference,
      billingAccount: async ({ tenantId }, _, context) =>
        standing(await documentLoader(context, store.accounts).load(tenantId)) ?? null,
      invoices: ({ tenantId }, { first, after, status }) =>
        service.listInvoices(tenantId, status ?? null, { first, after: after ?? null }),
      allowances: (tenant) => service.allowances(tenant),
      upcomingInvoice: async (tenant, _, context) =>
        service.upcoming(await documentLoader(context, store.accounts).load(tenant.tenantId), tenant),
    },
    BillingAccount: { balance: (account) => service.balance(account) },
    Invoice: AMOUNTS,
    UpcomingInvoice: AMOUNTS,
    Query: {
      plans: () => service.plans(),
      invoice: (_, { invoiceId }, { principal }) => service.invoice(principal, invoiceId),
      upcomingInvoiceChange: (_, { tenantId, tier }, { requestId }) => tierChanges.upcoming(tenantId, tier, requestId),
    },
    Mutation: {
      createBillingAccount: (_, command) => done(service.createAccount(command)),
      discardBillingAccount: (_, command) => done(service.discardAccount(command)),
      issueFinalInvoices: (_, command, { requestId }) => finalInvoices.issue(command, requestId),
      voidFinalInvoices: (_, command, { requestId }) => done(finalInvoices.void(command, requestId)),
      closeBillingAccount: (_, command) => done(service.closeAccount(command)),
      reopenBillingAccount: (_, command) => done(service.reopenAccount(command)),
    },
  };
}

/** A command that has nothing to say but that it is done. */
async function done(command: Promise<void>): Promise<boolean> {
  await command;
  return true;
}
