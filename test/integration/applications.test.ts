import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '#lib/auth/principal.ts';
import { errorOf, makeTenant } from '#test/support/identity.ts';
import { ADMINISTRATOR, ONBOARDING, openTestPlane, type TestPlane, tenantUser } from '#test/support/plane.ts';

let test: TestPlane;

beforeAll(async () => {
  test = await openTestPlane();
});
afterAll(() => test.close());

const CREATE = `mutation ($input: CreateApplicationInput!) {
  createApplication(input: $input) {
    application { applicationId name redirectUris postLogoutRedirectUris scopes confidential tenantId }
    clientSecret
  }
}`;
const HOME = 'https://shop.example/callback';

interface Created {
  readonly application: { readonly applicationId: string; readonly [name: string]: unknown };
  readonly clientSecret: string | null;
}

const ask = (input: object, principal: Principal = ADMINISTRATOR) =>
  test.execute('identity', principal, CREATE, { input: { name: 'Shop', redirectUris: [HOME], ...input } });
const refusalOf = (input: object, principal?: Principal) => errorOf(ask(input, principal));

async function create(input: object = {}, principal?: Principal): Promise<Created> {
  const { data, errors } = await ask(input, principal);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.createApplication as Created;
}

const revoke = (id: string, principal: Principal = ADMINISTRATOR) =>
  test.execute(
    'identity',
    principal,
    'mutation ($id: ID!) { revokeApplication(input: { applicationId: $id }) { applicationId } }',
    { id },
  );

async function applicationsOf(tenantId: string): Promise<string[]> {
  const source =
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Tenant { identity { applications { applicationId } } } } }';
  const r = [{ __typename: 'Tenant', tenantId }];
  const { _entities } = await test.data('identity', tenantUser(tenantId), source, { r });
  const [tenant] = _entities as { identity: { applications: { applicationId: string }[] } }[];
  return tenant?.identity.applications.map(({ applicationId }) => applicationId) ?? [];
}

describe('creating an application', () => {
  it('answers what was made, without a secret unless it can keep one, and lists it with its tenant', async () => {
    const tenantId = await makeTenant(test);
    const scopes = ['tenant:read', 'tenant:read'];
    const open = await create({ name: '  Shop  ', tenantId, scopes, redirectUris: [HOME, HOME] });
    expect(open).toEqual({
      application: {
        applicationId: expect.stringMatching(/^app_/),
        name: 'Shop',
        redirectUris: [HOME],
        postLogoutRedirectUris: [],
        scopes: ['tenant:read'],
        confidential: false,
        tenantId,
      },
      clientSecret: null,
    });
    const confidential = await create({ tenantId, confidential: true });
    expect(confidential).toMatchObject({ application: { confidential: true }, clientSecret: expect.any(String) });
    const ids = [open, confidential].map(({ application }) => application.applicationId);
    expect(await applicationsOf(tenantId)).toEqual(ids);
    await revoke(ids[0] ?? '');
    expect(await applicationsOf(tenantId)).toEqual(ids.slice(1));
  });

  it.each([
    'http://shop.example/callback',
    'https://shop.example/callback#part',
    'https://user@shop.example/callback',
    'https://user:secret@shop.example/callback',
    'https://*.shop.example/callback',
    'https://shop.example/a/../callback',
    'https://shop.example\\@evil.example',
    'HTTPS://shop.example/callback',
    'javascript:alert(1)',
    'com.example.shop:/callback',
    '/callback',
    'shop.example',
    '',
    `https://shop.example/${'x'.repeat(2_000)}`,
    'https://shop.example/\ud800',
  ])('refuses %j as an address', async (uri) => {
    expect(await refusalOf({ redirectUris: [HOME, uri] })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: expect.stringMatching(/^input\.redirectUris/),
    });
    expect(await refusalOf({ postLogoutRedirectUris: [uri] })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: expect.stringMatching(/^input\.postLogoutRedirectUris/),
    });
  });

  it.each(['http://127.0.0.1:8080/cb', 'http://[::1]/cb', 'http://localhost:3000', 'https://shop.example'])(
    'takes %s as an address',
    async (uri) => {
      expect((await create({ redirectUris: [uri] })).application).toMatchObject({ redirectUris: [uri] });
    },
  );

  it.each<[string, object, object]>([
    ['no address', { redirectUris: [] }, { code: 'BAD_USER_INPUT', field: 'input.redirectUris' }],
    [
      'too many addresses',
      { redirectUris: Array.from({ length: 21 }, (_, n) => `${HOME}${n}`) },
      { code: 'BAD_USER_INPUT', field: 'input.redirectUris' },
    ],
    ['an empty name', { name: ' ' }, { code: 'BAD_USER_INPUT', field: 'input.name' }],
    ['an unknown scope', { scopes: ['tenant:all'] }, { code: 'BAD_USER_INPUT', field: 'input.scopes' }],
    ['the services’ own scope', { scopes: ['service:command'] }, { code: 'BAD_USER_INPUT', field: 'input.scopes' }],
    ['a tenant that does not exist', { tenantId: 'ten_none' }, { code: 'NOT_FOUND' }],
  ])('refuses %s', async (_, input, refusal) => {
    expect(await refusalOf(input)).toMatchObject(refusal);
  });

  it('refuses for a tenant what none of its users can hold, and a tenant that is not active', async () => {
    const tenantId = await makeTenant(test);
    expect(await refusalOf({ tenantId, scopes: ['tenant:write'] })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input.scopes',
    });
    const leave = `mutation { markOffboarding(commandId: "w/m", tenantId: "${tenantId}") { status } }`;
    await test.data('tenant', ONBOARDING, leave);
    expect(await refusalOf({ tenantId })).toMatchObject({ code: 'FAILED_PRECONDITION' });
  });

  it('nobody grants a scope or a tenant beyond its own', async () => {
    const tenantId = await makeTenant(test);
    const other = await makeTenant(test);
    const scopes = new Set(['identity:write', 'tenant:read']);
    const bound: Principal = { kind: 'client', id: 'cli_b', tenantId, roles: [], scopes };
    expect(await refusalOf({ tenantId, scopes: ['user:write'] }, bound)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refusalOf({}, bound)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refusalOf({ tenantId: other }, bound)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refusalOf({ tenantId }, tenantUser(tenantId))).toMatchObject({ code: 'FORBIDDEN' });
    const free: Principal = { ...bound, tenantId: null };
    expect(await refusalOf({ scopes: ['platform:write'] }, free)).toMatchObject({ code: 'FORBIDDEN' });
    expect((await create({ tenantId, scopes: ['tenant:read'] }, bound)).application).toMatchObject({ tenantId });
  });

  it('the same idempotency key answers the same application, without the secret', async () => {
    const input = { confidential: true, idempotencyKey: 'one-shop' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => create(input)));
    expect(new Set(answers.map(({ application }) => application.applicationId)).size).toBe(1);
    expect(answers.filter(({ clientSecret }) => clientSecret !== null)).toHaveLength(1);
    expect(await refusalOf({ ...input, confidential: false })).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });
});

describe('revoking an application', () => {
  it('revokes only what the caller may see, and again succeeds', async () => {
    const tenantId = await makeTenant(test);
    const scopes = new Set(['identity:write']);
    const bound: Principal = { kind: 'client', id: 'cli_b', tenantId, roles: [], scopes };
    const [own, foreign, everybodys] = await Promise.all([
      create({ tenantId }),
      create({ tenantId: await makeTenant(test) }),
      create(),
    ]);
    const never = await errorOf(revoke('app_none', bound));
    expect(never).toMatchObject({ code: 'NOT_FOUND' });
    for (const { application } of [foreign, everybodys]) {
      expect(await errorOf(revoke(application.applicationId, bound))).toEqual(never);
    }
    for (let time = 0; time < 2; time++) {
      expect((await revoke(own.application.applicationId, bound)).errors).toBeUndefined();
    }
  });

  it('a tenant that is taken out takes its applications with it', async () => {
    const tenantId = await makeTenant(test);
    const { application } = await create({ tenantId });
    await test.data('identity', ONBOARDING, `mutation { deleteIdentities(commandId: "w/d", tenantId: "${tenantId}") }`);
    expect(await errorOf(revoke(application.applicationId))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refusalOf({ tenantId })).toMatchObject({ code: 'FAILED_PRECONDITION' });
  });
});
