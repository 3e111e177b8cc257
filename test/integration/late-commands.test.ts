import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import type { Stores } from '#lib/store/port.ts';
import { sendCommand } from '#test/support/commands.ts';
import { errorOf, makeUser } from '#test/support/identity.ts';
import { shareStores } from '#test/support/mortal-stores.ts';
import { ADMINISTRATOR, openTestPlane, type TestPlane } from '#test/support/plane.ts';
import { openTestStores, removeStores } from '#test/support/stores.ts';

/** Commands that arrive after their undo, after what they were for is gone, or once more: nothing of them lasts. */
let dataDir: string;
let stores: Stores;
let shared: ReturnType<typeof shareStores>;
let clock: ManualClock;
let plane: TestPlane;
let count = 0;

/** After how many writes a command stands still, and dies. */
const STILL_AND_DEAD = [0, 1].flatMap((still) => [0, 1, 2, 3, 9].map((more) => [still, still + more] as const));

const LATE = { code: 'FAILED_PRECONDITION' };
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'late-'));
  stores = await openTestStores(dataDir);
  clock = new ManualClock('2026-03-10T12:00:00.000Z');
  shared = shareStores(stores);
  plane = await openTestPlane({ dataDir, shared: { stores: shared.process(), clock } });
});
afterAll(async () => {
  await plane.close();
  await stores.close();
  await removeStores(dataDir);
});

describe('createTenant after discardTenant', () => {
  it.each([
    ['made before', true],
    ['never made', false],
  ])('%s: is refused, leaves no tenant to be seen, and the name is free', async (_, wasMade) => {
    const { tenantId, create, discard } = tenant();
    if (wasMade) await create();
    const before = await countTenants();
    await discard();
    expect(await errorOf(create())).toMatchObject(LATE);
    expect(await countTenants()).toBe(before - Number(wasMade));
    const source = `{ tenant(tenantId: "${tenantId}") { name } tenantByName(name: "Late ${tenantId}") { name } }`;
    expect(await plane.data('tenant', ADMINISTRATOR, source)).toEqual({ tenant: null, tenantByName: null });
    expect(await errorOf(command('activateTenant', { tenantId }))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await errorOf(tenant().create(`LATE ${tenantId}`))).toEqual({ code: 'NONE' });
  });

  it('also when the late command dies between its writes', async () => {
    for (const writes of [0, 1, 2]) {
      const { tenantId, create, discard } = tenant();
      await inProcessThatDies(writes, (dying) => create(`Late ${tenantId}`, dying));
      await discard();
      await inProcessThatDies(writes, (dying) => create(`Late ${tenantId}`, dying));
      expect(await errorOf(tenant().create(`Late ${tenantId}`)), `after ${writes} writes`).toEqual({ code: 'NONE' });
    }
  });

  it('also when it stands still between its writes while it is undone, and dies after', async () => {
    for (const [still, writes] of STILL_AND_DEAD) {
      const { tenantId, create, discard } = tenant();
      await inProcessThatDies(writes, (dying) => create(`Late ${tenantId}`, dying), { still, discard });
      const seen = `still after ${still}, dead after ${writes} writes`;
      expect(await plane.data('tenant', ADMINISTRATOR, `{ tenant(tenantId: "${tenantId}") { name } }`), seen).toEqual({
        tenant: null,
      });
      expect(await errorOf(tenant().create(`Late ${tenantId}`)), seen).toEqual({ code: 'NONE' });
    }
  });

  it('also at the same time: never a tenant without its onboarding, never a name without a tenant', async () => {
    for (let round = 0; round < 40; round++) {
      const { tenantId, create, discard } = tenant();
      const both = round % 2 === 0 ? [create(), discard()] : [discard(), create()];
      await Promise.all([...both, create()]);
      expect(await plane.data('tenant', ADMINISTRATOR, `{ tenant(tenantId: "${tenantId}") { name } }`)).toEqual({
        tenant: null,
      });
      expect(await errorOf(tenant().create(`Late ${tenantId}`)), `round ${round}`).toEqual({ code: 'NONE' });
    }
  });

  it('another workflow discards nothing', async () => {
    const { tenantId, create } = tenant();
    await create();
    await command('discardTenant', { tenantId }, 'wf_other/CREATE_TENANT');
    expect(await errorOf(command('activateTenant', { tenantId }))).toEqual({ code: 'NONE' });
  });
});

describe('createUser after discardUser', () => {
  it('is refused, whether it was made before, and the address is free', async () => {
    const { tenantId } = await makeUser(plane);
    for (const wasMade of [true, false]) {
      const { userId, email, create, discard } = user(tenantId);
      if (wasMade) await create();
      await discard();
      expect(await errorOf(create())).toMatchObject(LATE);
      expect(await emailsOf(tenantId)).not.toContain(email);
      expect(await plane.data('user', ADMINISTRATOR, `{ user(userId: "${userId}") { email } }`)).toEqual({
        user: null,
      });
      const elsewhere = await makeUser(plane);
      expect(await errorOf(user(elsewhere.tenantId).create(email))).toEqual({ code: 'NONE' });
    }
  });

  it('also when the late command dies between its writes', async () => {
    const { tenantId } = await makeUser(plane);
    for (const writes of [0, 1, 2, 3]) {
      const { email, create, discard } = user(tenantId);
      await inProcessThatDies(writes, (dying) => create(email, dying));
      await discard();
      await inProcessThatDies(writes, (dying) => create(email, dying));
      expect(await emailsOf(tenantId), `after ${writes} writes`).toHaveLength(1);
      const elsewhere = await makeUser(plane);
      expect(await errorOf(user(elsewhere.tenantId).create(email)), `after ${writes} writes`).toEqual({ code: 'NONE' });
    }
  });

  it('also when it stands still between its writes while it is undone, and dies after', async () => {
    const { tenantId } = await makeUser(plane);
    for (const [still, writes] of STILL_AND_DEAD) {
      const { email, create, discard } = user(tenantId);
      await inProcessThatDies(writes, (dying) => create(email, dying), { still, discard });
      const seen = `still after ${still}, dead after ${writes} writes`;
      expect(await emailsOf(tenantId), seen).toHaveLength(1);
      const elsewhere = await makeUser(plane);
      expect(await errorOf(user(elsewhere.tenantId).create(email)), seen).toEqual({ code: 'NONE' });
    }
  });

  it('also at the same time', async () => {
    const { tenantId } = await makeUser(plane);
    for (let round = 0; round < 40; round++) {
      const { email, create, discard } = user(tenantId);
      await Promise.all(round % 2 === 0 ? [create(), discard(), create()] : [discard(), create(), create()]);
      expect(await emailsOf(tenantId), `round ${round}`).not.toContain(email);
      expect(await errorOf(user(tenantId).create(email)), `round ${round}`).toEqual({ code: 'NONE' });
    }
  });

  it('a user who was removed is neither made nor activated again', async () => {
    const { tenantId } = await makeUser(plane);
    const { userId, create } = user(tenantId);
    await create();
    const remove = `mutation { removeUser(input: { userId: "${userId}" }) { userId } }`;
    await plane.data('user', ADMINISTRATOR, remove);
    expect(await errorOf(command('activateUser', { userId }))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await errorOf(create())).toMatchObject(LATE);
    expect(await emailsOf(tenantId)).toHaveLength(1);
  });

  it('one who was activated is INVITED again when that is undone, and a late activation does nothing', async () => {
    const { tenantId } = await makeUser(plane);
    const { userId, create } = user(tenantId);
    await create();
    const [activate, deactivate] = activationOf(userId, 'wf_1');
    await activate();
    await deactivate();
    expect(await statusOf(userId)).toBe('INVITED');
    expect(await errorOf(activate())).toMatchObject(LATE);
    await deactivate();
    expect(await statusOf(userId)).toBe('INVITED');
  });

  it('an activation that is undone before it came does nothing; another one is not touched by it', async () => {
    const { tenantId } = await makeUser(plane);
    const { userId, create } = user(tenantId);
    await create();
    const [late, undoLate] = activationOf(userId, 'wf_1');
    const [activate, undo] = activationOf(userId, 'wf_2');
    await undoLate();
    await activate();
    expect(await errorOf(late())).toMatchObject(LATE);
    await undoLate();
    expect(await statusOf(userId)).toBe('ACTIVE');
    await undo();
    expect(await statusOf(userId)).toBe('INVITED');
  });

  it('of two activations, undoing one leaves the user active, in either order', async () => {
    const { tenantId } = await makeUser(plane);
    for (const order of [
      ['wf_1', 'wf_2'],
      ['wf_2', 'wf_1'],
    ]) {
      const { userId, create } = user(tenantId);
      await create();
      for (const id of order) await activationOf(userId, id)[0]();
      await activationOf(userId, 'wf_1')[1]();
      expect(await statusOf(userId)).toBe('ACTIVE');
    }
  });

  it('the activation of a user that is gone or never was is undone without a word', async () => {
    const { tenantId } = await makeUser(plane);
    const { userId, create, discard } = user(tenantId);
    const [, deactivate] = activationOf(userId, 'wf_1');
    expect(await errorOf(deactivate())).toEqual({ code: 'NONE' });
    await create();
    await discard();
    expect(await errorOf(deactivate())).toEqual({ code: 'NONE' });
  });
});

describe('createIdentity', () => {
  it('after deleteIdentity is refused, whether it was made before', async () => {
    for (const wasMade of [true, false]) {
      const [tenantId, userId] = [`ten_late${++count}`, `usr_late${count}`];
      const create = () => command('createIdentity', { tenantId, userId });
      if (wasMade) expect(await errorOf(create())).toEqual({ code: 'NONE' });
      await command('deleteIdentity', { userId });
      expect(await errorOf(create())).toMatchObject(LATE);
    }
  });

  it('answers the same invitation again, and does not replace one that came after it', async () => {
    const [tenantId, userId] = [`ten_late${++count}`, `usr_late${count}`];
    const create = async (id: string) => {
      const { data } = await command('createIdentity', { tenantId, userId }, id);
      return data?.createIdentity as { token: string } | null;
    };
    const first = await create('wf_a/CREATE_IDENTITY');
    clock.advance(1_000);
    expect(await create('wf_a/CREATE_IDENTITY')).toEqual(first);
    const second = await create('req_b/CREATE_IDENTITY');
    expect(second?.token).not.toBe(first?.token);
    expect(await create('wf_a/CREATE_IDENTITY')).toBeNull();
    expect(await create('req_b/CREATE_IDENTITY')).toEqual(second);
  });
});

describe('a tenant that was taken out', () => {
  it('gets no user, no identity and no client any more, also by commands that die between their writes', async () => {
    const { tenantId } = await makeUser(plane);
    const half = user(tenantId);
    await inProcessThatDies(1, (dying) => half.create(half.email, dying));
    await command('deleteIdentities', { tenantId });
    await command('deleteUsers', { tenantId });
    expect(await errorOf(half.create())).toMatchObject(LATE);
    const late = user(tenantId);
    expect(await errorOf(late.create())).toMatchObject(LATE);
    await inProcessThatDies(1, (dying) => late.create(late.email, dying));
    expect(await errorOf(command('createIdentity', { tenantId, userId: late.userId }))).toMatchObject(LATE);
    expect(await emailsOf(tenantId)).toEqual([]);
    const client = `mutation { createServiceClient(input: { name: "x", scopes: ["usage:write"], tenantId: "${tenantId}" }) { clientSecret } }`;
    expect(await errorOf(plane.execute('identity', ADMINISTRATOR, client))).toMatchObject(LATE);
    const elsewhere = await makeUser(plane);
    for (const { email } of [half, late]) {
      expect(await errorOf(user(elsewhere.tenantId).create(email))).toEqual({ code: 'NONE' });
    }
  });
});

/** A tenant that an onboarding may have made. */
function tenant() {
  const tenantId = `ten_late${++count}`;
  const id = `wf_late${count}/CREATE_TENANT`;
  return {
    tenantId,
    create: (name = `Late ${tenantId}`, on = plane) =>
      command('createTenant', { tenantId, name, tier: 'FREE' }, id, on),
    discard: () => command('discardTenant', { tenantId }, id),
  };
}

/** A user that an onboarding may have made. */
function user(tenantId: string) {
  const userId = `usr_late${++count}`;
  const id = `wf_late${count}/CREATE_USER`;
  const email = `late${count}@x.example`;
  return {
    userId,
    email,
    create: (address = email, on = plane) => command('createUser', { tenantId, userId, email: address }, id, on),
    discard: () => command('discardUser', { tenantId, userId }, id),
  };
}

/** A workflow's activation of a user, and its undo. */
function activationOf(userId: string, workflowId: string) {
  const id = `${workflowId}/ACTIVATE_USER`;
  return [() => command('activateUser', { userId }, id), () => command('deactivateUser', { userId }, id)] as const;
}

async function statusOf(userId: string): Promise<unknown> {
  const { user } = await plane.data('user', ADMINISTRATOR, `{ user(userId: "${userId}") { status } }`);
  return (user as { status: string }).status;
}

function command(name: string, variables: Record<string, unknown>, id = `wf_x/${name}`, on: TestPlane = plane) {
  return sendCommand(on, name, id, variables);
}

async function inProcessThatDies(
  writes: number,
  work: (dying: TestPlane) => Promise<unknown>,
  meanwhile?: { readonly still: number; readonly discard: () => Promise<unknown> },
): Promise<void> {
  const process = shared.process();
  const dying = await openTestPlane({ dataDir, shared: { stores: process, clock } });
  process.dieAfter(writes);
  let wasStill = false;
  process.standStillAfter(meanwhile?.still ?? Number.POSITIVE_INFINITY, async () => {
    wasStill = true;
    await meanwhile?.discard();
  });
  await work(dying);
  expect(wasStill).toBe(meanwhile !== undefined);
  await dying.close();
}

async function countTenants(): Promise<number> {
  const { tenants } = await plane.data('tenant', ADMINISTRATOR, '{ tenants { totalCount } }');
  return (tenants as { totalCount: number }).totalCount;
}

async function emailsOf(tenantId: string): Promise<string[]> {
  const source = `query ($tenants: [_Any!]!) { _entities(representations: $tenants) {
    ... on Tenant { users(first: 100) { edges { node { email } } } } } }`;
  const { _entities } = await plane.data('user', ADMINISTRATOR, source, {
    tenants: [{ __typename: 'Tenant', tenantId }],
  });
  const [found] = _entities as [{ users: { edges: { node: { email: string } }[] } }];
  return found.users.edges.map(({ node }) => node.email);
}
