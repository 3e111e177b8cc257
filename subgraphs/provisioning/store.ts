import type { Collection, CollectionSpec, Stores } from '#lib/store/port.ts';
import type { InfrastructureDocument } from './placement.ts';

export interface ProvisioningStore {
  readonly infrastructures: Collection<InfrastructureDocument>;
  ping(): Promise<void>;
}

const INFRASTRUCTURES: CollectionSpec<InfrastructureDocument> = {
  name: 'infrastructures',
  key: 'tenantId',
  indexes: {},
};

/** All that the service stores. */
export const PROVISIONING_COLLECTIONS = [INFRASTRUCTURES] as const;

export async function openProvisioningStore(stores: Stores): Promise<ProvisioningStore> {
  const store = await stores.open('provisioning', PROVISIONING_COLLECTIONS);
  return { infrastructures: store.collection(INFRASTRUCTURES), ping: () => store.ping() };
}
