import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { createTokenVerifier } from '#lib/auth/verifier.ts';
import { type Clock, systemClock } from '#lib/clock.ts';
import type { Config } from '#lib/config.ts';
import { createServices, type InterceptCall } from '#lib/graphql/services.ts';
import type { Notice, Subgraph, SubgraphName } from '#lib/graphql/subgraph.ts';
import { createIds } from '#lib/ids.ts';
import type { Logger } from '#lib/log.ts';
import { openEmbeddedStores } from '#lib/store/embedded/embedded.ts';
import type { Stores } from '#lib/store/port.ts';
import { VerificationDocument } from './calls/identity.generated.ts';
import { InProcessDataSource } from './data-source/in-process.ts';
import type { DataSourceOf } from './graph.ts';
import { openPlane } from './plane.ts';
import { createServer } from './server.ts';
import { createTelemetry, type Telemetry } from './telemetry.ts';

/** A running control plane: gateway, subgraphs and stores of one process. */
export interface ControlPlane {
  /** Where it listens, for example `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Where the data is. */
  readonly location: string;
  /** What the person who started it must be told, once. */
  readonly notices: readonly Notice[];
  readonly subgraphs: ReadonlyMap<SubgraphName, Subgraph>;
  /** Refuses new requests, finishes those under way, then stops the subgraphs and closes the stores. */
  close(): Promise<void>;
}

export interface ControlPlaneOptions {
  readonly clock?: Clock;
  /** Stands between the gateway and the subgraphs: tests make a service fail by it. */
  readonly interceptDataSource?: (name: SubgraphName, dataSourceOf: DataSourceOf) => ReturnType<DataSourceOf>;
  /** The same between the services. */
  readonly interceptCall?: InterceptCall;
  /** The same between the services and their stores. */
  readonly interceptStores?: (stores: Stores) => Stores;
}

/**
 * Starts everything in this process, in order: stores, subgraphs, gateway.
 *
 * @throws {StoreUnusable} when the data of a service is in use by another process
 */
export async function startControlPlane(
  config: Config,
  log: Logger,
  options: ControlPlaneOptions = {},
): Promise<ControlPlane> {
  const clock = options.clock ?? systemClock;
  const ids = createIds(clock);
  const telemetry = createTelemetry();
  const stores = await openEmbeddedStores({ dataDir: config.dataDir });
  const closing: (() => Promise<unknown>)[] = [() => stores.close()];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step();
  };

  try {
    const { interceptCall, interceptStores = (direct: Stores) => direct } = options;
    const plane = await openPlane({ config, log, clock, ids, stores: interceptStores(stores), interceptCall });
    closing.push(() => plane.stop());
    for (const subgraph of plane.subgraphs.values()) subgraph.metrics?.(telemetry.registry);

    const services = createServices('gateway', (name) => plane.subgraphs.get(name), log);
    const refresh = async () =>
      (await services.call('identity', VerificationDocument, {}, { requestId: ids.next('req') })).verification;
    const verifier = createTokenVerifier({
      issuer: config.publicUrl,
      audience: `${config.publicUrl}/graphql`,
      clock,
      refresh,
      onRefreshError: (error) =>
        log.error({ err: error }, 'the identity service does not answer: its last keys stay in force'),
    });
    await verifier.start();
    closing.push(async () => verifier.stop());

    const server = await createServer({
      log,
      ids,
      telemetry,
      dataSourceOf: dataSources(plane.subgraphs, options.interceptDataSource),
      verifyToken: (token) => verifier.verify(token),
      ready: () => plane.ready(),
      subgraphs: plane.subgraphs.values(),
      exposeMetrics: config.metricsPort === undefined,
    });
    closing.push(() => server.close());
    if (config.metricsPort !== undefined) closing.push(await serveMetrics(config.host, config.metricsPort, telemetry));

    await server.app.listen({ host: config.host, port: config.port });
    const { port } = server.app.server.address() as AddressInfo;
    const host = config.host.includes(':') ? `[${config.host}]` : config.host;
    return {
      url: `http://${host}:${port}`,
      location: stores.location,
      notices: plane.notices,
      subgraphs: plane.subgraphs,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function dataSources(
  subgraphs: ReadonlyMap<SubgraphName, Subgraph>,
  intercept: ControlPlaneOptions['interceptDataSource'],
): DataSourceOf {
  const direct: DataSourceOf = (name) => {
    const subgraph = subgraphs.get(name);
    if (subgraph === undefined) throw new Error(`the subgraph ${name} does not run here`);
    return new InProcessDataSource(subgraph);
  };
  return intercept === undefined ? direct : (name) => intercept(name, direct);
}

async function serveMetrics(host: string, port: number, { registry }: Telemetry): Promise<() => Promise<void>> {
  const app = Fastify();
  app.get('/metrics', async (_, reply) => reply.type(registry.contentType).send(await registry.metrics()));
  await app.listen({ host, port });
  return () => app.close();
}
