import type { FastifyInstance } from 'fastify';
import { createServiceTokenVerifier } from '#lib/auth/service-token.ts';
import { verifierOf } from '#lib/auth/verification.ts';
import type { TokenVerifier } from '#lib/auth/verifier.ts';
import { type Clock, systemClock } from '#lib/clock.ts';
import type { Config } from '#lib/config.ts';
import { unavailable } from '#lib/errors.ts';
import type { InterceptCall } from '#lib/graphql/services.ts';
import type { Notice, Subgraph, SubgraphName } from '#lib/graphql/subgraph.ts';
import { listen, serveMetrics } from '#lib/http/app.ts';
import { createHttpTelemetry, type HttpTelemetry } from '#lib/http/telemetry.ts';
import { createIds } from '#lib/ids.ts';
import type { Logger } from '#lib/log.ts';
import { createRemotes, type Remotes } from '#lib/remote/remotes.ts';
import { subgraphRoutes } from '#lib/remote/server.ts';
import { openStores } from '#lib/store/open.ts';
import type { Stores } from '#lib/store/port.ts';
import { namesHere, openPlane, type Plane } from '#subgraphs/plane.ts';
import { createAuditTrail } from './audit-trail.ts';
import { HttpDataSource } from './data-source/http.ts';
import { InProcessDataSource } from './data-source/in-process.ts';
import type { DataSourceOf } from './graph.ts';
import { passedOnRoutes } from './routes/passed-on.ts';
import { createServer } from './server.ts';

/** A running control plane: gateway, subgraphs and stores of one process. */
export interface ControlPlane {
  /** Where it listens, for example `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Where the data is; `undefined` when every subgraph runs elsewhere. */
  readonly location: string | undefined;
  /** What the person who started it must be told, once. */
  readonly notices: readonly Notice[];
  readonly subgraphs: ReadonlyMap<SubgraphName, Subgraph>;
  /** Refuses new requests, finishes those under way, then stops the subgraphs and closes the stores. */
  close(): Promise<void>;
}

export interface ControlPlaneOptions {
  readonly clock?: Clock;
  /** Stores that the caller closes. */
  readonly stores?: Stores;
  /** Stands between the gateway and the subgraphs: tests make a service fail by it. */
  readonly interceptDataSource?: (name: SubgraphName, dataSourceOf: DataSourceOf) => ReturnType<DataSourceOf>;
  /** The same between the services. */
  readonly interceptCall?: InterceptCall;
  /** The same between the services and their stores. */
  readonly interceptStores?: (stores: Stores) => Stores;
}

/**
 * Starts what runs in this process, in order: stores, subgraphs, gateway. It waits for no other process: it is ready once
 * those that run elsewhere are.
 *
 * @throws {ConfigError} when something needs a key and has none
 * @throws {StoreUnusable} when the data is in use by another process
 */
export async function startControlPlane(
  config: Config,
  log: Logger,
  options: ControlPlaneOptions = {},
): Promise<ControlPlane> {
  const clock = options.clock ?? systemClock;
  const ids = createIds(clock);
  const telemetry = createHttpTelemetry();
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step();
  };

  try {
    const here = namesHere(config);
    const remotes = await createRemotes(config, clock, ['gateway', ...here]);
    closing.push(() => remotes.close());
    const stores = options.stores ?? (here.length === 0 ? undefined : await openStores(config, log));
    if (stores !== undefined && options.stores === undefined) closing.push(() => stores.close());
    const { interceptCall, interceptStores = (direct: Stores) => direct } = options;
    const common = { config, log, clock, ids };
    const plane = await openPlane({ ...common, stores: stores && interceptStores(stores), remotes, interceptCall });
    closing.push(() => plane.stop());
    for (const subgraph of plane.subgraphs.values()) subgraph.metrics?.(telemetry.registry);

    const services = plane.services('gateway', log);
    const verifier = verifierOf({ ...common, services });
    closing.push(async () => verifier.stop());
    const known = verifier.start();
    if (plane.subgraphs.has('identity')) await known;

    const trail = createAuditTrail(services, ids, log);
    closing.push(() => trail.stop());
    const parts: Parts = { log, clock, telemetry, plane, remotes, verifier };
    const server = await createServer({
      log,
      ids,
      clock,
      trail,
      telemetry,
      dataSourceOf: dataSources(parts, options.interceptDataSource),
      verifyToken: (token) => verifier.verify(token),
      ready: () => allReady(parts),
      routes: (app) => addRoutes(app, parts),
      exposeMetrics: config.metricsPort === undefined,
      trustedProxies: config.trustedProxies,
    });
    closing.push(() => server.close());
    if (config.metricsPort !== undefined) closing.push(await serveMetrics(config.host, config.metricsPort, telemetry));

    const url = await listen(server.app, config.host, config.port);
    return { url, location: stores?.location, notices: plane.notices, subgraphs: plane.subgraphs, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Parts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly telemetry: HttpTelemetry;
  readonly plane: Plane;
  readonly remotes: Remotes;
  readonly verifier: TokenVerifier;
}

function dataSources(
  { plane, remotes, verifier }: Parts,
  intercept: ControlPlaneOptions['interceptDataSource'],
): DataSourceOf {
  const direct: DataSourceOf = (name) => {
    const subgraph = plane.subgraphs.get(name);
    if (subgraph !== undefined) return new InProcessDataSource(subgraph);
    return new HttpDataSource(name, remotes, (token) => verifier.verify(token));
  };
  return intercept === undefined ? direct : (name) => intercept(name, direct);
}

async function allReady({ plane, remotes, verifier }: Parts): Promise<void> {
  if (!verifier.ready()) throw unavailable('The keys are not known yet.');
  await Promise.all([plane.ready(), remotes.ready()]);
}

/** The subgraphs' own routes, wherever they run; and where some run elsewhere, the ones here are served to them. */
async function addRoutes(
  app: FastifyInstance,
  { log, clock, telemetry, plane, remotes, verifier }: Parts,
): Promise<void> {
  await passedOnRoutes(app, remotes);
  const serviceTokens = createServiceTokenVerifier({ clock, keyOf: (kid) => verifier.serviceKey(kid) });
  const verifyToken = (token: string) => verifier.verify(token);
  for (const subgraph of plane.subgraphs.values()) {
    await subgraph.routes?.(app);
    if (remotes.names.length === 0) continue;
    await subgraphRoutes(app, { subgraph, log, telemetry, serviceTokens, verifyToken }, { alone: false });
  }
}
