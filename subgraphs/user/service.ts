import type { Principal } from '#lib/auth/principal.ts';
import { maySeeTenant } from '#lib/auth/principal.ts';
import type { Clock } from '#lib/clock.ts';
import { emailKey } from '#lib/email.ts';
import { failedPrecondition, notFound } from '#lib/errors.ts';
import { connectionOf, type PageArguments } from '#lib/graphql/connections.ts';
import { idempotent } from '#lib/idempotency.ts';
import type { Ids } from '#lib/ids.ts';
import type { Stored } from '#lib/store/port.ts';
import { isGone } from '#lib/store/tombstone.ts';
import { CHANGE_MILLISECONDS, carryOut, onward, requireDone } from '#lib/workflow/change.ts';
import type { WorkflowEngine } from '#lib/workflow/engine.ts';
import { isAtRest, type JsonObject, type WorkflowDocument } from '#lib/workflow/workflow.ts';
import { changeUser } from './change-user.ts';
import type { InvitingInput } from './changes.ts';
import { addressTaken } from './make-user.ts';
import type { Neighbours } from './neighbours.ts';
import type { Invitation, InviteUserInput, Role } from './resolvers.generated.ts';
import { requireAnotherAdmin } from './roster.ts';
import { requireStanding } from './standing.ts';
import { listUsers, type UserStore, userById } from './store.ts';
import {
  countsAsAdmin,
  lastChange,
  requireEmailLength,
  requireGrant,
  requireInvited,
  type UserDocument,
  type UserPage,
} from './user.ts';

/** Who asks, in which request. */
export interface Caller {
  readonly principal: Principal;
  readonly requestId: string;
}

export interface Invited {
  readonly user: Stored<UserDocument>;
  readonly invitation: Invitation | null;
}

interface UserServiceInit {
  readonly store: UserStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly neighbours: Neighbours;
  readonly engine: WorkflowEngine;
}

export type UserService = ReturnType<typeof createUserService>;

/**
 * The use cases of whoever manages users. What touches identity too is a workflow (`changes.ts`); what is plainly refused
 * starts none.
 */
export function createUserService({ store, clock, ids, neighbours, engine }: UserServiceInit) {
  return {
    list: (tenantId: string, page: PageArguments): Promise<UserPage> =>
      connectionOf(store.users, listUsers(tenantId), page),

    async byEmail(email: string): Promise<Stored<UserDocument> | null> {
      const claim = await store.emails.get(emailKey(email));
      return claim === undefined ? null : ((await userById(store, claim.userId)) ?? null);
    },

    invite: managing(async (caller, input: InviteUserInput): Promise<Invited> => {
      requireGrant(caller.principal, input.role);
      requireEmailLength(input.email, 'input.email');
      // What was given up and undone under this key is begun anew.
      let wasUndone = false;
      const once = () =>
        idempotent({
          claims: store.idempotencyClaims,
          clock,
          principal: caller.principal,
          operation: 'inviteUser',
          key: input.idempotencyKey,
          input,
          newId: () => ids.next('wf'),
          run: async ({ id }) => {
            const before = await engine.waitFor(id, CHANGE_MILLISECONDS);
            if (before === undefined) return await makeInvited(caller, input, id);
            wasUndone = !wasUndone && before.status === 'COMPENSATED';
            return await invitedBy(before);
          },
        });
      return await once().catch((error: unknown) => (wasUndone ? once() : Promise.reject(error)));
    }),

    resendInvitation: managing(async (caller, userId: string): Promise<Invited> => {
      const user = await find(caller, userId);
      // The secret that is answered is worth the user's role.
      requireGrant(caller.principal, user.role);
      requireInvited(user);
      const commandId = `${ids.next('req')}/CREATE_IDENTITY`;
      const invitation = await neighbours.createIdentity(user, { commandId });
      if (invitation === null) throw failedPrecondition('The user has accepted its invitation.');
      return { user, invitation };
    }),

    revokeInvitation: managing(async (caller, userId: string): Promise<Stored<UserDocument>> => {
      const user = await find(caller, userId);
      requireInvited(user);
      // Nothing refuses it: whatever is answered, it may be done, and can be sent again.
      await onward(neighbours.withdrawInvitation(userId, { commandId: `${ids.next('req')}/WITHDRAW_INVITATION` }));
      return user;
    }),

    setRole: managing(async (caller, userId: string, role: Role): Promise<Stored<UserDocument>> => {
      const user = await find(caller, userId);
      requireGrant(caller.principal, role);
      const changed = await changeUser(store, user, (current) => {
        // Of its own role it decides as what it is when that is written: it may just have been demoted.
        if (userId === caller.principal.id) requireStanding(caller.principal, current);
        return current.role === role ? undefined : { role };
      });
      if (changed === undefined) throw notFound('user');
      return changed;
    }),

    disable: managing(async (caller, userId: string): Promise<Stored<UserDocument>> => {
      const user = await find(caller, userId);
      await refuseLastAdmin(user);
      await change(caller, 'DISABLING', user.tenantId, { userId });
      return await get(userId);
    }),

    enable: managing(async (caller, userId: string): Promise<Stored<UserDocument>> => {
      const user = await find(caller, userId);
      // Who can ask is enabled, and must not undo what comes meanwhile.
      if (userId === caller.principal.id) return user;
      await change(caller, 'ENABLING', user.tenantId, { userId });
      return await get(userId);
    }),

    remove: managing(async (caller, userId: string): Promise<void> => {
      const user = await store.users.get(userId);
      if (user === undefined || !maySeeTenant(caller.principal, user.tenantId)) throw notFound('user');
      if (isGone(user)) return await awaitRemoval(user);
      await refuseLastAdmin(user);
      await change(caller, 'REMOVING', user.tenantId, { userId });
    }),
  };

  /** A use case of whoever manages users, who must be one now. */
  function managing<Arguments extends unknown[], Result>(
    useCase: (caller: Caller, ...given: Arguments) => Promise<Result>,
  ) {
    return async (caller: Caller, ...given: Arguments): Promise<Result> => {
      const { principal } = caller;
      if (principal.kind === 'user') requireStanding(principal, await store.users.get(principal.id));
      return await useCase(caller, ...given);
    };
  }

  async function get(userId: string): Promise<Stored<UserDocument>> {
    const user = await userById(store, userId);
    if (user === undefined) throw notFound('user');
    return user;
  }

  /** @throws {AppError} `NOT_FOUND`, the same for a user of a tenant that the caller may not see */
  async function find(caller: Caller, userId: string): Promise<Stored<UserDocument>> {
    const user = await get(userId);
    if (!maySeeTenant(caller.principal, user.tenantId)) throw notFound('user');
    return user;
  }

  function change({ principal }: Caller, kind: string, tenantId: string, input: JsonObject, id = ids.next('wf')) {
    return carryOut(engine, { workflowId: id, kind, tenantId, startedBy: principal.id, input });
  }

  /** @throws {AppError} `FAILED_PRECONDITION`; the workflow decides, this spares it where that is plain beforehand */
  async function refuseLastAdmin(user: UserDocument): Promise<void> {
    if (countsAsAdmin(user)) requireAnotherAdmin(await store.rosters.get(user.tenantId), user.userId);
  }

  /** What came of an invitation that began before; its secret is not shown again. */
  async function invitedBy(workflow: WorkflowDocument): Promise<Invited> {
    requireDone(workflow);
    return { user: await get((workflow.input as InvitingInput).userId), invitation: null };
  }

  /** @throws {AppError} `CONFLICT` when another user has the address, `FAILED_PRECONDITION` unless the tenant is active */
  async function makeInvited(caller: Caller, input: InviteUserInput, workflowId: string): Promise<Invited> {
    const { tenantId, email, role } = input;
    const userId = ids.next('usr');
    let secrets: ReadonlyMap<string, unknown>;
    try {
      await refuseInvitation(caller, input);
      secrets = await change(caller, 'INVITING', tenantId, { userId, email, role }, workflowId);
    } catch (error) {
      // Another request with the same idempotency key may have been quicker: then the address is taken by its user.
      const quicker = await startedByAnother(workflowId, userId);
      if (quicker === undefined) throw error;
      return await invitedBy(quicker);
    }
    return { user: await get(userId), invitation: (secrets.get('INVITE_USER') as Invitation | undefined) ?? null };
  }

  async function refuseInvitation(caller: Caller, { tenantId, email }: InviteUserInput): Promise<void> {
    const status = await neighbours.tenantStatus(tenantId, caller);
    if (status !== 'ACTIVE') throw failedPrecondition(`The tenant is ${status}: nobody can be invited.`);
    const claim = await store.emails.get(emailKey(email));
    if (claim !== undefined && (await userById(store, claim.userId)) !== undefined) throw addressTaken();
  }

  /** The workflow of this id, at rest where that is not long in coming, when it makes another user. */
  async function startedByAnother(workflowId: string, userId: string): Promise<WorkflowDocument | undefined> {
    const workflow = await store.changes.get(workflowId);
    if (workflow === undefined || (workflow.input as InvitingInput).userId === userId) return undefined;
    return await engine.waitFor(workflowId, CHANGE_MILLISECONDS);
  }

  /** A removal that is under way ends as if this request had begun it; one that has ended is nobody's any more. */
  async function awaitRemoval(user: UserDocument): Promise<void> {
    const removal = await store.changes.get(lastChange(user) ?? '');
    if (removal?.kind !== 'REMOVING' || isAtRest(removal)) throw notFound('user');
    requireDone(await engine.waitFor(removal.workflowId, CHANGE_MILLISECONDS));
  }
}
