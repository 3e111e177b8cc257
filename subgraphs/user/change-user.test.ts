import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppError } from '#lib/errors.ts';
import { type Around, interleave, pick, seeded } from '#test/support/around.ts';
import { SLOWNESS } from '#test/support/mongodb.ts';
import { CALLER, openUserBench, overCounted, type Served, type UserBench } from './store.fixtures.ts';
import { listUsers } from './store.ts';
import { countsAsAdmin } from './user.ts';

type Change = (served: Served, userId: string) => Promise<unknown>;

/** One after the other in every order that a seed gives: each access to the store is a step. */
const ROUNDS = Math.ceil(200 / SLOWNESS);
const CALLERS = 4;

const CHANGES: readonly Change[] = [
  (served, userId) => served.setRole(CALLER, userId, 'TENANT_MEMBER'),
  (served, userId) => served.setRole(CALLER, userId, 'TENANT_ADMIN'),
  (served, userId) => served.disable(CALLER, userId),
  (served, userId) => served.enable(CALLER, userId),
  (served, userId) => served.remove(CALLER, userId),
];

/** What the first of the two admins has been through before. */
const HISTORIES: readonly (readonly Change[])[] = [[], CHANGES.slice(0, 1), CHANGES.slice(2, 3)];

let bench: UserBench;

beforeAll(async () => {
  bench = await openUserBench();
});
afterAll(() => bench.close());

it('however the steps of four callers mix, an admin remains and nobody is over-counted at any time', async () => {
  const random = seeded(20_260_310);
  const outcomes = { done: 0, refused: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const tenantId = `ten_${round}`;
    const userIds = await makeAdmins(tenantId, pick(HISTORIES, random));
    const results = await interleave(
      Array.from({ length: CALLERS }, () => {
        const change = pick(CHANGES, random);
        const userId = pick(userIds, random);
        return (around: Around) => change(bench.open(around), userId);
      }),
      random,
      async () => expect(await overCounted(bench.store, tenantId), `round ${round}`).toEqual([]),
    );
    for (const result of results) {
      if (result.status === 'fulfilled') outcomes.done++;
      else if (result.reason instanceof AppError) outcomes.refused++;
      else throw result.reason;
    }
    const { items } = await bench.store.users.page({ ...listUsers(tenantId), limit: 10 });
    const admins = items.filter(countsAsAdmin).map(({ userId }) => userId);
    expect(admins, `round ${round}`).not.toEqual([]);
    expect([...((await bench.store.rosters.get(tenantId))?.adminIds ?? [])].sort()).toEqual(admins);
  }
  expect(outcomes.done).toBeGreaterThan(ROUNDS);
  expect(outcomes.refused).toBeGreaterThan(ROUNDS / 4);
});

async function makeAdmins(tenantId: string, history: readonly Change[]): Promise<readonly string[]> {
  const served = bench.open();
  const userIds = ['a', 'b'].map((name) => `usr_${name}_${tenantId}`);
  for (const userId of userIds) {
    await served.create({ commandId: 'wf_1/CREATE_USER', tenantId, userId, email: `${userId}@x.example` });
    await served.setRole(CALLER, userId, 'TENANT_ADMIN');
  }
  for (const change of history) await change(served, userIds[0] ?? '');
  return userIds;
}
