import { type Clock, timestamp } from '#lib/clock.ts';
import { AppError, conflict } from '#lib/errors.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import { modify } from '#lib/store/modify.ts';
import type { Stored } from '#lib/store/port.ts';
import { accountOf, type Directory, type DirectoryUser } from './directory.ts';
import { type Passwords, parsePassword } from './password.ts';
import type { Revocations } from './revocations.ts';
import type { SignedIn } from './session.ts';
import type { SessionService } from './session-service.ts';
import { deleteSessionsOf, deleteTenant, type IdentityStore } from './store.ts';
import { hasPassword, newInvitation, opens, parseInvitationToken, type UserIdentityDocument } from './user-identity.ts';

export interface Invitation {
  readonly token: string;
  readonly expiresAt: string;
}

export interface IdentityServiceInit {
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly directory: Directory;
  readonly passwords: Passwords;
  readonly revocations: Revocations;
  readonly sessions: SessionService;
}

export type IdentityService = ReturnType<typeof createIdentityService>;

/** How users come to a password, and how they lose it. */
export function createIdentityService(init: IdentityServiceInit) {
  const { store, clock, directory, revocations } = init;

  /** The invited user of a token that is good now. */
  async function invited(token: string, requestId: string) {
    const parts = parseInvitationToken(token);
    if (parts === undefined) throw refused();
    const identity = await store.identities.get(parts.userId);
    if (identity === undefined || !opens(parts.secret, identity.invitation, clock.now())) throw refused();
    const user = await directory.user(identity.userId, requestId);
    if (user === null || user.status === 'DISABLED') throw refused();
    if ((await directory.tenantStatus(identity.tenantId, requestId)) !== 'ACTIVE') throw refused();
    return identity;
  }

  async function activate(userId: string, requestId: string): Promise<DirectoryUser> {
    try {
      return await directory.activateUser(userId, requestId);
    } catch (error) {
      // The user was removed or disabled in the meantime.
      if (error instanceof AppError && (error.code === 'NOT_FOUND' || error.code === 'FAILED_PRECONDITION')) {
        throw refused();
      }
      throw error;
    }
  }

  /** Writes only over what was read: of two acceptances at once, one goes on. */
  async function change(identity: Stored<UserIdentityDocument>, set: Partial<UserIdentityDocument>) {
    const result = await store.identities.update(identity.userId, { version: identity.version }, set);
    if (result.outcome !== 'updated') throw refused();
    return result.document;
  }

  return {
    /** Null when the user has a password already. */
    async create(command: { tenantId: string; userId: string }): Promise<Invitation | null> {
      const { tenantId, userId } = command;
      const { stored, token } = newInvitation(userId, clock.now());
      const fresh = { userId, tenantId, passwordHash: null, invitation: stored, createdAt: timestamp(clock) };
      try {
        await store.identities.insert(fresh);
      } catch (error) {
        if (!(error instanceof KeyTaken)) throw error;
        const renewed = await modify(store.identities, userId, (identity) => {
          if (identity.tenantId !== tenantId) throw conflict('The user belongs to another tenant.');
          return hasPassword(identity) ? undefined : { passwordHash: null, invitation: stored };
        });
        if (renewed === undefined) throw conflict('The identity was removed meanwhile.');
        if (renewed.invitation?.tokenHash !== stored.tokenHash) return null;
      }
      return { token, expiresAt: stored.expiresAt };
    },

    /**
     * Sets the password, activates the user, and only then uses the invitation up: what was cut short in between is
     * repaired by trying again with the same token.
     */
    async accept(input: { token: string; password: string }, requestId: string): Promise<SignedIn> {
      const password = parsePassword(input.password, 'input.password');
      const begun = revocations.begin();
      const identity = await invited(input.token, requestId);
      const passwordHash = await init.passwords.hash(password);
      const withPassword = await change(identity, { passwordHash });
      const user = await activate(identity.userId, requestId);
      await change(withPassword, { invitation: null });
      return await init.sessions.open(accountOf(user, identity.tenantId), begun);
    },

    async endSessions({ commandId, userId }: { commandId: string; userId: string }): Promise<void> {
      const at = await revocations.revoke({ kind: 'user', subject: userId }, commandId);
      await deleteSessionsOf(store, userId, at);
    },

    async remove({ commandId, userId }: { commandId: string; userId: string }): Promise<void> {
      const at = await revocations.revoke({ kind: 'user', subject: userId }, commandId);
      await deleteSessionsOf(store, userId, at);
      await store.identities.delete(userId);
    },

    async removeTenant({ commandId, tenantId }: { commandId: string; tenantId: string }): Promise<void> {
      await revocations.revoke({ kind: 'tenant', subject: tenantId }, commandId);
      await deleteTenant(store, tenantId);
    },
  };
}

function refused(): AppError {
  return new AppError('UNAUTHENTICATED', 'The invitation is not valid any more.');
}
