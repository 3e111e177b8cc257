import type { Principal } from '#lib/auth/principal.ts';
import { maySeeTenant } from '#lib/auth/principal.ts';
import { type Clock, timestamp } from '#lib/clock.ts';
import { emailKey } from '#lib/email.ts';
import { failedPrecondition, notFound, unavailable } from '#lib/errors.ts';
import { connectionOf, type PageArguments } from '#lib/graphql/connections.ts';
import { idempotent } from '#lib/idempotency.ts';
import type { Ids } from '#lib/ids.ts';
import type { Stored } from '#lib/store/port.ts';
import type { TenantStatus } from './calls/tenant.generated.ts';
import { changeUser, deleteUser } from './change-user.ts';
import type { EmailClaim } from './email-claim.ts';
import { addressTaken, makeUser, releaseEmail, unmakeUser } from './make-user.ts';
import type { Neighbours } from './neighbours.ts';
import type { Invitation, InviteUserInput, Role } from './resolvers.generated.ts';
import { claimOf, listUsers, type UserStore } from './store.ts';
import { requireEmailLength, requireGrant, requireInvited, type UserDocument, type UserPage } from './user.ts';

/** Who asks, in which request. */
export interface Caller {
  readonly principal: Principal;
  readonly requestId: string;
}

export interface Invited {
  readonly user: Stored<UserDocument>;
  readonly invitation: Invitation | null;
}

export type UserService = ReturnType<typeof createUserService>;

/** The use cases of whoever manages users. After a crash or a failure on the way, the same call again completes. */
export function createUserService(deps: { store: UserStore; clock: Clock; ids: Ids; neighbours: Neighbours }) {
  const { store, clock, ids, neighbours } = deps;

  return {
    list: (tenantId: string, page: PageArguments): Promise<UserPage> =>
      connectionOf(store.users, listUsers(tenantId), page),

    async byEmail(email: string): Promise<Stored<UserDocument> | null> {
      const claim = await store.emails.get(emailKey(email));
      return claim === undefined ? null : ((await store.users.get(claim.userId)) ?? null);
    },

    async invite(caller: Caller, input: InviteUserInput): Promise<Invited> {
      requireGrant(caller.principal, input.role);
      requireEmailLength(input.email, 'input.email');
      return await idempotent({
        claims: store.idempotencyClaims,
        clock,
        principal: caller.principal,
        operation: 'inviteUser',
        key: input.idempotencyKey,
        input,
        newId: () => ids.next('usr'),
        run: async ({ id, finished }) => {
          if (finished) return { user: await get(id), invitation: null };
          const user = await makeInvited(caller, input, id);
          return { user, invitation: await inviteOrFail(caller, user) };
        },
      });
    },

    async resendInvitation(caller: Caller, userId: string): Promise<Invited> {
      const user = await find(caller, userId);
      // The secret that is answered is worth the user's role.
      requireGrant(caller.principal, user.role);
      requireInvited(user);
      const invitation = await neighbours.createIdentity(user, caller);
      if (invitation === null) throw failedPrecondition('The user has accepted its invitation.');
      return { user, invitation };
    },

    async setRole(caller: Caller, userId: string, role: Role): Promise<Stored<UserDocument>> {
      const user = await find(caller, userId);
      requireGrant(caller.principal, role);
      return await change(user, (current) => (current.role === role ? undefined : { role }));
    },

    async disable(caller: Caller, userId: string): Promise<Stored<UserDocument>> {
      const user = await find(caller, userId);
      const disabled = await change(user, (current) => (current.disabled ? undefined : { disabled: true }));
      await neighbours.endSessions(userId, caller);
      return disabled;
    },

    async enable(caller: Caller, userId: string): Promise<Stored<UserDocument>> {
      const user = await find(caller, userId);
      return await change(user, (current) => (current.disabled ? { disabled: false } : undefined));
    },

    async remove(caller: Caller, userId: string): Promise<void> {
      // The address is given back last: as long as it is held, the removal can be completed.
      const claim = await claimOf(store, userId);
      if (claim === undefined || !maySeeTenant(caller.principal, claim.tenantId)) throw notFound('user');
      await deleteUser(store, claim, { rule: true });
      await finishRemoval(caller, claim);
    },
  };

  async function get(userId: string): Promise<Stored<UserDocument>> {
    const user = await store.users.get(userId);
    if (user === undefined) throw notFound('user');
    return user;
  }

  /** @throws {AppError} `NOT_FOUND`, the same for a user of a tenant that the caller may not see */
  async function find(caller: Caller, userId: string): Promise<Stored<UserDocument>> {
    const user = await get(userId);
    if (!maySeeTenant(caller.principal, user.tenantId)) throw notFound('user');
    return user;
  }

  async function change(
    user: UserDocument,
    make: (current: UserDocument) => Partial<UserDocument> | undefined,
  ): Promise<Stored<UserDocument>> {
    const changed = await changeUser(store, user, make);
    if (changed === undefined) throw notFound('user');
    return changed;
  }

  /** @throws {AppError} `CONFLICT` when another user has the address, `FAILED_PRECONDITION` unless the tenant is active */
  async function makeInvited(caller: Caller, input: InviteUserInput, userId: string): Promise<Stored<UserDocument>> {
    const before = await neighbours.tenantStatus(input.tenantId, caller);
    if (before !== 'ACTIVE') throw notActive(before);
    const claim: EmailClaim = {
      emailKey: emailKey(input.email),
      userId,
      tenantId: input.tenantId,
      initialRole: input.role,
      workflowId: null,
      claimedAt: timestamp(clock),
      leaving: false,
    };
    const user = await makeUser(store, claim, input.email, (leaving) => finishRemoval(caller, leaving));
    if (user.userId !== userId) throw addressTaken();
    // An offboarding that began meanwhile may have deleted the tenant's users before this one was made.
    const status = await neighbours.tenantStatus(input.tenantId, caller);
    if (status !== 'OFFBOARDING' && status !== 'OFFBOARDED') return user;
    await unmakeUser(store, claim);
    throw notActive(status);
  }

  /** Whatever identity answers, the user is made: the failure must not look like a refusal that made nothing. */
  async function inviteOrFail(caller: Caller, user: UserDocument): Promise<Invitation | null> {
    try {
      return await neighbours.createIdentity(user, caller);
    } catch {
      throw unavailable('The user is made, but not its invitation: resendInvitation makes one.');
    }
  }

  async function finishRemoval(caller: Caller, claim: EmailClaim): Promise<void> {
    await neighbours.deleteIdentity(claim.userId, caller);
    await releaseEmail(store, claim);
  }
}

function notActive(status: TenantStatus): Error {
  return failedPrecondition(`The tenant is ${status}: nobody can be invited.`);
}
