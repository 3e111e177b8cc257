import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateServiceKey } from '#lib/auth/service-key.ts';
import { signingKeyOf } from '#lib/auth/service-keys.ts';
import { createServiceTokens } from '#lib/auth/service-token.ts';
import { systemClock } from '#lib/clock.ts';
import { readConfig } from '#lib/config.ts';
import { SUBGRAPH_ROUTES } from '#lib/graphql/routes.ts';
import { type ServiceName, SUBGRAPHS, type SubgraphName } from '#lib/service-name.ts';
import { startTestServer, type TestServer } from '#test/support/server.ts';

let server: TestServer;
let urls: ReadonlyMap<SubgraphName, string>;
let admin: string;

beforeAll(async () => {
  server = await startTestServer({ shape: 'many' });
  urls = new Map(SUBGRAPHS.map((name, place) => [name, server.controlPlane.urls[place + 1] ?? '']));
  admin = await server.signIn();
});
afterAll(() => server.close());

/** A token as that service's process signs it. */
async function tokenOf(service: ServiceName, audience: SubgraphName, kind: 'command' | 'forward' = 'command') {
  const key = await signingKeyOf(readConfig({ DATA_DIR: server.dataDir }), service);
  return await createServiceTokens({ service, key, clock: systemClock }).tokenFor(audience, kind);
}

interface Asked {
  readonly subgraph: SubgraphName;
  readonly query?: string;
  readonly variables?: object;
  readonly body?: string;
  readonly token?: string;
  readonly bearer?: string;
  readonly path?: string;
}

async function ask({ subgraph, query, variables, body, token, bearer, path }: Asked) {
  const response = await fetch(`${urls.get(subgraph)}${path ?? `/subgraphs/${subgraph}/graphql`}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { 'x-service-token': token }),
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    },
    body: body ?? JSON.stringify({ query: query ?? '{ __typename }', variables }),
  });
  const text = await response.text();
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
  const { data, errors } = JSON.parse(text) as { data?: any; errors?: { extensions: { code: string } }[] };
  return {
    status: response.status,
    headers: response.headers,
    data,
    codes: errors?.map(({ extensions }) => extensions.code),
  };
}

const REFUSED = { status: 401, codes: ['UNAUTHENTICATED'] };
const close = (tenantId = 'ten_x') => `mutation { closeUsage(commandId: "w/1", tenantId: "${tenantId}") }`;

describe("a subgraph's port", () => {
  it.each(SUBGRAPHS)('%s answers nothing without a service token, whatever is asked', async (subgraph) => {
    for (const path of [`/subgraphs/${subgraph}/graphql`, '/graphql']) {
      for (const query of [
        '{ __typename }',
        '{ _service { sdl } }',
        '{ __schema { queryType { name } } }',
        'nonsense',
      ]) {
        expect(await ask({ subgraph, path, query })).toMatchObject(REFUSED);
        expect(await ask({ subgraph, path, query, bearer: admin })).toMatchObject(REFUSED);
      }
      expect(await ask({ subgraph, path, body: '{' })).toMatchObject(REFUSED);
    }
    for (const open of ['/healthz', '/readyz', '/metrics']) {
      expect((await fetch(`${urls.get(subgraph)}${open}`)).status).toBe(200);
    }
    for (const { method, url } of SUBGRAPH_ROUTES[subgraph] ?? []) {
      expect((await fetch(`${urls.get(subgraph)}${url}`, { method })).status).toBe(401);
    }
  });

  it('refuses a token for another service, one that is forged, one that is no service’s, and one that has expired', async () => {
    const good = await tokenOf('billing', 'metrics');
    expect(await ask({ subgraph: 'metrics', token: good })).toMatchObject({ status: 200 });
    const strange = await generateServiceKey('billing');
    const forged = createServiceTokens({ service: 'billing', key: strange, clock: systemClock });
    const past = { now: () => new Date(Date.now() - 3_600_000) };
    const key = await signingKeyOf(readConfig({ DATA_DIR: server.dataDir }), 'billing');
    const expired = await createServiceTokens({ service: 'billing', key, clock: past }).tokenFor('metrics', 'command');
    const bad = [await tokenOf('billing', 'tenant'), await forged.tokenFor('metrics', 'command'), expired, admin, 'x'];
    for (const token of bad) expect(await ask({ subgraph: 'metrics', token, query: close() })).toMatchObject(REFUSED);
    expect(await ask({ subgraph: 'tenant', token: good })).toMatchObject(REFUSED);
  });

  it('runs a command for the services whose calls name it, and for nobody else', async () => {
    const query = close('ten_commands');
    const asked = async (service: ServiceName, kind: 'command' | 'forward', bearer?: string) =>
      await ask({
        subgraph: 'metrics',
        query,
        token: await tokenOf(service, 'metrics', kind),
        ...(bearer && { bearer }),
      });
    expect(await asked('billing', 'command')).toMatchObject({ status: 200, data: { closeUsage: true } });
    for (const other of ['tenant', 'onboarding', 'gateway', 'metrics'] as const) {
      expect((await asked(other, 'command')).codes, other).toEqual(['FORBIDDEN']);
    }
    expect((await asked('billing', 'forward')).codes).toEqual(['UNAUTHENTICATED']);
    expect((await asked('gateway', 'forward')).codes).toEqual(['UNAUTHENTICATED']);
    expect((await asked('gateway', 'forward', admin)).codes).toEqual(['FORBIDDEN']);
  });

  it('a service reads what its calls name, and an access token beside its own token lends it nothing', async () => {
    const query = '{ tenants { totalCount } }';
    const token = await tokenOf('onboarding', 'tenant');
    expect((await ask({ subgraph: 'tenant', query, token })).codes).toEqual(['FORBIDDEN']);
    expect((await ask({ subgraph: 'tenant', query, token, bearer: admin })).codes).toEqual(['FORBIDDEN']);
    expect((await ask({ subgraph: 'tenant', query: '{ _service { sdl } }', token })).codes).toEqual(['FORBIDDEN']);
    const named = '{ tenantByName(name: "nobody") { tenantId } }';
    expect(await ask({ subgraph: 'tenant', query: named, token })).toMatchObject({ data: { tenantByName: null } });
  });

  it('a stolen forwarding token opens what anybody may do, and an access token what its holder may', async () => {
    const token = await tokenOf('gateway', 'tenant', 'forward');
    const query = '{ tenants { totalCount } }';
    expect((await ask({ subgraph: 'tenant', query, token })).codes).toEqual(['UNAUTHENTICATED']);
    expect(await ask({ subgraph: 'tenant', query, token, bearer: admin })).toMatchObject({ data: { tenants: {} } });
    const refused = await ask({ subgraph: 'tenant', query, token, bearer: `${admin}x` });
    expect(refused).toMatchObject(REFUSED);
    expect(refused.headers.get('www-authenticate')).toContain('invalid_token');
  });

  it.each([
    ['not JSON', '{"query":'],
    ['no object', '[]'],
    ['no query', '{}'],
    ['a query that is no text', '{"query":1}'],
    ['variables that are a list', '{"query":"{ __typename }","variables":[]}'],
    ['variables that are a text', '{"query":"{ __typename }","variables":"x"}'],
    ['no GraphQL', '{"query":"nonsense"}'],
    ['a field that is not there', '{"query":"{ nothing }"}'],
    ['fragments that go round', JSON.stringify({ query: '{ ...a } fragment a on Query { ...a }' })],
    ['more tokens than a plan has', JSON.stringify({ query: `{ ${'a '.repeat(60_000)} }` })],
    ['more nesting than a parser can take', JSON.stringify({ query: '{ a '.repeat(30_000) })],
    ['a prototype', '{"query":"{ __typename }","variables":{"__proto__":{"x":1}}}'],
  ])('refuses %s, and goes on', async (_, body) => {
    const token = await tokenOf('gateway', 'tenant', 'forward');
    expect(await ask({ subgraph: 'tenant', token, body })).toMatchObject({ status: 400 });
    expect(await ask({ subgraph: 'tenant', token })).toMatchObject({ status: 200 });
  });

  it('refuses a body of more than 16 MiB without reading it', async () => {
    const token = await tokenOf('gateway', 'tenant', 'forward');
    const body = JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(17 * 1024 * 1024) } });
    const answer = await ask({ subgraph: 'tenant', token, body }).catch(() => ({ status: 413 })); // or it hangs up
    expect(answer.status).toBe(413);
  });

  it('variables nested beyond all depth cost an error and nothing else', async () => {
    const token = await tokenOf('gateway', 'tenant', 'forward');
    const deep = `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`;
    const query = 'query($x: ID!) { tenant(tenantId: $x) { name } }';
    const body = `{"query":${JSON.stringify(query)},"variables":{"x":${deep}}}`;
    expect(await ask({ subgraph: 'tenant', token, body, bearer: admin })).toMatchObject({ codes: ['BAD_USER_INPUT'] });
  });

  it('a flood of tokens with unknown keys does not become a flood on identity, and good ones go on', async () => {
    const asked = async () => {
      const text = await (await fetch(`${urls.get('identity')}/metrics`)).text();
      const [, count] = /_count\{route="\/subgraphs\/identity\/graphql".*\} (\d+)/.exec(text) ?? [];
      return Number(count);
    };
    const flood = await Promise.all(
      Array.from({ length: 300 }, async () => {
        const key = await generateServiceKey('billing');
        return await createServiceTokens({ service: 'billing', key, clock: systemClock }).tokenFor(
          'metrics',
          'command',
        );
      }),
    );
    const good = await tokenOf('billing', 'metrics');
    const [before, began] = [await asked(), performance.now()];
    const answers = await Promise.all(flood.map((token) => ask({ subgraph: 'metrics', token })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(await ask({ subgraph: 'metrics', token: good })).toMatchObject({ status: 200 });
    const seconds = (performance.now() - began) / 1000;
    // Eight processes ask once a second each; of the flood's, four a second at most.
    expect((await asked()) - before).toBeLessThan(seconds * 12 + 12);
  });
});

describe('through the gateway', () => {
  it('an access token that was revoked is refused by the subgraphs too, within 5 seconds', async () => {
    const email = 'revoked@example.com';
    const input = { customerName: 'Revoked', email, billingAddress: 'x', tier: 'FREE' };
    const onboard =
      'mutation($input: OnboardInput!) { onboard(input: $input) { tenant { tenantId } invitation { token } } }';
    const { data } = await server.query(onboard, { input }, admin);
    const { tenantId } = data.onboard.tenant;
    const accept = 'mutation($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { accessToken } }';
    const accepted = await server.query(accept, {
      input: { token: data.onboard.invitation.token, password: 'correct horse battery' },
    });
    const bearer = accepted.data.acceptInvitation.accessToken as string;
    const query = `{ tenant(tenantId: "${tenantId}") { name } }`;
    const token = await tokenOf('gateway', 'tenant', 'forward');
    expect(await ask({ subgraph: 'tenant', query, token, bearer })).toMatchObject({
      data: { tenant: { name: 'Revoked' } },
    });
    const suspend = 'mutation($input: SuspendTenantInput!) { suspendTenant(input: $input) { tenant { status } } }';
    await server.query(suspend, { input: { tenantId, reason: 'x' } }, admin);
    await expect
      .poll(async () => (await ask({ subgraph: 'tenant', query, token, bearer })).status, { timeout: 5_000 })
      .toBe(401);
    await expect.poll(async () => (await server.query(query, {}, bearer)).status, { timeout: 5_000 }).toBe(401);
  });

  it('the routes that a subgraph brings are passed on, and those alone', async () => {
    const keys = await (await fetch(`${server.url}/.well-known/jwks.json`)).json();
    expect(keys).toMatchObject({ keys: [{ kty: 'EC', use: 'sig' }] });
    const discovery = await (await fetch(`${server.url}/.well-known/openid-configuration`)).json();
    expect(discovery).toMatchObject({
      token_endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:4000\/oauth\/token$/),
    });
    const token = await fetch(`${server.url}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('cli_nobody:secret')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    expect([token.status, token.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Basic')]);
    for (const path of ['/subgraphs/tenant/graphql', '/subgraphs/identity/graphql']) {
      expect((await fetch(`${server.url}${path}`, { method: 'POST' })).status).toBe(404);
    }
  });

  it('no answer of the gateway shows a token that is for inside', async () => {
    const answer = await server.query('mutation($input: SignInInput!) { signIn(input: $input) { expiresAt } }', {
      input: { email: 'admin@example.com', password: 'correct horse battery' },
    });
    expect(JSON.parse(answer.text)).toEqual({ data: { signIn: { expiresAt: expect.any(String) } } });
  });
});

it('the list of the routes that subgraphs bring is what they mount', async () => {
  const mounted = await Promise.all(
    SUBGRAPHS.map(async (name) => {
      const found: { method: string; url: string }[] = [];
      const app = Fastify({ exposeHeadRoutes: false });
      app.addHook('onRoute', ({ method, url }) => {
        found.push({ method: String(method), url });
      });
      await server.controlPlane.subgraphs.get(name)?.routes?.(app);
      await app.close();
      return [name, inOrder(found)] as const;
    }),
  );
  for (const [name, found] of mounted) expect(found, name).toEqual(inOrder(SUBGRAPH_ROUTES[name] ?? []));
});

const inOrder = (routes: readonly { method: string; url: string }[]): string[] =>
  routes.map(({ method, url }) => `${method} ${url}`).sort();
