import type { Clock } from '#lib/clock.ts';
import { isGone } from '#lib/store/tombstone.ts';
import type { Role } from './resolvers.generated.ts';
import type { Roster } from './roster.ts';
import type { UserDocument } from './user.ts';

/** A claim without a user stands for one who is being made. Whoever takes longer than this to make one has died. */
const RESERVED_MILLISECONDS = 60 * 60 * 1000;

/**
 * Who holds an e-mail address: what makes addresses unique without an index that spans tenants. It is taken before its
 * user is made, says all that is needed to make the user, and is worth nothing when the user is gone.
 */
export interface EmailClaim {
  readonly emailKey: string;
  readonly userId: string;
  readonly tenantId: string;
  /** The role to begin with; null: the tenant's first user is its admin, later ones are members. */
  readonly initialRole: Role | null;
  /** The workflow that made the user. */
  readonly workflowId: string | null;
  /** When the address was taken, which is when the user was made. */
  readonly claimedAt: string;
}

/** The user that a claim stands for, as it begins. */
export function userOf(claim: EmailClaim, email: string, isFirst: boolean): UserDocument {
  return {
    userId: claim.userId,
    tenantId: claim.tenantId,
    email,
    role: claim.initialRole ?? (isFirst ? 'TENANT_ADMIN' : 'TENANT_MEMBER'),
    activated: false,
    disabled: false,
    createdAt: claim.claimedAt,
    goneUntil: null,
  };
}

/**
 * Whether a claim holds nothing, so that whoever meets it may take it away.
 *
 * @param holder the claim's user, a tombstone where it is gone
 * @param roster of the claim's tenant
 */
export function isFree(
  claim: EmailClaim,
  holder: UserDocument | undefined,
  roster: Roster | undefined,
  clock: Clock,
): boolean {
  if (holder !== undefined) return isGone(holder);
  if (roster?.closed) return true;
  return Date.parse(claim.claimedAt) + RESERVED_MILLISECONDS < clock.now().getTime();
}
