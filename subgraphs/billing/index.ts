import { createSubgraphSchema, type Subgraph, type SubgraphDeps } from '#lib/graphql/subgraph.ts';
import { createFinalInvoices } from './final-invoices.ts';
import { createNumbering } from './numbering.ts';
import { loadPriceList } from './price-list-file.ts';
import { billingResolvers } from './resolvers.ts';
import { createBillingService } from './service.ts';
import { createSources } from './sources.ts';
import { openBillingStore } from './store.ts';
import { createTierChanges } from './tier-change.ts';

/** @throws {ConfigError} when the price list is not as it must be */
export async function createBillingSubgraph({ config, stores, clock, ids, services }: SubgraphDeps): Promise<Subgraph> {
  const priceList = await loadPriceList(config.plansFile);
  const store = await openBillingStore(stores);
  const numbering = createNumbering({ ...store, clock });
  const sources = createSources(services);
  const finalInvoices = createFinalInvoices({ store, clock, ids, priceList, sources, numbering });
  const tierChanges = createTierChanges({ store, clock, priceList, sources });
  const service = createBillingService({ store, clock, priceList });
  return {
    name: 'billing',
    schema: createSubgraphSchema('billing', billingResolvers({ service, finalInvoices, tierChanges, store })),
    ready: () => store.ping(),
  };
}
