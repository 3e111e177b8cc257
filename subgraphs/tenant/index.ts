import { createSubgraphSchema, type Subgraph, type SubgraphDeps } from '#lib/graphql/subgraph.ts';
import { tenantResolvers } from './resolvers.ts';
import { createTenantService } from './service.ts';
import { openTenantStore } from './store.ts';

export async function createTenantSubgraph({ stores, clock }: SubgraphDeps): Promise<Subgraph> {
  const store = await openTenantStore(stores);
  const service = createTenantService({ store, clock });
  return {
    name: 'tenant',
    schema: createSubgraphSchema('tenant', tenantResolvers({ service, store })),
    ready: () => store.ping(),
  };
}
