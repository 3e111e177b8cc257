import { customerNameKey } from '#lib/customer-name.ts';
import { failedPrecondition } from '#lib/errors.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import type { Collection, CollectionSpec } from '#lib/store/port.ts';
import { isEnded, type WorkflowDocument } from '#lib/workflow/workflow.ts';

/** Which workflow has something for itself: two that conflict never run at once. */
export interface Lock {
  /** A tenant, by its id, or the name of a customer that is being brought in: `nameSubject`. */
  readonly subject: string;
  readonly workflowId: string;
}

export const LOCKS: CollectionSpec<Lock> = { name: 'locks', key: 'subject', indexes: {} };

export type Locks = ReturnType<typeof createLocks>;

/** The subject under which a customer's name is held, however it is written. */
export function nameSubject(customerName: string): string {
  return `name/${customerNameKey(customerName)}`;
}

/**
 * A workflow is on disk before it takes its lock, and gives it back after its end: a lock whose holder has ended, or is
 * not there, is nobody's, and the next one takes it over. A `FAILED` workflow keeps it: it may be told to go on.
 */
export function createLocks(locks: Collection<Lock>, workflows: Collection<WorkflowDocument>) {
  return {
    /** The workflow that has it for itself. */
    async holder(subject: string): Promise<WorkflowDocument | undefined> {
      const lock = await locks.get(subject);
      const workflow = lock === undefined ? undefined : await workflows.get(lock.workflowId);
      return workflow === undefined || isEnded(workflow) ? undefined : workflow;
    },

    /** @throws {AppError} `FAILED_PRECONDITION`, naming the workflow that has it */
    async take({ subject, workflowId }: Lock): Promise<void> {
      for (;;) {
        try {
          await locks.insert({ subject, workflowId });
          return;
        } catch (error) {
          if (!(error instanceof KeyTaken)) throw error;
        }
        const lock = await locks.get(subject);
        if (lock === undefined) continue;
        if (lock.workflowId === workflowId) return;
        const holder = await workflows.get(lock.workflowId);
        if (holder !== undefined && !isEnded(holder)) throw inTheWay(holder);
        const taken = await locks.update(subject, { workflowId: lock.workflowId }, { workflowId });
        if (taken.outcome === 'updated') return;
      }
    },

    /** Gives it back, if it is still this workflow's. */
    async release({ subject, workflowId }: Lock): Promise<void> {
      await locks.delete(subject, { workflowId });
    },
  };
}

/** The refusal of a workflow that would conflict with another. */
export function inTheWay({ workflowId, kind, status }: WorkflowDocument) {
  return failedPrecondition(`The workflow ${workflowId} (${kind}, ${status}) is at work on this tenant.`, {
    workflowId,
  });
}
