import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, type Principal } from '#lib/auth/principal.ts';
import { GRANTABLE_SCOPES } from '#lib/auth/scopes.ts';
import type { TokenVerifier } from '#lib/auth/verifier.ts';
import {
  errorOf,
  makeTenant,
  makeUser,
  PASSWORD,
  refresh,
  signIn,
  type Tokens,
  verifierOf,
} from '#test/support/identity.ts';
import { isGood, mutate, mutated } from '#test/support/people.ts';
import { ADMINISTRATOR, openTestPlane, type TestPlane, tenantUser } from '#test/support/plane.ts';

interface Session {
  readonly sessionId: string;
  readonly kind: string;
  readonly clientId: string | null;
  readonly startedAt: string;
  readonly lastUsedAt: string;
  readonly clientAddress: string | null;
  readonly expiresAt: string;
  readonly current: boolean;
}

const SESSIONS = `{ totalCount edges { node { sessionId kind clientId startedAt lastUsedAt clientAddress expiresAt current } }
  pageInfo { hasNextPage endCursor } }`;
const OF_USER = `query ($users: [_Any!]!, $first: Int) { _entities(representations: $users) { ... on User { sessions(first: $first) ${SESSIONS} } } }`;
const REFUSED = { code: 'UNAUTHENTICATED' };

let test: TestPlane;
let verifier: TokenVerifier;

beforeAll(async () => {
  test = await openTestPlane();
  verifier = await verifierOf(test);
});
afterAll(() => test.close());

async function self(tokens: Tokens): Promise<Principal> {
  await verifier.refresh();
  return await verifier.verify(tokens.accessToken);
}

const nodes = (connection: unknown) =>
  (connection as { edges: { node: Session }[] } | null)?.edges.map(({ node }) => node) ?? [];

const mine = async (principal: Principal) =>
  nodes((await test.data('identity', principal, `{ mySessions ${SESSIONS} }`)).mySessions);

async function ofUser(principal: Principal, userId: string): Promise<Session[] | null> {
  const users = [{ __typename: 'User', userId }];
  const { _entities } = await test.data('identity', principal, OF_USER, { users });
  const [user] = _entities as ({ sessions: unknown } | null)[];
  return user?.sessions == null ? null : nodes(user.sessions);
}

const end = (principal: Principal, sessionId: string) =>
  mutate(test, principal, 'endSession', { sessionId }, 'sessionId');
const endAll = (principal: Principal, userId: string) =>
  mutate(test, principal, 'endUserSessions', { userId }, 'userId');

describe('the sessions of a person', () => {
  it('are listed newest first, with when and from where they were used', async () => {
    const { email } = await makeUser(test);
    test.clock.advance(60_000);
    const from = { clientAddress: '192.0.2.1' };
    const credentials = { email, password: PASSWORD };
    const selection = 'accessToken refreshToken expiresAt user { userId }';
    const first = await mutated<Tokens>(test, ANONYMOUS, 'signIn', credentials, selection, from);
    const startedAt = test.clock.now().toISOString();
    test.clock.advance(60_000);
    const second = await signIn(test, email, PASSWORD);
    test.clock.advance(60_000);
    const input = { refreshToken: first.refreshToken };
    const next = await mutated<Tokens>(test, ANONYMOUS, 'refreshSession', input, selection, {
      clientAddress: '192.0.2.2',
    });
    const sessions = await mine(await self(next));
    const { sessionId } = await self(second);
    expect(sessions).toHaveLength(3);
    expect(sessions[0]).toMatchObject({
      sessionId,
      kind: 'DIRECT',
      clientId: null,
      clientAddress: null,
      current: false,
    });
    expect(sessions[1]).toMatchObject({
      startedAt,
      lastUsedAt: test.clock.now().toISOString(),
      clientAddress: '192.0.2.2',
      expiresAt: new Date(test.clock.now().getTime() + 30 * 24 * 3_600_000).toISOString(),
      current: true,
    });
    expect(JSON.stringify(sessions)).not.toContain(next.refreshToken.split('.')[0]);
  });

  it('come in pages, and are counted', async () => {
    const { email } = await makeUser(test);
    for (let count = 0; count < 4; count++) await signIn(test, email, PASSWORD);
    const principal = await self(await signIn(test, email, PASSWORD));
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const source = `query ($after: String) { mySessions(first: 4, after: $after) ${SESSIONS} }`;
      const { mySessions } = await test.data('identity', principal, source, { after });
      const page = mySessions as { totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string } };
      expect(page.totalCount).toBe(6);
      seen.push(...nodes(page).map(({ sessionId }) => sessionId));
      after = page.pageInfo.endCursor;
      more = page.pageInfo.hasNextPage;
    }
    expect(new Set(seen).size).toBe(6);
  });

  it('are seen by itself and by whoever reads the users of its tenant, and by nobody else', async () => {
    const { tenantId, userId, email } = await makeUser(test);
    await signIn(test, email, PASSWORD);
    const member = await makeUser(test, tenantId, 'TENANT_MEMBER');
    const foreign = await makeTenant(test);
    expect(await ofUser(tenantUser(tenantId, 'TENANT_MEMBER', userId), userId)).toHaveLength(2);
    expect(await ofUser(tenantUser(tenantId, 'TENANT_ADMIN'), userId)).toHaveLength(2);
    expect(await ofUser(ADMINISTRATOR, userId)).toHaveLength(2);
    expect(await ofUser(tenantUser(foreign, 'TENANT_ADMIN'), userId)).toBeNull();
    expect(await ofUser(tenantUser(foreign, 'TENANT_ADMIN'), 'usr_never_was')).toBeNull();
    const users = [{ __typename: 'User', userId }];
    for (const [principal, code] of [
      [tenantUser(tenantId, 'TENANT_MEMBER', member.userId), 'FORBIDDEN'],
      [ANONYMOUS, 'UNAUTHENTICATED'],
    ] as const) {
      expect(await errorOf(test.execute('identity', principal, OF_USER, { users }))).toMatchObject({ code });
    }
  });
});

describe('endSession', () => {
  it('ends one of one’s own, and its access tokens, and no other', async () => {
    const { email } = await makeUser(test);
    const [here, lost] = [await signIn(test, email, PASSWORD), await signIn(test, email, PASSWORD)];
    const principal = await self(here);
    const { sessionId } = await self(lost);
    if (sessionId === undefined) throw new Error('no session');
    expect(await end(principal, sessionId)).toEqual({ data: { endSession: { sessionId } } });
    expect(await isGood(verifier, lost.accessToken)).toBe(false);
    expect(await isGood(verifier, here.accessToken)).toBe(true);
    expect(await errorOf(refresh.raw(test, lost.refreshToken))).toMatchObject(REFUSED);
    expect(await errorOf(end(principal, sessionId))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is for the user, and for whoever manages it now; for others the session is not there', async () => {
    const { tenantId, email } = await makeUser(test);
    const boss = await makeUser(test, tenantId, 'TENANT_ADMIN');
    const member = await makeUser(test, tenantId, 'TENANT_MEMBER');
    const foreign = await makeUser(test);
    const { sessionId = '' } = await self(await signIn(test, email, PASSWORD));
    const gone = { code: 'NOT_FOUND', message: 'There is no such session.' };
    expect(await errorOf(end(ANONYMOUS, sessionId))).toMatchObject(REFUSED);
    expect(await errorOf(end(tenantUser(foreign.tenantId, 'TENANT_ADMIN', foreign.userId), sessionId))).toMatchObject(
      gone,
    );
    expect(await errorOf(end(ADMINISTRATOR, 'ses_never_was'))).toMatchObject(gone);
    const asMember = tenantUser(tenantId, 'TENANT_MEMBER', member.userId);
    expect(await errorOf(end(asMember, sessionId))).toMatchObject({ code: 'FORBIDDEN' });
    const demoted = tenantUser(tenantId, 'TENANT_ADMIN', member.userId);
    expect(await errorOf(end(demoted, sessionId))).toMatchObject({ code: 'FORBIDDEN' });
    const managing = tenantUser(tenantId, 'TENANT_ADMIN', boss.userId);
    expect((await end(managing, sessionId)).errors).toBeUndefined();
  });

  it("a tenant's admin ends no administrator's session, and a program with platform:write does", async () => {
    const { tenantId, userId } = await makeUser(test);
    const { sessionId = '', id } = await self(await signIn(test, 'admin@example.com', 'correct horse battery'));
    const boss = tenantUser(tenantId, 'TENANT_ADMIN', userId);
    expect(await errorOf(end(boss, sessionId))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await errorOf(endAll(boss, id))).toMatchObject({ code: 'NOT_FOUND' });
    const program = (scopes: readonly string[]): Principal => ({
      kind: 'client',
      id: 'cli_x',
      tenantId: null,
      roles: [],
      scopes: new Set(scopes),
    });
    const others = program(GRANTABLE_SCOPES.filter((scope) => scope !== 'platform:write'));
    expect(await errorOf(end(others, sessionId))).toMatchObject({ code: 'FORBIDDEN' });
    expect((await end(program(['platform:write']), sessionId)).errors).toBeUndefined();
  });
});

describe('endUserSessions', () => {
  it('ends all of them, also the one that asks, and who signs in afterwards is in', async () => {
    const { email, userId } = await makeUser(test);
    const all = [await signIn(test, email, PASSWORD), await signIn(test, email, PASSWORD)];
    const principal = await self(all[0] as Tokens);
    expect(await endAll(principal, userId)).toEqual({ data: { endUserSessions: { userId } } });
    for (const { accessToken, refreshToken } of all) {
      expect(await isGood(verifier, accessToken)).toBe(false);
      expect(await errorOf(refresh.raw(test, refreshToken))).toMatchObject(REFUSED);
    }
    const next = await signIn(test, email, PASSWORD);
    expect(await isGood(verifier, next.accessToken)).toBe(true);
    expect(await mine(await self(next))).toHaveLength(1);
  });

  it("a tenant's admin ends those of its users, and finds no others", async () => {
    const { tenantId, userId } = await makeUser(test);
    const member = await makeUser(test, tenantId, 'TENANT_MEMBER');
    const tokens = await signIn(test, member.email, PASSWORD);
    const foreign = await makeUser(test);
    const boss = tenantUser(tenantId, 'TENANT_ADMIN', userId);
    expect(await errorOf(endAll(boss, foreign.userId))).toEqual(await errorOf(endAll(boss, 'usr_never_was')));
    expect((await endAll(boss, member.userId)).errors).toBeUndefined();
    expect(await isGood(verifier, tokens.accessToken)).toBe(false);
  });

  it('where very many are in use, one revocation stands for all', async () => {
    const { email, userId } = await makeUser(test);
    const sessions = await Promise.all(Array.from({ length: 110 }, () => signIn(test, email, PASSWORD)));
    await test.data(
      'identity',
      await self(sessions[0] as Tokens),
      `mutation {
      changePassword(input: { currentPassword: "${PASSWORD}", newPassword: "${PASSWORD} too" }) { user { userId } } }`,
    );
    for (const { accessToken } of sessions.slice(1)) expect(await isGood(verifier, accessToken)).toBe(false);
    const next = await refresh(test, sessions[0]?.refreshToken ?? '');
    expect(await isGood(verifier, next.accessToken)).toBe(true);
    expect(await ofUser(ADMINISTRATOR, userId)).toHaveLength(1);
  });
});
