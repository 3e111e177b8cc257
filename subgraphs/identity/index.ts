import { createSubgraphSchema, type Subgraph, type SubgraphDeps } from '#lib/graphql/subgraph.ts';
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
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<void> = Promise.resolve();

  const sweep = () => {
    sweeping = service.sweep().catch((error: unknown) => log.error({ err: error }, 'what has expired was not removed'));
  };

  return {
    name: 'identity',
    schema: createSubgraphSchema('identity', identityResolvers(service)),
    routes: (app) => oauthRoutes(app, { service, log }),
    async start() {
      const notices = await service.bootstrap();
      service.engine.run();
      timer = setInterval(sweep, SWEEP_MILLISECONDS).unref();
      return notices;
    },
    metrics: (registry) => exposeWorkflows(registry, 'identity', service.engine, log),
    ready: () => store.ping(),
    async stop() {
      clearInterval(timer);
      await service.engine.stop();
      await sweeping;
    },
  };
}
