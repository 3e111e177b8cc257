import { signingKeyOf } from '../auth/service-keys.ts';
import { createServiceTokens, SERVICE_TOKEN_HEADER, type ServiceTokens } from '../auth/service-token.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Request } from '../graphql/context.ts';
import type { Answerer } from '../graphql/services.ts';
import type { Logger } from '../log.ts';
import { type ServiceName, SUBGRAPHS, type SubgraphName } from '../service-name.ts';
import { type Endpoint, type EndpointAnswer, type EndpointRequest, NoAnswer } from './answer.ts';
import { forward, overHttp, type RemoteAnswer, type RemoteOperation } from './client.ts';

const READY_MILLISECONDS = 1_500;

/** The subgraphs that run in other processes, as this one reaches them. */
export interface Remotes {
  readonly names: readonly SubgraphName[];
  /** How a service of this process asks a subgraph in its own name. */
  answerer(caller: ServiceName, callee: SubgraphName, log: Logger): Answerer;
  /** Carries somebody's operation on, in the gateway's name: see `forward`. */
  forward(callee: SubgraphName, operation: RemoteOperation, request: Request): Promise<RemoteAnswer>;
  /** Carries an HTTP request on to a route that a subgraph brings; the service token is put in here. @throws {NoAnswer} */
  carry(callee: SubgraphName, request: EndpointRequest): Promise<EndpointAnswer>;
  /** Resolves when one process at least of each subgraph can answer. @throws {NoAnswer} */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param services those that run in this process and sign requests in their names
 * @throws {ConfigError} when one of them has no key
 */
export async function createRemotes(config: Config, clock: Clock, services: readonly ServiceName[]): Promise<Remotes> {
  const endpoints = await endpointsOf(config);
  const tokens = endpoints.size === 0 ? new Map() : await tokensOf(config, clock, services);
  const reach = (caller: ServiceName, callee: SubgraphName) => {
    const [endpoint, ownTokens] = [endpoints.get(callee), tokens.get(caller)];
    if (endpoint === undefined || ownTokens === undefined)
      throw new Error(`${caller} does not reach ${callee} by HTTP`);
    return { subgraph: callee, endpoint, tokens: ownTokens };
  };

  return {
    names: [...endpoints.keys()],
    answerer: (caller, callee, log) => overHttp(reach(caller, callee), log),
    forward: (callee, operation, request) => forward(reach('gateway', callee), operation, request),
    async carry(callee, request) {
      const { endpoint, tokens } = reach('gateway', callee);
      const headers = { ...request.headers, [SERVICE_TOKEN_HEADER]: await tokens.tokenFor(callee, 'forward') };
      return await endpoint.send({ ...request, headers });
    },
    async ready() {
      const request = { method: 'GET', path: '/readyz', headers: {}, repeatable: true } as const;
      const asked = [...endpoints.values()].map((endpoint) =>
        endpoint.send({ ...request, timeoutMilliseconds: READY_MILLISECONDS }),
      );
      for (const { status } of await Promise.all(asked)) if (status !== 200) throw new NoAnswer(`not ready: ${status}`);
    },
    async close() {
      await Promise.all([...endpoints.values()].map((endpoint) => endpoint.close()));
    },
  };
}

async function endpointsOf({ remotes }: Config): Promise<ReadonlyMap<SubgraphName, Endpoint>> {
  if (Object.keys(remotes).length === 0) return new Map();
  const { createEndpoint } = await import('./endpoint.ts'); // with the HTTP client, which one process alone does without
  const entries = SUBGRAPHS.flatMap((name): [SubgraphName, Endpoint][] => {
    const addresses = remotes[name];
    return addresses === undefined ? [] : [[name, createEndpoint(addresses)]];
  });
  return new Map(entries);
}

async function tokensOf(
  config: Config,
  clock: Clock,
  services: readonly ServiceName[],
): Promise<ReadonlyMap<ServiceName, ServiceTokens>> {
  const made = services.map(async (service) => {
    const key = await signingKeyOf(config, service);
    return [service, createServiceTokens({ service, key, clock })] as const;
  });
  return new Map(await Promise.all(made));
}
