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
/** How often a process looks for events that others stored and did not live to fold. Readings have them all the same. */
const LOOK_MILLISECONDS = 5 * 60 * 1000;

export async function createMetricsSubgraph({ stores, clock, services, log }: SubgraphDeps): Promise<Subgraph> {
  const store = await openMetricsStore(stores);
  const folding = createFolding(store);
  const closing = createUsageClosing({ store, folding, deletionMilliseconds: DELETION_MILLISECONDS });
  const scheduler = createFoldScheduler({ folding: closing, log });
  const reader = createUsageReader(store, scheduler.schedule);
  const service = createMetricsService({ store, clock, services, closing, scheduler, reader });
  let timer: NodeJS.Timeout | undefined;

  const look = async () => {
    for (const tenantId of await tenantsToFold(store)) scheduler.schedule(tenantId);
  };
  const lookAgain = () => {
    look().catch((err: unknown) => log.warn({ err }, 'events that are not folded could not be looked for'));
  };

  return {
    name: 'metrics',
    schema: createSubgraphSchema('metrics', metricsResolvers({ service, closing })),
    async start() {
      await look();
      timer = setInterval(lookAgain, LOOK_MILLISECONDS).unref();
      return [];
    },
    ready: () => store.ping(),
    async stop() {
      clearInterval(timer);
      await scheduler.stop();
    },
  };
}
