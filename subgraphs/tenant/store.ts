import type { ListQuery } from '#lib/graphql/connections.ts';
import type { Collection, CollectionSpec, Stores } from '#lib/store/port.ts';
import { TOMBSTONE_INDEX } from '#lib/store/tombstone.ts';
import { CHANGES } from '#lib/workflow/change.ts';
import type { WorkflowDocument } from '#lib/workflow/workflow.ts';
import type { NameClaim } from './names.ts';
import type { TenantDocument, TenantFilter } from './tenant.ts';

export interface TenantStore {
  readonly tenants: Collection<TenantDocument>;
  readonly names: Collection<NameClaim>;
  readonly changes: Collection<WorkflowDocument>;
  ping(): Promise<void>;
}

const TENANTS: CollectionSpec<TenantDocument> = {
  name: 'tenants',
  key: 'tenantId',
  indexes: {
    created: ['goneUntil', 'createdAt'],
    created_by_tier: ['goneUntil', 'tier', 'createdAt'],
    created_by_status: ['goneUntil', 'status', 'createdAt'],
    created_by_tier_status: ['goneUntil', 'tier', 'status', 'createdAt'],
    name: ['goneUntil', 'nameKey'],
    name_by_tier: ['goneUntil', 'tier', 'nameKey'],
    name_by_status: ['goneUntil', 'status', 'nameKey'],
    name_by_tier_status: ['goneUntil', 'tier', 'status', 'nameKey'],
    ...TOMBSTONE_INDEX,
  },
  counted: ['created', 'created_by_tier', 'created_by_status', 'created_by_tier_status'],
};

const NAMES: CollectionSpec<NameClaim> = { name: 'names', key: 'nameKey', indexes: { tenant: ['tenantId'] } };

/** All that the service stores. */
export const TENANT_COLLECTIONS = [TENANTS, NAMES, CHANGES] as const;

export async function openTenantStore(stores: Stores): Promise<TenantStore> {
  const store = await stores.open('tenant', TENANT_COLLECTIONS);
  return {
    tenants: store.collection(TENANTS),
    names: store.collection(NAMES),
    changes: store.collection(CHANGES),
    ping: () => store.ping(),
  };
}

/** The index that holds the tenants of a filter next to each other: oldest first, or by name where a name is searched. */
export function listTenants(filter: TenantFilter): ListQuery {
  const suffix = [filter.tier != null ? 'tier' : '', filter.status != null ? 'status' : ''].filter(Boolean).join('_');
  const order = filter.search ? 'name' : 'created';
  const index = suffix === '' ? order : `${order}_by_${suffix}`;
  const prefix = [null, ...[filter.tier, filter.status].filter((value) => value != null)];
  if (!filter.search) return { index, prefix };
  return { index, prefix, range: { gte: filter.search, lt: `${filter.search}\u{10ffff}` } };
}
