import { createSubgraphSchema, type Subgraph, type SubgraphDeps } from '#lib/graphql/subgraph.ts';
import { createFoldScheduler } from './fold-scheduler.ts';
import { createFolding } from './folding.ts';
import { metricsResolvers } from './resolvers.ts';
import { createMetricsService } from './service.ts';
import { openMetricsStore, tenantsToFold } from './store.ts';
import { createUsageReader } from './usage-reader.ts';

export async function createMetricsSubgraph({ stores, clock, services, log }: SubgraphDeps): Promise<Subgraph> {
  const store = await openMetricsStore(stores);
  const folding = createFolding(store);
  const scheduler = createFoldScheduler({ folding, log });
  const reader = createUsageReader(store, scheduler.schedule);
  const service = createMetricsService({ store, clock, services, folding, scheduler, reader });
  return {
    name: 'metrics',
    schema: createSubgraphSchema('metrics', metricsResolvers({ service })),
    async start() {
      for (const tenantId of await tenantsToFold(store)) scheduler.schedule(tenantId);
      return [];
    },
    ready: () => store.ping(),
    stop: () => scheduler.stop(),
  };
}
