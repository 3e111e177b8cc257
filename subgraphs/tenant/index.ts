import { createSubgraphSchema, type Subgraph, type SubgraphDeps } from '#lib/graphql/subgraph.ts';
import { deleteOldTombstones } from '#lib/store/tombstone.ts';
import { createSweeper } from '#lib/sweeper.ts';
import { deleteOldChanges } from '#lib/workflow/change.ts';
import { createWorkflowEngine } from '#lib/workflow/engine.ts';
import { exposeWorkflows } from '#lib/workflow/telemetry.ts';
import { renaming, resumption, suspension } from './changes.ts';
import { createTenantMutations } from './mutations.ts';
import { createNames } from './names.ts';
import { tenantResolvers } from './resolvers.ts';
import { createTenantService } from './service.ts';
import { openTenantStore } from './store.ts';

export async function createTenantSubgraph(deps: SubgraphDeps): Promise<Subgraph> {
  const { stores, clock, ids, services, log } = deps;
  const store = await openTenantStore(stores);
  const names = createNames({ ...store, clock });
  const changes = { store, names, clock, services };
  const definitions = [suspension(changes), resumption(changes), renaming(changes)];
  const engine = createWorkflowEngine({
    workflows: store.changes,
    definitions,
    clock,
    log,
    exclusive: stores.exclusive,
  });
  const service = createTenantService({ store, names, clock });
  const mutations = createTenantMutations({ store, engine, ids });
  const sweeper = createSweeper(log, [
    () => deleteOldChanges(store.changes, clock),
    () => deleteOldTombstones(store.tenants, clock),
  ]);

  return {
    name: 'tenant',
    schema: createSubgraphSchema('tenant', tenantResolvers({ service, mutations, store })),
    async start() {
      engine.run();
      sweeper.start();
      return [];
    },
    metrics: (registry) => exposeWorkflows(registry, 'tenant', engine, log),
    ready: () => store.ping(),
    async stop() {
      await engine.stop();
      await sweeper.stop();
    },
  };
}
