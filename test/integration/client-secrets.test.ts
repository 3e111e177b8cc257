import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '#lib/auth/principal.ts';
import { ManualClock } from '#lib/clock.ts';
import type { Stores } from '#lib/store/port.ts';
import { openIdentityStore } from '#subgraphs/identity/store.ts';
import { sealable } from '#test/contract/authorization/fixture.ts';
import { errorOf, makeTenant, verifierOf } from '#test/support/identity.ts';
import { shareStores } from '#test/support/mortal-stores.ts';
import { isGood, mutate, mutated } from '#test/support/people.ts';
import { ADMINISTRATOR, openTestPlane, type TestPlane, tenantUser } from '#test/support/plane.ts';
import { type CreatedClient, createClient, revokeClient } from '#test/support/service-clients.ts';
import { openTestStores, removeStores } from '#test/support/stores.ts';

const MINUTE = 60_000;

interface Shown {
  readonly client: { readonly clientId: string; readonly secrets: number; readonly lastUsedAt: string | null };
  readonly clientSecret: string | null;
}

let dataDir: string;
let stores: Stores;
let shared: ReturnType<typeof shareStores>;
let test: TestPlane;
let app: FastifyInstance;
let address: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'client-secrets-'));
  stores = await openTestStores(dataDir);
  shared = shareStores(stores);
  const clock = new ManualClock('2026-03-10T12:00:00.000Z');
  test = await openTestPlane({ dataDir, shared: { stores: shared.process(), clock } });
  app = Fastify();
  await test.plane.subgraphs.get('identity')?.routes?.(app);
  address = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  await test.close();
  await stores.close();
  await removeStores(dataDir);
});

const CLIENT = 'client { clientId secrets lastUsedAt expiresAt }';
const rotate = (clientId: string, idempotencyKey?: string, by: Principal = ADMINISTRATOR) =>
  mutated<Shown>(test, by, 'rotateServiceClientSecret', { clientId, idempotencyKey }, `${CLIENT} clientSecret`);
const rotating = (clientId: string, by: Principal) =>
  errorOf(mutate(test, by, 'rotateServiceClientSecret', { clientId }, 'clientSecret'));
const retire = (clientId: string, by: Principal = ADMINISTRATOR) =>
  mutate(test, by, 'retireServiceClientSecret', { clientId }, CLIENT);

async function token(clientId: string, clientSecret: string | null) {
  const credentials = { client_id: clientId, client_secret: clientSecret ?? '' };
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...credentials });
  const response = await fetch(`${address}/oauth/token`, { method: 'POST', body });
  const answer = (await response.json()) as { access_token: string; expires_in: number; error?: string };
  return { status: response.status, ...answer };
}

const isOpen = async (clientId: string, secret: string | null) => (await token(clientId, secret)).status === 200;

async function make(input: object = {}): Promise<{ clientId: string; secret: string }> {
  const { client, clientSecret } = await createClient(test, { scopes: ['usage:write', 'usage:read'], ...input });
  return { clientId: client.clientId, secret: clientSecret ?? '' };
}

async function stored(clientId: string) {
  return await (await openIdentityStore(shared.process())).clients.get(clientId);
}

describe('rotateServiceClientSecret', () => {
  it('shows a new secret once; the old one is good beside it until it is retired', async () => {
    const { clientId, secret } = await make();
    const second = await rotate(clientId);
    expect(second).toMatchObject({ client: { secrets: 2 }, clientSecret: expect.stringMatching(/^[\w-]{43}$/) });
    expect(await Promise.all([secret, second.clientSecret].map((one) => isOpen(clientId, one)))).toEqual([true, true]);
    const { data } = await retire(clientId);
    expect(data).toMatchObject({ retireServiceClientSecret: { client: { secrets: 1 } } });
    expect(await Promise.all([secret, second.clientSecret].map((one) => isOpen(clientId, one)))).toEqual([false, true]);
    expect((await retire(clientId)).errors, 'again').toBeUndefined();
    expect(await isOpen(clientId, second.clientSecret)).toBe(true);
  });

  it('the next rotation retires the one before; of three at most two are good', async () => {
    const { clientId, secret } = await make();
    const second = await rotate(clientId);
    expect(await isOpen(clientId, second.clientSecret)).toBe(true);
    const third = await rotate(clientId);
    const secrets = [secret, second.clientSecret, third.clientSecret];
    expect(await Promise.all(secrets.map((one) => isOpen(clientId, one)))).toEqual([false, true, true]);
  });

  it('a secret that nobody ever used, as when its answer was lost, does not push out the one in use', async () => {
    const { clientId, secret } = await make();
    const lost = await rotate(clientId);
    const second = await rotate(clientId);
    const secrets = [secret, lost.clientSecret, second.clientSecret];
    expect(await Promise.all(secrets.map((one) => isOpen(clientId, one)))).toEqual([true, false, true]);
  });

  it('the same key makes one secret, and shows it once', async () => {
    const { clientId, secret } = await make();
    const answers = await Promise.all(Array.from({ length: 5 }, () => rotate(clientId, 'key')));
    const shown = answers.flatMap(({ clientSecret }) => clientSecret ?? []);
    expect(shown).toHaveLength(1);
    expect((await rotate(clientId, 'key')).clientSecret).toBeNull();
    expect(await isOpen(clientId, secret)).toBe(true);
    expect(await isOpen(clientId, shown[0] ?? '')).toBe(true);
  });

  it('nobody is shown the secret of a client that may do more than itself', async () => {
    const tenantId = await makeTenant(test);
    const [own, global] = [await make({ tenantId }), await make()];
    const foreign = await make({ tenantId: await makeTenant(test) });
    const program = (scopes: readonly string[], tenant: string | null = tenantId): Principal => ({
      kind: 'client',
      id: 'cli_x',
      tenantId: tenant,
      roles: [],
      scopes: new Set(scopes),
    });
    const poor = program(['identity:write', 'usage:read']);
    expect(await rotating(own.clientId, poor)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await rotating(own.clientId, tenantUser(tenantId))).toMatchObject({ code: 'FORBIDDEN' });
    const rich = program(['identity:write', 'usage:read', 'usage:write']);
    const gone = await rotating('cli_never_was', rich);
    expect(gone).toMatchObject({ code: 'NOT_FOUND' });
    expect(await rotating(foreign.clientId, rich)).toEqual(gone);
    expect(await rotating(global.clientId, rich)).toEqual(gone);
    expect(await errorOf(retire(foreign.clientId, rich))).toEqual(gone);
    expect(await rotating(own.clientId, rich)).toEqual({ code: 'NONE' });
    await revokeClient(test, own.clientId);
    expect(await rotating(own.clientId, ADMINISTRATOR)).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('when a client was last used', () => {
  it('is written once a minute, whatever it asks for', async () => {
    const { clientId, secret } = await make();
    expect(await stored(clientId)).toMatchObject({ lastUsedAt: null });
    await token(clientId, 'wrong');
    expect(await stored(clientId)).toMatchObject({ lastUsedAt: null });
    await Promise.all(Array.from({ length: 10 }, () => token(clientId, secret)));
    const once = await stored(clientId);
    expect(once).toMatchObject({ lastUsedAt: test.clock.now().toISOString() });
    test.clock.advance(MINUTE - 1);
    await token(clientId, secret);
    expect((await stored(clientId))?.version).toBe(once?.version);
    test.clock.advance(1);
    await token(clientId, secret);
    expect(await stored(clientId)).toMatchObject({ lastUsedAt: test.clock.now().toISOString() });
  });

  it('a client gets its token also while that cannot be written', async () => {
    const readOnly = sealable(shared.process());
    const plane = await openTestPlane({ dataDir, shared: { stores: readOnly.stores, clock: test.clock } });
    const hampered = Fastify();
    await plane.plane.subgraphs.get('identity')?.routes?.(hampered);
    const there = await hampered.listen({ host: '127.0.0.1', port: 0 });
    const { clientId, secret } = await make();
    readOnly.seal();
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: secret });
    expect((await fetch(`${there}/oauth/token`, { method: 'POST', body })).status).toBe(200);
    expect(await stored(clientId)).toMatchObject({ lastUsedAt: null });
    await hampered.close();
    await plane.close();
  });
});

describe('a client that expires', () => {
  it('gets no token any more, and none that outlives it', async () => {
    const expiresAt = new Date(test.clock.now().getTime() + 20 * MINUTE).toISOString();
    const { clientId, secret } = await make({ expiresAt });
    expect(await token(clientId, secret)).toMatchObject({ status: 200, expires_in: 900 });
    test.clock.advance(15 * MINUTE);
    const last = await token(clientId, secret);
    expect(last).toMatchObject({ status: 200, expires_in: 300 });
    expect(decodeJwt(last.access_token).exp).toBe(Date.parse(expiresAt) / 1000);
    const verifier = await verifierOf(test);
    expect(await isGood(verifier, last.access_token)).toBe(true);
    test.clock.advance(5 * MINUTE);
    expect(await isGood(verifier, last.access_token)).toBe(false);
    expect(await token(clientId, secret)).toMatchObject({ status: 401, error: 'invalid_client' });
  });

  it('expires in the future', async () => {
    const input = { name: 'App', scopes: ['usage:read'], expiresAt: test.clock.now().toISOString() };
    const answer = await errorOf(mutate(test, ADMINISTRATOR, 'createServiceClient', input, 'clientSecret'));
    expect(answer).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.expiresAt' });
  });
});

describe('serviceClients', () => {
  const LIST =
    '{ serviceClients(first: 100) { totalCount edges { node { clientId tenantId secrets expiresAt lastUsedAt } } } }';

  it('lists those without a tenant for callers across tenants, and its own for one of a tenant', async () => {
    const tenantId = await makeTenant(test);
    const [own, global] = [await make({ tenantId }), await make()];
    const listed = async (by: Principal) => {
      const { serviceClients } = await test.data('identity', by, LIST);
      const { edges } = serviceClients as { edges: { node: CreatedClient['client'] }[] };
      return edges.map(({ node }) => node);
    };
    expect((await listed(tenantUser(tenantId))).map(({ clientId }) => clientId)).toEqual([own.clientId]);
    const across = await listed(ADMINISTRATOR);
    expect(across.map(({ clientId }) => clientId)).toContain(global.clientId);
    expect(across.filter((client) => client.tenantId !== null)).toEqual([]);
    await revokeClient(test, own.clientId);
    expect(await listed(tenantUser(tenantId))).toEqual([]);
  });
});
