import type { Principal } from '#lib/auth/principal.ts';
import { ROLE_SCOPES, type Scope } from '#lib/auth/scopes.ts';
import { AppError } from '#lib/errors.ts';
import { isGone } from '#lib/store/tombstone.ts';
import { statusOf, type UserDocument } from './user.ts';

/** What every mutation takes that manages users (the SDL). */
const MANAGING: Scope = 'user:write';

/**
 * Who manages users does so as what it is now, not as what its token says: a token outlives a demotion by up to 15 minutes
 * and a removal by the seconds that its revocation takes, and with it a user could undo either. Administrators, clients and
 * services are no users, nor is a person for whom an outside provider vouches: for them their tokens speak.
 *
 * @param self the principal's own user, where it is one
 * @throws {AppError} `UNAUTHENTICATED` for a user who is gone, cannot sign in or belongs to another tenant than its token
 * says; `FORBIDDEN` for one whose role does not manage users any more
 */
export function requireStanding(principal: Principal, self: UserDocument | undefined): void {
  if (principal.kind !== 'user' || principal.issuer !== undefined) return;
  const isHere = self !== undefined && !isGone(self) && self.tenantId === principal.tenantId;
  if (!isHere || statusOf(self) !== 'ACTIVE') {
    throw new AppError('UNAUTHENTICATED', 'The access token is not valid any more. Sign in again.');
  }
  if (!ROLE_SCOPES[self.role].includes(MANAGING)) throw new AppError('FORBIDDEN', `This needs the scope ${MANAGING}.`);
}
