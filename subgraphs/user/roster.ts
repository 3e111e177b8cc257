import { failedPrecondition } from '#lib/errors.ts';

/**
 * The one document per tenant on which the last-admin rule is decided. Every id in `adminIds` is an admin that is not
 * disabled; after a crash one may be missing, which refuses more than it must and never less.
 */
export interface Roster {
  readonly tenantId: string;
  /** The user that was made first. */
  readonly firstUserId: string;
  readonly adminIds: readonly string[];
  /** Whether all users of the tenant were removed for good: no user is made any more. */
  readonly closed?: boolean;
}

export function withAdmin(roster: Roster, userId: string): readonly string[] {
  return [...roster.adminIds.filter((id) => id !== userId), userId];
}

export function withoutAdmin(roster: Roster, userId: string): readonly string[] {
  return roster.adminIds.filter((id) => id !== userId);
}

/**
 * The last-admin rule (the contract, "user").
 *
 * @throws {AppError} `FAILED_PRECONDITION` when nobody but this user is left in the roster
 */
export function requireAnotherAdmin(roster: Roster | undefined, userId: string): void {
  if (roster === undefined || withoutAdmin(roster, userId).length === 0) {
    throw failedPrecondition('This is the last admin of the tenant that is not disabled.');
  }
}
