import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Principal } from '#lib/auth/principal.ts';
import { GRANTABLE_SCOPES } from '#lib/auth/scopes.ts';
import { ManualClock } from '#lib/clock.ts';
import { failedPrecondition } from '#lib/errors.ts';
import { createIds, type Ids } from '#lib/ids.ts';
import { createLog } from '#lib/log.ts';
import { alive } from '#lib/store/tombstone.ts';
import { createWorkflowEngine, type WorkflowEngine } from '#lib/workflow/engine.ts';
import { type Around, collectionAround, direct } from '#test/support/around.ts';
import { openTestStores, removeStores } from '#test/support/stores.ts';
import { disabling, enabling, inviting, removing } from './changes.ts';
import { createUserCommands } from './commands.ts';
import type { Neighbours } from './neighbours.ts';
import { createUserService } from './service.ts';
import { listUsers, openUserStore, type UserStore } from './store.ts';
import { countsAsAdmin, statusOf } from './user.ts';

/** A user service on the embedded store, with the other services played by a list of who has an identity. */
export interface UserBench {
  readonly store: UserStore;
  readonly identities: Set<string>;
  /** The same data, served by a process of its own. A command to another service counts as a write. */
  open(around?: Around): Served;
  /** What another process does when the leases of one that died have ended. */
  recover(): Promise<void>;
  /** The identities of users who are not there: there must never be any when all is at rest. */
  orphans(): Promise<readonly string[]>;
  /** What a tenant's data looks like from outside, with addresses for ids. */
  describe(tenantId: string): Promise<TenantPicture>;
  close(): Promise<void>;
}

export type Served = ReturnType<typeof createUserCommands> &
  ReturnType<typeof createUserService> & {
    readonly engine: WorkflowEngine;
    /** From now on identity refuses to make one for this process. */
    refuseIdentities(): void;
  };

export interface TenantPicture {
  readonly users: readonly string[];
  readonly claims: readonly string[];
  readonly roster: readonly string[] | null;
  readonly identities: readonly string[];
}

export const CALLER = {
  principal: {
    kind: 'administrator',
    id: 'adm_test',
    tenantId: null,
    roles: ['PLATFORM_ADMINISTRATOR'],
    scopes: new Set(GRANTABLE_SCOPES),
  } satisfies Principal,
  requestId: 'req_test',
};

export async function openUserBench(): Promise<UserBench> {
  const dataDir = await mkdtemp(join(tmpdir(), 'user-'));
  const stores = await openTestStores(dataDir);
  const store = await openUserStore(stores);
  const clock = new ManualClock('2026-03-10T12:00:00.000Z');
  const ids = createIds(clock);
  const identities = new Set<string>();
  return {
    store,
    identities,
    open(around = direct) {
      return serve({ store: storeAround(store, around), clock, ids, neighbours: playNeighbours(identities, around) });
    },
    async recover() {
      clock.advance(60_000);
      await serve({ store, clock, ids, neighbours: playNeighbours(identities, direct) }).engine.runDue();
    },
    async orphans() {
      const userIds = [...identities];
      const users = await store.users.getMany(userIds);
      return userIds.filter((_, place) => alive(users[place]) === undefined);
    },
    describe: (tenantId) => describeTenant(store, identities, tenantId),
    async close() {
      await stores.close();
      await removeStores(dataDir);
    },
  };
}

/** Those in the roster of whom the store does not say that they are admins and not disabled: there must never be any. */
export async function overCounted({ rosters, users }: UserStore, tenantId: string): Promise<readonly string[]> {
  const adminIds = (await rosters.get(tenantId))?.adminIds ?? [];
  const admins = await users.getMany(adminIds);
  return adminIds.filter((_, place) => {
    const admin = admins[place];
    return alive(admin) === undefined || admin === undefined || !countsAsAdmin(admin);
  });
}

function serve(deps: { store: UserStore; clock: ManualClock; ids: Ids; neighbours: Neighbours }): Served {
  const { store, clock } = deps;
  const definitions = [inviting(deps), disabling(deps), enabling(deps), removing(deps)];
  const engine = createWorkflowEngine({ workflows: store.changes, definitions, clock, log: createLog('silent') });
  const refuseIdentities = () => {
    deps.neighbours.createIdentity = () => Promise.reject(failedPrecondition('refused'));
  };
  return { ...createUserService({ ...deps, engine }), ...createUserCommands(deps), engine, refuseIdentities };
}

function storeAround(store: UserStore, around: Around): UserStore {
  return {
    users: collectionAround(store.users, around),
    emails: collectionAround(store.emails, around),
    rosters: collectionAround(store.rosters, around),
    changes: collectionAround(store.changes, around),
    idempotencyClaims: collectionAround(store.idempotencyClaims, around),
    ping: () => store.ping(),
  };
}

function playNeighbours(identities: Set<string>, around: Around): Neighbours {
  return {
    tenantStatus: async () => 'ACTIVE',
    isAdministratorEmail: async () => false,
    createIdentity: ({ userId }) =>
      around('write', async () => {
        identities.add(userId);
        return { token: `token of ${userId}`, expiresAt: '2026-03-17T12:00:00.000Z' };
      }),
    withdrawInvitation: async () => undefined,
    endSessions: () => around('write', async () => undefined),
    deleteIdentity: (userId) => around('write', async () => void identities.delete(userId)),
  };
}

async function describeTenant(store: UserStore, identities: ReadonlySet<string>, tenantId: string) {
  const { items: users } = await store.users.page({ ...listUsers(tenantId), limit: 1_000 });
  const { items: claims } = await store.emails.page({ index: 'tenant', prefix: [tenantId], limit: 1_000 });
  const roster = await store.rosters.get(tenantId);
  const names = new Map(claims.map((claim) => [claim.userId, claim.emailKey]));
  const name = (userId: string) => names.get(userId) ?? 'nobody';
  return {
    users: users.map((user) => `${user.email} ${user.role} ${statusOf(user)}`).sort(),
    claims: claims.map((claim) => claim.emailKey).sort(),
    roster: roster?.adminIds.map(name).sort() ?? null,
    identities: users
      .map((user) => (identities.has(user.userId) ? user.email : ''))
      .filter(Boolean)
      .sort(),
  };
}
