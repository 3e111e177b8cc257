import type { ListQuery } from '#lib/graphql/connections.ts';
import type { Collection, CollectionSpec, Stores } from '#lib/store/port.ts';
import type { TenantDocument, TenantFilter } from './tenant.ts';

/** Who holds a name: what makes names unique without an index that spans tenants. */
export interface NameClaim {
  readonly nameKey: string;
  readonly tenantId: string;
}

export interface TenantStore {
  readonly tenants: Collection<TenantDocument>;
  readonly names: Collection<NameClaim>;
  ping(): Promise<void>;
}

const TENANTS: CollectionSpec<TenantDocument> = {
  name: 'tenants',
  key: 'tenantId',
  indexes: {
    created: ['createdAt'],
    created_by_tier: ['tier', 'createdAt'],
    created_by_status: ['status', 'createdAt'],
    created_by_tier_status: ['tier', 'status', 'createdAt'],
    name: ['nameKey'],
    name_by_tier: ['tier', 'nameKey'],
    name_by_status: ['status', 'nameKey'],
    name_by_tier_status: ['tier', 'status', 'nameKey'],
  },
};

const NAMES: CollectionSpec<NameClaim> = { name: 'names', key: 'nameKey', indexes: { tenant: ['tenantId'] } };

export async function openTenantStore(stores: Stores): Promise<TenantStore> {
  const store = await stores.open('tenant', [TENANTS, NAMES]);
  return { tenants: store.collection(TENANTS), names: store.collection(NAMES), ping: () => store.ping() };
}

/** The index that holds the tenants of a filter next to each other: oldest first, or by name where a name is searched. */
export function listTenants(filter: TenantFilter): ListQuery {
  const suffix = [filter.tier != null ? 'tier' : '', filter.status != null ? 'status' : ''].filter(Boolean).join('_');
  const order = filter.search ? 'name' : 'created';
  const index = suffix === '' ? order : `${order}_by_${suffix}`;
  const prefix = [filter.tier, filter.status].filter((value) => value != null);
  if (!filter.search) return { index, prefix };
  return { index, prefix, range: { gte: filter.search, lt: `${filter.search}\u{10ffff}` } };
}
