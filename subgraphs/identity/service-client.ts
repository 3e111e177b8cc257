import type { Principal } from '#lib/auth/principal.ts';
import { isGrantableScope, isTenantClientScope } from '#lib/auth/scopes.ts';
import { AppError, badUserInput } from '#lib/errors.ts';
import { hashSecret, secretMatches } from './secret.ts';

const MAX_NAME_LENGTH = 200;

/** A program that signs in by itself. */
export interface ServiceClientDocument {
  readonly clientId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly tenantId: string | null;
  /** SHA-256 of the secret that was made last. */
  readonly secretHash: string;
  /** Whether that one has been used. */
  readonly secretUsed?: boolean;
  /** The secret that it is to take the place of, which is good until then. */
  readonly previousSecretHash?: string | null;
  /** The request that made the last secret. */
  readonly rotatedBy?: string;
  readonly status: 'ACTIVE' | 'REVOKED';
  readonly createdAt: string;
  /** When it last proved who it is, to the minute. */
  readonly lastUsedAt?: string | null;
  /** When it is good no more, and none of its tokens; null for one that is revoked by hand. */
  readonly expiresAt?: string | null;
}

/** @throws {AppError} `BAD_USER_INPUT` when it is empty, too long or has control characters */
export function parseClientName(name: string): string {
  const trimmed = name.trim();
  const length = [...trimmed].length;
  if (length === 0) throw badUserInput('input.name', 'The name is empty.');
  if (length > MAX_NAME_LENGTH) {
    throw badUserInput('input.name', `The name has more than ${MAX_NAME_LENGTH} characters.`);
  }
  if (/\p{Cc}/u.test(trimmed) || !trimmed.isWellFormed()) {
    throw badUserInput('input.name', 'The name has control characters.');
  }
  return trimmed;
}

/** @throws {AppError} `BAD_USER_INPUT` for an instant that is not to come */
export function parseExpiry(expiresAt: string | null | undefined, now: Date): string | null {
  if (expiresAt == null) return null;
  if (Date.parse(expiresAt) <= now.getTime()) throw badUserInput('input.expiresAt', 'A client expires in the future.');
  return new Date(expiresAt).toISOString();
}

export function hasExpired({ expiresAt }: ServiceClientDocument, now: Date): boolean {
  return expiresAt != null && expiresAt <= now.toISOString();
}

/** Which of its secrets it is, if any. */
export function secretOf(client: ServiceClientDocument, secret: string): 'latest' | 'previous' | undefined {
  if (secretMatches(secret, client.secretHash)) return 'latest';
  const { previousSecretHash } = client;
  return previousSecretHash != null && secretMatches(secret, previousSecretHash) ? 'previous' : undefined;
}

/**
 * The change by which a client gets another secret. The one that is in use stays good beside it: a new one that was never
 * used, since its answer was lost, does not push it out.
 */
export function rotatedSecret(
  client: ServiceClientDocument,
  secret: string,
  by: string,
): Partial<ServiceClientDocument> {
  const kept = client.secretUsed === false ? (client.previousSecretHash ?? null) : client.secretHash;
  return { secretHash: hashSecret(secret), secretUsed: false, previousSecretHash: kept, rotatedBy: by };
}

/**
 * Who is shown a client's secret is given its scopes.
 *
 * @throws {AppError} `FORBIDDEN`
 */
export function requireScopesOf(principal: Principal, { scopes }: ServiceClientDocument): void {
  const missing = scopes.find((scope) => !principal.scopes.has(scope));
  if (missing !== undefined) throw new AppError('FORBIDDEN', `Nobody can grant what it does not hold: ${missing}.`);
}

/**
 * The scopes that a caller gives a client, each once: nobody grants what it does not hold (the contract, "Who may do what").
 *
 * @throws {AppError} `BAD_USER_INPUT` for what no client, or no client of a tenant, can hold; `FORBIDDEN` for what the
 * caller does not hold, and for a client across tenants where the caller is bound to one
 */
export function grantScopes(principal: Principal, scopes: readonly string[], tenantId: string | null): string[] {
  if (scopes.length === 0) throw badUserInput('input.scopes', 'A client needs one scope at least.');
  for (const scope of scopes) {
    if (!isGrantableScope(scope)) throw badUserInput('input.scopes', `There is no scope ${JSON.stringify(scope)}.`);
    if (tenantId !== null && !isTenantClientScope(scope)) {
      throw badUserInput('input.scopes', `A tenant's client cannot hold ${scope}.`);
    }
  }
  if (tenantId === null && principal.tenantId !== null) {
    throw new AppError('FORBIDDEN', 'Only a caller across tenants can make a client across tenants.');
  }
  const missing = scopes.find((scope) => !principal.scopes.has(scope));
  if (missing !== undefined) throw new AppError('FORBIDDEN', `Nobody can grant what it does not hold: ${missing}.`);
  return [...new Set(scopes)];
}
