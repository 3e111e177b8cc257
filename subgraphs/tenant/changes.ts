import { type Clock, timestamp } from '#lib/clock.ts';
import { customerNameKey } from '#lib/customer-name.ts';
import { notFound, unavailable } from '#lib/errors.ts';
import type { Services } from '#lib/graphql/services.ts';
import { modify } from '#lib/store/modify.ts';
import type { Stored } from '#lib/store/port.ts';
import { isGone } from '#lib/store/tombstone.ts';
import { onward, UNTIL_DONE } from '#lib/workflow/change.ts';
import type { StepContext, WorkflowDefinition } from '#lib/workflow/definition.ts';
import { LiftRestrictionDocument, RestrictTenantDocument } from './calls/identity.generated.ts';
import type { Names } from './names.ts';
import type { TenantStore } from './store.ts';
import { appliedChange, rename, requireInUse, resume, suspend, type TenantDocument } from './tenant.ts';

export interface ChangesInit {
  readonly store: TenantStore;
  readonly names: Names;
  readonly clock: Clock;
  readonly services: Services;
}

export type SuspensionInput = { readonly reason: string };
export type RenamingInput = { readonly name: string };

const ATTEMPTS = 64;

/** The registry comes first: from then on identity lets nobody in, and what it let in before it shuts out. */
export function suspension({ store, clock, services }: ChangesInit): WorkflowDefinition<SuspensionInput> {
  return {
    kind: 'SUSPENSION',
    version: 1,
    steps: [
      {
        name: 'SUSPEND_TENANT',
        ...UNTIL_DONE,
        async run(context) {
          const { workflowId, input } = context;
          const variables = await applied(store, context, (tenant) =>
            suspend(tenant, workflowId, input.reason, timestamp(clock)),
          );
          await onward(services.call('identity', RestrictTenantDocument, variables, options(context)));
          return undefined;
        },
      },
    ],
  };
}

/** The registry comes first here too: while it says `SUSPENDED`, nobody can have more than that allows. */
export function resumption({ store, clock, services }: ChangesInit): WorkflowDefinition {
  return {
    kind: 'RESUMPTION',
    version: 1,
    steps: [
      {
        name: 'RESUME_TENANT',
        ...UNTIL_DONE,
        async run(context) {
          const variables = await applied(store, context, (tenant) =>
            resume(tenant, context.workflowId, timestamp(clock)),
          );
          await onward(services.call('identity', LiftRestrictionDocument, variables, options(context)));
          return undefined;
        },
      },
    ],
  };
}

/** The new name is taken before the tenant has it, and the old one given back after. */
export function renaming(init: ChangesInit): WorkflowDefinition<RenamingInput> {
  const { store, names } = init;
  return {
    kind: 'RENAMING',
    version: 1,
    steps: [
      {
        name: 'RENAME_TENANT',
        ...UNTIL_DONE,
        async run({ tenantId, workflowId, input }) {
          const tenant = await renamed(init, tenantId, workflowId, input.name);
          const left = appliedChange(tenant, workflowId)?.leftName;
          if (left != null) await names.giveBack(left.nameKey, { version: left.version });
          return undefined;
        },
        async compensate({ tenantId, workflowId, input }) {
          const nameKey = customerNameKey(input.name);
          const tenant = await store.tenants.get(tenantId);
          if (tenant?.nameKey !== nameKey) await names.giveBack(nameKey, { tenantId, by: workflowId });
        },
      },
    ],
  };
}

/** Makes the change, once for the workflow. @returns what identity is told: by the revision, which of two was later */
async function applied(
  { tenants }: TenantStore,
  { tenantId, workflowId, commandId }: Pick<StepContext, 'tenantId' | 'workflowId' | 'commandId'>,
  make: (tenant: TenantDocument) => Partial<TenantDocument> | undefined,
) {
  const tenant = await modify(tenants, tenantId, (current) => (isGone(current) ? undefined : make(current)));
  const change = tenant === undefined || isGone(tenant) ? undefined : appliedChange(tenant, workflowId);
  if (change === undefined) throw notFound('tenant');
  return { commandId, tenantId, revision: change.holdRevision };
}

/** The tenant once it has had this name by this workflow, whatever it is called now. */
async function renamed(
  { store: { tenants }, names, clock }: ChangesInit,
  tenantId: string,
  workflowId: string,
  name: string,
): Promise<Stored<TenantDocument>> {
  const nameKey = customerNameKey(name);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await tenants.get(tenantId);
    if (before === undefined || isGone(before)) throw notFound('tenant');
    if (appliedChange(before, workflowId) !== undefined) return before;
    requireInUse(before);
    if (before.nameKey !== nameKey) await names.take(nameKey, tenantId, workflowId);
    // Read after the name was taken: whoever gives it back in between changes the tenant, and this writer misses.
    const [tenant, claim, own] = [
      await tenants.get(tenantId),
      await names.claim(nameKey),
      await names.claim(before.nameKey),
    ];
    if (tenant?.version !== before.version || claim?.tenantId !== tenantId) continue;
    if (before.nameKey !== nameKey && claim.by !== workflowId) continue;
    const left = before.nameKey === nameKey || own?.tenantId !== tenantId ? null : own;
    const set = rename(
      tenant,
      workflowId,
      name,
      left && { nameKey: left.nameKey, version: left.version },
      timestamp(clock),
    );
    const result = await tenants.update(tenantId, { version: tenant.version }, set);
    if (result.outcome === 'updated') return result.document;
  }
  throw unavailable('The tenant is being changed too often.');
}

function options({ commandId, timeoutMilliseconds }: Pick<StepContext, 'commandId' | 'timeoutMilliseconds'>) {
  return { requestId: commandId, timeoutMilliseconds };
}
