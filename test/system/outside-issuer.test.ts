import { afterAll, beforeAll, expect, it } from 'vitest';
import { OutsideIssuer } from '#test/support/outside-issuer.ts';
import { startTestServer, type TestServer } from '#test/support/server.ts';

/** People for whom an outside provider vouches, beside those who sign in here. */
let issuer: OutsideIssuer;
let server: TestServer;
let admin: string;

beforeAll(async () => {
  issuer = await OutsideIssuer.start();
  const trusted = {
    issuer: issuer.url,
    audience: 'control-plane',
    tenantClaim: 'tid',
    rolesClaim: 'roles',
    roles: { admin: 'TENANT_ADMIN', member: 'TENANT_MEMBER' },
  };
  server = await startTestServer({ env: { TRUSTED_ISSUERS: JSON.stringify([trusted]) } });
  admin = await server.signIn();
});
afterAll(async () => {
  await server.close();
  await issuer.close();
});

async function onboard(customerName: string): Promise<string> {
  const input = { customerName, email: `ann@${customerName}.example`, billingAddress: '1 Road', tier: 'FREE' };
  const source = 'mutation($input: OnboardInput!) { onboard(input: $input) { tenant { tenantId } } }';
  return (await server.query(source, { input }, admin)).data.onboard.tenant.tenantId;
}

const tokenOf = (tid: string, role = 'admin') => issuer.sign({ aud: 'control-plane', tid, roles: [role], sub: 'zoe' });

/** What a request with a token comes to: `200`, or the HTTP status with the code. */
async function statusOf(token: string): Promise<string> {
  const { status, errors } = await server.query('{ tenants { totalCount } }', {}, token);
  return errors.length === 0 ? String(status) : `${status} ${errors[0]?.extensions.code}`;
}

it('sees and manages its tenant and no other, and is no user of it', async () => {
  const [own, foreign] = [await onboard('outside-one'), await onboard('outside-two')];
  const token = await tokenOf(own);
  const { data, errors } = await server.query(
    'query($foreign: ID!) { tenants { edges { node { tenantId } } } me { userId } tenant(tenantId: $foreign) { name } }',
    { foreign },
    token,
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({ tenants: { edges: [{ node: { tenantId: own } }] }, me: null, tenant: null });
  const invite = 'mutation($input: InviteUserInput!) { inviteUser(input: $input) { user { email } } }';
  const input = { tenantId: own, email: 'bob@outside.example', role: 'TENANT_MEMBER' };
  expect((await server.query(invite, { input }, token)).data.inviteUser.user.email).toBe('bob@outside.example');
  const member = await tokenOf(own, 'member');
  const refused = await server.query(invite, { input }, member);
  expect(refused.errors[0]?.extensions.code).toBe('FORBIDDEN');
  const elsewhere = await server.query(invite, { input: { ...input, tenantId: foreign } }, token);
  expect(elsewhere.errors[0]?.extensions.code).toBe('NOT_FOUND');
  const change = 'mutation($input: ChangePasswordInput!) { changePassword(input: $input) { user { userId } } }';
  const passwords = { currentPassword: 'correct horse battery', newPassword: 'another horse battery' };
  expect((await server.query(change, { input: passwords }, token)).errors[0]?.extensions.code).toBe('FORBIDDEN');
});

it('never is of the platform, whatever its token says', async () => {
  const tenantId = await onboard('outside-three');
  const token = await issuer.sign({
    aud: 'control-plane',
    tid: tenantId,
    roles: ['admin', 'PLATFORM_ADMINISTRATOR'],
    scope: 'platform:write service:command',
    client_id: 'cli_x',
  });
  const rotate = 'mutation { rotateSigningKey(input: {}) { keyId } }';
  expect((await server.query(rotate, {}, token)).errors[0]?.extensions.code).toBe('FORBIDDEN');
  expect(await statusOf(await issuer.sign({ aud: 'control-plane', roles: ['admin'] }))).toBe('401 UNAUTHENTICATED');
  expect(await statusOf(await tokenOf('ten_none'))).toBe('401 UNAUTHENTICATED');
});

it('is shut out within five seconds when its tenant is suspended, let in when that is over, and out for good when it leaves', async () => {
  const tenantId = await onboard('outside-four');
  const token = await tokenOf(tenantId);
  expect(await statusOf(token)).toBe('200');
  const within = (status: string) => expect.poll(() => statusOf(token), { timeout: 5_000 }).toBe(status);
  const suspend = 'mutation($input: SuspendTenantInput!) { suspendTenant(input: $input) { tenant { status } } }';
  expect((await server.query(suspend, { input: { tenantId, reason: 'unpaid' } }, admin)).errors).toEqual([]);
  await within('401 UNAUTHENTICATED');
  const resume = 'mutation($input: ResumeTenantInput!) { resumeTenant(input: $input) { tenant { status } } }';
  expect((await server.query(resume, { input: { tenantId } }, admin)).errors).toEqual([]);
  await within('200');
  const offboard = 'mutation($input: OffboardInput!) { offboard(input: $input) { workflow { status } } }';
  expect((await server.query(offboard, { input: { tenantId } }, admin)).errors).toEqual([]);
  await within('401 UNAUTHENTICATED');
});

it('people who sign in here go on while the provider is out of order', async () => {
  issuer.fault = 'down';
  const tenantId = await onboard('outside-five');
  expect(await statusOf(await tokenOf(tenantId)), 'by keys that are known').toBe('200');
  expect(await statusOf(admin)).toBe('200');
  issuer.fault = 'none';
});
