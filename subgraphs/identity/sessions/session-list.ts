import { hasScope, maySeeTenant, type Principal } from '#lib/auth/principal.ts';
import { ROLE_SCOPES } from '#lib/auth/scopes.ts';
import { type Clock, timestamp } from '#lib/clock.ts';
import { AppError, notFound } from '#lib/errors.ts';
import { type Connection, connectionOf, type PageArguments } from '#lib/graphql/connections.ts';
import type { Stored } from '#lib/store/port.ts';
import type { Directory } from '../directory.ts';
import { holderOf } from '../people/credential.ts';
import { deleteBrowser, type IdentityStore, sessionById } from '../store.ts';
import type { Revocations } from './revocations.ts';
import type { SessionDocument } from './session.ts';
import type { SessionEnding } from './session-ending.ts';

export type SessionPage = Connection<Stored<SessionDocument>>;

export interface SessionListInit {
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly directory: Directory;
  readonly revocations: Revocations;
  readonly endings: SessionEnding;
}

/** Whose sessions they are. */
type Owner = Pick<SessionDocument, 'subject' | 'tenantId'>;

export type SessionList = ReturnType<typeof createSessionList>;

/** Sessions as people see them: their own, and those of the users whom they manage. */
export function createSessionList({ store, clock, directory, revocations, endings }: SessionListInit) {
  /** Newest first. One that has ended by itself may be among them until it is swept. */
  const list = (subject: string, page: PageArguments): Promise<SessionPage> =>
    connectionOf(store.sessions, { index: 'subject', prefix: [subject], order: 'desc' }, page);

  /**
   * @throws {AppError} `NOT_FOUND`, the same for what is not there and for what is not for the caller to see; `FORBIDDEN` for
   * one who may see it and not end it
   */
  async function requireMayEnd(principal: Principal, owner: Owner, what: string, requestId: string): Promise<void> {
    if (isSelf(principal, owner.subject)) return;
    const { tenantId } = owner;
    if (tenantId === null ? principal.tenantId !== null : !maySeeTenant(principal, tenantId)) throw notFound(what);
    const scope = tenantId === null ? 'platform:write' : 'user:write';
    if (!hasScope(principal, scope)) throw new AppError('FORBIDDEN', `This needs the scope ${scope}.`);
    const isKnownHere = principal.kind === 'user' && principal.issuer === undefined;
    if (isKnownHere && !(await stillManages(principal, requestId))) {
      throw new AppError('FORBIDDEN', `This needs the scope ${scope}.`);
    }
  }

  /** A token outlives a demotion by some minutes. */
  async function stillManages({ id }: Principal, requestId: string): Promise<boolean> {
    const user = await directory.user(id, requestId);
    return user?.status === 'ACTIVE' && ROLE_SCOPES[user.role].includes('user:write');
  }

  return {
    /** @throws {AppError} `FORBIDDEN` for an application: the person's account is not what it was let in for */
    async mine(principal: Principal, page: PageArguments): Promise<SessionPage> {
      if (principal.application !== undefined) throw new AppError('FORBIDDEN', 'This is for the person itself.');
      return await list(principal.id, page);
    },

    /** Null where the user does not exist for the caller. @throws {AppError} `FORBIDDEN` */
    async ofUser(principal: Principal, userId: string, page: PageArguments): Promise<SessionPage | null> {
      if (!isSelf(principal, userId)) {
        if (!hasScope(principal, 'user:read')) throw new AppError('FORBIDDEN', 'This needs the scope user:read.');
        const holder = await holderOf(store, userId);
        if (holder?.tenantId == null || !maySeeTenant(principal, holder.tenantId)) return null;
      }
      return await list(userId, page);
    },

    async end(principal: Principal, sessionId: string, requestId: string): Promise<void> {
      const session = await sessionById(store, sessionId);
      if (session === undefined || session.expiresAt <= timestamp(clock)) throw notFound('session');
      if (principal.sessionId !== sessionId) await requireMayEnd(principal, session, 'session', requestId);
      // Whoever has the device would be let in again without a password.
      if (session.browser != null) await deleteBrowser(store, session.browser);
      await endings.end(session);
    },

    /** Ends all sessions of a person, also the one by which it asks. */
    async endAll(principal: Principal, subject: string, requestId: string): Promise<void> {
      const holder = await holderOf(store, subject);
      if (holder === undefined) throw notFound('user');
      await requireMayEnd(principal, holder, 'user', requestId);
      const at = await revocations.revoke({ kind: 'user', subject }, `end-all/${requestId}`);
      await endings.endAll(subject, { upTo: at, keep: null });
    },
  };
}

/** An application acts for the person within its scopes, and not on the person's own account. */
function isSelf({ kind, id, application }: Principal, subject: string): boolean {
  return (kind === 'user' || kind === 'administrator') && application === undefined && id === subject;
}
