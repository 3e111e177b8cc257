import type { Connection } from '#lib/graphql/connections.ts';
import { type TenantReference, tenantReference } from '#lib/graphql/entities.ts';
import type { Stored } from '#lib/store/port.ts';
import type { StepError, StepState, WorkflowDocument } from '#lib/workflow/workflow.ts';

export type WorkflowPage = Connection<Stored<WorkflowDocument>>;

/** The tenant that a workflow works on; null when there is none, because it was not made yet or is undone. */
export function tenantOf({ tenantId, steps }: WorkflowDocument): TenantReference | null {
  const creation = steps.find(({ name }) => name === 'CREATE_TENANT');
  const exists = creation === undefined || creation.status === 'SKIPPED' || creation.status === 'DONE';
  return exists ? tenantReference(tenantId) : null;
}

/** A step as it is shown: with the time of its next attempt while it waits for one. */
export type ShownStep = StepState & { readonly nextAttemptAt: string | null };

/** When a step, or its compensation, is tried again; null unless it failed and waits for that. */
export function nextAttemptAt({ lease, nextRunAt, turnedRound }: WorkflowDocument, step: StepState): string | null {
  const { status, failures, undo } = step;
  const waits = turnedRound ? undo?.done === false && undo.failures > 0 : status === 'RUNNING' && failures > 0;
  return waits && lease === null ? nextRunAt : null;
}

/** What a person should know of a step: why it cannot be undone, or else what went wrong last. */
export function errorOf({ error, undo }: StepState): StepError | null {
  return undo?.error ?? error;
}
