import { parseArgs } from 'node:util';
import { generateServiceKey, type PrivateServiceKey, publicServiceKey } from '#lib/auth/service-key.ts';
import { type Config, ConfigError } from '#lib/config.ts';
import { DEFAULT_PORTS, SERVICES, type ServiceName, SUBGRAPHS } from '#lib/service-name.ts';

/** One process of the cluster. */
export interface Place {
  /** For the log: `billing-1`. */
  readonly name: string;
  readonly service: ServiceName;
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Size {
  /** Processes of each subgraph. */
  readonly each: number;
  readonly gateways: number;
}

const MOST = 9;

/**
 * What the command line asks for.
 *
 * @throws {ConfigError} for an option that is none, and for several processes on the embedded store, which has room for one
 */
export function readSize(argv: readonly string[], { mongodbUrl }: Pick<Config, 'mongodbUrl'>): Size {
  const options = { each: { type: 'string', default: '1' }, gateways: { type: 'string', default: '1' } } as const;
  let given: { each: string; gateways: string };
  try {
    given = parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    throw new ConfigError([`start:cluster: ${(error as Error).message}`]);
  }
  const size = { each: Number(given.each), gateways: Number(given.gateways) };
  const faults = Object.entries(size).flatMap(([name, count]) =>
    Number.isInteger(count) && count >= 1 && count <= MOST ? [] : [`--${name} must be a number from 1 to ${MOST}`],
  );
  if (size.each > 1 && mongodbUrl === undefined) {
    faults.push('MONGODB_URL is not set, and the embedded store has room for one process of each service');
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return size;
}

/** The processes of a cluster, with keys that live as long as it does: the first gateway at PORT, the rest above. */
export async function layOut(config: Config, { each, gateways }: Size): Promise<readonly Place[]> {
  const keys = new Map(
    await Promise.all(SERVICES.map(async (name) => [name, await generateServiceKey(name)] as const)),
  );
  const places = SERVICES.flatMap((service) =>
    Array.from({ length: service === 'gateway' ? gateways : each }, (_, index) => ({
      service,
      name: `${service}-${index + 1}`,
      url: addressOf(config, service, index),
    })),
  );
  const addresses = Object.fromEntries(
    SUBGRAPHS.map((name) => [
      `SUBGRAPH_${name.toUpperCase()}_URL`,
      places.flatMap(({ service, url }) => (service === name ? [url] : [])).join(' '),
    ]),
  );
  return places.map((place) => ({
    ...place,
    environment: {
      ...addresses,
      ...keysFor(place.service, keys),
      PORT: new URL(place.url).port,
      HOST: config.host,
      PUBLIC_URL: config.publicUrl,
    },
  }));
}

function addressOf({ host, port }: Config, service: ServiceName, index: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const authority = reachable.includes(':') ? `[${reachable}]` : reachable;
  return `http://${authority}:${port + DEFAULT_PORTS[service] - DEFAULT_PORTS.gateway + 10 * index}`;
}

function keysFor(service: ServiceName, keys: ReadonlyMap<ServiceName, PrivateServiceKey>): Record<string, string> {
  const published = { SERVICE_KEYS: JSON.stringify({ keys: [...keys.values()].map(publicServiceKey) }) };
  return { SERVICE_KEY: JSON.stringify(keys.get(service)), ...(service === 'identity' ? published : {}) };
}
