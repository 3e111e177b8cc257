import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GRANTABLE_SCOPES, ROLE_SCOPES } from '#lib/auth/scopes.ts';
import { failedPrecondition, unavailable } from '#lib/errors.ts';
import {
  accept,
  errorOf,
  intercepting,
  invite,
  makeUser,
  PASSWORD,
  refresh,
  signIn,
  verifierOf,
} from '#test/support/identity.ts';
import { ADMINISTRATOR, ONBOARDING, openTestPlane, type TestPlane } from '#test/support/plane.ts';
import { removeStores, storedTexts } from '#test/support/stores.ts';
import { whileTimePasses } from '#test/support/ticking.ts';

let test: TestPlane;
let commands = 0;

beforeAll(async () => {
  test = await openTestPlane();
});
afterAll(() => test.close());

const refusal = { code: 'UNAUTHENTICATED' };

describe('platform administrators', () => {
  it('the first one is there after the first start, signs in, and holds every scope across tenants', async () => {
    const signedIn = await signIn(test, 'Admin@Example.com', 'correct horse battery');
    expect(signedIn).toMatchObject({ user: null });
    const principal = await (await verifierOf(test)).verify(signedIn.accessToken);
    expect(principal).toMatchObject({ kind: 'administrator', tenantId: null, roles: ['PLATFORM_ADMINISTRATOR'] });
    expect([...principal.scopes].sort()).toEqual([...GRANTABLE_SCOPES].sort());
    expect(decodeJwt(signedIn.accessToken)).not.toHaveProperty('tenant_id');
    expect(await refresh(test, signedIn.refreshToken)).toMatchObject({ user: null });
  });

  it('a generated password is told once, works, and stands nowhere in clear', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'identity-'));
    try {
      const first = await openTestPlane({ dataDir, env: { ADMIN_PASSWORD: '' } });
      const [notice, ...others] = first.plane.notices;
      const password = /^(\S{20,}) /.exec(notice?.text ?? '')?.[1] ?? '';
      expect(others).toEqual([]);
      expect(await signIn(first, 'admin@example.com', password)).toHaveProperty('accessToken');
      await first.close();

      const second = await openTestPlane({ dataDir, env: { ADMIN_PASSWORD: '' } });
      expect(second.plane.notices).toEqual([]);
      expect(await signIn(second, 'admin@example.com', password)).toHaveProperty('accessToken');
      await second.close();

      const contents = await storedTexts(dataDir);
      expect(contents.some((content) => content.includes('admin@example.com'))).toBe(true);
      expect(contents.filter((content) => content.includes(password))).toEqual([]);
    } finally {
      await removeStores(dataDir);
    }
  });
});

describe('sign-in', () => {
  it("a user's token names its tenant, its role and that role's scopes, and lives 15 minutes", async () => {
    const { email, tenantId, userId } = await makeUser(test);
    const signedIn = await signIn(test, email.toUpperCase(), PASSWORD);
    expect(signedIn.user).toEqual({ userId });
    expect(decodeProtectedHeader(signedIn.accessToken)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    expect(decodeProtectedHeader(signedIn.accessToken).kid).toEqual(expect.any(String));
    const claims = decodeJwt(signedIn.accessToken);
    expect(claims).toMatchObject({
      iss: 'http://127.0.0.1:4000',
      aud: 'http://127.0.0.1:4000/graphql',
      sub: userId,
      tenant_id: tenantId,
      roles: ['TENANT_ADMIN'],
      scope: ROLE_SCOPES.TENANT_ADMIN.join(' '),
      jti: expect.any(String),
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(900);
    expect(signedIn.expiresAt).toBe(new Date((claims.exp ?? 0) * 1000).toISOString());
  });

  it('a wrong password, an unknown address, a disabled user and one of a gone tenant get the same answer', async () => {
    const wrong = await makeUser(test);
    const disabled = await makeUser(test);
    await makeUser(test, disabled.tenantId); // so that the first is not the last admin
    const gone = await makeUser(test);
    await disable(disabled.userId);
    await test.data(
      'tenant',
      ONBOARDING,
      `mutation { markOffboarding(commandId: "w/1", tenantId: "${gone.tenantId}") { status } }`,
    );
    const answers = [
      await errorOf(signIn.raw(test, wrong.email, `${PASSWORD}!`)),
      await errorOf(signIn.raw(test, 'nobody@example.com', PASSWORD)),
      await errorOf(signIn.raw(test, disabled.email, PASSWORD)),
      await errorOf(signIn.raw(test, gone.email, PASSWORD)),
      await errorOf(signIn.raw(test, 'admin@example.com', 'x')),
      await errorOf(signIn.raw(test, wrong.email, 'x'.repeat(100_000))),
    ];
    expect(answers[0]).toMatchObject({ code: 'UNAUTHENTICATED', message: 'The address or the password is wrong.' });
    expect(answers.every((answer) => JSON.stringify(answer) === JSON.stringify(answers[0]))).toBe(true);
  });

  it('an unknown address takes as long as a known one', async () => {
    const { email } = await makeUser(test);
    const known: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 12; round++) {
      known.push(await milliseconds(() => signIn.raw(test, email, 'wrong password')));
      unknown.push(await milliseconds(() => signIn.raw(test, `nobody${round}@example.com`, 'wrong password')));
    }
    // The fastest of each: what else the machine does only adds.
    const [least, other] = [Math.min(...known), Math.min(...unknown)];
    expect(least).toBeGreaterThan(5); // a hash was computed at all
    expect(Math.abs(least - other)).toBeLessThan(least * 0.4);
  });
});

describe('invitations', () => {
  it('sets the password, makes the user active, signs in, and is good once', async () => {
    const { userId, email, token } = await invite(test);
    const accepted = await accept(test, token, PASSWORD);
    expect(accepted.user).toEqual({ userId });
    expect(await statusOf(userId)).toBe('ACTIVE');
    expect(await signIn(test, email, PASSWORD)).toMatchObject({ user: { userId } });
    expect(await errorOf(accept.raw(test, token, 'another password'))).toMatchObject(refusal);
    expect(await errorOf(signIn.raw(test, email, 'another password'))).toMatchObject(refusal);
  });

  it.each([
    ['eleven chars', 'elevenchars'],
    ['more than 1,000', 'x'.repeat(1001)],
    ['eleven that only look like more', '\u{1F600}'.repeat(11)],
    ['half a surrogate pair', `${PASSWORD}\ud800`],
  ])('a password of %s is refused and leaves the invitation good', async (_, password) => {
    const { token } = await invite(test);
    expect(await errorOf(accept.raw(test, token, password))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input.password',
    });
    expect(await accept(test, token, '\u{1F600}'.repeat(12))).toHaveProperty('accessToken');
  });

  it('a password is the same in whichever Unicode form it is typed', async () => {
    const { token, email } = await invite(test);
    await accept(test, token, 'contrase\u00f1a segura');
    expect(await signIn(test, email, 'contrasen\u0303a segura')).toHaveProperty('accessToken');
  });

  it('is worth nothing after seven days, when it was renewed, and when it was made up', async () => {
    const { token, userId, tenantId } = await invite(test);
    const renewed = await createIdentity(tenantId, userId);
    expect(await errorOf(accept.raw(test, token, PASSWORD))).toMatchObject(refusal);
    expect(await errorOf(accept.raw(test, `${userId}.${'A'.repeat(43)}`, PASSWORD))).toMatchObject(refusal);
    expect(await errorOf(accept.raw(test, '', PASSWORD))).toMatchObject(refusal);
    test.clock.advance(7 * 24 * 3_600_000);
    expect(await errorOf(accept.raw(test, renewed?.token ?? '', PASSWORD))).toMatchObject(refusal);
    const last = await createIdentity(tenantId, userId);
    expect(await accept(test, last?.token ?? '', PASSWORD)).toHaveProperty('accessToken');
    expect(await createIdentity(tenantId, userId)).toBeNull();
  });

  it('goes on by itself when the user service is back', async () => {
    const { token, userId, email } = await invite(test);
    await failing('activateUser', async () => {
      expect(await errorOf(accept.raw(test, token, PASSWORD))).toMatchObject({ code: 'UNAVAILABLE' });
    });
    expect(await statusOf(userId)).toBe('INVITED');
    await whileTimePasses(test.clock, () => expect.poll(() => statusOf(userId), { timeout: 10_000 }).toBe('ACTIVE'));
    await expect.poll(() => accept.raw(test, token, PASSWORD).then(({ errors }) => errors?.length)).toBe(1);
    expect(await signIn(test, email, PASSWORD)).toHaveProperty('accessToken');
  });

  it('is refused, and left as it was, when the user is disabled meanwhile', async () => {
    const { token, userId } = await invite(test, (await makeUser(test)).tenantId);
    const disabled = async (activate: () => unknown) => {
      await disable(userId);
      return await activate();
    };
    await intercepting(test, 'user', 'Mutation', 'activateUser', disabled, async () => {
      expect(await errorOf(accept.raw(test, token, PASSWORD))).toMatchObject(refusal);
    });
    await test.data(
      'user',
      ADMINISTRATOR,
      `mutation { enableUser(input: { userId: "${userId}" }) { user { status } } }`,
    );
    expect(await statusOf(userId)).toBe('INVITED');
    expect(await accept(test, token, 'a second thought')).toMatchObject({ user: { userId } });
  });

  it('refused after it took effect, it leaves the user INVITED, and the same token opens again', async () => {
    const { token, userId } = await invite(test);
    const refusing = async (activate: () => unknown) => {
      await activate();
      throw failedPrecondition('no');
    };
    await intercepting(test, 'user', 'Mutation', 'activateUser', refusing, async () => {
      expect(await errorOf(accept.raw(test, token, PASSWORD))).toMatchObject(refusal);
    });
    expect(await statusOf(userId)).toBe('INVITED');
    expect(await accept(test, token, 'a second thought')).toMatchObject({ user: { userId } });
    expect(await statusOf(userId)).toBe('ACTIVE');
  });

  it('what was cut short before the user was active is repaired with the same token, even with another password', async () => {
    const { token, userId, tenantId, email } = await invite(test);
    const other = await invite(test, tenantId);
    await failing('activateUser', async () => {
      const answers = [errorOf(accept.raw(test, token, PASSWORD)), errorOf(accept.raw(test, other.token, PASSWORD))];
      for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ code: 'UNAVAILABLE' });
    });
    expect(await statusOf(userId)).toBe('INVITED');
    expect(await errorOf(signIn.raw(test, email, PASSWORD))).toMatchObject(refusal);
    expect(await accept(test, token, 'a second thought')).toMatchObject({ user: { userId } });
    expect(await signIn(test, email, 'a second thought')).toHaveProperty('accessToken');

    expect(await createIdentity(tenantId, other.userId), 'it can be renewed, too').not.toBeNull();
    expect(await errorOf(accept.raw(test, other.token, PASSWORD))).toMatchObject(refusal);
  });

  it('of many who present it at once, one gets in, with its own password', async () => {
    const { token, email } = await invite(test);
    const passwords = Array.from({ length: 8 }, (_, index) => `password number ${index}`);
    const answers = await Promise.all(passwords.map((password) => accept.raw(test, token, password)));
    const winners = passwords.filter((_, index) => answers[index]?.errors === undefined);
    expect(winners).toHaveLength(1);
    for (const password of passwords) {
      const answer = await signIn.raw(test, email, password);
      expect(answer.errors === undefined).toBe(password === winners[0]);
    }
  });
});

async function createIdentity(
  tenantId: string,
  userId: string,
  commandId = `w${++commands}/i`,
): Promise<{ token: string } | null> {
  const source = `mutation { createIdentity(commandId: "${commandId}", tenantId: "${tenantId}", userId: "${userId}") { token expiresAt } }`;
  return (await test.data('identity', ONBOARDING, source)).createIdentity as { token: string } | null;
}

async function disable(userId: string): Promise<void> {
  await test.data(
    'user',
    ADMINISTRATOR,
    `mutation { disableUser(input: { userId: "${userId}" }) { user { status } } }`,
  );
}

async function statusOf(userId: string): Promise<unknown> {
  const { user } = await test.data('user', ADMINISTRATOR, `{ user(userId: "${userId}") { status } }`);
  return (user as { status: string }).status;
}

/** Makes a mutation of the user service fail while something is done. */
async function failing(mutation: string, work: () => Promise<unknown>): Promise<void> {
  const fail = () => Promise.reject(unavailable('out of reach'));
  await intercepting(test, 'user', 'Mutation', mutation, fail, work);
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
