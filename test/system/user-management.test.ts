import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADMIN, type Answer, startTestServer, type TestServer } from '../support/server.ts';

const PASSWORD = 'a password of the first user';
const WITHIN_MILLISECONDS = 5_000;

let server: TestServer;
let admin: string;
let count = 0;

beforeAll(async () => {
  server = await startTestServer();
  admin = await server.signIn();
});
afterAll(() => server.close());

const send = (name: string, input: object, selection: string, token?: string) => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  return server.query(`mutation($input: ${type}!) { ${name}(input: $input) ${selection} }`, { input }, token);
};
const invite = (input: object, token = admin) =>
  send('inviteUser', input, '{ user { userId email } invitation { token } }', token);
const onboard = (customerName: string, email: string) =>
  send(
    'onboard',
    { customerName, email, billingAddress: '1 First Road', tier: 'FREE' },
    '{ workflow { status steps { name error { code message } } } tenant { tenantId } invitation { token } }',
    admin,
  );
const accept = (token: string) =>
  send('acceptInvitation', { token, password: PASSWORD }, '{ accessToken refreshToken user { userId } }');
const codeOf = ({ errors }: Answer) => errors[0]?.extensions.code ?? 'NONE';

/** A tenant with one admin, who is signed in. */
async function makeTenant() {
  const { data } = await onboard(`Customer ${++count}`, `first${count}@customers.example`);
  const { tenant, invitation } = data.onboard;
  const { accessToken, refreshToken } = (await accept(invitation.token)).data.acceptInvitation;
  return { tenantId: tenant.tenantId as string, accessToken: accessToken as string, refreshToken };
}

test('an admin who was demoted cannot undo it with the token that it has', async () => {
  const { tenantId } = await makeTenant();
  const email = 'second@customers.example';
  const second = (await invite({ tenantId, email, role: 'TENANT_ADMIN' })).data.inviteUser;
  const { accessToken } = (await accept(second.invitation.token)).data.acceptInvitation;
  const { userId } = second.user;
  const setRole = (role: string, token: string) => send('setUserRole', { userId, role }, '{ user { role } }', token);
  expect(codeOf(await setRole('TENANT_ADMIN', accessToken))).toBe('NONE');
  expect((await setRole('TENANT_MEMBER', admin)).data.setUserRole).toEqual({ user: { role: 'TENANT_MEMBER' } });
  expect(codeOf(await setRole('TENANT_ADMIN', accessToken))).toBe('FORBIDDEN');
  const friend = { tenantId, email: 'friend@customers.example', role: 'TENANT_ADMIN' };
  expect(codeOf(await invite(friend, accessToken))).toBe('FORBIDDEN');
  expect((await server.query('{ me { role } }', {}, accessToken)).data.me).toEqual({ role: 'TENANT_MEMBER' });
});

test('of ten invitations at once under one key one answer has the invitation, which works, all have the user', async () => {
  const { tenantId, accessToken } = await makeTenant();
  const input = { tenantId, email: 'wanted@customers.example', role: 'TENANT_MEMBER', idempotencyKey: 'once' };
  const answers = await Promise.all(Array.from({ length: 10 }, () => invite(input, accessToken)));
  expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  expect(new Set(answers.map(({ data }) => data.inviteUser.user.userId)).size).toBe(1);
  const tokens = answers.flatMap(({ data }) => data.inviteUser.invitation ?? []);
  expect(tokens).toHaveLength(1);
  const { user } = (await accept(tokens[0].token)).data.acceptInvitation;
  expect(user.userId).toBe(answers[0]?.data.inviteUser.user.userId);
});

test("an administrator's address is nobody else's: not a tenant's first user's, nor an invited one's", async () => {
  const { errors, data } = await onboard('Impostor', ADMIN.email.toUpperCase());
  const refusal = errors[0]?.extensions.code ?? data.onboard.workflow.steps.flatMap(codesOfStep)[0];
  expect(refusal).toBe('CONFLICT');
  const tenants = await server.query('{ tenantByName(name: "Impostor") { tenantId } }', {}, admin);
  expect(tenants.data).toEqual({ tenantByName: null });
  const { tenantId, accessToken } = await makeTenant();
  const invited = await invite({ tenantId, email: ADMIN.email, role: 'TENANT_MEMBER' }, accessToken);
  expect(codeOf(invited)).toBe('CONFLICT');
  expect(await server.signIn()).toEqual(expect.any(String));
});

test('after signing out the access token is refused within 5 seconds', async () => {
  const { accessToken, refreshToken } = await makeTenant();
  const me = async () => codeOf(await server.query('{ me { userId } }', {}, accessToken));
  expect(await me()).toBe('NONE');
  const { data } = await send('signOut', { refreshToken }, '{ signedOut }');
  expect(data.signOut).toEqual({ signedOut: true });
  const end = performance.now() + WITHIN_MILLISECONDS;
  while ((await me()) === 'NONE' && performance.now() < end) await delay(100);
  expect(await me()).toBe('UNAUTHENTICATED');
});

function codesOfStep({ error }: { error: { code: string } | null }): string[] {
  return error === null ? [] : [error.code];
}
