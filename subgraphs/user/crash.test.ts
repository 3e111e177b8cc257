import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  CALLER,
  openUserBench,
  overCounted,
  type Served,
  type TenantPicture,
  type UserBench,
} from './store.fixtures.ts';

/**
 * Every mutation and command dies before each of its writes in turn. A command is sent again, to a process that lives, and
 * afterwards all is as if it had never died. A mutation is carried on by another process: it is whole, or has left nothing.
 */

/** The people of one tenant; their addresses carry the tenant's id, since an address has one holder everywhere. */
interface Cast {
  readonly tenantId: string;
  readonly id: (person: string) => string;
  readonly email: (person: string) => string;
}

interface Scenario {
  readonly name: string;
  /** How the tenant is before: who is in it. */
  readonly before: readonly Person[];
  readonly run: (served: Served, cast: Cast) => Promise<unknown>;
  /** Whether another process carries on what died. */
  readonly isWorkflow?: boolean;
  readonly after: Omit<TenantPicture, 'claims'>;
  /** How many writes it takes at least: so many crashes are tried. */
  readonly writes: number;
}

type Person = 'first' | 'second' | 'member' | 'disabled' | 'invited';

const ADMINS: readonly Person[] = ['first', 'second'];

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'createUser of the first user',
    before: [],
    run: (served, cast) => create(served, cast, 'first'),
    after: { users: ['first TENANT_ADMIN INVITED'], roster: ['first'], identities: [] },
    writes: 4,
  },
  {
    name: 'createUser of a later user',
    before: ['first'],
    run: (served, cast) => create(served, cast, 'member'),
    after: {
      users: ['first TENANT_ADMIN INVITED', 'member TENANT_MEMBER INVITED'],
      roster: ['first'],
      identities: ['first'],
    },
    writes: 2,
  },
  {
    name: 'discardUser of the first user',
    before: ['first'],
    run: (served, cast) => served.discard({ ...cast, commandId: 'wf_first/CREATE_USER', userId: cast.id('first') }),
    after: { users: [], roster: null, identities: [] },
    writes: 4,
  },
  {
    name: 'deleteUsers',
    before: ['first', 'second', 'member'],
    run: (served, cast) => served.deleteAll(cast.tenantId),
    after: { users: [], roster: [], identities: [] },
    writes: 7,
  },
  {
    name: 'inviteUser of an admin, under a key',
    isWorkflow: true,
    before: ['first'],
    run: (served, cast) =>
      served.invite(CALLER, {
        tenantId: cast.tenantId,
        email: cast.email('invited'),
        role: 'TENANT_ADMIN',
        idempotencyKey: cast.tenantId,
      }),
    after: {
      users: ['first TENANT_ADMIN INVITED', 'invited TENANT_ADMIN INVITED'],
      roster: ['first', 'invited'],
      identities: ['first', 'invited'],
    },
    writes: 7,
  },
  {
    name: 'setUserRole to admin',
    before: ['first', 'member'],
    run: (served, cast) => served.setRole(CALLER, cast.id('member'), 'TENANT_ADMIN'),
    after: {
      users: ['first TENANT_ADMIN INVITED', 'member TENANT_ADMIN INVITED'],
      roster: ['first', 'member'],
      identities: ['first', 'member'],
    },
    writes: 2,
  },
  {
    name: 'setUserRole to member',
    before: ADMINS,
    run: (served, cast) => served.setRole(CALLER, cast.id('second'), 'TENANT_MEMBER'),
    after: {
      users: ['first TENANT_ADMIN INVITED', 'second TENANT_MEMBER INVITED'],
      roster: ['first'],
      identities: ['first', 'second'],
    },
    writes: 2,
  },
  {
    name: 'disableUser of an admin',
    isWorkflow: true,
    before: ADMINS,
    run: (served, cast) => served.disable(CALLER, cast.id('second')),
    after: {
      users: ['first TENANT_ADMIN INVITED', 'second TENANT_ADMIN DISABLED'],
      roster: ['first'],
      identities: ['first', 'second'],
    },
    writes: 3,
  },
  {
    name: 'enableUser of an admin',
    isWorkflow: true,
    before: ['first', 'disabled'],
    run: (served, cast) => served.enable(CALLER, cast.id('disabled')),
    after: {
      users: ['disabled TENANT_ADMIN ACTIVE', 'first TENANT_ADMIN INVITED'],
      roster: ['disabled', 'first'],
      identities: ['disabled', 'first'],
    },
    writes: 2,
  },
  {
    name: 'removeUser of an admin',
    isWorkflow: true,
    before: ADMINS,
    run: (served, cast) => served.remove(CALLER, cast.id('second')),
    after: { users: ['first TENANT_ADMIN INVITED'], roster: ['first'], identities: ['first'] },
    writes: 5,
  },
  {
    name: 'an invitation to the address of one who is being removed',
    before: ADMINS,
    run: async (served, cast) => {
      await served.remove(CALLER, cast.id('second')).catch((error) => {
        if (error.code !== 'NOT_FOUND') throw error; // it is gone already, this is the second run
      });
      await served.invite(CALLER, {
        tenantId: cast.tenantId,
        email: cast.email('second'),
        role: 'TENANT_MEMBER',
        idempotencyKey: cast.tenantId,
      });
    },
    after: {
      users: ['first TENANT_ADMIN INVITED', 'second TENANT_MEMBER INVITED'],
      roster: ['first'],
      identities: ['first', 'second'],
    },
    writes: 10,
  },
];

let bench: UserBench;
let tenants = 0;

beforeEach(async () => {
  // Those of users whom commands removed: their identities are the affair of the workflow that commands.
  for (const userId of await bench.orphans()) bench.identities.delete(userId);
});

beforeAll(async () => {
  bench = await openUserBench();
});
afterAll(() => bench.close());

describe('what dies between two writes', () => {
  it.each(SCENARIOS)('$name', async (scenario) => {
    const seen = { crashes: 0, carriedOn: 0 };
    for (let survived = 0, died = true; died; survived++) {
      const cast = await makeTenant(scenario.before);
      const untouched = await picture(cast);
      died = await dies(scenario, cast, survived);
      expect(await overCounted(bench.store, cast.tenantId), `after ${survived} writes`).toEqual([]);
      if (died) await bench.recover();
      if (died && scenario.isWorkflow) {
        expect([untouched, scenario.after], `after ${survived} writes`).toContainEqual(await picture(cast));
        expect(await bench.store.changes.count({ index: 'ended', prefix: ['RUNNING'] })).toBe(0);
      }
      const isWhole = isDeepStrictEqual(await picture(cast), scenario.after);
      if (died && (!scenario.isWorkflow || !isWhole)) await scenario.run(bench.open(), cast);
      seen.crashes += Number(died);
      seen.carriedOn += Number(died && isWhole);
      expect(await picture(cast), `after ${survived} writes`).toEqual(scenario.after);
      expect(await claims(cast), `after ${survived} writes`).toEqual(scenario.after.users.map(person));
      if (scenario.isWorkflow) expect(await bench.orphans(), `after ${survived} writes`).toEqual([]);
    }
    expect(seen.crashes).toBeGreaterThanOrEqual(scenario.writes);
    if (scenario.isWorkflow) expect(seen.carriedOn).toBeGreaterThanOrEqual(scenario.writes - 2);
  });

  it('an address whose taking died is free again when its tenant is offboarded', async () => {
    const cast = await makeTenant(['first']);
    await dies({ run: (served) => create(served, cast, 'member') }, cast, 1);
    expect(await claims(cast)).toEqual(['first', 'member']);
    await bench.open().deleteAll(cast.tenantId);
    expect(await claims(cast)).toEqual([]);
  });

  it('an invitation that could not be finished is undone, whatever dies while it is', async () => {
    for (let survived = 0, died = true; died; survived++) {
      const cast = await makeTenant(['first']);
      const untouched = await picture(cast);
      const invite = (served: Served) => {
        served.refuseIdentities();
        return served.invite(CALLER, { tenantId: cast.tenantId, email: cast.email('invited'), role: 'TENANT_ADMIN' });
      };
      const refused = dies({ run: invite }, cast, survived);
      died = await refused.catch((error) => error.code !== 'FAILED_PRECONDITION' && Promise.reject(error));
      await bench.recover(); // it may finish what died: then its user is like any other
      if ((await picture(cast)).users.length > 1) await bench.open().remove(CALLER, await userIdOf(cast, 'invited'));
      expect(await picture(cast), `after ${survived} writes`).toEqual(untouched);
      expect(await claims(cast), `after ${survived} writes`).toEqual(['first']);
      expect(await bench.orphans(), `after ${survived} writes`).toEqual([]);
    }
  });
});

/** Runs the scenario in a process that dies after so many writes. Whether it died. */
async function dies(scenario: Pick<Scenario, 'run'>, cast: Cast, writes: number): Promise<boolean> {
  const crash = new Error('killed');
  let left = writes;
  const served = bench.open(async (access, work) => {
    if (left < 0 || (access === 'write' && left-- <= 0)) throw crash;
    return await work();
  });
  try {
    await scenario.run(served, cast);
    return false;
  } catch (error) {
    if (left < 0) return true;
    throw error;
  }
}

async function userIdOf(cast: Cast, name: string): Promise<string> {
  return (await bench.open().byEmail(cast.email(name)))?.userId ?? '';
}

async function makeTenant(people: readonly Person[]): Promise<Cast> {
  const tenantId = `ten_${++tenants}`;
  const cast: Cast = {
    tenantId,
    id: (person) => `usr_${person}_${tenantId}`,
    email: (person) => `${person}@${tenantId.replace('_', '')}.example`,
  };
  const served = bench.open();
  for (const person of people) {
    const { userId } = await create(served, cast, person);
    bench.identities.add(userId);
    if (person === 'second' || person === 'disabled') await served.setRole(CALLER, userId, 'TENANT_ADMIN');
    if (person === 'disabled') {
      await served.activate({ commandId: `wf_${person}/ACTIVATE_USER`, userId });
      await served.disable(CALLER, userId);
    }
  }
  return cast;
}

function create(served: Served, cast: Cast, name: string) {
  const command = { commandId: `wf_${name}/CREATE_USER`, tenantId: cast.tenantId, userId: cast.id(name) };
  return served.create({ ...command, email: cast.email(name) });
}

async function picture(cast: Cast): Promise<Omit<TenantPicture, 'claims'>> {
  const { users, roster, identities } = await bench.describe(cast.tenantId);
  return {
    users: users.map((line) => line.replace(/@\S+/, '')),
    roster: roster?.map(person) ?? null,
    identities: identities.map(person),
  };
}

async function claims(cast: Cast): Promise<string[]> {
  return (await bench.describe(cast.tenantId)).claims.map(person);
}

/** `first` of `first@ten1.example` and of `first TENANT_ADMIN INVITED`. */
function person(text: string): string {
  return text.split(/[@ ]/, 1)[0] ?? text;
}
