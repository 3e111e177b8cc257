import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '#lib/auth/principal.ts';
import { errorOf, makeTenant } from '#test/support/identity.ts';
import { ADMINISTRATOR, ONBOARDING, openTestPlane, type TestPlane, tenantUser } from '#test/support/plane.ts';
import { askForClient, createClient, revokeClient } from '#test/support/service-clients.ts';

let test: TestPlane;

beforeAll(async () => {
  test = await openTestPlane();
});
afterAll(() => test.close());

const create = (input: object, principal?: Principal) => createClient(test, input, principal);
const revoke = (clientId: string, principal?: Principal) => revokeClient(test, clientId, principal);
const refusalOf = (input: object, principal?: Principal) => errorOf(askForClient(test, input, principal));

describe('creating a service client', () => {
  it('answers the secret once and lists the client with its tenant', async () => {
    const tenantId = await makeTenant(test);
    const created = await create({
      scopes: ['usage:write', 'usage:write', 'tenant:read'],
      tenantId,
      name: '  Meter  ',
    });
    expect(created.client).toMatchObject({ name: 'Meter', scopes: ['usage:write', 'tenant:read'], tenantId });
    expect(created.clientSecret).toMatch(/^[\w-]{43}$/);
    const second = await create({ scopes: ['usage:read'], tenantId });
    expect(await clientsOf(tenantId)).toEqual([created.client.clientId, second.client.clientId]);
    await revoke(created.client.clientId);
    expect(await clientsOf(tenantId)).toEqual([second.client.clientId]);
  });

  it.each<[string, object, object]>([
    ['an unknown scope', { scopes: ['tenant:everything'] }, { code: 'BAD_USER_INPUT', field: 'input.scopes' }],
    ['the services’ own scope', { scopes: ['service:command'] }, { code: 'BAD_USER_INPUT', field: 'input.scopes' }],
    ['no scope', { scopes: [] }, { code: 'BAD_USER_INPUT', field: 'input.scopes' }],
    ['an empty name', { scopes: ['usage:read'], name: '  ' }, { code: 'BAD_USER_INPUT', field: 'input.name' }],
    ['a long name', { scopes: ['usage:read'], name: 'x'.repeat(201) }, { code: 'BAD_USER_INPUT', field: 'input.name' }],
    ['a tenant that does not exist', { scopes: ['usage:read'], tenantId: 'ten_none' }, { code: 'NOT_FOUND' }],
  ])('refuses %s', async (_case, input, refusal) => {
    expect(await refusalOf(input)).toMatchObject(refusal);
  });

  it.each(['platform:write', 'onboarding:read', 'onboarding:write', 'tenant:write', 'billing:write'])(
    'refuses %s for a client of a tenant, whoever asks',
    async (scope) => {
      const tenantId = await makeTenant(test);
      expect(await refusalOf({ scopes: ['usage:read', scope], tenantId })).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'input.scopes',
      });
    },
  );

  it('refuses a tenant that is not active', async () => {
    const tenantId = await makeTenant(test);
    await test.data(
      'tenant',
      ONBOARDING,
      `mutation { markOffboarding(commandId: "w/m", tenantId: "${tenantId}") { status } }`,
    );
    expect(await refusalOf({ scopes: ['usage:read'], tenantId })).toMatchObject({ code: 'FAILED_PRECONDITION' });
  });

  it('nobody grants a scope or a tenant beyond its own', async () => {
    const tenantId = await makeTenant(test);
    const other = await makeTenant(test);
    const bound: Principal = {
      kind: 'client',
      id: 'cli_b',
      tenantId,
      roles: [],
      scopes: new Set(['identity:write', 'usage:write']),
    };
    expect(await refusalOf({ scopes: ['usage:write', 'usage:read'], tenantId }, bound)).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await refusalOf({ scopes: ['usage:write'] }, bound)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refusalOf({ scopes: ['usage:write'], tenantId: other }, bound)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refusalOf({ scopes: ['usage:write'], tenantId }, tenantUser(tenantId))).toMatchObject({
      code: 'FORBIDDEN',
    });
    const free: Principal = { ...bound, tenantId: null };
    expect(await refusalOf({ scopes: ['billing:write'] }, free)).toMatchObject({ code: 'FORBIDDEN' });
    expect((await create({ scopes: ['usage:write'], tenantId }, bound)).client).toMatchObject({ tenantId });
  });

  it('the same idempotency key answers the same client, without the secret, and another input is a conflict', async () => {
    const input = { scopes: ['usage:read', 'tenant:read'], idempotencyKey: 'one-app' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => create(input)));
    expect(new Set(answers.map(({ client }) => client.clientId)).size).toBe(1);
    expect(answers.filter(({ clientSecret }) => clientSecret !== null)).toHaveLength(1);
    expect(await create(input)).toEqual({ ...answers[0], clientSecret: null });
    expect(await refusalOf({ ...input, name: 'Other' })).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    const elsewhere = await create({ ...input, name: 'Other' }, { ...ADMINISTRATOR, id: 'adm_other' });
    expect(elsewhere.client.clientId).not.toBe(answers[0]?.client.clientId);
  });
});

describe('revoking a service client', () => {
  it('revokes only what the caller may see', async () => {
    const tenantId = await makeTenant(test);
    const scopes = new Set(['identity:write']);
    const bound: Principal = { kind: 'client', id: 'cli_b', tenantId, roles: [], scopes };
    const own = await create({ scopes: ['usage:write'], tenantId });
    const foreign = await create({ scopes: ['usage:write'], tenantId: await makeTenant(test) });
    const across = await create({ scopes: ['usage:write'] });
    const never = await errorOf(revoke('cli_none', bound));
    expect(never).toMatchObject({ code: 'NOT_FOUND' });
    expect(await errorOf(revoke(foreign.client.clientId, bound))).toEqual(never);
    expect(await errorOf(revoke(across.client.clientId, bound))).toEqual(never);
    expect((await revoke(own.client.clientId, bound)).errors).toBeUndefined();
  });
});

async function clientsOf(tenantId: string): Promise<string[]> {
  const source =
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Tenant { identity { serviceClients { clientId } } } } }';
  const { _entities } = await test.data('identity', tenantUser(tenantId), source, {
    r: [{ __typename: 'Tenant', tenantId }],
  });
  const [tenant] = _entities as { identity: { serviceClients: { clientId: string }[] } }[];
  return tenant?.identity.serviceClients.map(({ clientId }) => clientId) ?? [];
}
