import { StoreUnavailable } from '#lib/store/errors.ts';
import type { Collection, CollectionSpec, Stores } from '#lib/store/port.ts';
import { type InfrastructureDocument, without } from './placement.ts';
import type { Isolation } from './resolvers.generated.ts';

export interface ProvisioningStore {
  readonly infrastructures: Collection<InfrastructureDocument>;
  ping(): Promise<void>;
}

const INFRASTRUCTURES: CollectionSpec<InfrastructureDocument> = {
  name: 'infrastructures',
  key: 'tenantId',
  indexes: {},
};

/** How often other writers may come first. */
const ATTEMPTS = 64;

export async function openProvisioningStore(stores: Stores): Promise<ProvisioningStore> {
  const store = await stores.open('provisioning', [INFRASTRUCTURES]);
  return { infrastructures: store.collection(INFRASTRUCTURES), ping: () => store.ping() };
}

/** Forgets a placement that was condemned and is gone, and the document with its last one. */
export async function forgetPlacement(
  infrastructures: Collection<InfrastructureDocument>,
  tenantId: string,
  isolation: Isolation,
): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const document = await infrastructures.get(tenantId);
    const change = document === undefined ? undefined : without(document, isolation);
    if (document === undefined || change === undefined) return;
    const guard = { version: document.version };
    const result =
      change === null
        ? await infrastructures.delete(tenantId, guard)
        : await infrastructures.update(tenantId, guard, change);
    if (result.outcome !== 'missed') return;
  }
  throw new StoreUnavailable('infrastructures: too much contention on one document');
}
