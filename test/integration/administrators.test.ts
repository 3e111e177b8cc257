import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ANONYMOUS, type Principal, servicePrincipal } from '#lib/auth/principal.ts';
import { GRANTABLE_SCOPES } from '#lib/auth/scopes.ts';
import type { TokenVerifier } from '#lib/auth/verifier.ts';
import {
  accept,
  errorOf,
  intercepting,
  invite,
  makeTenant,
  makeUser,
  PASSWORD,
  refresh,
  signIn,
  verifierOf,
} from '#test/support/identity.ts';
import { isGood, mutate, mutated } from '#test/support/people.ts';
import { ADMINISTRATOR, ONBOARDING, openTestPlane, type TestPlane, tenantUser } from '#test/support/plane.ts';

interface Created {
  readonly administrator: { readonly administratorId: string; readonly email: string; readonly status: string };
  readonly invitation: { readonly token: string; readonly expiresAt: string } | null;
}

const FIRST = ['admin@example.com', 'correct horse battery'] as const;
const SELECTION = 'administrator { administratorId email status } invitation { token expiresAt }';
const REFUSED = { code: 'UNAUTHENTICATED' };

let test: TestPlane;
let verifier: TokenVerifier;
/** The first administrator, signed in. */
let first: Principal;

beforeAll(async () => {
  test = await openTestPlane();
  verifier = await verifierOf(test);
});
afterAll(() => test.close());
beforeEach(async () => {
  first = await signedIn(...FIRST);
});

async function signedIn(email: string, password: string): Promise<Principal> {
  const { accessToken } = await signIn(test, email, password);
  await verifier.refresh();
  return await verifier.verify(accessToken);
}

let count = 0;
const address = () => `admin${++count}@platform.example`;
const create = (email: string, by = first, idempotencyKey?: string) =>
  mutated<Created>(test, by, 'createAdministrator', { email, idempotencyKey }, SELECTION);
const creating = (email: string, by: Principal = first) =>
  errorOf(mutate(test, by, 'createAdministrator', { email }, SELECTION));
const removing = (administratorId: string, by: Principal = first) =>
  errorOf(mutate(test, by, 'removeAdministrator', { administratorId }, 'administratorId'));

/** One more who can sign in. */
async function makeAdministrator() {
  const email = address();
  const { administrator, invitation } = await create(email);
  await accept(test, invitation?.token ?? '', PASSWORD);
  return { email, administratorId: administrator.administratorId };
}

async function listed() {
  const source = '{ administrators(first: 100) { edges { node { administratorId email status } } } }';
  const { administrators } = await test.data('identity', first, source);
  return (administrators as { edges: { node: Created['administrator'] }[] }).edges.map(({ node }) => node);
}

/** Leaves the first administrator alone. */
async function removeOthers(): Promise<void> {
  for (const { administratorId } of await listed()) {
    if (administratorId !== first.id) expect(await removing(administratorId)).toEqual({ code: 'NONE' });
  }
}

describe('createAdministrator', () => {
  it('invites somebody, who accepts and may do everything', async () => {
    const email = address();
    const { administrator, invitation } = await create(email);
    expect(administrator).toMatchObject({ email, status: 'INVITED' });
    expect(await errorOf(signIn.raw(test, email, PASSWORD))).toMatchObject(REFUSED);
    const tokens = await accept(test, invitation?.token ?? '', PASSWORD);
    expect(tokens.user).toBeNull();
    await verifier.refresh();
    const principal = await verifier.verify(tokens.accessToken);
    expect(principal).toMatchObject({ kind: 'administrator', id: administrator.administratorId, tenantId: null });
    expect(principal.scopes).toEqual(new Set(GRANTABLE_SCOPES));
    expect(await signedIn(email, PASSWORD)).toMatchObject({ id: administrator.administratorId });
    expect(await listed()).toContainEqual({ ...administrator, status: 'ACTIVE' });
    expect(await errorOf(accept.raw(test, invitation?.token ?? '', PASSWORD)), 'once').toMatchObject(REFUSED);
  });

  it('an invitation is good for seven days, and a new one makes the old one worthless', async () => {
    const email = address();
    const [old, fresh] = [await create(email), await create(email)];
    expect(fresh.administrator).toEqual(old.administrator);
    expect(await errorOf(accept.raw(test, old.invitation?.token ?? '', PASSWORD))).toMatchObject(REFUSED);
    test.clock.advance(7 * 24 * 3_600_000);
    expect(await errorOf(accept.raw(test, fresh.invitation?.token ?? '', PASSWORD))).toMatchObject(REFUSED);
    const last = await create(email, await signedIn(...FIRST));
    expect(await accept(test, last.invitation?.token ?? '', PASSWORD)).toHaveProperty('accessToken');
  });

  it('presented by many at once an invitation is accepted once', async () => {
    const { invitation } = await create(address());
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, index) => accept.raw(test, invitation?.token ?? '', `${PASSWORD} ${index}`)),
    );
    expect(answers.filter(({ errors }) => errors === undefined)).toHaveLength(1);
  });

  it('the same key answers the same, without the secret', async () => {
    const email = address();
    const once = await create(email, first, 'key');
    const again = await create(email, first, 'key');
    expect(again).toEqual({ administrator: once.administrator, invitation: null });
    const other = { email: address(), idempotencyKey: 'key' };
    const { code } = await errorOf(mutate(test, first, 'createAdministrator', other, SELECTION));
    expect(code).toBe('IDEMPOTENCY_CONFLICT');
    expect(await accept(test, once.invitation?.token ?? '', PASSWORD)).toHaveProperty('accessToken');
  });

  it('nobody makes one who is more than itself', async () => {
    const { tenantId } = await makeUser(test);
    const client = (scopes: readonly string[], tenant: string | null = null): Principal => ({
      kind: 'client',
      id: 'cli_x',
      tenantId: tenant,
      roles: [],
      scopes: new Set(scopes),
    });
    const nearly = GRANTABLE_SCOPES.filter((scope) => scope !== 'audit:read');
    for (const by of [
      client(['platform:write']),
      client(nearly),
      client(GRANTABLE_SCOPES, tenantId),
      tenantUser(tenantId),
    ]) {
      expect(await creating(address(), by)).toMatchObject({ code: 'FORBIDDEN' });
    }
    expect(await creating(address(), ANONYMOUS)).toMatchObject(REFUSED);
    expect(await creating(address(), client(GRANTABLE_SCOPES))).toEqual({ code: 'NONE' });
  });

  it('an address is one person’s: not an administrator’s and a user’s, whoever comes first', async () => {
    const { email } = await makeUser(test);
    expect(await creating(email.toUpperCase())).toMatchObject({ code: 'CONFLICT' });
    expect(await creating(FIRST[0])).toMatchObject({ code: 'CONFLICT' });
    const mine = address();
    await create(mine);
    const tenantId = await makeTenant(test);
    const inviteUser = 'mutation ($input: InviteUserInput!) { inviteUser(input: $input) { user { userId } } }';
    const input = { tenantId, email: mine, role: 'TENANT_MEMBER' };
    expect(await errorOf(test.execute('user', ADMINISTRATOR, inviteUser, { input }))).toMatchObject({
      code: 'CONFLICT',
    });
    const createUser = `mutation { createUser(commandId: "w/u", tenantId: "${tenantId}", userId: "usr_z", email: "${mine}") { userId } }`;
    expect(await errorOf(test.execute('user', ONBOARDING, createUser))).toMatchObject({ code: 'CONFLICT' });
    expect((await listed()).filter((one) => one.email === email)).toEqual([]);
  });

  it('of an administrator and a user who take an address at once, at most one has it', async () => {
    const tenantId = await makeTenant(test);
    const inviteUser = 'mutation ($input: InviteUserInput!) { inviteUser(input: $input) { user { userId } } }';
    for (let round = 0; round < 10; round++) {
      const email = address();
      const [administrator, user] = await Promise.all([
        creating(email),
        errorOf(test.execute('user', ADMINISTRATOR, inviteUser, { input: { tenantId, email, role: 'TENANT_MEMBER' } })),
      ]);
      expect([administrator.code, user.code].filter((code) => code === 'NONE').length).toBeLessThanOrEqual(1);
      expect(await holders(email)).toBeLessThanOrEqual(1);
    }
  });

  it.each(['before', 'after'] as const)('nor when one is looked for %s the other has taken it', async (when) => {
    const tenantId = await makeTenant(test);
    const email = address();
    const inviteUser = 'mutation ($input: InviteUserInput!) { inviteUser(input: $input) { user { userId } } }';
    let other: Record<string, unknown> | undefined;
    const meanwhile = async (answer: () => unknown) => {
      const early = when === 'after' ? await answer() : undefined;
      if (other === undefined) {
        other = {};
        const input = { tenantId, email, role: 'TENANT_MEMBER' };
        other = await errorOf(test.execute('user', ADMINISTRATOR, inviteUser, { input }));
      }
      return when === 'after' ? early : await answer();
    };
    let mine: Record<string, unknown> = {};
    await intercepting(test, 'user', 'Query', 'userByEmail', meanwhile, async () => {
      mine = await creating(email);
    });
    expect([mine.code, other?.code].filter((code) => code === 'NONE')).toHaveLength(1);
    expect(await holders(email)).toBe(1);
  });

  it('an invitation of an administrator is no user’s, nor the other way round', async () => {
    const { token } = await invite(test);
    const { invitation } = await create(address());
    const [userSecret, secret] = [token.split('.')[1], invitation?.token.split('.')[1]];
    const bad = [`${token.split('.')[0]}.${secret}`, `${invitation?.token.split('.')[0]}.${userSecret}`, 'adm_x.y'];
    for (const one of bad) expect(await errorOf(accept.raw(test, one, PASSWORD))).toMatchObject(REFUSED);
  });
});

describe('removeAdministrator', () => {
  it('ends the administrator with its sessions and tokens, and frees its address', async () => {
    const { email, administratorId } = await makeAdministrator();
    const tokens = await signIn(test, email, PASSWORD);
    const self = await signedIn(email, PASSWORD);
    expect(await removing(administratorId)).toEqual({ code: 'NONE' });
    expect(await isGood(verifier, tokens.accessToken)).toBe(false);
    expect(await errorOf(refresh.raw(test, tokens.refreshToken))).toMatchObject(REFUSED);
    expect(await errorOf(signIn.raw(test, email, PASSWORD))).toMatchObject(REFUSED);
    expect(await creating(address(), self), 'by a token that is not known to be revoked yet').toMatchObject(REFUSED);
    expect(await removing(first.id, self)).toMatchObject(REFUSED);
    expect((await listed()).map((one) => one.administratorId)).not.toContain(administratorId);
    expect(await removing(administratorId)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await creating(email)).toEqual({ code: 'NONE' });
  });

  it('the last one who can sign in stays, whoever else is invited', async () => {
    await removeOthers();
    const { administrator } = await create(address());
    expect(await removing(first.id)).toMatchObject({ code: 'FAILED_PRECONDITION' });
    expect(await removing(administrator.administratorId), 'an invited one goes').toEqual({ code: 'NONE' });
    expect(await signedIn(...FIRST)).toMatchObject({ kind: 'administrator' });
  });

  it('of many who are removed at once, by each other, one stays', async () => {
    await removeOthers();
    const others = [await makeAdministrator(), await makeAdministrator(), await makeAdministrator()];
    const all = [first, ...(await Promise.all(others.map(({ email }) => signedIn(email, PASSWORD))))];
    const answers = await Promise.all(all.map((by, index) => removing((all[index + 1] ?? first).id, by)));
    expect(answers.filter(({ code }) => code === 'NONE').length).toBeGreaterThan(0);
    const left = await Promise.all(
      [FIRST, ...others.map(({ email }) => [email, PASSWORD] as const)].map(([email, password]) =>
        errorOf(signIn.raw(test, email, password)),
      ),
    );
    const standing = left.filter(({ code }) => code === 'NONE').length;
    expect(standing).toBeGreaterThanOrEqual(1);
    if (left[0]?.code === 'NONE') return;
    // The tests that follow are the first one's: another lets it in again.
    const by = all[left.findIndex(({ code }) => code === 'NONE')] ?? first;
    const { invitation } = await create(FIRST[0], by);
    await accept(test, invitation?.token ?? '', FIRST[1]);
  });

  it('takes platform:write', async () => {
    const { tenantId } = await makeUser(test);
    const { administratorId } = await makeAdministrator();
    expect(await removing(administratorId, tenantUser(tenantId))).toMatchObject({ code: 'FORBIDDEN' });
    const source = '{ administrators { edges { node { email } } } }';
    expect(await errorOf(test.execute('identity', tenantUser(tenantId), source))).toMatchObject({ code: 'FORBIDDEN' });
  });
});

/** How many people have an address. */
async function holders(email: string): Promise<number> {
  const asUser = await test.data('user', servicePrincipal('identity'), `{ userByEmail(email: "${email}") { userId } }`);
  const asAdministrator = (await listed()).filter((one) => one.email === email).length;
  return asAdministrator + (asUser.userByEmail === null ? 0 : 1);
}
