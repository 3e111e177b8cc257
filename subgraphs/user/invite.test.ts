import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CALLER, openUserBench, type UserBench } from './store.fixtures.ts';

/** Longer than an invitation takes. One that has begun already is waited for by the other: so long it is held up then. */
const HELD_MILLISECONDS = 150;

let bench: UserBench;

beforeAll(async () => {
  bench = await openUserBench();
});
afterAll(() => bench.close());

it('of two invitations under one key one answer has the invitation and both have the user, wherever one is held up', async () => {
  let held = true;
  let rounds = 0;
  for (; held; rounds++) {
    const tenantId = `ten_${rounds}`;
    const email = `${rounds}@x.example`;
    const invite = { tenantId, email, role: 'TENANT_ADMIN', idempotencyKey: tenantId } as const;
    held = false;
    let left = rounds;
    const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow = bench.open(async (_, work) => {
      if (left-- !== 0) return await work();
      held = true;
      reached.resolve();
      await released.promise;
      return await work();
    });
    const late = slow.invite(CALLER, invite);
    await Promise.race([reached.promise, late]);
    const quick = bench.open().invite(CALLER, invite);
    await Promise.race([quick, delay(HELD_MILLISECONDS)]);
    released.resolve();
    const answers = await Promise.all([late, quick]);
    expect(
      answers.filter(({ invitation }) => invitation !== null),
      `held up at ${rounds}`,
    ).toHaveLength(1);
    expect(answers[0].user.userId).toBe(answers[1].user.userId);
    expect((await bench.describe(tenantId)).users).toEqual([`${email} TENANT_ADMIN INVITED`]);
  }
  expect(rounds).toBeGreaterThan(10);
});
