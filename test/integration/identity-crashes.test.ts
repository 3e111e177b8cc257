import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Principal } from '#lib/auth/principal.ts';
import type { TokenVerifier } from '#lib/auth/verifier.ts';
import { ManualClock } from '#lib/clock.ts';
import type { Stores } from '#lib/store/port.ts';
import { CHANGES } from '#lib/workflow/change.ts';
import { accept, errorOf, makeUser, PASSWORD, refresh, signIn, verifierOf } from '#test/support/identity.ts';
import { shareStores } from '#test/support/mortal-stores.ts';
import { changePassword, isGood, mutate, mutated } from '#test/support/people.ts';
import { openTestPlane, type TestPlane } from '#test/support/plane.ts';
import { openTestStores, removeStores } from '#test/support/stores.ts';

/** What identity changes in more than one document, in a process that dies before each of its writes in turn. */
const NEW = 'a password that is new';
const FIRST = ['admin@example.com', 'correct horse battery'] as const;

let dataDir: string;
let stores: Stores;
let clock: ManualClock;
let shared: ReturnType<typeof shareStores>;
let survivor: TestPlane;
let verifier: TokenVerifier;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'identity-crashes-'));
  stores = await openTestStores(dataDir);
  shared = shareStores(stores);
  clock = new ManualClock('2026-03-10T12:00:00.000Z');
  survivor = await openTestPlane({ dataDir, shared: { stores: shared.process(), clock } });
  verifier = await verifierOf(survivor);
});
afterAll(async () => {
  await survivor.close();
  await stores.close();
  await removeStores(dataDir);
});

/** Does something in processes that die after 0, 1, 2, … writes, until one lives. What is looked at is at rest. */
async function untilOneLives<Stage>(
  setUp: () => Promise<Stage>,
  run: (plane: TestPlane, stage: Stage) => Promise<unknown>,
  look: (stage: Stage, writes: number, lived: boolean) => Promise<void>,
): Promise<number> {
  for (let writes = 0; ; writes++) {
    const stage = await setUp();
    clock.advance(1_000); // a clock that stands still is put forward by each process for itself
    const process = shared.process();
    const plane = await openTestPlane({ dataDir, shared: { stores: process, clock } });
    process.dieAfter(writes);
    await run(plane, stage);
    const lived = !process.isDead;
    await plane.close();
    clock.advance(60_000); // the leases of the dead have ended
    await atRest();
    await look(stage, writes, lived);
    if (lived) return writes;
  }
}

async function atRest(): Promise<void> {
  const changes = (await shared.process().open('identity', [])).collection(CHANGES);
  const count = (status: string) => changes.count({ index: 'ended', prefix: [status] });
  const underWay = async () => (await count('RUNNING')) + (await count('COMPENSATING')) + (await count('FAILED'));
  await expect.poll(underWay, { timeout: 10_000 }).toBe(0);
}

async function principalOf(accessToken: string): Promise<Principal> {
  await verifier.refresh();
  return await verifier.verify(accessToken);
}

const opens = async (email: string, password: string) =>
  (await errorOf(signIn.raw(survivor, email, password))).code === 'NONE';

it('a password is changed and the other sessions are over, or nothing has happened', async () => {
  const setUp = async () => {
    const { email } = await makeUser(survivor);
    const [mine, other] = [await signIn(survivor, email, PASSWORD), await signIn(survivor, email, PASSWORD)];
    return { email, mine, other, self: await principalOf(mine.accessToken) };
  };
  const seen = new Set<boolean>();
  const writes = await untilOneLives(
    setUp,
    (plane, { self }) => changePassword(plane, self, PASSWORD, NEW),
    async ({ email, mine, other }, at, lived) => {
      const isChanged = await opens(email, NEW);
      seen.add(isChanged);
      if (lived) expect(isChanged).toBe(true);
      expect(await opens(email, PASSWORD), `after ${at} writes`).toBe(!isChanged);
      expect(await isGood(verifier, other.accessToken)).toBe(!isChanged);
      expect((await errorOf(refresh.raw(survivor, other.refreshToken))).code).toBe(
        isChanged ? 'UNAUTHENTICATED' : 'NONE',
      );
      expect(await refresh(survivor, mine.refreshToken)).toHaveProperty('accessToken');
    },
  );
  expect(writes).toBeGreaterThan(6);
  expect([...seen].sort()).toEqual([false, true]);
}, 60_000);

it('an administrator is removed with all it had, or not at all', async () => {
  const setUp = async () => {
    const first = await principalOf((await signIn(survivor, ...FIRST)).accessToken);
    const email = `admin${Math.random()}@platform.example`;
    const created = await mutated<{ administrator: { administratorId: string }; invitation: { token: string } }>(
      survivor,
      first,
      'createAdministrator',
      { email },
      'administrator { administratorId } invitation { token }',
    );
    const tokens = await accept(survivor, created.invitation.token, PASSWORD);
    return { first, email, tokens, administratorId: created.administrator.administratorId };
  };
  const seen = new Set<boolean>();
  const remove = (plane: TestPlane, by: Principal, administratorId: string) =>
    mutate(plane, by, 'removeAdministrator', { administratorId }, 'administratorId');
  const writes = await untilOneLives(
    setUp,
    (plane, { first, administratorId }) => remove(plane, first, administratorId),
    async ({ first, email, tokens, administratorId }, at, lived) => {
      const isThere = await opens(email, PASSWORD);
      seen.add(isThere);
      if (lived) expect(isThere).toBe(false);
      expect(await isGood(verifier, tokens.accessToken), `after ${at} writes`).toBe(isThere);
      const again = await errorOf(remove(survivor, first, administratorId));
      expect(again.code).toBe(isThere ? 'NONE' : 'NOT_FOUND');
      expect(await opens(email, PASSWORD)).toBe(false);
      const last = await errorOf(remove(survivor, first, first.id));
      expect(last.code, 'whoever is half gone does not count').toBe('FAILED_PRECONDITION');
    },
  );
  expect(writes).toBeGreaterThan(6);
  expect([...seen].sort()).toEqual([false, true]);
}, 60_000);
