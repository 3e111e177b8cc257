import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SUBGRAPHS, type SubgraphName } from '#lib/service-name.ts';
import { buildFerretdb, startFerretdb } from '#test/support/ferretdb/server.ts';
import { newPrefix } from '#test/support/mongodb.ts';
import { startTcpProxy, type TcpProxy } from '#test/support/tcp-proxy.ts';
import { Cuts, type Cuttable } from './chaos/cuts.ts';
import { read } from './chaos/reading.ts';
import { print, runStorm, STORM_ENVIRONMENT, type Storm } from './chaos/storm.ts';
import { asInstalled, type Environment, Processes, placesOf } from './processes.ts';
import { createRandom } from './random.ts';

/**
 * Cuts the way between a process and its store, or with `--between services` that to one of the subgraphs, again and again
 * under load: whoever asks is told `UNAVAILABLE` in time, `/readyz` tells it too, everything goes on by itself when the way
 * is open, and nothing that was acknowledged is lost. `npm run fault:cut -- --cuts 50 --seed 7`. The store is FerretDB.
 */
const { values: options } = parseArgs({
  options: {
    cuts: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    callers: { type: 'string', default: '6' },
    between: { type: 'string', default: 'store' },
  },
});
const OF_TENANT = (fields: string) => `query($tenantId: ID!) { tenant(tenantId: $tenantId) { ${fields} } }`;
/** What needs a subgraph, by its name. */
const PROBES: Readonly<Record<SubgraphName, string>> = {
  tenant: OF_TENANT('name'),
  user: OF_TENANT('users(first: 1) { edges { node { email } } }'),
  identity: OF_TENANT('identity { activeSessions }'),
  onboarding: '{ workflows(first: 1) { edges { node { workflowId } } } }',
  billing: OF_TENANT('billingAccount { closedAt }'),
  provisioning: OF_TENANT('infrastructure { status }'),
  metrics: OF_TENANT('usageToDate { total }'),
};

const seed = Number(options.seed);
const random = createRandom(seed);
const betweenServices = options.between === 'services';
await buildFerretdb();
const database = await startFerretdb();
const data = {
  DATA_DIR: await mkdtemp(join(tmpdir(), 'control-plane-cut-')),
  MONGODB_URL: `${database.url}/${newPrefix()}`,
};
const proxies = new Map<string, TcpProxy>();
const processes = new Processes(betweenServices ? await behindProxies() : await behindOneProxy(), asInstalled);
print(`seed ${seed}, cuts between ${betweenServices ? 'services' : 'the process and its store'}`);
try {
  const violations = await runStorm({ processes, data, random, callers: Number(options.callers) }, rage);
  process.exitCode = violations > 0 ? 1 : 0;
} finally {
  for (const proxy of proxies.values()) await proxy.close();
  await database.stop();
}
process.exit();

async function rage(storm: Storm): Promise<void> {
  const cuts = new Cuts(random, storm.violations);
  const names = [...proxies.keys()];
  for (let count = 0; count < Number(options.cuts); count++) {
    const name = random.pick(names);
    if (name !== undefined) await cuts.cut(cuttable(name, storm));
  }
  print(`${options.cuts} cuts`);
  for (const row of cuts.rows()) print(row);
}

/** One process, and a proxy between it and the store. */
async function behindOneProxy() {
  const { hostname, port, pathname } = new URL(data.MONGODB_URL);
  const proxy = await startTcpProxy({ host: hostname, port: Number(port) });
  proxies.set('store', proxy);
  const env = { ...data, MONGODB_URL: `mongodb://${proxy.address}${pathname}` };
  return await placesOf('one', { ...env, ...STORM_ENVIRONMENT });
}

/** A process for each, and a proxy before each subgraph's. */
async function behindProxies() {
  const places = await placesOf('many', { ...data, ...STORM_ENVIRONMENT });
  const addresses: Record<string, string> = {};
  for (const { service, url } of places) {
    if (service === 'gateway') continue;
    const proxy = await startTcpProxy({ host: '127.0.0.1', port: Number(new URL(url).port) });
    proxies.set(service, proxy);
    addresses[`SUBGRAPH_${service.toUpperCase()}_URL`] = `http://${proxy.address}`;
  }
  const through = (environment: Environment) => ({ ...environment, ...addresses });
  return places.map((place) => ({ ...place, environment: through(place.environment) }));
}

function cuttable(name: string, { graph, load, violations }: Storm): Cuttable {
  const proxy = proxies.get(name);
  if (proxy === undefined) throw new Error(`no proxy for ${name}`);
  const { tenantId } = load.anyTenant();
  const query = (source: string) => async () =>
    (await read<unknown>(graph, `probe of ${name}`, source, source.includes('$') ? { tenantId } : {}, violations))
      .ending;
  const isService = (text: string): text is SubgraphName => SUBGRAPHS.some((service) => service === text);
  const probes = isService(name)
    ? [query(PROBES[name])]
    : [query(PROBES.tenant), () => load.usage.send(load.usage.next(tenantId, random))];
  return { name, proxy, probes, url: processes.url };
}
