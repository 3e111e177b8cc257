import { createSubgraphSchema, type Subgraph, type SubgraphDeps } from '#lib/graphql/subgraph.ts';
import { deleteExpiredClaims } from '#lib/idempotency.ts';
import { deleteOldTombstones } from '#lib/store/tombstone.ts';
import { createSweeper } from '#lib/sweeper.ts';
import { deleteOldChanges } from '#lib/workflow/change.ts';
import { createWorkflowEngine } from '#lib/workflow/engine.ts';
import { exposeWorkflows } from '#lib/workflow/telemetry.ts';
import { disabling, enabling, inviting, removing } from './changes.ts';
import { createUserCommands } from './commands.ts';
import { createNeighbours } from './neighbours.ts';
import { userResolvers } from './resolvers.ts';
import { createUserService } from './service.ts';
import { openUserStore } from './store.ts';

export async function createUserSubgraph({ stores, clock, ids, services, log }: SubgraphDeps): Promise<Subgraph> {
  const store = await openUserStore(stores);
  const neighbours = createNeighbours(services);
  const changes = { store, clock, neighbours };
  const definitions = [inviting(changes), disabling(changes), enabling(changes), removing(changes)];
  const engine = createWorkflowEngine({
    workflows: store.changes,
    definitions,
    clock,
    log,
    exclusive: stores.exclusive,
  });
  const service = createUserService({ store, clock, ids, neighbours, engine });
  const commands = createUserCommands({ store, clock, neighbours });
  const sweeper = createSweeper(log, [
    () => deleteExpiredClaims(store.idempotencyClaims, clock),
    () => deleteOldChanges(store.changes, clock),
    () => deleteOldTombstones(store.users, clock),
  ]);

  return {
    name: 'user',
    schema: createSubgraphSchema('user', userResolvers({ service, commands, store })),
    async start() {
      engine.run();
      sweeper.start();
      return [];
    },
    metrics: (registry) => exposeWorkflows(registry, 'user', engine, log),
    ready: () => store.ping(),
    async stop() {
      await engine.stop();
      await sweeper.stop();
    },
  };
}
