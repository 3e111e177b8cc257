import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from '#gateway/control-plane.ts';
import { readConfig } from '#lib/config.ts';
import { createLog } from '#lib/log.ts';
import { SUBGRAPHS, type SubgraphName } from '#lib/service-name.ts';
import { openStores } from '#lib/store/open.ts';
import { type SubgraphServer, startSubgraphServer } from '#subgraphs/server.ts';
import { freePort } from './port.ts';

type Environment = Readonly<Record<string, string>>;

/** A gateway and seven servers, one for each subgraph, each on a port of its own and reached over HTTP. */
export interface Many extends ControlPlane {
  readonly servers: ReadonlyMap<SubgraphName, SubgraphServer>;
  /** Where each listens, the gateway first. */
  readonly urls: readonly string[];
  /** By which each reaches the others, for one more process. */
  readonly environment: Environment;
}

/**
 * The shape "many" in one process: nothing is shared between the servers but the thread and what `options` names, and the
 * stores, which keep each service's data apart anyway.
 */
export async function startMany(env: Environment, options: ControlPlaneOptions = {}): Promise<Many> {
  const addresses = await Promise.all(
    SUBGRAPHS.map(async (name) => [`SUBGRAPH_${name.toUpperCase()}_URL`, `http://127.0.0.1:${await freePort()}`]),
  );
  const { PORT = '0', ...common } = env;
  const environment: Environment = { PUBLIC_URL: 'http://127.0.0.1:4000', ...common, ...Object.fromEntries(addresses) };
  const log = createLog(readConfig(environment).logLevel);
  const { clock, interceptCall, interceptStores = (direct) => direct } = options;
  const stores = await openStores(readConfig(environment), log);
  const servers = new Map<SubgraphName, SubgraphServer>();
  let gateway: ControlPlane | undefined;
  const close = async () => {
    await gateway?.close();
    await Promise.all([...servers.values()].map((server) => server.close()));
    await stores.close();
  };
  try {
    const shared = {
      stores: interceptStores(stores),
      ...(clock && { clock }),
      ...(interceptCall && { interceptCall }),
    };
    for (const name of SUBGRAPHS) {
      const port = new URL(environment[`SUBGRAPH_${name.toUpperCase()}_URL`] ?? '').port;
      const config = readConfig({ ...environment, PORT: port }, name);
      const server = await startSubgraphServer(name, config, log, shared);
      servers.set(name, server);
    }
    gateway = await startControlPlane(readConfig({ ...environment, PORT }), log, options);
    await untilReady(gateway.url);
    const subgraphs = new Map([...servers].map(([name, { subgraph }]) => [name, subgraph]));
    const notices = [...servers.values()].flatMap((server) => server.notices);
    const urls = [gateway.url, ...[...servers.values()].map(({ url }) => url)];
    return { ...gateway, location: stores.location, subgraphs, notices, servers, urls, environment, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function untilReady(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const answer = await fetch(`${url}/readyz`);
    await answer.body?.cancel();
    if (answer.ok) return;
    if (attempt > 100) throw new Error('the many are not ready in time');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
