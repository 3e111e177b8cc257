import { createSubgraphSchema, type Subgraph, type SubgraphDeps } from '#lib/graphql/subgraph.ts';
import { createMailer } from '#lib/mail/mailer.ts';
import { createSweeper } from '#lib/sweeper.ts';
import { exposeWorkflows } from '#lib/workflow/telemetry.ts';
import { oauthRoutes } from './oauth/routes.ts';
import { identityResolvers } from './resolvers.ts';
import { createService } from './service.ts';
import { openIdentityStore } from './store.ts';

const SWEEP_MILLISECONDS = 10 * 60 * 1000;

export async function createIdentitySubgraph(deps: SubgraphDeps): Promise<Subgraph> {
  const { config, clock, log } = deps;
  const store = await openIdentityStore(deps.stores);
  const service = createService({
    ...deps,
    store,
    mailer: createMailer({ config, clock, log }),
    exclusive: deps.stores.exclusive,
  });
  const sweeper = createSweeper(log, [() => service.sweep()], { everyMilliseconds: SWEEP_MILLISECONDS });

  return {
    name: 'identity',
    schema: createSubgraphSchema('identity', identityResolvers(service)),
    routes: (app) => oauthRoutes(app, { service, log }),
    async start() {
      const notices = await service.bootstrap();
      service.engine.run();
      service.outbox.engine.run();
      sweeper.start();
      return notices;
    },
    metrics(registry) {
      for (const { engine } of [service, service.outbox]) exposeWorkflows(registry, 'identity', engine, log);
    },
    ready: () => store.ping(),
    async stop() {
      await Promise.all([service.engine.stop(), service.outbox.stop()]);
      await sweeper.stop();
    },
  };
}
