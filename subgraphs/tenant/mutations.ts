import type { Principal } from '#lib/auth/principal.ts';
import { parseCustomerName } from '#lib/customer-name.ts';
import { AppError, notFound } from '#lib/errors.ts';
import type { Ids } from '#lib/ids.ts';
import type { Stored } from '#lib/store/port.ts';
import { alive } from '#lib/store/tombstone.ts';
import { carryOut } from '#lib/workflow/change.ts';
import type { WorkflowEngine } from '#lib/workflow/engine.ts';
import type { JsonObject } from '#lib/workflow/workflow.ts';
import type { RenameTenantInput, ResumeTenantInput, SuspendTenantInput } from './resolvers.generated.ts';
import type { TenantStore } from './store.ts';
import { parseReason, requireInUse, type TenantDocument } from './tenant.ts';

export type TenantMutations = ReturnType<typeof createTenantMutations>;

interface TenantMutationsInit {
  readonly store: TenantStore;
  readonly engine: WorkflowEngine;
  readonly ids: Ids;
}

/** What administrators do to a tenant: each a workflow of its own (`changes.ts`). */
export function createTenantMutations({ store: { tenants }, engine, ids }: TenantMutationsInit) {
  /** What is plainly refused needs no workflow. */
  async function find(principal: Principal, tenantId: string): Promise<Stored<TenantDocument>> {
    // No role of a tenant and no client of one has `tenant:write`; should one ever, this is not for it.
    if (principal.tenantId !== null) throw new AppError('FORBIDDEN', 'This is for callers across tenants.');
    return await get(tenantId);
  }

  async function get(tenantId: string): Promise<Stored<TenantDocument>> {
    const tenant = alive(await tenants.get(tenantId));
    if (tenant === undefined) throw notFound('tenant');
    return tenant;
  }

  async function change(principal: Principal, kind: string, tenantId: string, input: JsonObject) {
    await carryOut(engine, { workflowId: ids.next('wf'), kind, tenantId, startedBy: principal.id, input });
    return { tenant: await get(tenantId) };
  }

  return {
    async suspend(principal: Principal, input: SuspendTenantInput) {
      const reason = parseReason(input.reason);
      requireInUse(await find(principal, input.tenantId), 'SUSPENDED');
      return await change(principal, 'SUSPENSION', input.tenantId, { reason });
    },

    async resume(principal: Principal, { tenantId }: ResumeTenantInput) {
      requireInUse(await find(principal, tenantId), 'ACTIVE');
      return await change(principal, 'RESUMPTION', tenantId, {});
    },

    async rename(principal: Principal, input: RenameTenantInput) {
      const name = parseCustomerName(input.name, 'input.name');
      requireInUse(await find(principal, input.tenantId));
      return await change(principal, 'RENAMING', input.tenantId, { name });
    },
  };
}
