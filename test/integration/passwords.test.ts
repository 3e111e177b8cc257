import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '#lib/auth/principal.ts';
import { ANONYMOUS } from '#lib/auth/principal.ts';
import type { TokenVerifier } from '#lib/auth/verifier.ts';
import { errorOf, intercepting, makeUser, PASSWORD, refresh, signIn, verifierOf } from '#test/support/identity.ts';
import { changePassword, isGood } from '#test/support/people.ts';
import { openTestPlane, type TestPlane, tenantUser } from '#test/support/plane.ts';

const NEW = 'a password that is new';
const REFUSED = { code: 'UNAUTHENTICATED' };
const ADMIN = ['admin@example.com', 'correct horse battery'] as const;

let test: TestPlane;
let verifier: TokenVerifier;

beforeAll(async () => {
  test = await openTestPlane();
  verifier = await verifierOf(test);
});
afterAll(() => test.close());

/** Somebody who has signed in twice: who asks by the first session, and the tokens of both. */
async function signedInTwice() {
  const { email, userId } = await makeUser(test);
  const [mine, other] = [await signIn(test, email, PASSWORD), await signIn(test, email, PASSWORD)];
  await verifier.refresh();
  return { email, userId, mine, other, self: await verifier.verify(mine.accessToken) };
}

describe('changePassword', () => {
  it('changes the password, keeps the session that asks, and ends the others with their access tokens', async () => {
    const { email, userId, mine, other, self } = await signedInTwice();
    expect(await changePassword(test, self, PASSWORD, NEW)).toEqual({ data: { changePassword: { user: { userId } } } });
    expect(await errorOf(signIn.raw(test, email, PASSWORD))).toMatchObject(REFUSED);
    expect(await isGood(verifier, mine.accessToken)).toBe(true);
    expect(await isGood(verifier, other.accessToken)).toBe(false);
    expect(await errorOf(refresh.raw(test, other.refreshToken))).toMatchObject(REFUSED);
    expect(await refresh(test, mine.refreshToken)).toHaveProperty('accessToken');
    expect(await signIn(test, email, NEW), 'at the same instant of a clock that stands still').toBeDefined();
  });

  it('a platform administrator changes its own', async () => {
    const self = await verifier.verify((await signIn(test, ...ADMIN)).accessToken);
    expect(await changePassword(test, self, ADMIN[1], NEW)).toEqual({ data: { changePassword: { user: null } } });
    expect(await errorOf(signIn.raw(test, ...ADMIN))).toMatchObject(REFUSED);
    const again = await verifier.verify((await signIn(test, ADMIN[0], NEW)).accessToken);
    expect((await changePassword(test, again, NEW, ADMIN[1])).errors).toBeUndefined();
  });

  it('a wrong present password changes nothing, and guessing it comes to an end', async () => {
    const { email, other, self } = await signedInTwice();
    for (let count = 0; count < 20; count++) {
      expect(await errorOf(changePassword(test, self, 'not the password', NEW))).toMatchObject(REFUSED);
    }
    const limited = await errorOf(changePassword(test, self, PASSWORD, NEW));
    expect(limited).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) });
    expect(await isGood(verifier, other.accessToken)).toBe(true);
    expect(await signIn(test, email, PASSWORD)).toBeDefined();
    test.clock.advance(15 * 60_000);
    expect((await changePassword(test, self, PASSWORD, NEW)).errors).toBeUndefined();
  });

  it('takes no password that is too short or the same', async () => {
    const { self } = await signedInTwice();
    const field = 'input.newPassword';
    expect(await errorOf(changePassword(test, self, PASSWORD, 'short'))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field,
    });
    expect(await errorOf(changePassword(test, self, PASSWORD, PASSWORD))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field,
    });
  });

  it('of two at once one comes first, and its password is the one that counts', async () => {
    const { email, self } = await signedInTwice();
    const passwords = ['the first new password', 'the other new password'];
    const answers = await Promise.all(passwords.map((password) => changePassword(test, self, PASSWORD, password)));
    const won = passwords.filter((_, index) => answers[index]?.errors === undefined);
    expect(won.length).toBeGreaterThan(0);
    const good = await Promise.all(passwords.map((password) => signIn.raw(test, email, password)));
    const open = passwords.filter((_, index) => good[index]?.errors === undefined);
    expect(open).toHaveLength(1);
    expect(won).toContain(open[0]);
    expect(await errorOf(signIn.raw(test, email, PASSWORD))).toMatchObject(REFUSED);
  });

  it('a sign-in that was shown the old password meanwhile does not come through', async () => {
    const { email, self } = await signedInTwice();
    let sent: ReturnType<typeof signIn.raw> | undefined;
    const gate = Promise.withResolvers<void>();
    const holding = async (answer: () => unknown) => {
      const found = await answer();
      await gate.promise;
      return found;
    };
    await intercepting(test, 'tenant', 'Query', '_entities', holding, async () => {
      sent = signIn.raw(test, email, PASSWORD);
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
    expect((await changePassword(test, self, PASSWORD, NEW)).errors).toBeUndefined();
    gate.resolve();
    expect(await errorOf(sent ?? Promise.reject(new Error('nothing was sent')))).toMatchObject(REFUSED);
  });

  it('is for people who have a password', async () => {
    const { userId } = await makeUser(test);
    const client: Principal = { kind: 'client', id: userId, tenantId: null, roles: [], scopes: new Set() };
    for (const [principal, code] of [
      [ANONYMOUS, 'UNAUTHENTICATED'],
      [client, 'FORBIDDEN'],
      [tenantUser('ten_x', 'TENANT_ADMIN', 'usr_nobody'), 'FORBIDDEN'],
    ] as const) {
      expect(await errorOf(changePassword(test, principal, PASSWORD, NEW))).toMatchObject({ code });
    }
  });
});
