import { type Clock, timestamp } from '#lib/clock.ts';
import { conflict, failedPrecondition, unavailable } from '#lib/errors.ts';
import type { Ids } from '#lib/ids.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import { modify } from '#lib/store/modify.ts';
import type { Stored } from '#lib/store/port.ts';
import { isGone } from '#lib/store/tombstone.ts';
import { carryOut, onward } from '#lib/workflow/change.ts';
import type { WorkflowEngine } from '#lib/workflow/engine.ts';
import { accountOf, type Directory, type DirectoryUser } from '../directory.ts';
import type { Revocations } from '../sessions/revocations.ts';
import type { SignedIn } from '../sessions/session.ts';
import type { Caller, Proof, SessionService } from '../sessions/session-service.ts';
import { buryIdentity, deleteSessionsOf, deleteTenant, type IdentityStore } from '../store.ts';
import type { TenantAccess } from '../tenant-access.ts';
import { ACTIVATE_USER, invitationRefused } from './acceptance.ts';
import type { AdministratorService } from './administrator-service.ts';
import { hasPassword } from './credential.ts';
import type { DeriveSecret } from './invitation-secrets.ts';
import type { Outbox } from './outbox.ts';
import { type Passwords, parsePassword } from './password.ts';
import {
  graveOf,
  newInvitation,
  opens,
  parseInvitationToken,
  type StoredInvitation,
  type UserIdentityDocument,
} from './user-identity.ts';

export interface Invitation {
  readonly token: string;
  readonly expiresAt: string;
}

export interface IdentityServiceInit {
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly directory: Directory;
  readonly passwords: Passwords;
  readonly revocations: Revocations;
  readonly sessions: SessionService;
  readonly access: TenantAccess;
  readonly engine: WorkflowEngine;
  readonly outbox: Outbox;
  readonly administrators: AdministratorService;
  readonly secretOf: DeriveSecret;
}

export type IdentityService = ReturnType<typeof createIdentityService>;

/** How users come to a password, and how they lose it. */
export function createIdentityService(init: IdentityServiceInit) {
  const { store, clock, directory, revocations, access, outbox } = init;

  /** The invited user of a token that is good now. */
  async function invited(parts: { userId: string; secret: string }, requestId: string) {
    const identity = await store.identities.get(parts.userId);
    if (identity === undefined || !opens(parts.secret, identity.invitation, clock.now())) throw invitationRefused();
    const user = await directory.user(identity.userId, requestId);
    if (user === null || user.status === 'DISABLED') throw invitationRefused();
    if ((await directory.tenantStatus(identity.tenantId, requestId)) !== 'ACTIVE') throw invitationRefused();
    return identity;
  }

  /** Writes only over what was read: of two acceptances at once, one goes on. */
  async function change(identity: Stored<UserIdentityDocument>, set: Partial<UserIdentityDocument>): Promise<void> {
    const result = await store.identities.update(identity.userId, { version: identity.version }, set);
    if (result.outcome !== 'updated') throw invitationRefused();
  }

  /** The identity with this invitation, or with what must not be replaced by it. */
  async function renewed(fresh: UserIdentityDocument, invitation: StoredInvitation): Promise<UserIdentityDocument> {
    const { userId, tenantId, createdBy } = fresh;
    const identity = await modify(store.identities, userId, (current) => {
      if (isGone(current)) throw failedPrecondition('The identity was removed.');
      if (current.tenantId !== tenantId) throw conflict('The user belongs to another tenant.');
      if (hasPassword(current) || current.createdBy === createdBy) return undefined;
      if (current.invitation?.commandId === createdBy) return undefined;
      return { passwordHash: null, acceptedBy: null, invitation };
    });
    if (identity === undefined) throw unavailable('The identity was just forgotten.');
    return identity;
  }

  /**
   * For a user: writes the password, and lets a workflow activate the user and use the invitation up (`acceptance.ts`). An
   * administrator is one document.
   */
  async function acceptInvitation(input: { token: string; password: string }, requestId: string): Promise<Proof> {
    const password = parsePassword(input.password, 'input.password');
    const begun = revocations.begin();
    const parts = parseInvitationToken(input.token);
    if (parts === undefined) throw invitationRefused();
    const administrator = await init.administrators.accept(parts, password, requestId);
    if (administrator !== undefined) return { account: administrator, begun };
    const identity = await invited(parts, requestId);
    const passwordHash = await init.passwords.hash(password);
    const { userId, tenantId } = identity;
    const workflowId = init.ids.next('wf');
    await change(identity, { passwordHash, acceptedBy: workflowId });
    const workflow = { workflowId, kind: 'ACCEPTANCE', tenantId, startedBy: userId, input: { userId } };
    const secrets = await carryOut(init.engine, workflow);
    // Another process may have carried it out, and kept the answer to itself.
    const activated = secrets.get(ACTIVATE_USER) as DirectoryUser | undefined;
    const user = activated ?? (await onward(directory.user(userId, requestId)));
    if (user?.status !== 'ACTIVE') throw invitationRefused();
    return { account: accountOf(user, tenantId), begun };
  }

  return {
    /** Null when the user has a password already, and for a command that comes again when there is a newer invitation. */
    async create(command: { commandId: string; tenantId: string; userId: string }): Promise<Invitation | null> {
      const { commandId, tenantId, userId } = command;
      const secret = await init.secretOf(commandId, userId);
      const { stored, token } = newInvitation({ userId, secret, commandId, now: clock.now() });
      const fresh = { userId, tenantId, passwordHash: null, createdAt: timestamp(clock), createdBy: commandId };
      const whole = { ...fresh, invitation: stored, acceptedBy: null, goneUntil: null };
      let identity: UserIdentityDocument;
      try {
        identity = await store.identities.insert(whole);
      } catch (error) {
        if (!(error instanceof KeyTaken)) throw error;
        identity = await renewed(whole, stored);
      }
      if (await access.isClosed(tenantId)) {
        // The tenant's identities may have been removed before this one was made.
        await buryIdentity(store, userId, graveOf(clock));
        throw failedPrecondition('The tenant has no users any more.');
      }
      const { invitation } = identity;
      if (invitation?.tokenHash !== stored.tokenHash) return null;
      if (outbox.delivers) await outbox.invite(userId, tenantId, commandId);
      return { token, expiresAt: invitation.expiresAt };
    },

    acceptInvitation,

    /** The same, and signs the user in. */
    async accept(input: { token: string; password: string }, caller: Caller): Promise<SignedIn> {
      const { account, begun } = await acceptInvitation(input, caller.requestId);
      return await init.sessions.open(account, begun, caller.clientAddress);
    },

    /**
     * An acceptance that is under way finds its password gone, and is undone.
     *
     * @throws {AppError} `FAILED_PRECONDITION` for a user who has a password
     */
    async withdraw(userId: string): Promise<void> {
      await modify(store.identities, userId, (current) => {
        if (isGone(current) || current.invitation === null) {
          if (hasPassword(current)) throw failedPrecondition('The invitation has been accepted.');
          return undefined;
        }
        return { invitation: null, passwordHash: null, acceptedBy: null };
      });
    },

    async endSessions({ commandId, userId }: { commandId: string; userId: string }): Promise<void> {
      const at = await revocations.revoke({ kind: 'user', subject: userId }, commandId);
      await deleteSessionsOf(store, userId, at);
    },

    /** Leaves a tombstone at the user's id, also where it was never made: one that is made later finds it there. */
    async remove({ commandId, userId }: { commandId: string; userId: string }): Promise<void> {
      const at = await revocations.revoke({ kind: 'user', subject: userId }, commandId);
      await Promise.all([deleteSessionsOf(store, userId, at), buryIdentity(store, userId, graveOf(clock))]);
    },

    async removeTenant({ commandId, tenantId }: { commandId: string; tenantId: string }): Promise<void> {
      await access.close(tenantId);
      await revocations.revoke({ kind: 'tenant', subject: tenantId }, commandId);
      await deleteTenant(store, tenantId, graveOf(clock));
    },
  };
}
