import { createSubgraphSchema, type Subgraph, type SubgraphDeps } from '#lib/graphql/subgraph.ts';
import { deleteExpiredClaims } from '#lib/idempotency.ts';
import { createUserCommands } from './commands.ts';
import { createNeighbours } from './neighbours.ts';
import { userResolvers } from './resolvers.ts';
import { createUserService } from './service.ts';
import { openUserStore } from './store.ts';

const HOUR = 60 * 60 * 1000;

export async function createUserSubgraph({ stores, clock, ids, services, log }: SubgraphDeps): Promise<Subgraph> {
  const store = await openUserStore(stores);
  const neighbours = createNeighbours({ services, ids });
  const service = createUserService({ store, clock, ids, neighbours });
  const commands = createUserCommands({ store, clock, neighbours });
  let cleaning: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  const clean = () => {
    cleaning = deleteExpiredClaims(store.idempotencyClaims, clock).catch((error) =>
      log.error({ err: error }, 'expired idempotency keys could not be deleted'),
    );
  };

  return {
    name: 'user',
    schema: createSubgraphSchema('user', userResolvers({ service, commands, store })),
    async start() {
      clean();
      timer = setInterval(clean, HOUR).unref();
      return [];
    },
    ready: () => store.ping(),
    async stop() {
      clearInterval(timer);
      await cleaning;
    },
  };
}
