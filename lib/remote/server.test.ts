import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { type CryptoKey, importJWK } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { enforceAuthorization } from '../auth/enforce.ts';
import { ANONYMOUS, type Principal } from '../auth/principal.ts';
import { generateServiceKey, publicServiceKey } from '../auth/service-key.ts';
import { createServiceTokens, createServiceTokenVerifier } from '../auth/service-token.ts';
import { systemClock } from '../clock.ts';
import { AppError, unavailable } from '../errors.ts';
import { Request, type RequestContext } from '../graphql/context.ts';
import type { Subgraph } from '../graphql/subgraph.ts';
import { createHttpApp, type HttpApp, listen } from '../http/app.ts';
import { createHttpTelemetry } from '../http/telemetry.ts';
import { createIds } from '../ids.ts';
import { createLog } from '../log.ts';
import { type Endpoint, NoAnswer } from './answer.ts';
import { forward, overHttp, type RemoteInit } from './client.ts';
import { createEndpoint } from './endpoint.ts';
import { subgraphRoutes } from './server.ts';

const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { who: [String!]! slow: Int! }
  type Mutation { add(by: Int!): Int! closeUsage(commandId: ID!, tenantId: ID!): Boolean! enter: String! }
`);

const log = createLog('silent');
const key = await generateServiceKey('billing');
const tokens = createServiceTokens({ service: 'billing', key, clock: systemClock });
const ADA: Principal = { kind: 'user', id: 'usr_ada', tenantId: 'ten_1', roles: [], scopes: new Set() };

let total: number;
let commands: string[];
let keysKnown: boolean;
let apps: HttpApp[];
let urls: string[];
let endpoint: Endpoint;

const resolvers = {
  Query: {
    who: (_: unknown, __: unknown, { principal, request }: RequestContext) => [
      principal.id,
      request.clientAddress ?? 'no address',
      request.requestId,
    ],
    slow: () => new Promise((resolve) => setTimeout(resolve, 600, 1)),
  },
  Mutation: {
    add: (_: unknown, { by }: { by: number }) => (total += by),
    closeUsage: (_: unknown, { commandId }: { commandId: string }) => commands.push(commandId) > 0,
    enter: (_: unknown, __: unknown, context: RequestContext) => {
      context.request.become(ADA, 'token-of-ada');
      return 'welcome';
    },
  },
};
const subgraph: Subgraph = {
  name: 'metrics',
  schema: enforceAuthorization(buildSubgraphSchema([{ typeDefs, resolvers }]), 'metrics'),
  ready: async () => undefined,
};

beforeEach(async () => {
  [total, commands, keysKnown, apps, urls] = [0, [], true, [], []];
  for (let count = 0; count < 2; count++) await front();
  endpoint = createEndpoint(urls);
});
afterEach(async () => {
  await endpoint.close();
  await Promise.all(apps.map(({ close }) => close()));
});

/** One more process of the service, as far as others can tell. */
async function front(): Promise<void> {
  const telemetry = createHttpTelemetry();
  const limits = { bodyLimit: 1_000_000, exposeMetrics: false, trustedProxies: [], whileClosing: 'serve' } as const;
  const http = createHttpApp({ log, telemetry, ids: createIds(systemClock), ready: subgraph.ready, ...limits });
  const serviceTokens = createServiceTokenVerifier({
    clock: systemClock,
    async keyOf(kid) {
      if (!keysKnown) throw unavailable('not yet');
      return kid === key.kid ? ((await importJWK(publicServiceKey(key), 'ES256')) as CryptoKey) : undefined;
    },
  });
  const verifyToken = async (token: string) => {
    if (token !== 'token-of-ada') throw new AppError('UNAUTHENTICATED', 'no');
    return ADA;
  };
  await subgraphRoutes(http.app, { subgraph, log, telemetry, serviceTokens, verifyToken }, { alone: true });
  urls.push(await listen(http.app, '127.0.0.1', 0));
  apps.push(http);
}

const remote = (): RemoteInit => ({ subgraph: 'metrics', endpoint, tokens });
const ask = (source: string, request: Partial<ConstructorParameters<typeof Request>[0]> = {}) =>
  forward(
    remote(),
    { source, repeatable: !source.startsWith('mutation'), timeoutMilliseconds: 5_000 },
    new Request({ requestId: 'req_1', log, ...request }),
  );

describe('a request that is carried on', () => {
  it('is that of its caller, with its id and its address', async () => {
    const given = { principal: ADA, accessToken: 'token-of-ada', clientAddress: '192.0.2.1' };
    expect((await ask('{ who }', given)).data).toEqual({ who: ['usr_ada', '192.0.2.1', 'req_1'] });
    expect((await ask('{ who }')).data).toEqual({ who: [ANONYMOUS.id, 'no address', 'req_1'] });
  });

  it('is refused when the access token is, and said to be so', async () => {
    await expect(ask('{ who }', { accessToken: 'stale' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('tells by which token to go on, where its caller has just proven who it is', async () => {
    expect(await ask('mutation { enter }')).toEqual({
      data: { enter: 'welcome' },
      extensions: { goOnAs: 'token-of-ada' },
    });
    expect(await ask('mutation { add(by: 1) }', { accessToken: 'token-of-ada' })).toEqual({ data: { add: 1 } });
  });
});

describe('a call in the own name of a service', () => {
  it('is that of the service; whoever answers no more is asked again, elsewhere', async () => {
    const source = 'mutation($c: ID!) { closeUsage(commandId: $c, tenantId: "ten_1") }';
    const call = overHttp(remote(), log);
    const asked = (c: string) =>
      call({ document: parse(source), variables: { c } }, { requestId: 'req_2', timeoutMilliseconds: 2_000 });
    expect(await asked('w/1')).toEqual({ data: { closeUsage: true } });
    await apps[0]?.close();
    for (let count = 2; count < 6; count++) expect(await asked(`w/${count}`)).toEqual({ data: { closeUsage: true } });
    expect(commands).toEqual(['w/1', 'w/2', 'w/3', 'w/4', 'w/5']);
    await apps[1]?.close();
    await expect(asked('w/6')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

it('a process that knows no keys yet has begun with nothing, and says so', async () => {
  keysKnown = false;
  await expect(ask('mutation { add(by: 1) }')).rejects.toBeInstanceOf(NoAnswer);
  const response = await fetch(`${urls[0]}/graphql`, { method: 'POST', headers: { 'x-service-token': 'x.y.z' } });
  expect(response.status).toBe(401);
  const token = await tokens.tokenFor('metrics', 'command');
  const early = await fetch(`${urls[0]}/graphql`, { method: 'POST', headers: { 'x-service-token': token } });
  expect([early.status, early.headers.get('x-not-begun')]).toEqual([503, 'true']);
  expect(total).toBe(0);
});

describe('a process that stops', () => {
  it('answers what is under way', async () => {
    const under = ask('{ slow }');
    const other = ask('{ slow }');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await Promise.all(apps.map(({ close }) => close()));
    expect((await Promise.all([under, other])).map(({ data }) => data)).toEqual([{ slow: 1 }, { slow: 1 }]);
  });

  it('loses no request under load, mutations included, while another runs', async () => {
    let [sent, going] = [0, true];
    const load = Array.from({ length: 32 }, async () => {
      for (; going; sent++) await ask('mutation { add(by: 1) }');
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await apps[0]?.close();
    await new Promise((resolve) => setTimeout(resolve, 200));
    going = false;
    await Promise.all(load);
    expect(sent).toBeGreaterThan(100);
    expect(total).toBe(sent);
  });
});
