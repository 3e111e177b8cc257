import { createSubgraphSchema, type Subgraph, type SubgraphDeps } from '#lib/graphql/subgraph.ts';
import { createLocalDriver } from './drivers/local.ts';
import { provisioningResolvers } from './resolvers.ts';
import { createProvisioningService } from './service.ts';
import { openProvisioningStore } from './store.ts';

export async function createProvisioningSubgraph({ config, stores, clock, ids, log }: SubgraphDeps): Promise<Subgraph> {
  const store = await openProvisioningStore(stores);
  const driver = createLocalDriver({ dataDir: config.dataDir, ids });
  const service = createProvisioningService({ store, driver, clock, log });
  return {
    name: 'provisioning',
    schema: createSubgraphSchema('provisioning', provisioningResolvers({ service, store })),
    ready: () => store.ping(),
    stop: () => driver.close(),
  };
}
