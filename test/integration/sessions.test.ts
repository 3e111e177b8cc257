import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, servicePrincipal } from '#lib/auth/principal.ts';
import {
  errorOf,
  IDENTITY_COMMANDS,
  intercepting,
  makeUser,
  PASSWORD,
  refresh,
  signIn,
  signOut,
  verifierOf,
} from '#test/support/identity.ts';
import { ADMINISTRATOR, callerOf, openTestPlane, type TestPlane, tenantUser } from '#test/support/plane.ts';

let test: TestPlane;

beforeAll(async () => {
  test = await openTestPlane();
});
afterAll(() => test.close());

const refusal = { code: 'UNAUTHENTICATED' };

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

  it('signing out ends its access tokens and no others, and closes it to refreshes that are under way', async () => {
    const { email } = await makeUser(test);
    const other = await signIn(test, email, PASSWORD);
    const first = await signIn(test, email, PASSWORD);
    const second = await refresh(test, first.refreshToken);
    const signingOut = async (answer: () => unknown) => {
      const found = await answer();
      expect(await signOut(test, second.refreshToken)).toBe(true);
      return found;
    };
    await intercepting(test, 'user', 'Query', '_entities', signingOut, async () => {
      expect(await errorOf(refresh.raw(test, second.refreshToken))).toMatchObject(refusal);
    });
    const verifier = await verifierOf(test);
    for (const { accessToken } of [first, second]) {
      await expect(verifier.verify(accessToken)).rejects.toMatchObject(refusal);
    }
    await expect(verifier.verify(other.accessToken)).resolves.toMatchObject({ kind: 'user' });
    const later = await signIn(test, email, PASSWORD); // the clock stands still
    await expect(verifier.verify(later.accessToken)).resolves.toMatchObject({ kind: 'user' });
  });

  it('of a refresh and a sign-out at once, whatever their order, no access token is left', async () => {
    const { email } = await makeUser(test);
    const verifier = await verifierOf(test);
    for (let round = 0; round < 5; round++) {
      const { refreshToken } = await signIn(test, email, PASSWORD);
      const refreshes = [refresh.raw(test, refreshToken), signOut(test, refreshToken), refresh.raw(test, refreshToken)];
      const answers = await Promise.all(round % 2 === 0 ? refreshes : refreshes.reverse());
      await verifier.refresh();
      for (const answer of answers) {
        if (typeof answer === 'boolean' || answer.data?.refreshSession == null) continue;
        const { accessToken } = answer.data.refreshSession as { accessToken: string };
        await expect(verifier.verify(accessToken)).rejects.toMatchObject(refusal);
      }
    }
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

  it('nobody gets a token whose sessions were ended while it was being made', async () => {
    const { email, userId } = await makeUser(test);
    const { refreshToken } = await signIn(test, email, PASSWORD);
    const endAfterwards = (commandId: string) => async (answer: () => unknown) => {
      const found = await answer();
      await command('endSessions', { userId }, commandId);
      return found;
    };
    await intercepting(test, 'user', 'Query', '_entities', endAfterwards('w/2'), async () => {
      expect(await errorOf(refresh.raw(test, refreshToken))).toMatchObject(refusal);
    });
    await intercepting(test, 'user', 'Query', 'userByEmail', endAfterwards('w/3'), async () => {
      expect(await errorOf(signIn.raw(test, email, PASSWORD))).toMatchObject(refusal);
    });
    expect(await signIn(test, email, PASSWORD)).toHaveProperty('accessToken');
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

async function command(name: string, ids: Record<string, string>, commandId = 'w/1') {
  const values = Object.entries({ commandId, ...ids }).map(([key, value]) => `${key}: "${value}"`);
  return await test.data('identity', callerOf('identity', name), `mutation { ${name}(${values.join(', ')}) }`);
}

async function tenantIdentity(tenantId: string) {
  const source = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Tenant { identity { issuer activeSessions serviceClients { clientId } } } } }`;
  const { _entities } = await test.data('identity', tenantUser(tenantId), source, {
    r: [{ __typename: 'Tenant', tenantId }],
  });
  return (_entities as { identity: { activeSessions: number } }[])[0]?.identity ?? { activeSessions: Number.NaN };
}
