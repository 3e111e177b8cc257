import { type Clock, timestamp } from '#lib/clock.ts';
import { AppError } from '#lib/errors.ts';
import type { Stored } from '#lib/store/port.ts';
import { isStillProven } from '../people/credential.ts';
import { hashSecret } from '../secret.ts';
import { type IdentityStore, sessionById, sessionsOfBrowser } from '../store.ts';
import type { Revocations, Subject } from './revocations.ts';
import { type Account, newSession, parseRefreshToken, type RefreshToken, type SessionDocument } from './session.ts';
import { type SessionService, subjectsOf } from './session-service.ts';

export interface ApplicationSessionInit {
  readonly sessionId: string;
  readonly account: Account;
  readonly application: string;
  readonly token: RefreshToken;
  /** When the request began, and when the person began to prove who it is: see `createRevocations`. */
  readonly begun: number;
  readonly provenAt: number;
  readonly clientAddress: string | null;
  readonly browser: string | null;
  readonly grant: { readonly grant: string; readonly refreshToken: string };
}

export type ApplicationSessions = ReturnType<typeof createApplicationSessions>;

/**
 * Sessions in the name of an application: what a refresh token of the code flow stands on. They are sessions like all
 * others, so that they are counted, listed and ended with these.
 */
export function createApplicationSessions(init: {
  store: IdentityStore;
  clock: Clock;
  revocations: Revocations;
  sessions: SessionService;
}) {
  const { store, clock, revocations, sessions } = init;

  async function endById(sessionId: string): Promise<void> {
    // Also where the session is not there yet: its tokens are on their way then.
    await revocations.revoke({ kind: 'session', subject: sessionId }, `end/${sessionId}`);
    const session = await sessionById(store, sessionId);
    if (session !== undefined) await sessions.end(session);
  }

  return {
    /** @throws {AppError} `UNAUTHENTICATED` when the person or the application was shut out, or the password changed, meanwhile */
    async begin(start: ApplicationSessionInit): Promise<void> {
      const { account, application, browser, clientAddress, grant, provenAt, sessionId, token } = start;
      const startedAt = new Date(start.begun).toISOString();
      const fresh = newSession({ sessionId, account, token, startedAt, clientAddress, now: clock.now() });
      const session = await store.sessions.insert({ ...fresh, application, browser, grant });
      const shutOut: Subject[] = [...subjectsOf(account), { kind: 'client', subject: application }];
      const [gone, over] = await Promise.all([
        revocations.revokedSince(provenAt, shutOut),
        revocations.revokedSince(provenAt, [{ kind: 'session', subject: sessionId }]),
      ]);
      const changed = !(await isStillProven(store, account.subject, provenAt));
      // Its code was presented again already: the one answer that it gets is worth nothing.
      if (gone || over || changed) await store.sessions.delete(session.handleHash);
      if (gone || changed) throw new AppError('UNAUTHENTICATED', 'The session has ended. Sign in again.');
    },

    /** The session of a refresh token, and whether the token was used before; `undefined` for one that opens nothing. */
    async find(refreshToken: string): Promise<{ session: Stored<SessionDocument>; used: boolean } | undefined> {
      const token = parseRefreshToken(refreshToken);
      if (token === undefined) return undefined;
      const session = await store.sessions.get(hashSecret(token.handle));
      if (session?.application == null || session.expiresAt <= timestamp(clock)) return undefined;
      return { session, used: session.secretHash !== hashSecret(token.secret) };
    },

    /** @throws {AppError} `UNAUTHENTICATED` for a used token, whose session is over then */
    async rotate(refreshToken: string, clientAddress: string | null): Promise<RefreshToken> {
      const token = parseRefreshToken(refreshToken);
      const session = token === undefined ? undefined : await store.sessions.get(hashSecret(token.handle));
      if (token === undefined || session === undefined) {
        throw new AppError('UNAUTHENTICATED', 'The session has ended. Sign in again.');
      }
      return (await sessions.rotate(session, token, clientAddress)).token;
    },

    async findById(sessionId: string): Promise<SessionDocument | undefined> {
      const session = await sessionById(store, sessionId);
      return session !== undefined && session.expiresAt > timestamp(clock) ? session : undefined;
    },

    /** Ends a session, or one that is about to begin, and its access tokens. */
    endById,

    /** Ends what came from a sign-in in a browser. */
    async endOfBrowser(browser: string): Promise<void> {
      for (const session of await sessionsOfBrowser(store, browser)) await sessions.end(session);
    },
  };
}
