import type { Principal } from '#lib/auth/principal.ts';
import { isGrantableScope, isTenantClientScope } from '#lib/auth/scopes.ts';
import { AppError, badUserInput } from '#lib/errors.ts';

const MAX_NAME_LENGTH = 200;

/** A program that signs in by itself. */
export interface ServiceClientDocument {
  readonly clientId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly tenantId: string | null;
  /** SHA-256 of the secret. */
  readonly secretHash: string;
  readonly status: 'ACTIVE' | 'REVOKED';
  readonly createdAt: string;
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
