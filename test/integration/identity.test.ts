import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, servicePrincipal } from '#lib/auth/principal.ts';
import { GRANTABLE_SCOPES, ROLE_SCOPES } from '#lib/auth/scopes.ts';
import { unavailable } from '#lib/errors.ts';
import {
  accept,
  errorOf,
  IDENTITY_COMMANDS,
  invite,
  makeUser,
  PASSWORD,
  refresh,
  signIn,
  signOut,
  verifierOf,
} from '#test/support/identity.ts';
import { ADMINISTRATOR, ONBOARDING, openTestPlane, type TestPlane, tenantUser } from '#test/support/plane.ts';

let test: TestPlane;

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
      const [notice, ...others] = first.plane.notices.filter((line) => line.includes('administrator'));
      const password = / password (\S{20,}) /.exec(notice ?? '')?.[1] ?? '';
      expect(others).toEqual([]);
      expect(await signIn(first, 'admin@example.com', password)).toHaveProperty('accessToken');
      await first.close();

      const second = await openTestPlane({ dataDir, env: { ADMIN_PASSWORD: '' } });
      expect(second.plane.notices.filter((line) => line.includes('administrator'))).toEqual([]);
      expect(await signIn(second, 'admin@example.com', password)).toHaveProperty('accessToken');
      await second.close();

      const files = await readdir(dataDir, { recursive: true, withFileTypes: true });
      const contents = await Promise.all(
        files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'latin1')),
      );
      expect(contents.some((content) => content.includes('admin@example.com'))).toBe(true);
      expect(contents.filter((content) => content.includes(password))).toEqual([]);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
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
    await disable(disabled.tenantId, disabled.userId);
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
    expect(median(known)).toBeGreaterThan(5); // a hash was computed at all
    expect(Math.abs(median(known) - median(unknown))).toBeLessThan(median(known) * 0.4);
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

  it('what was cut short before the user was active is repaired with the same token, even with another password', async () => {
    const { token, userId, tenantId, email } = await invite(test);
    await failing('user', 'activateUser', async () => {
      expect(await errorOf(accept.raw(test, token, PASSWORD))).toMatchObject({ code: 'UNAVAILABLE' });
    });
    expect(await statusOf(userId)).toBe('INVITED');
    expect(await errorOf(signIn.raw(test, email, PASSWORD))).toMatchObject(refusal);
    expect(await accept(test, token, 'a second thought')).toMatchObject({ user: { userId } });
    expect(await signIn(test, email, 'a second thought')).toHaveProperty('accessToken');

    const other = await invite(test, tenantId);
    await failing('user', 'activateUser', () => errorOf(accept.raw(test, other.token, PASSWORD)));
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

describe('sessions', () => {
  it('a refresh answers new tokens with the role that the user has now', async () => {
    const { email, tenantId, userId } = await makeUser(test);
    await makeUser(test, tenantId, 'TENANT_ADMIN');
    const first = await signIn(test, email, PASSWORD);
    await test.data(
      'user',
      ADMINISTRATOR,
      `mutation { setUserRole(input: { userId: "${userId}", role: TENANT_MEMBER }) { user { role } } }`,
    );
    const second = await refresh(test, first.refreshToken);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(decodeJwt(second.accessToken)).toMatchObject({
      sub: userId,
      roles: ['TENANT_MEMBER'],
      scope: 'tenant:read usage:read',
    });
  });

  it('a used refresh token ends the whole session, and its access tokens', async () => {
    const { email } = await makeUser(test);
    const other = await signIn(test, email, PASSWORD);
    const first = await signIn(test, email, PASSWORD);
    const second = await refresh(test, first.refreshToken);
    expect(await errorOf(refresh.raw(test, first.refreshToken))).toMatchObject(refusal);
    expect(await errorOf(refresh.raw(test, second.refreshToken))).toMatchObject(refusal);
    const verifier = await verifierOf(test);
    await expect(verifier.verify(second.accessToken)).rejects.toMatchObject(refusal);
    await expect(verifier.verify(other.accessToken)).resolves.toMatchObject({ kind: 'user' });
    expect(await refresh(test, other.refreshToken)).toHaveProperty('accessToken');
  });

  it('of many refreshes with one token at once, one is answered, and the session is over', async () => {
    const { email } = await makeUser(test);
    const { refreshToken } = await signIn(test, email, PASSWORD);
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh.raw(test, refreshToken)));
    const winners = answers.filter((answer) => answer.errors === undefined);
    expect(winners).toHaveLength(1);
    const { refreshSession } = winners[0]?.data ?? {};
    const next = (refreshSession as { refreshToken: string }).refreshToken;
    expect(await errorOf(refresh.raw(test, next))).toMatchObject(refusal);
  });

  it('ends after 30 days without use, and not before', async () => {
    const { email } = await makeUser(test);
    const first = await signIn(test, email, PASSWORD);
    test.clock.advance(29 * 24 * 3_600_000);
    const second = await refresh(test, first.refreshToken);
    test.clock.advance(30 * 24 * 3_600_000);
    expect(await errorOf(refresh.raw(test, second.refreshToken))).toMatchObject(refusal);
  });

  it('signing out ends it once, and a made-up token ends nothing', async () => {
    const { email } = await makeUser(test);
    const { refreshToken } = await signIn(test, email, PASSWORD);
    const [handle] = refreshToken.split('.');
    expect(await errorOf(refresh.raw(test, 'nonsense'))).toMatchObject(refusal);
    expect(await signOut(test, `${'A'.repeat(43)}.${'B'.repeat(43)}`)).toBe(false);
    expect(handle).toHaveLength(43);
    expect(await signOut(test, refreshToken)).toBe(true);
    expect(await signOut(test, refreshToken)).toBe(false);
    expect(await errorOf(refresh.raw(test, refreshToken))).toMatchObject(refusal);
  });

  it('are counted per tenant, while they can be refreshed', async () => {
    const { email, tenantId } = await makeUser(test);
    const sessions = async () => (await tenantIdentity(tenantId)).activeSessions;
    const before = await sessions();
    const { refreshToken } = await signIn(test, email, PASSWORD);
    expect(await sessions()).toBe(before + 1);
    await signOut(test, refreshToken);
    expect(await sessions()).toBe(before);
    expect(await tenantIdentity(tenantId)).toMatchObject({ issuer: 'http://127.0.0.1:4000', serviceClients: [] });
    test.clock.advance(30 * 24 * 3_600_000);
    expect(await sessions()).toBe(0);
  });
});

describe('commands', () => {
  it('endSessions refuses what was issued before, and nothing that is issued after, within one millisecond', async () => {
    const { email, userId } = await makeUser(test);
    const before = await signIn(test, email, PASSWORD);
    await command('endSessions', { userId });
    const after = await signIn(test, email, PASSWORD); // the clock stands still
    const verifier = await verifierOf(test);
    await expect(verifier.verify(before.accessToken)).rejects.toMatchObject(refusal);
    await expect(verifier.verify(after.accessToken)).resolves.toMatchObject({ id: userId });
    expect(await errorOf(refresh.raw(test, before.refreshToken))).toMatchObject(refusal);

    await command('endSessions', { userId }); // the same command, delivered again
    await verifier.refresh();
    await expect(verifier.verify(after.accessToken)).resolves.toMatchObject({ id: userId });
    expect(await refresh(test, after.refreshToken)).toHaveProperty('accessToken');
  });

  it('a token that was being made while the sessions were ended is refused', async () => {
    const { email, userId } = await makeUser(test);
    const answers = await Promise.all([
      signIn.raw(test, email, PASSWORD),
      command('endSessions', { userId }, 'w/while'),
    ]);
    const verifier = await verifierOf(test);
    const token = (answers[0].data as { signIn: { accessToken: string } } | null)?.signIn.accessToken;
    if (token === undefined) expect(answers[0].errors?.[0]?.extensions).toMatchObject(refusal);
    else await expect(verifier.verify(token)).rejects.toMatchObject(refusal);
  });

  it('deleteIdentity removes password, invitation and sessions, and succeeds where nothing is left', async () => {
    const { email, userId } = await makeUser(test);
    const { accessToken, refreshToken } = await signIn(test, email, PASSWORD);
    await command('deleteIdentity', { userId });
    await command('deleteIdentity', { userId });
    await command('deleteIdentity', { userId: 'usr_never' });
    expect(await errorOf(signIn.raw(test, email, PASSWORD))).toMatchObject(refusal);
    expect(await errorOf(refresh.raw(test, refreshToken))).toMatchObject(refusal);
    await expect((await verifierOf(test)).verify(accessToken)).rejects.toMatchObject(refusal);
  });

  it('deleteIdentities removes everything of one tenant and nothing of another', async () => {
    const gone = await makeUser(test);
    const kept = await makeUser(test);
    const goneSession = await signIn(test, gone.email, PASSWORD);
    const keptSession = await signIn(test, kept.email, PASSWORD);
    await command('deleteIdentities', { tenantId: gone.tenantId });
    await command('deleteIdentities', { tenantId: gone.tenantId });
    const verifier = await verifierOf(test);
    await expect(verifier.verify(goneSession.accessToken)).rejects.toMatchObject(refusal);
    await expect(verifier.verify(keptSession.accessToken)).resolves.toMatchObject({ id: kept.userId });
    expect(await errorOf(refresh.raw(test, goneSession.refreshToken))).toMatchObject(refusal);
    expect((await tenantIdentity(gone.tenantId)).activeSessions).toBe(0);
    expect(await refresh(test, keptSession.refreshToken)).toHaveProperty('accessToken');
  });

  it('are for services only', async () => {
    for (const principal of [ADMINISTRATOR, tenantUser('ten_x')]) {
      for (const source of IDENTITY_COMMANDS) {
        expect(await errorOf(test.execute('identity', principal, source))).toMatchObject({ code: 'FORBIDDEN' });
      }
    }
    expect(await errorOf(test.execute('identity', ANONYMOUS, '{ verification { keys } }'))).toMatchObject(refusal);
  });

  it('verification shows public keys and only revocations that still matter', async () => {
    await command('endSessions', { userId: 'usr_revoked' });
    const read = async () =>
      (
        await test.data(
          'identity',
          servicePrincipal('gateway'),
          '{ verification { keys revocations { kind subject at expiresAt } } }',
        )
      ).verification as { keys: object[]; revocations: { subject: string }[] };
    const subjects = async () => (await read()).revocations.map(({ subject }) => subject);
    expect((await read()).keys).toHaveLength(1);
    expect((await read()).keys[0]).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
    expect((await read()).keys[0]).not.toHaveProperty('d');
    expect(await subjects()).toContain('usr_revoked');
    test.clock.advance(15 * 60_000);
    expect(await subjects()).toContain('usr_revoked');
    test.clock.advance(2 * 60_000);
    expect(await subjects()).not.toContain('usr_revoked');
  });
});

async function createIdentity(tenantId: string, userId: string): Promise<{ token: string } | null> {
  const source = `mutation { createIdentity(commandId: "w/i", tenantId: "${tenantId}", userId: "${userId}") { token expiresAt } }`;
  return (await test.data('identity', ONBOARDING, source)).createIdentity as { token: string } | null;
}

async function command(name: string, ids: Record<string, string>, commandId = 'w/1') {
  const values = Object.entries({ commandId, ...ids }).map(([key, value]) => `${key}: "${value}"`);
  return await test.data('identity', ONBOARDING, `mutation { ${name}(${values.join(', ')}) }`);
}

async function disable(tenantId: string, userId: string): Promise<void> {
  await test.data(
    'user',
    tenantUser(tenantId),
    `mutation { disableUser(input: { userId: "${userId}" }) { user { status } } }`,
  );
}

async function statusOf(userId: string): Promise<unknown> {
  const { user } = await test.data('user', ADMINISTRATOR, `{ user(userId: "${userId}") { status } }`);
  return (user as { status: string }).status;
}

async function tenantIdentity(tenantId: string) {
  const source = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Tenant { identity { issuer activeSessions serviceClients { clientId } } } } }`;
  const { _entities } = await test.data('identity', tenantUser(tenantId), source, {
    r: [{ __typename: 'Tenant', tenantId }],
  });
  return (_entities as { identity: { activeSessions: number } }[])[0]?.identity ?? { activeSessions: Number.NaN };
}

/** Makes a mutation of a subgraph fail while something is done. */
async function failing(subgraph: 'user', mutation: string, work: () => Promise<unknown>): Promise<void> {
  const field = test.plane.subgraphs.get(subgraph)?.schema.getMutationType()?.getFields()[mutation];
  if (field?.resolve === undefined) throw new Error(`no mutation ${mutation}`);
  const { resolve } = field;
  field.resolve = () => {
    throw unavailable('out of reach');
  };
  try {
    await work();
  } finally {
    field.resolve = resolve;
  }
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}
