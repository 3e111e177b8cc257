import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as oauth from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SUBGRAPH_ROUTES } from '#lib/graphql/routes.ts';
import { intercepting, makeTenant, makeUser, PASSWORD, signIn, verifierOf } from '#test/support/identity.ts';
import { ONBOARDING, openTestPlane, type TestPlane } from '#test/support/plane.ts';
import { type CreatedClient, createClient, revokeClient } from '#test/support/service-clients.ts';

const PUBLIC_URL = 'http://127.0.0.1:4000';
const TOKEN_ENDPOINT = `${PUBLIC_URL}/oauth/token`;

let test: TestPlane;
let app: FastifyInstance;
let address: string;
/** What goes to the console, from the start to the last test: spies would be cleared in between. */
const printed: unknown[][] = [];
const { info, warn, error, log } = console;

beforeAll(async () => {
  const print = (...words: unknown[]) => printed.push(words);
  Object.assign(console, { info: print, warn: print, error: print, log: print });
  test = await openTestPlane();
  app = Fastify();
  await test.plane.subgraphs.get('identity')?.routes?.(app);
  app.post('/elsewhere', async (request) => ({ body: request.body }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  address = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  Object.assign(console, { info, warn, error, log });
  await app.close();
  await test.close();
});

const create = (input: object) => createClient(test, input);
const revoke = (clientId: string) => revokeClient(test, clientId);

interface TokenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { access_token: string; scope?: string; expires_in?: number; token_type?: string; error?: string };
}

async function token(parameters: Record<string, string>, headers: Record<string, string> = {}): Promise<TokenAnswer> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...parameters });
  const response = await fetch(`${address}/oauth/token`, { method: 'POST', body, headers });
  return { status: response.status, headers: response.headers, body: (await response.json()) as TokenAnswer['body'] };
}

function tokenOf(
  { client, clientSecret }: CreatedClient,
  parameters: Record<string, string> = {},
): Promise<TokenAnswer> {
  return token({ client_id: client.clientId, client_secret: clientSecret ?? '', ...parameters });
}

describe('POST /oauth/token', () => {
  it('answers a token that the verifier takes, with the client’s scopes and tenant', async () => {
    const tenantId = await makeTenant(test);
    const created = await create({ scopes: ['usage:write', 'tenant:read'], tenantId });
    const answer = await tokenOf(created);
    expect(answer).toMatchObject({
      status: 200,
      body: { scope: 'usage:write tenant:read', expires_in: 900, token_type: 'Bearer' },
    });
    expect(answer.headers.get('cache-control')).toContain('no-store');
    expect(decodeProtectedHeader(answer.body.access_token)).toMatchObject({
      alg: 'ES256',
      typ: 'at+jwt',
      kid: expect.any(String),
    });
    const { clientId } = created.client;
    const claims = decodeJwt(answer.body.access_token);
    expect(claims).toMatchObject({
      iss: PUBLIC_URL,
      aud: `${PUBLIC_URL}/graphql`,
      sub: clientId,
      client_id: clientId,
      tenant_id: tenantId,
      roles: [],
      scope: 'usage:write tenant:read',
      jti: expect.any(String),
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(900);
    const principal = await (await verifierOf(test)).verify(answer.body.access_token);
    expect(principal).toEqual({
      kind: 'client',
      id: clientId,
      tenantId,
      roles: [],
      scopes: new Set(['usage:write', 'tenant:read']),
    });
  });

  it('takes the client’s credentials by HTTP Basic or in the body, and gives the scopes that are asked for', async () => {
    const created = await create({ scopes: ['usage:write', 'tenant:read'] });
    const { clientId } = created.client;
    const basic = Buffer.from(`${clientId}:${created.clientSecret}`).toString('base64');
    const answer = await token({ scope: 'tenant:read' }, { authorization: `Basic ${basic}` });
    expect(answer).toMatchObject({ status: 200, body: { scope: 'tenant:read' } });
    const claims = decodeJwt(answer.body.access_token);
    expect(claims).toMatchObject({ scope: 'tenant:read', sub: clientId });
    expect(claims).not.toHaveProperty('tenant_id');
    expect(await tokenOf(created, { scope: '' })).toMatchObject({ body: { scope: 'usage:write tenant:read' } });
  });

  it('refuses as RFC 6749 says', async () => {
    const created = await create({ scopes: ['usage:write'] });
    const { client } = created;
    const wrong = { client_id: client.clientId, client_secret: 'wrong' };
    expect(await token({})).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(await token(wrong)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(await token({ ...wrong, client_id: 'cli_none' })).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    const basic = Buffer.from(`${client.clientId}:wrong`).toString('base64');
    const challenged = await token({}, { authorization: `Basic ${basic}`, accept: 'text/html' });
    expect(challenged).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(challenged.headers.get('www-authenticate')).toMatch(/^Basic /);
    expect(challenged.headers.get('cache-control')).toContain('no-store');
    expect(await tokenOf(created, { scope: 'usage:write tenant:read' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_scope' },
    });
    expect(await tokenOf(created, { scope: 'openid' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_scope' },
    });
    expect(await tokenOf(created, { grant_type: 'password' })).toMatchObject({
      status: 400,
      body: { error: 'unsupported_grant_type' },
    });
    expect(await tokenOf(created, { grant_type: 'authorization_code' })).toMatchObject({
      status: 400,
      body: { error: 'unauthorized_client' },
    });
    expect(await tokenOf(created, { resource: 'https://elsewhere.example' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_target' },
    });
    const json = await fetch(`${address}/oauth/token`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect({ status: json.status, body: await json.json() }).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
    const large = await fetch(`${address}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ x: 'y'.repeat(100_000) }),
    });
    expect(large.status).toBe(400);
    expect((await fetch(`${address}/oauth/token`)).status).toBe(404);
  });

  it('a revoked client gets no token, and those that it has are refused', async () => {
    const created = await create({ scopes: ['usage:write'] });
    const before = await tokenOf(created);
    expect((await revoke(created.client.clientId)).errors).toBeUndefined();
    expect((await revoke(created.client.clientId)).errors).toBeUndefined();
    expect(await tokenOf(created)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    await expect((await verifierOf(test)).verify(before.body.access_token)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it('a client of a tenant that is taken out gets no token', async () => {
    const tenantId = await makeTenant(test);
    const created = await create({ scopes: ['usage:write'], tenantId });
    expect(await tokenOf(created)).toMatchObject({ status: 200 });
    await test.data(
      'tenant',
      ONBOARDING,
      `mutation { markOffboarding(commandId: "w/m", tenantId: "${tenantId}") { status } }`,
    );
    expect(await tokenOf(created)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    await test.data(
      'tenant',
      ONBOARDING,
      `mutation { restoreTenant(commandId: "w/r", tenantId: "${tenantId}") { status } }`,
    );
    const again = await tokenOf(created);
    expect(again).toMatchObject({ status: 200 });
    await test.data('identity', ONBOARDING, `mutation { deleteIdentities(commandId: "w/d", tenantId: "${tenantId}") }`);
    expect(await tokenOf(created)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    await expect((await verifierOf(test)).verify(again.body.access_token)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it('a client of a suspended tenant can record usage and nothing else', async () => {
    const tenantId = await makeTenant(test);
    const meter = await create({ scopes: ['tenant:read', 'usage:write'], tenantId });
    const reader = await create({ scopes: ['tenant:read'], tenantId });
    const suspended = async () => [{ __typename: 'Tenant', tenantId, status: 'SUSPENDED' }];
    await intercepting(test, 'tenant', 'Query', '_entities', suspended, async () => {
      expect(await tokenOf(meter)).toMatchObject({ status: 200, body: { scope: 'usage:write' } });
      expect(await tokenOf(meter, { scope: 'tenant:read' })).toMatchObject({
        status: 400,
        body: { error: 'invalid_scope' },
      });
      expect(await tokenOf(reader)).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } });
    });
    expect(await tokenOf(reader)).toMatchObject({ status: 200 });
  });

  it('an outage of the tenant service is told as one', async () => {
    const created = await create({ scopes: ['usage:write'], tenantId: await makeTenant(test) });
    const subgraphs = test.plane.subgraphs as Map<string, unknown>;
    const tenant = subgraphs.get('tenant');
    subgraphs.delete('tenant');
    const answer = await tokenOf(created);
    subgraphs.set('tenant', tenant);
    expect(answer).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
  });
});

describe('discovery and keys', () => {
  it('name the public address, whatever host was asked, and only what is served', async () => {
    const headers = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example',
    };
    const discovery = await (await fetch(`${address}/.well-known/openid-configuration`, { headers })).json();
    expect(discovery).toMatchObject({
      issuer: PUBLIC_URL,
      token_endpoint: TOKEN_ENDPOINT,
      jwks_uri: `${PUBLIC_URL}/.well-known/jwks.json`,
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    });
    expect(JSON.stringify(discovery)).not.toContain('evil');
    const endpoints = Object.entries(discovery as object).filter(([name]) => name.endsWith('_endpoint'));
    expect(Object.fromEntries(endpoints)).toEqual({
      authorization_endpoint: `${PUBLIC_URL}/oauth/authorize`,
      token_endpoint: TOKEN_ENDPOINT,
      revocation_endpoint: `${PUBLIC_URL}/oauth/revoke`,
      introspection_endpoint: `${PUBLIC_URL}/oauth/introspect`,
      end_session_endpoint: `${PUBLIC_URL}/oauth/logout`,
    });
  });

  it('the list of what the gateway passes on is what is mounted', async () => {
    const mounted: string[] = [];
    const server = Fastify({ exposeHeadRoutes: false });
    server.addHook('onRoute', ({ method, url }) => {
      mounted.push(`${method} ${url}`);
    });
    await test.plane.subgraphs.get('identity')?.routes?.(server);
    await server.close();
    const listed = SUBGRAPH_ROUTES.identity?.map(({ method, url }) => `${method} ${url}`) ?? [];
    expect(mounted.sort()).toEqual(listed.sort());
  });

  it('follow a public address with a path behind a reverse proxy', async () => {
    const proxied = await openTestPlane({ env: { PUBLIC_URL: 'https://plane.example/api/' } });
    const server = Fastify();
    await proxied.plane.subgraphs.get('identity')?.routes?.(server);
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    const discovery = await (await fetch(`${url}/.well-known/openid-configuration`)).json();
    await server.close();
    await proxied.close();
    expect(discovery).toMatchObject({
      issuer: 'https://plane.example/api',
      token_endpoint: 'https://plane.example/api/oauth/token',
      jwks_uri: 'https://plane.example/api/.well-known/jwks.json',
    });
  });

  it('the key that signs is there, its private part is not', async () => {
    const { keys } = (await (await fetch(`${address}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] };
    const { email } = await makeUser(test);
    const { accessToken } = await signIn(test, email, PASSWORD);
    const created = await create({ scopes: ['usage:write'] });
    const clientToken = (await tokenOf(created)).body.access_token;
    for (const each of [accessToken, clientToken]) {
      expect(keys.map(({ kid }) => kid)).toContain(decodeProtectedHeader(each).kid);
    }
    expect(keys).toHaveLength(1);
    expect(keys[0]).not.toHaveProperty('d');
  });

  it('a certified client library signs in with nothing but the address', async () => {
    const created = await create({ scopes: ['usage:write', 'tenant:read'] });
    // The library asks the public address, which is where a reverse proxy would stand.
    const reach: oauth.CustomFetch = (url, options) => fetch(url.replace(PUBLIC_URL, address), options as RequestInit);
    const options = { execute: [oauth.allowInsecureRequests], [oauth.customFetch]: reach };
    const { client, clientSecret } = created;
    const configuration = await oauth.discovery(
      new URL(PUBLIC_URL),
      client.clientId,
      clientSecret ?? '',
      undefined,
      options,
    );
    const answer = await oauth.clientCredentialsGrant(configuration, { scope: 'tenant:read' });
    expect(answer).toMatchObject({ token_type: 'bearer', scope: 'tenant:read' });
    await expect((await verifierOf(test)).verify(answer.access_token)).resolves.toMatchObject({ kind: 'client' });
  });

  it('leave the bodies of other routes alone and print nothing to the console', async () => {
    const answer = await fetch(`${address}/elsewhere`, {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json' },
    });
    expect(await answer.json()).toEqual({ body: { a: 1 } });
    expect(printed).toEqual([]);
  });
});
