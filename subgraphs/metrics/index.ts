import { createSubgraphSchema, type Subgraph, type SubgraphDeps } from '#lib/graphql/subgraph.ts';
import { createUsageClosing } from './closing.ts';
import { createFoldScheduler } from './fold-scheduler.ts';
import { createFolding } from './folding.ts';
import { metricsResolvers } from './resolvers.ts';
import { createMetricsService } from './service.ts';
import { openMetricsStore, tenantsToFold } from './store.ts';
import { createUsageReader } from './usage-reader.ts';

/** A workflow waits half a minute for a command that only goes forward. */
const DELETION_MILLISECONDS = 20_000;

export async function createMetricsSubgraph({ stores, clock, services, log }: SubgraphDeps): Promise<Subgraph> {
  const store = await openMetricsStore(stores);
  const folding = createFolding(store);
  const closing = createUsageClosing({ store, folding, deletionMilliseconds: DELETION_MILLISECONDS });
  const scheduler = createFoldScheduler({ folding: closing, log });
  const reader = createUsageReader(store, scheduler.schedule);
  const service = createMetricsService({ store, clock, services, closing, scheduler, reader });
  return {
    name: 'metrics',
    schema: createSubgraphSchema('metrics', metricsResolvers({ service, closing })),
    async start() {
      for (const tenantId of await tenantsToFold(store)) scheduler.schedule(tenantId);
      return [];
    },
    ready: () => store.ping(),
    stop: () => scheduler.stop(),
  };
}
