import { principalOf } from '#lib/auth/access-token.ts';
import type { Clock } from '#lib/clock.ts';
import { emailKey } from '#lib/email.ts';
import { AppError } from '#lib/errors.ts';
import type { Ids } from '#lib/ids.ts';
import { accountOf, type Directory, type DirectoryUser } from '../directory.ts';
import { accessTokenClaims, type SigningKeys, type TokenSource } from '../keys/signing-keys.ts';
import { type AdministratorDocument, administratorAccount } from '../people/administrator.ts';
import { isStillProven } from '../people/credential.ts';
import type { Passwords } from '../people/password.ts';
import { hashSecret } from '../secret.ts';
import { administratorById, type IdentityStore } from '../store.ts';
import type { Revocations, Subject } from './revocations.ts';
import {
  type Account,
  formatRefreshToken,
  idleEnd,
  newRefreshToken,
  newSession,
  parseRefreshToken,
  type RefreshToken,
  type SessionDocument,
  type SignedIn,
} from './session.ts';
import type { SessionEnding } from './session-ending.ts';
import type { Attempt, SignInGuard } from './sign-in-guard.ts';

/** Asked for where there is nobody, so that an unknown address takes as long as a known one. */
const NOBODY = { userId: 'usr_none', tenantId: 'ten_none' } as const;

export interface SessionServiceInit {
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly directory: Directory;
  readonly passwords: Passwords;
  readonly revocations: Revocations;
  readonly signingKeys: SigningKeys;
  readonly tokenSource: TokenSource;
  readonly guard: SignInGuard;
  readonly endings: SessionEnding;
}

/** From where somebody asks, in which request. */
export interface Caller {
  readonly requestId: string;
  /** Null where it is not known. */
  readonly clientAddress: string | null;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** Somebody who has shown that it is who it says. */
export interface Proof {
  readonly account: Account;
  /** When the showing began: see `createRevocations`. */
  readonly begun: number;
}

export type SessionService = ReturnType<typeof createSessionService>;

/** Sign-in, refresh and sign-out of people. */
export function createSessionService(init: SessionServiceInit) {
  const { store, clock, directory, passwords, revocations, guard, endings } = init;

  async function activeAccount(user: DirectoryUser, requestId: string): Promise<Account | undefined> {
    const tenantId = user.tenant?.tenantId;
    if (user.status !== 'ACTIVE' || tenantId === undefined) return undefined;
    return (await directory.tenantStatus(tenantId, requestId)) === 'ACTIVE' ? accountOf(user, tenantId) : undefined;
  }

  /** A person who may go on, as the user and tenant services say now; `undefined` for one who may not. */
  async function accountOfPerson(subject: string, requestId: string): Promise<Account | undefined> {
    const administrator = await administratorById(store, subject);
    if (administrator !== undefined) return administratorAccount(administrator);
    const user = await directory.user(subject, requestId);
    return user === null ? undefined : await activeAccount(user, requestId);
  }

  /** The user of an address and its tenant's status; the same two questions where there is nobody. */
  async function lookUp(email: string, requestId: string) {
    const user = await directory.userByEmail(email, requestId);
    const tenantId = user?.tenant?.tenantId ?? NOBODY.tenantId;
    return { user, tenantId, tenantStatus: await directory.tenantStatus(tenantId, requestId) };
  }

  /** Who signs in, when the password is right; the same steps for everybody. @throws {AppError} `UNAUTHENTICATED` */
  async function authenticate({ email, password }: Credentials, attempt: Attempt, requestId: string): Promise<Account> {
    const [administrator, lookup] = await Promise.all([
      store.administrators.get(emailKey(email)),
      lookUp(email, requestId).catch((error: unknown) => ({ error })),
    ]);
    // An administrator can sign in while the other services are out of reach.
    if ('error' in lookup && administrator === undefined) throw lookup.error;
    const user = 'error' in lookup ? null : lookup.user;
    const identity = await store.identities.get(user?.userId ?? NOBODY.userId);
    const hash = (administrator ?? identity)?.passwordHash ?? null;
    const right = await passwords.matches(password, hash, () => guard.check(attempt));
    if (!right) throw wrongCredentials(administrator, user);
    if (administrator !== undefined) return administratorAccount(administrator);
    if ('error' in lookup || user?.status !== 'ACTIVE' || lookup.tenantStatus !== 'ACTIVE') {
      throw wrongCredentials(administrator, user);
    }
    if (identity?.invitation != null) {
      // Its acceptance was cut short after the user had become active: the password is the proof now.
      await store.identities.update(identity.userId, { version: identity.version }, { invitation: null });
    }
    return accountOf(user, lookup.tenantId);
  }

  /** @param begun see `createRevocations` */
  async function signedIn(
    account: Account,
    session: SessionDocument,
    token: RefreshToken,
    begun: number,
  ): Promise<SignedIn> {
    const claims = accessTokenClaims(init.tokenSource, begun, {
      sub: account.subject,
      ...(account.tenantId === null ? {} : { tenant_id: account.tenantId }),
      roles: [account.role],
      scope: account.scopes.join(' '),
      sid: session.sessionId,
    });
    const principal = principalOf(claims);
    if (principal === undefined || (await revocations.revokedSince(begun, subjectsOf(account)))) throw refused();
    return {
      accessToken: await init.signingKeys.sign(claims),
      refreshToken: formatRefreshToken(token),
      expiresAt: new Date(claims.exp * 1000).toISOString(),
      user: account.kind === 'user' ? { __typename: 'User', userId: account.subject } : null,
      principal,
    };
  }

  /** A refresh token of the session is in two hands. */
  async function endStolen(session: SessionDocument): Promise<never> {
    await endings.end(session);
    throw refused(session);
  }

  /** Uses a refresh token up, and makes the next one. Of many who do so at once with one token, one succeeds. */
  async function rotate(session: SessionDocument, { handle, secret }: RefreshToken, clientAddress: string | null) {
    if (session.secretHash !== hashSecret(secret)) return await endStolen(session);
    const token = newRefreshToken(handle);
    const now = clock.now();
    const used = { lastUsedAt: now.toISOString(), clientAddress, expiresAt: idleEnd(now) };
    const changes = { secretHash: hashSecret(token.secret), ...used };
    const rotated = await store.sessions.update(session.handleHash, { secretHash: session.secretHash }, changes);
    if (rotated.outcome === 'missed') return await endStolen(rotated.document);
    if (rotated.outcome === 'absent') throw refused();
    return { session: rotated.document, token };
  }

  /** Who has an address and its password. @throws {AppError} `UNAUTHENTICATED`, and `RATE_LIMITED` for who guesses */
  async function prove(credentials: Credentials, caller: Caller): Promise<Proof> {
    const begun = revocations.begin();
    const attempt = await guard.enter(credentials.email, caller.clientAddress);
    try {
      const account = await authenticate(credentials, attempt, caller.requestId);
      await guard.succeeded(attempt);
      return { account, begun };
    } catch (error) {
      if (error instanceof AppError && error.code === 'UNAUTHENTICATED') await guard.failed(attempt);
      throw error;
    }
  }

  /** @throws {AppError} `UNAUTHENTICATED` when the password has been changed since it was shown */
  async function requireStillProven({ subject }: Account, begun: number): Promise<void> {
    if (!(await isStillProven(store, subject, begun))) throw refused();
  }

  /** Begins a session of somebody who has proven who it is. */
  async function open(account: Account, begun: number, clientAddress: string | null): Promise<SignedIn> {
    const token = newRefreshToken();
    const startedAt = new Date(begun).toISOString();
    const [sessionId, now] = [init.ids.next('ses'), clock.now()];
    const session = newSession({ sessionId, account, token, startedAt, clientAddress, now });
    await store.sessions.insert(session);
    try {
      await requireStillProven(account, begun);
      return await signedIn(account, session, token, begun);
    } catch (error) {
      await store.sessions.delete(session.handleHash);
      throw error;
    }
  }

  return {
    open,
    end: endings.end,
    prove,
    requireStillProven,
    rotate,
    accountOfPerson,

    async signIn(credentials: Credentials, caller: Caller): Promise<SignedIn> {
      const { account, begun } = await prove(credentials, caller);
      return await open(account, begun, caller.clientAddress);
    },

    async refresh(refreshToken: string, { requestId, clientAddress }: Caller): Promise<SignedIn> {
      const begun = revocations.begin();
      const token = parseRefreshToken(refreshToken);
      if (token === undefined) throw refused();
      const session = await store.sessions.get(hashSecret(token.handle));
      if (session === undefined || session.expiresAt <= clock.now().toISOString()) throw refused(session);
      // An application's session goes on at the token endpoint alone: it may hold less than the person.
      if (session.application != null) throw refused();
      if (session.secretHash !== hashSecret(token.secret)) return await endStolen(session);
      const account = await accountOfPerson(session.subject, requestId);
      if (account === undefined) throw refused(session);
      const next = await rotate(session, token, clientAddress);
      return await signedIn(account, next.session, next.token, begun);
    },

    /** @returns whether there was a session to end */
    async signOut(refreshToken: string): Promise<boolean> {
      const token = parseRefreshToken(refreshToken);
      if (token === undefined) return false;
      const session = await store.sessions.get(hashSecret(token.handle));
      return session === undefined ? false : await endings.end(session);
    },
  };
}

/** The same for everybody; whose address it was, the audit log alone is told. */
export function wrongCredentials(administrator?: AdministratorDocument, user: DirectoryUser | null = null): AppError {
  const error = new AppError('UNAUTHENTICATED', 'The address or the password is wrong.');
  if (administrator !== undefined) {
    error.subject = { type: 'Administrator', id: administrator.administratorId, tenantId: null };
  } else if (user !== null) {
    error.subject = { type: 'User', id: user.userId, tenantId: user.tenant?.tenantId ?? null };
  }
  return error;
}

/** @param session whose end it is, for the audit log */
function refused(session?: SessionDocument): AppError {
  const error = new AppError('UNAUTHENTICATED', 'The session has ended. Sign in again.');
  if (session !== undefined) error.subject = { type: 'Session', id: session.sessionId, tenantId: session.tenantId };
  return error;
}

/** By what the tokens of a person can be revoked, beside their session. */
export function subjectsOf({ subject, tenantId }: Pick<Account, 'subject' | 'tenantId'>): Subject[] {
  const user: Subject = { kind: 'user', subject };
  if (tenantId === null) return [user];
  return [user, { kind: 'tenant', subject: tenantId }, { kind: 'tenant-users', subject: tenantId }];
}
