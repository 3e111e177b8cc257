import type { ListQuery } from '#lib/graphql/connections.ts';
import { IDEMPOTENCY_CLAIMS, type IdempotencyClaim } from '#lib/idempotency.ts';
import type { Collection, Stores } from '#lib/store/port.ts';
import { type WorkflowDocument, type WorkflowStatus, workflowCollection } from '#lib/workflow/workflow.ts';
import { LOCKS, type Lock } from './lock.ts';
import type { WorkflowKind } from './resolvers.generated.ts';

export interface OnboardingStore {
  readonly workflows: Collection<WorkflowDocument>;
  readonly locks: Collection<Lock>;
  readonly idempotencyClaims: Collection<IdempotencyClaim>;
  ping(): Promise<void>;
}

const WORKFLOWS = workflowCollection(
  {
    created: ['createdAt'],
    created_by_kind: ['kind', 'createdAt'],
    created_by_status: ['status', 'createdAt'],
    created_by_tenant: ['tenantId', 'createdAt'],
    created_by_tenant_kind: ['tenantId', 'kind', 'createdAt'],
    created_by_tenant_status: ['tenantId', 'status', 'createdAt'],
    created_by_tenant_kind_status: ['tenantId', 'kind', 'status', 'createdAt'],
  },
  ['created', 'created_by_kind', 'created_by_status', 'created_by_kind_status'],
);

/** All that the service stores. */
export const ONBOARDING_COLLECTIONS = [WORKFLOWS, LOCKS, IDEMPOTENCY_CLAIMS] as const;

export async function openOnboardingStore(stores: Stores): Promise<OnboardingStore> {
  const store = await stores.open('onboarding', ONBOARDING_COLLECTIONS);
  return {
    workflows: store.collection(WORKFLOWS),
    locks: store.collection(LOCKS),
    idempotencyClaims: store.collection(IDEMPOTENCY_CLAIMS),
    ping: () => store.ping(),
  };
}

/** Which workflows; null and absent: whatever it is. */
export interface WorkflowFilter {
  readonly tenantId?: string | null | undefined;
  readonly kind?: WorkflowKind | null | undefined;
  readonly status?: WorkflowStatus | null | undefined;
}

/** The index that holds the workflows of a filter next to each other, newest first. */
export function listWorkflows({ tenantId, kind, status }: WorkflowFilter): ListQuery {
  const fields = Object.entries({ tenant: tenantId, kind, status }).filter(([, value]) => value != null);
  const suffix = fields.map(([field]) => field).join('_');
  const prefix = fields.map(([, value]) => value ?? null);
  return { index: suffix === '' ? 'created' : `created_by_${suffix}`, prefix, order: 'desc' };
}
