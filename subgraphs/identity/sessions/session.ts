import type { Principal } from '#lib/auth/principal.ts';
import { hashSecret, newSecret } from '../secret.ts';

/** A session ends when it was not refreshed for so long. */
const IDLE_MILLISECONDS = 30 * 24 * 60 * 60 * 1000;

/** A sign-in that goes on. Its tokens are stored as hashes only. */
export interface SessionDocument {
  /** SHA-256 of the session's handle, which is the first half of all its refresh tokens. */
  readonly handleHash: string;
  /** The `sid` of its access tokens. */
  readonly sessionId: string;
  readonly kind: 'user' | 'administrator';
  /** The user's or the administrator's id. */
  readonly subject: string;
  readonly tenantId: string | null;
  /** SHA-256 of the second half of the one refresh token that is good. */
  readonly secretHash: string;
  readonly startedAt: string;
  /** When its last access token was made. */
  readonly lastUsedAt?: string;
  /** From where that was asked for; null where it is not known. */
  readonly clientAddress?: string | null;
  readonly expiresAt: string;
  /** The id of the application in whose name it goes on; absent for one that the person uses itself. */
  readonly application?: string | null;
  /** Of an application's session: the sign-in in the browser that it came from. */
  readonly browser?: string | null;
  /** Of an application's session: what was granted, as the OAuth engine keeps it (JSON). */
  readonly grant?: { readonly grant: string; readonly refreshToken: string } | null;
}

/** A person who may sign in now. */
export interface Account {
  readonly kind: 'user' | 'administrator';
  readonly subject: string;
  readonly email: string;
  readonly tenantId: string | null;
  readonly role: string;
  readonly scopes: readonly string[];
}

/** What a sign-in or a refresh answers. */
export interface SignedIn {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: string;
  readonly user: { readonly __typename: 'User'; readonly userId: string } | null;
  readonly principal: Principal;
}

/**
 * The two halves of a refresh token, 256 random bits each: a handle that finds the session and stays, and a secret that is
 * good once. Whoever knows the handle has held a token of the session, so that a wrong secret is a used one.
 */
export interface RefreshToken {
  readonly handle: string;
  readonly secret: string;
}

export function newRefreshToken(handle = newSecret()): RefreshToken {
  return { handle, secret: newSecret() };
}

export function formatRefreshToken({ handle, secret }: RefreshToken): string {
  return `${handle}.${secret}`;
}

export function parseRefreshToken(token: string): RefreshToken | undefined {
  const [, handle, secret] = /^([\w-]{43})\.([\w-]{43})$/.exec(token) ?? [];
  return handle === undefined || secret === undefined ? undefined : { handle, secret };
}

export function newSession(init: {
  sessionId: string;
  account: Account;
  token: RefreshToken;
  startedAt: string;
  clientAddress: string | null;
  now: Date;
}): SessionDocument {
  const { kind, subject, tenantId } = init.account;
  return {
    handleHash: hashSecret(init.token.handle),
    sessionId: init.sessionId,
    kind,
    subject,
    tenantId,
    secretHash: hashSecret(init.token.secret),
    startedAt: init.startedAt,
    lastUsedAt: init.now.toISOString(),
    clientAddress: init.clientAddress,
    expiresAt: idleEnd(init.now),
  };
}

/** When a session ends that is used now and never again. */
export function idleEnd(now: Date): string {
  return new Date(now.getTime() + IDLE_MILLISECONDS).toISOString();
}
