import type { Role } from './resolvers.generated.ts';
import type { UserDocument } from './user.ts';

/**
 * Who holds an e-mail address: what makes addresses unique without an index that spans tenants. It is taken before its
 * user is made, says all that is needed to make the user, and is given back after the user is gone. So whoever comes
 * across a claim without a user can bring to its end what was begun: the making, or, if `leaving`, the removal.
 */
export interface EmailClaim {
  readonly emailKey: string;
  readonly userId: string;
  readonly tenantId: string;
  /** The role to begin with; null: the tenant's first user is its admin, later ones are members. */
  readonly initialRole: Role | null;
  /** The workflow whose `createUser` made the user; null for one that was invited. */
  readonly workflowId: string | null;
  /** When the address was taken, which is when the user was made. */
  readonly claimedAt: string;
  /** Whether the user was about to be removed. Says nothing while the user is there: a removal can be refused. */
  readonly leaving: boolean;
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
  };
}

/** The workflow that a command belongs to: a command is named `workflowId/step`. */
export function workflowOf(commandId: string): string {
  return commandId.split('/', 1)[0] ?? commandId;
}
