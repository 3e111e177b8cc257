import type { ErrorCode } from '../errors.ts';
import type { CollectionSpec, JsonValue } from '../store/port.ts';

/** `FAILED`: it cannot go on by itself. `SUCCEEDED` and `COMPENSATED` are the ends from which nothing leads on. */
export type WorkflowStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'COMPENSATING' | 'COMPENSATED';

/** `RUNNING` also while a step waits for its next attempt. */
export type StepStatus = 'PENDING' | 'RUNNING' | 'DONE' | 'FAILED' | 'UNDONE' | 'SKIPPED';

export interface StepError {
  readonly code: ErrorCode;
  /** For a person; never an internal. */
  readonly message: string;
}

export interface StepState {
  readonly name: string;
  readonly status: StepStatus;
  /** How often it was begun, also by runners that died over it. */
  readonly attempts: number;
  /** How often it failed since it was last asked to try again: what the limit of attempts counts. */
  readonly failures: number;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** What went wrong last; kept when the step is undone. */
  readonly error: StepError | null;
  /** What the step answered, for the steps after it. Null until it is done, and when it answered nothing. */
  readonly output: JsonValue;
  /** Its compensation; null until that is begun. */
  readonly undo: UndoState | null;
}

/** The compensation of a step, counted as the step itself is. */
export interface UndoState {
  readonly attempts: number;
  readonly failures: number;
  readonly done: boolean;
  readonly error: StepError | null;
}

/** Who works on a workflow: until when nobody else may, and the fence that tells this holding from every other. */
export interface Lease {
  readonly owner: string;
  readonly fence: number;
  readonly until: string;
}

export type JsonObject = { readonly [name: string]: JsonValue };

/** A workflow is one document. Times are RFC 3339 strings in UTC. */
export interface WorkflowDocument {
  readonly workflowId: string;
  readonly kind: string;
  /** The number of the definition that it was started with, and ends with. */
  readonly definitionVersion: number;
  readonly tenantId: string;
  /** The id of the principal that asked for it. */
  readonly startedBy: string;
  readonly input: JsonObject;
  readonly status: WorkflowStatus;
  /** Whether a step failed for good, or the workflow was cancelled, so that what was done is being undone. */
  readonly turnedRound: boolean;
  /** When it was asked to turn round. Absent until then: whoever holds the workflow sees it at its next record. */
  readonly cancelledAt?: string;
  readonly steps: readonly StepState[];
  /** When a runner is to take it: the next attempt, or the end of the lease; null when there is nothing to do. */
  readonly nextRunAt: string | null;
  readonly lease: Lease | null;
  /** How often it was taken. */
  readonly fence: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** When it came to rest: succeeded, compensated or failed. */
  readonly finishedAt: string | null;
}

/**
 * What every collection of workflows has: the index that a runner polls (what is due, the longest due first), and the one
 * by which they are counted.
 */
const INDEXES = { due: ['nextRunAt'], created_by_kind_status: ['kind', 'status', 'createdAt'] } as const;

/** A collection of workflows, with the indexes by which its service lists them, and those of them that are counted all the time. */
export function workflowCollection(
  indexes: CollectionSpec<WorkflowDocument>['indexes'] = {},
  counted: readonly string[] = [],
): CollectionSpec<WorkflowDocument> {
  return { name: 'workflows', key: 'workflowId', indexes: { ...INDEXES, ...indexes }, counted };
}

/** Whether it will do nothing more by itself. */
export function isAtRest(workflow: Pick<WorkflowDocument, 'status'>): boolean {
  return workflow.status !== 'RUNNING' && workflow.status !== 'COMPENSATING';
}

/** Whether nothing can make it go on: it holds nothing any more. */
export function isEnded(workflow: Pick<WorkflowDocument, 'status'>): boolean {
  return workflow.status === 'SUCCEEDED' || workflow.status === 'COMPENSATED';
}
