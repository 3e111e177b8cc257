import { createSubgraphSchema, type Subgraph, type SubgraphDeps } from '#lib/graphql/subgraph.ts';
import { createSweeper } from '#lib/sweeper.ts';
import { exposeWorkflows } from '#lib/workflow/telemetry.ts';
import { oauthRoutes } from './oauth/routes.ts';
import { identityResolvers } from './resolvers.ts';
import { createService } from './service.ts';
import { openIdentityStore } from './store.ts';

const SWEEP_MILLISECONDS = 10 * 60 * 1000;

export async function createIdentitySubgraph(deps: SubgraphDeps): Promise<Subgraph> {
  const { log } = deps;
  const store = await openIdentityStore(deps.stores);
  const service = createService({ ...deps, store, exclusive: deps.stores.exclusive });
  const sweeper = createSweeper(log, [() => service.sweep()], { everyMilliseconds: SWEEP_MILLISECONDS });

  return {
    name: 'identity',
    schema: createSubgraphSchema('identity', identityResolvers(service)),
    routes: (app) => oauthRoutes(app, { service, log }),
    async start() {
      const notices = await service.bootstrap();
      service.engine.run();
      sweeper.start();
      return notices;
    },
    metrics: (registry) => exposeWorkflows(registry, 'identity', service.engine, log),
    ready: () => store.ping(),
    async stop() {
      await service.engine.stop();
      await sweeper.stop();
    },
  };
}
