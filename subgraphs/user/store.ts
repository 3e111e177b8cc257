import type { ListQuery } from '#lib/graphql/connections.ts';
import { IDEMPOTENCY_CLAIMS, type IdempotencyClaim } from '#lib/idempotency.ts';
import type { Collection, CollectionSpec, Stored, Stores } from '#lib/store/port.ts';
import { alive, TOMBSTONE_INDEX } from '#lib/store/tombstone.ts';
import { CHANGES } from '#lib/workflow/change.ts';
import type { WorkflowDocument } from '#lib/workflow/workflow.ts';
import type { EmailClaim } from './email-claim.ts';
import type { Roster } from './roster.ts';
import type { UserDocument } from './user.ts';

export interface UserStore {
  readonly users: Collection<UserDocument>;
  readonly emails: Collection<EmailClaim>;
  readonly rosters: Collection<Roster>;
  readonly changes: Collection<WorkflowDocument>;
  readonly idempotencyClaims: Collection<IdempotencyClaim>;
  ping(): Promise<void>;
}

const USERS: CollectionSpec<UserDocument> = {
  name: 'users',
  key: 'userId',
  indexes: { tenant: ['tenantId', 'goneUntil', 'createdAt'], ...TOMBSTONE_INDEX },
};

const EMAILS: CollectionSpec<EmailClaim> = {
  name: 'emails',
  key: 'emailKey',
  indexes: { tenant: ['tenantId'], user: ['userId'] },
};

const ROSTERS: CollectionSpec<Roster> = { name: 'rosters', key: 'tenantId', indexes: {} };

/** All that the service stores. */
export const USER_COLLECTIONS = [USERS, EMAILS, ROSTERS, CHANGES, IDEMPOTENCY_CLAIMS] as const;

export async function openUserStore(stores: Stores): Promise<UserStore> {
  const store = await stores.open('user', USER_COLLECTIONS);
  return {
    users: store.collection(USERS),
    emails: store.collection(EMAILS),
    rosters: store.collection(ROSTERS),
    changes: store.collection(CHANGES),
    idempotencyClaims: store.collection(IDEMPOTENCY_CLAIMS),
    ping: () => store.ping(),
  };
}

/** A tenant's users, oldest first. */
export function listUsers(tenantId: string): ListQuery {
  return { index: 'tenant', prefix: [tenantId, null] };
}

/** A user who is there. */
export async function userById({ users }: UserStore, userId: string): Promise<Stored<UserDocument> | undefined> {
  return alive(await users.get(userId));
}

/** The address that a user holds, also while the user itself is not made yet or gone already. */
export async function claimOf({ emails }: UserStore, userId: string): Promise<Stored<EmailClaim> | undefined> {
  const { items } = await emails.page({ index: 'user', prefix: [userId], limit: 1 });
  return items[0];
}
