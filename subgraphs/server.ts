import { createServiceTokenVerifier } from '#lib/auth/service-token.ts';
import { verifierOf } from '#lib/auth/verification.ts';
import { type Clock, systemClock } from '#lib/clock.ts';
import type { Config } from '#lib/config.ts';
import { unavailable } from '#lib/errors.ts';
import type { InterceptCall } from '#lib/graphql/services.ts';
import type { Notice, Subgraph } from '#lib/graphql/subgraph.ts';
import { createHttpApp, listen, serveMetrics } from '#lib/http/app.ts';
import { createHttpTelemetry } from '#lib/http/telemetry.ts';
import { createIds } from '#lib/ids.ts';
import type { Logger } from '#lib/log.ts';
import { createRemotes } from '#lib/remote/remotes.ts';
import { subgraphRoutes } from '#lib/remote/server.ts';
import type { SubgraphName } from '#lib/service-name.ts';
import { openStores } from '#lib/store/open.ts';
import type { Stores } from '#lib/store/port.ts';
import { openPlane } from './plane.ts';

/** Of a request's body, in bytes, beside GraphQL. */
const BODY_BYTES = 1024 * 1024;

/** One subgraph as its own server. */
export interface SubgraphServer {
  /** Where it listens, for example `http://127.0.0.1:4005`. */
  readonly url: string;
  /** Where its data is. */
  readonly location: string;
  /** What the person who started it must be told, once. */
  readonly notices: readonly Notice[];
  readonly subgraph: Subgraph;
  /** Refuses to be ready, finishes the requests under way, then stops what runs by itself and closes the store. */
  close(): Promise<void>;
}

export interface SubgraphServerOptions {
  readonly clock?: Clock;
  /** Stores that the caller closes; several servers of one process share them. */
  readonly stores?: Stores;
  /** Stands between this service and the others. */
  readonly interceptCall?: InterceptCall;
}

/**
 * Starts one subgraph with its store and its HTTP server. It waits for no other process: it is ready once it knows the keys
 * by which tokens are verified.
 *
 * @param config of this subgraph's process (`readConfig(environment, name)`)
 * @throws {ConfigError} when it has no key
 * @throws {StoreUnusable} when its data is in use by another process
 */
export async function startSubgraphServer(
  name: SubgraphName,
  config: Config,
  log: Logger,
  options: SubgraphServerOptions = {},
): Promise<SubgraphServer> {
  const clock = options.clock ?? systemClock;
  const ids = createIds(clock);
  const telemetry = createHttpTelemetry();
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step();
  };

  try {
    const remotes = await createRemotes(config, clock, [name]);
    closing.push(() => remotes.close());
    const stores = options.stores ?? (await openStores(config, log));
    if (options.stores === undefined) closing.push(() => stores.close());
    const { interceptCall } = options;
    const plane = await openPlane({ config, log, clock, ids, stores, remotes, interceptCall });
    closing.push(() => plane.stop());
    const subgraph = plane.subgraphs.get(name);
    if (subgraph === undefined) throw new Error(`the configuration is not that of the ${name} service`);
    subgraph.metrics?.(telemetry.registry);

    const verifier = verifierOf({ config, services: plane.services(name, log), clock, ids, log });
    closing.push(async () => verifier.stop());
    const ready = async () => {
      if (!verifier.ready()) throw unavailable('The keys are not known yet.');
      await plane.ready();
    };
    const exposeMetrics = config.metricsPort === undefined;
    const limits = { bodyLimit: BODY_BYTES, whileClosing: 'serve' } as const;
    const server = createHttpApp({ log, ids, telemetry, ready, exposeMetrics, trustedProxies: [], ...limits });
    closing.push(() => server.close());
    if (config.metricsPort !== undefined) closing.push(await serveMetrics(config.host, config.metricsPort, telemetry));
    const serviceTokens = createServiceTokenVerifier({ clock, keyOf: (kid) => verifier.serviceKey(kid) });
    const verifyToken = (token: string) => verifier.verify(token);
    await subgraphRoutes(server.app, { subgraph, log, telemetry, serviceTokens, verifyToken }, { alone: true });

    const url = await listen(server.app, config.host, config.port);
    await verifier.start();
    return { url, location: stores.location, notices: plane.notices, subgraph, close };
  } catch (error) {
    await close();
    throw error;
  }
}
