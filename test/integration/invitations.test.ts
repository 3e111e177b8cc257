import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Principal } from '#lib/auth/principal.ts';
import {
  accept,
  errorOf,
  intercepting,
  invite,
  makeTenant,
  makeUser,
  PASSWORD,
  signIn,
} from '#test/support/identity.ts';
import { ADMINISTRATOR, openTestPlane, type TestPlane, tenantUser } from '#test/support/plane.ts';

const REFUSED = { code: 'UNAUTHENTICATED' };

let test: TestPlane;

beforeAll(async () => {
  test = await openTestPlane();
});
afterAll(() => test.close());

const revoke = (userId: string, by: Principal = ADMINISTRATOR) =>
  test.execute('user', by, `mutation { revokeInvitation(input: { userId: "${userId}" }) { user { userId status } } }`);

async function resend(userId: string): Promise<string> {
  const source = `mutation { resendInvitation(input: { userId: "${userId}" }) { invitation { token } } }`;
  const { resendInvitation } = await test.data('user', ADMINISTRATOR, source);
  return (resendInvitation as { invitation: { token: string } }).invitation.token;
}

it('an invitation that was taken back cannot be accepted; the user stays, and can be invited again', async () => {
  const { tenantId, userId, token } = await invite(test, await makeTenant(test));
  const by = await makeUser(test, tenantId, 'TENANT_ADMIN');
  const answer = await revoke(userId, tenantUser(tenantId, 'TENANT_ADMIN', by.userId));
  expect(answer.data).toEqual({ revokeInvitation: { user: { userId, status: 'INVITED' } } });
  expect(await errorOf(accept.raw(test, token, PASSWORD))).toMatchObject(REFUSED);
  expect((await revoke(userId)).errors, 'again').toBeUndefined();
  const next = await resend(userId);
  expect(await errorOf(accept.raw(test, token, PASSWORD))).toMatchObject(REFUSED);
  expect(await accept(test, next, PASSWORD)).toHaveProperty('accessToken');
});

it('one that was accepted cannot be taken back', async () => {
  const { userId, email } = await makeUser(test);
  expect(await errorOf(revoke(userId))).toMatchObject({ code: 'FAILED_PRECONDITION' });
  expect(await signIn(test, email, PASSWORD)).toHaveProperty('accessToken');
});

it('one whose acceptance is under way is taken back or accepted, and nothing in between', async () => {
  for (const when of ['before', 'after'] as const) {
    const { userId, email, token } = await invite(test, await makeTenant(test));
    let revoked: Record<string, unknown> = {};
    const meanwhile = async (answer: () => unknown) => {
      const early = when === 'after' ? await answer() : undefined;
      revoked = await errorOf(revoke(userId));
      return when === 'after' ? early : await answer();
    };
    let accepted: Record<string, unknown> = {};
    await intercepting(test, 'user', 'Mutation', 'activateUser', meanwhile, async () => {
      accepted = await errorOf(accept.raw(test, token, PASSWORD));
    });
    const { user } = await test.data('user', ADMINISTRATOR, `{ user(userId: "${userId}") { status } }`);
    const opens = (await errorOf(signIn.raw(test, email, PASSWORD))).code;
    const wasTaken = revoked.code === 'NONE';
    expect([accepted.code, user, opens]).toEqual(
      wasTaken ? ['UNAUTHENTICATED', { status: 'INVITED' }, 'UNAUTHENTICATED'] : ['NONE', { status: 'ACTIVE' }, 'NONE'],
    );
  }
});

it('takes user:write in the tenant', async () => {
  const { tenantId, userId, token } = await invite(test, await makeTenant(test));
  const foreign = await makeUser(test);
  const gone = await errorOf(revoke('usr_never_was'));
  expect(gone).toMatchObject({ code: 'NOT_FOUND' });
  expect(await errorOf(revoke(userId, tenantUser(foreign.tenantId, 'TENANT_ADMIN', foreign.userId)))).toEqual(gone);
  expect(await errorOf(revoke(userId, tenantUser(tenantId, 'TENANT_MEMBER')))).toMatchObject({ code: 'FORBIDDEN' });
  expect(await accept(test, token, PASSWORD)).toHaveProperty('accessToken');
});
