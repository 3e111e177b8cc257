import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppError } from '#lib/errors.ts';
import { type Around, interleave, pick, seeded } from '#test/support/around.ts';
import { SLOWNESS } from '#test/support/mongodb.ts';
import { CALLER, openUserBench, overCounted, type Served, type UserBench } from './store.fixtures.ts';
import { listUsers } from './store.ts';

const ROUNDS = Math.ceil(150 / SLOWNESS);
const CALLERS = 4;

let bench: UserBench;

beforeAll(async () => {
  bench = await openUserBench();
});
afterAll(() => bench.close());

it('however the steps of four callers mix, an address has one user at most, and is held for as long as it has one', async () => {
  const random = seeded(777);
  const outcomes = { done: 0, refused: 0, users: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const tenantIds = [`ten_a_${round}`, `ten_b_${round}`];
    const email = `wanted${round}@x.example`;
    for (const tenantId of tenantIds) await create(bench.open(), tenantId, 'first', `first@${tenantId}.example`);
    const calls = callsFor(tenantIds, email);
    if (random() < 0.5) await calls[0]?.(bench.open());
    const results = await interleave(
      Array.from({ length: CALLERS }, () => {
        const call = pick(calls, random);
        return (around: Around) => call(bench.open(around));
      }),
      random,
      async () => {
        for (const tenantId of tenantIds) expect(await overCounted(bench.store, tenantId)).toEqual([]);
      },
    );
    for (const result of results) {
      if (result.status === 'fulfilled') outcomes.done++;
      else if (result.reason instanceof AppError && result.reason.code !== 'UNAVAILABLE') outcomes.refused++;
      else throw result.reason;
    }
    const users = await usersWith(tenantIds, email);
    const claim = await bench.store.emails.get(email);
    expect(users, `round ${round}`).toEqual(claim === undefined ? [] : [`${claim.tenantId} ${claim.userId}`]);
    outcomes.users += users.length;
  }
  expect(outcomes.done).toBeGreaterThan(ROUNDS);
  expect(outcomes.refused).toBeGreaterThan(ROUNDS / 4);
  expect(outcomes.users).toBeGreaterThan(ROUNDS / 4);
  expect(outcomes.users).toBeLessThan(ROUNDS);
});

/** Everything that takes or gives back this address. */
function callsFor(
  [a = '', b = '']: readonly string[],
  email: string,
): readonly ((served: Served) => Promise<unknown>)[] {
  return [
    (served) => create(served, a, 'one', email),
    (served) => create(served, a, 'two', email),
    (served) => create(served, b, 'three', email),
    (served) => served.invite(CALLER, { tenantId: a, email, role: 'TENANT_ADMIN' }),
    (served) => served.discard({ commandId: 'wf_one/CREATE_USER', tenantId: a, userId: `usr_one_${a}` }),
    (served) => served.remove(CALLER, `usr_one_${a}`),
    (served) => served.remove(CALLER, `usr_two_${a}`),
    (served) => served.remove(CALLER, `usr_three_${b}`),
  ];
}

function create(served: Served, tenantId: string, name: string, email: string) {
  const userId = `usr_${name}_${tenantId}`;
  return served.create({ commandId: `wf_${name}/CREATE_USER`, tenantId, userId, email });
}

async function usersWith(tenantIds: readonly string[], email: string): Promise<string[]> {
  const pages = await Promise.all(
    tenantIds.map((tenantId) => bench.store.users.page({ ...listUsers(tenantId), limit: 100 })),
  );
  const users = pages.flatMap(({ items }) => items).filter((user) => user.email === email);
  return users.map((user) => `${user.tenantId} ${user.userId}`);
}
