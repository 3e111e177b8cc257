import { ADMINISTRATOR_ROLE } from '#lib/auth/access-token.ts';
import { hasScope, type Principal } from '#lib/auth/principal.ts';
import { GRANTABLE_SCOPES } from '#lib/auth/scopes.ts';
import { AppError } from '#lib/errors.ts';
import type { Account } from '../sessions/session.ts';
import { type Credential, hasPassword } from './credential.ts';

/** A platform administrator, or somebody who is invited to be one. Its address is the key: nobody else has it. */
export interface AdministratorDocument extends Credential {
  /** See `emailKey`. */
  readonly emailKey: string;
  readonly administratorId: string;
  readonly email: string;
  readonly createdAt: string;
}

/** What an administrator may do now. */
export function administratorAccount({ administratorId, email }: AdministratorDocument): Account {
  return {
    kind: 'administrator',
    subject: administratorId,
    email,
    tenantId: null,
    role: ADMINISTRATOR_ROLE,
    scopes: GRANTABLE_SCOPES,
  };
}

/** The one name under which the roster stands. */
export const ADMINISTRATOR_ROSTER = 'administrators';

/** Who is being removed: one document, so that of two who remove each other one comes first. */
export interface AdministratorRoster {
  readonly name: string;
  readonly leaving: readonly string[];
}

export function statusOf(administrator: AdministratorDocument): 'INVITED' | 'ACTIVE' {
  return hasPassword(administrator) ? 'ACTIVE' : 'INVITED';
}

/**
 * An administrator may do everything: nobody else can make one.
 *
 * @throws {AppError} `FORBIDDEN`
 */
export function requireWholePower(principal: Principal): void {
  const missing = GRANTABLE_SCOPES.filter((scope) => !hasScope(principal, scope));
  if (principal.tenantId !== null) throw new AppError('FORBIDDEN', 'This is for callers across tenants.');
  if (missing.length > 0) {
    throw new AppError('FORBIDDEN', `Nobody can grant what it does not hold: ${missing.join(', ')}.`);
  }
}
