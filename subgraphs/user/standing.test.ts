import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Principal } from '#lib/auth/principal.ts';
import { ROLE_SCOPES } from '#lib/auth/scopes.ts';
import { type Around, interleave, seeded } from '#test/support/around.ts';
import { SLOWNESS } from '#test/support/mongodb.ts';
import { CALLER, openUserBench, type Served, type UserBench } from './store.fixtures.ts';
import { statusOf } from './user.ts';

const ROUNDS = Math.ceil(100 / SLOWNESS);

let bench: UserBench;

beforeAll(async () => {
  bench = await openUserBench();
});
afterAll(() => bench.close());

interface Contest {
  readonly name: string;
  readonly lose: (served: Served, userId: string) => Promise<unknown>;
  readonly undo: (served: Served, self: Principal) => Promise<unknown>;
  readonly lost: string;
}

const CONTESTS: readonly Contest[] = [
  {
    name: 'demotion',
    lose: (served, userId) => served.setRole(CALLER, userId, 'TENANT_MEMBER'),
    undo: (served, principal) => served.setRole({ ...CALLER, principal }, principal.id, 'TENANT_ADMIN'),
    lost: 'TENANT_MEMBER ACTIVE',
  },
  {
    name: 'disabling',
    lose: (served, userId) => served.disable(CALLER, userId),
    undo: (served, principal) => served.enable({ ...CALLER, principal }, principal.id),
    lost: 'TENANT_ADMIN DISABLED',
  },
];

it.each(CONTESTS)('its own $name is not undone by an admin who asks at the same moment', async (contest) => {
  const random = seeded(20_260_311);
  const answers = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const tenantId = `ten_${contest.name}${round}`;
    const self = await makeAdmins(tenantId);
    const [, undoing] = await interleave(
      [
        (around: Around) => contest.lose(bench.open(around), self.id),
        (around: Around) => contest.undo(bench.open(around), self),
      ],
      random,
      async () => {},
    );
    answers.add(undoing?.status ?? '');
    const user = await bench.store.users.get(self.id);
    expect(user && `${user.role} ${statusOf(user)}`, `round ${round}`).toBe(contest.lost);
  }
  expect(answers, 'in some rounds it was still one when it asked').toContain('fulfilled');
});

/** Two admins; one of them can sign in, and is answered as it comes with its token. */
async function makeAdmins(tenantId: string): Promise<Principal> {
  const served = bench.open();
  for (const name of ['self', 'other']) {
    const userId = `usr_${name}_${tenantId}`;
    await served.create({ commandId: 'wf_1/CREATE_USER', tenantId, userId, email: `${name}-${tenantId}@x.example` });
    await served.setRole(CALLER, userId, 'TENANT_ADMIN');
  }
  await served.activate({ commandId: 'wf_2/ACTIVATE_USER', userId: `usr_self_${tenantId}` });
  const scopes = new Set<string>(ROLE_SCOPES.TENANT_ADMIN);
  return { kind: 'user', id: `usr_self_${tenantId}`, tenantId, roles: ['TENANT_ADMIN'], scopes };
}
