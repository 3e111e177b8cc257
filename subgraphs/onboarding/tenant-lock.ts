import { failedPrecondition } from '#lib/errors.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import type { Collection, CollectionSpec } from '#lib/store/port.ts';
import { isEnded, type WorkflowDocument } from '#lib/workflow/workflow.ts';

/** Which workflow has a tenant for itself: two that conflict never run at once. */
export interface TenantLock {
  readonly tenantId: string;
  readonly workflowId: string;
}

export const TENANT_LOCKS: CollectionSpec<TenantLock> = { name: 'tenant_locks', key: 'tenantId', indexes: {} };

export type TenantLocks = ReturnType<typeof createTenantLocks>;

/**
 * A workflow is on disk before it takes its lock, and gives it back after its end: a lock whose holder has ended, or is
 * not there, is nobody's, and the next one takes it over. A `FAILED` workflow keeps it: it may be told to go on.
 */
export function createTenantLocks(locks: Collection<TenantLock>, workflows: Collection<WorkflowDocument>) {
  return {
    /** The workflow that has the tenant for itself. */
    async holder(tenantId: string): Promise<WorkflowDocument | undefined> {
      const lock = await locks.get(tenantId);
      const workflow = lock === undefined ? undefined : await workflows.get(lock.workflowId);
      return workflow === undefined || isEnded(workflow) ? undefined : workflow;
    },

    /** @throws {AppError} `FAILED_PRECONDITION`, naming the workflow that has it */
    async take({ tenantId, workflowId }: TenantLock): Promise<void> {
      for (;;) {
        try {
          await locks.insert({ tenantId, workflowId });
          return;
        } catch (error) {
          if (!(error instanceof KeyTaken)) throw error;
        }
        const lock = await locks.get(tenantId);
        if (lock === undefined) continue;
        if (lock.workflowId === workflowId) return;
        const holder = await workflows.get(lock.workflowId);
        if (holder !== undefined && !isEnded(holder)) throw inTheWay(holder);
        const taken = await locks.update(tenantId, { workflowId: lock.workflowId }, { workflowId });
        if (taken.outcome === 'updated') return;
      }
    },

    /** Gives it back, if it is still this workflow's. */
    async release({ tenantId, workflowId }: TenantLock): Promise<void> {
      await locks.delete(tenantId, { workflowId });
    },
  };
}

/** The refusal of a workflow that would conflict with another. */
export function inTheWay({ workflowId, kind, status }: WorkflowDocument) {
  return failedPrecondition(`The workflow ${workflowId} (${kind}, ${status}) is at work on this tenant.`, {
    workflowId,
  });
}
