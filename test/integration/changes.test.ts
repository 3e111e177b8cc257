import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ANONYMOUS, servicePrincipal } from '#lib/auth/principal.ts';
import { ManualClock } from '#lib/clock.ts';
import type { Stores } from '#lib/store/port.ts';
import { CHANGES } from '#lib/workflow/change.ts';
import { openIdentityStore } from '#subgraphs/identity/store.ts';
import { listUsers, openUserStore } from '#subgraphs/user/store.ts';
import { accept, errorOf, invite, makeUser, PASSWORD, signIn } from '#test/support/identity.ts';
import { shareStores } from '#test/support/mortal-stores.ts';
import { ADMINISTRATOR, ONBOARDING, openTestPlane, type TestPlane } from '#test/support/plane.ts';
import { openTestStores, removeStores } from '#test/support/stores.ts';

/**
 * Every mutation that touches two services, in a process that dies before each of its writes in turn, in whichever
 * service's store. Another process carries on: afterwards all of it is there, or nothing.
 */
interface Stage {
  readonly tenantId: string;
  readonly userId: string;
  readonly email: string;
  /** An invitation of the user; empty where it has a password. */
  readonly token: string;
  readonly refreshToken: string;
}

interface Scenario {
  readonly name: string;
  readonly prepare?: (plane: TestPlane, stage: Stage) => Promise<unknown>;
  /** Whether the user has not accepted its invitation. */
  readonly isInvited?: boolean;
  readonly run: (plane: TestPlane, stage: Stage) => Promise<unknown>;
  readonly nothing: Record<string, unknown>;
  readonly whole: Record<string, unknown>;
  /** How many writes it takes at least: so many crashes are tried. */
  readonly writes: number;
}

const ACTIVE = {
  tenant: 'ACTIVE',
  suspension: null,
  restricted: false,
  user: 'ACTIVE',
  session: 'NONE',
  signIn: 'NONE',
};
const SHUT = { session: 'UNAUTHENTICATED', signIn: 'UNAUTHENTICATED' };
const SUSPENDED = { ...ACTIVE, ...SHUT, tenant: 'SUSPENDED', suspension: 'unpaid', restricted: true };
const INVITED = { ...ACTIVE, ...SHUT, user: 'INVITED', accept: 'NONE' };

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'suspendTenant',
    run: (plane, { tenantId }) => send(plane, 'tenant', 'suspendTenant', { tenantId, reason: 'unpaid' }),
    nothing: ACTIVE,
    whole: SUSPENDED,
    writes: 6,
  },
  {
    name: 'resumeTenant',
    prepare: (plane, { tenantId }) => send(plane, 'tenant', 'suspendTenant', { tenantId, reason: 'unpaid' }),
    run: (plane, { tenantId }) => send(plane, 'tenant', 'resumeTenant', { tenantId }),
    nothing: SUSPENDED,
    whole: { ...ACTIVE, session: 'UNAUTHENTICATED' },
    writes: 4,
  },
  {
    name: 'renameTenant',
    run: (plane, { tenantId }) => send(plane, 'tenant', 'renameTenant', { tenantId, name: `New ${tenantId}` }),
    nothing: { ...ACTIVE, names: ['Tenant'] },
    whole: { ...ACTIVE, names: ['New'] },
    writes: 5,
  },
  {
    name: 'inviteUser',
    run: (plane, { tenantId }) =>
      send(plane, 'user', 'inviteUser', { tenantId, email: `${tenantId}@x.example`, role: 'TENANT_ADMIN' }),
    nothing: { ...ACTIVE, invited: null },
    whole: { ...ACTIVE, invited: 'TENANT_ADMIN INVITED' },
    writes: 6,
  },
  {
    name: 'disableUser',
    run: (plane, { userId }) => send(plane, 'user', 'disableUser', { userId }),
    nothing: ACTIVE,
    whole: { ...ACTIVE, ...SHUT, user: 'DISABLED' },
    writes: 5,
  },
  {
    name: 'enableUser',
    prepare: (plane, { userId }) => send(plane, 'user', 'disableUser', { userId }),
    run: (plane, { userId }) => send(plane, 'user', 'enableUser', { userId }),
    nothing: { ...ACTIVE, ...SHUT, user: 'DISABLED' },
    whole: { ...ACTIVE, session: 'UNAUTHENTICATED' },
    writes: 4,
  },
  {
    name: 'removeUser',
    run: (plane, { userId }) => send(plane, 'user', 'removeUser', { userId }),
    nothing: ACTIVE,
    whole: { ...ACTIVE, ...SHUT, user: null },
    writes: 7,
  },
  {
    name: 'acceptInvitation',
    isInvited: true,
    run: (plane, { token }) => accept.raw(plane, token, PASSWORD),
    nothing: INVITED,
    whole: { ...ACTIVE, session: 'UNAUTHENTICATED', accept: 'UNAUTHENTICATED' },
    writes: 6,
  },
];

let dataDir: string;
let stores: Stores;
let clock: ManualClock;
let shared: ReturnType<typeof shareStores>;
let survivor: TestPlane;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'changes-'));
  stores = await openTestStores(dataDir);
  clock = new ManualClock('2026-03-10T12:00:00.000Z');
  shared = shareStores(stores);
  survivor = await openTestPlane({ dataDir, shared: { stores: shared.process(), clock } });
});
afterAll(async () => {
  await survivor.close();
  await stores.close();
  await removeStores(dataDir);
});

it.each(SCENARIOS)('$name ends whole or leaves nothing, wherever its process dies', async (scenario) => {
  const stages: Stage[] = [];
  for (let survived = 0, died = true; died; survived++) {
    const stage = await setUp(scenario);
    stages.push(stage);
    died = await dies(scenario, stage, survived);
  }
  expect(stages.length).toBeGreaterThan(scenario.writes);
  clock.advance(60_000); // the leases of the dead have ended
  await atRest();
  const last = stages.pop();
  if (last !== undefined) expect(await look(last, scenario), 'nobody died').toEqual(scenario.whole);
  let carriedOn = 0;
  for (const [survived, stage] of stages.entries()) {
    const seen = await look(stage, scenario);
    expect([scenario.nothing, scenario.whole], `after ${survived} writes`).toContainEqual(seen);
    carriedOn += Number(JSON.stringify(seen) === JSON.stringify({ ...seen, ...scenario.whole }));
  }
  expect(carriedOn).toBeGreaterThanOrEqual(scenario.writes - 2);
});

async function setUp(scenario: Scenario): Promise<Stage> {
  const { tenantId } = await makeUser(survivor);
  const { userId, email, token } = await invite(survivor, tenantId);
  const common = { tenantId, userId, email };
  const stage = scenario.isInvited
    ? { ...common, token, refreshToken: '' }
    : { ...common, token: '', refreshToken: (await accept(survivor, token, PASSWORD)).refreshToken };
  await scenario.prepare?.(survivor, stage);
  return stage;
}

/** Runs it in a process that dies after so many writes. Whether it died. */
async function dies(scenario: Scenario, stage: Stage, writes: number): Promise<boolean> {
  const process = shared.process();
  const plane = await openTestPlane({ dataDir, shared: { stores: process, clock } });
  process.dieAfter(writes);
  await scenario.run(plane, stage);
  const died = process.isDead;
  await plane.close();
  return died;
}

/** Waits until no change is under way in any service. */
async function atRest(): Promise<void> {
  const opened = await Promise.all(
    ['user', 'tenant', 'identity'].map(async (service) =>
      (await shared.process().open(service, [])).collection(CHANGES),
    ),
  );
  const underWay = async () => {
    const counts = opened.flatMap((changes) =>
      ['RUNNING', 'COMPENSATING', 'FAILED'].map((status) => changes.count({ index: 'ended', prefix: [status] })),
    );
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  };
  await expect.poll(underWay, { timeout: 10_000 }).toBe(0);
}

/** What a tenant, and a user of it, look like from outside. */
async function look(stage: Stage, { isInvited, whole }: Scenario): Promise<Record<string, unknown>> {
  const { tenantId, userId, email, token, refreshToken } = stage;
  const { tenant } = await survivor.data(
    'tenant',
    ADMINISTRATOR,
    `{ tenant(tenantId: "${tenantId}") { name status suspension { reason } } }`,
  );
  const { name, status, suspension } = tenant as {
    name: string;
    status: string;
    suspension: { reason: string } | null;
  };
  const { user } = await survivor.data('user', ADMINISTRATOR, `{ user(userId: "${userId}") { status } }`);
  const { verification } = await survivor.data(
    'identity',
    servicePrincipal('gateway'),
    '{ verification { restrictedTenants revocations { kind subject } } }',
  );
  const known = verification as { restrictedTenants: string[]; revocations: { kind: string; subject: string }[] };
  const refresh = `mutation { refreshSession(input: { refreshToken: "${refreshToken}" }) { accessToken } }`;
  const seen = {
    tenant: status,
    suspension: suspension?.reason ?? null,
    restricted: known.restrictedTenants.includes(tenantId),
    user: (user as { status: string } | null)?.status ?? null,
    session: (await errorOf(survivor.execute('identity', ANONYMOUS, refresh))).code,
    signIn: (await errorOf(signIn.raw(survivor, email, PASSWORD))).code,
  };
  // Whoever was shut out is shut out with the access tokens that it has.
  const isShutOut = seen.session === 'UNAUTHENTICATED' && !isInvited;
  const revoked = known.revocations.some(({ subject }) => subject === tenantId || subject === userId);
  expect(revoked).toBe(isShutOut);
  await expectNoOrphans(tenantId);
  if ('invited' in whole) return { ...seen, invited: await invitedOf(tenantId) };
  if (isInvited) return { ...seen, accept: (await errorOf(accept.raw(survivor, token, PASSWORD))).code };
  if (!('names' in whole)) return seen;
  return { ...seen, names: await namesOf(tenantId, name) };
}

async function invitedOf(tenantId: string): Promise<string | null> {
  const source = `{ userByEmail(email: "${tenantId}@x.example") { role status } }`;
  const { userByEmail } = await survivor.data('user', servicePrincipal('identity'), source);
  const user = userByEmail as { role: string; status: string } | null;
  return user === null ? null : `${user.role} ${user.status}`;
}

/** Whoever is a user has an identity, and nobody else. */
async function expectNoOrphans(tenantId: string): Promise<void> {
  const { identities } = await openIdentityStore(shared.process());
  const { users } = await openUserStore(shared.process());
  const [known, there] = await Promise.all([
    identities.page({ index: 'tenant', prefix: [tenantId, null], limit: 100 }),
    users.page({ ...listUsers(tenantId), limit: 100 }),
  ]);
  expect(known.items.map(({ userId }) => userId).sort()).toEqual(there.items.map(({ userId }) => userId).sort());
}

/** The first words of the names that a tenant is found by, the one that it bears first. */
async function namesOf(tenantId: string, name: string): Promise<string[]> {
  const found = [name];
  for (const other of [`New ${tenantId}`, name.replace('New', 'Tenant')]) {
    if (other === name) continue;
    const source = 'query ($name: String!) { tenantByName(name: $name) { tenantId } }';
    const { tenantByName } = await survivor.data('tenant', ADMINISTRATOR, source, { name: other });
    if ((tenantByName as { tenantId: string } | null)?.tenantId === tenantId) found.push(other);
  }
  const free = `New ${tenantId}` === name ? 'nobody' : `New ${tenantId}`;
  const another = `ten_another_${tenantId}`;
  const create = `mutation ($name: String!) { createTenant(commandId: "w/1", tenantId: "${another}", name: $name, tier: FREE) { tenantId } }`;
  expect(await errorOf(survivor.execute('tenant', ONBOARDING, create, { name: free }))).toEqual({ code: 'NONE' });
  await survivor.data('tenant', ONBOARDING, `mutation { discardTenant(commandId: "w/1", tenantId: "${another}") }`);
  return found.map((text) => text.split(' ')[0] ?? text);
}

async function send(plane: TestPlane, service: 'tenant' | 'user', name: string, input: object): Promise<unknown> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const answer = name === 'removeUser' ? 'userId' : service === 'tenant' ? 'tenant { tenantId }' : 'user { userId }';
  return await plane.execute(
    service,
    ADMINISTRATOR,
    `mutation ($input: ${type}!) { ${name}(input: $input) { ${answer} } }`,
    {
      input,
    },
  );
}
