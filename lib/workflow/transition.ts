import { failedPrecondition } from '../errors.ts';
import type { JsonValue } from '../store/port.ts';
import type { StepDefinition, StepView, WorkflowDefinition } from './definition.ts';
import { type Failure, type RetryPolicy, waitAfter } from './retry-policy.ts';
import { begunStep, begunUndo, doneStep, failedStep, failedUndo, newStep, undoneStep } from './step-state.ts';
import {
  isAtRest,
  isEnded,
  type JsonObject,
  type StepState,
  type WorkflowDocument,
  type WorkflowStatus,
} from './workflow.ts';

/** What a runner does between two records: a step, or the compensation of one. */
export interface Action {
  readonly kind: 'run' | 'undo';
  /** The step's place. */
  readonly step: number;
}

export type ActionResult =
  | { readonly outcome: 'done'; readonly output: JsonValue }
  | { readonly outcome: 'failed'; readonly failure: Failure };

/** Where the steps stand: what an action's result changes. */
export type Standing = Pick<WorkflowDocument, 'status' | 'turnedRound' | 'steps'>;

/** All that a runner ever changes in a workflow's document: one record. */
export type Progress = Standing & Pick<WorkflowDocument, 'lease' | 'nextRunAt' | 'fence' | 'updatedAt' | 'finishedAt'>;

/** A runner's hold on a workflow. A lease lasts as long as the step that it is for may take, and `graceMilliseconds`. */
export interface Hold {
  readonly owner: string;
  readonly fence: number;
  readonly graceMilliseconds: number;
}

export interface WorkflowInit {
  readonly workflowId: string;
  readonly kind: string;
  readonly tenantId: string;
  readonly startedBy: string;
  readonly input: JsonObject;
}

/** A workflow of which nothing has begun. */
export function newWorkflow(definition: WorkflowDefinition, init: WorkflowInit, now: Date): WorkflowDocument {
  const at = now.toISOString();
  return {
    ...init,
    definitionVersion: definition.version,
    status: 'RUNNING',
    turnedRound: false,
    steps: definition.steps.map(({ name }) => newStep(name)),
    nextRunAt: at,
    lease: null,
    fence: 0,
    createdAt: at,
    updatedAt: at,
    finishedAt: null,
  };
}

/** What a step may know of the workflow. */
export function viewOf(workflow: WorkflowDocument): StepView {
  const { workflowId, tenantId, input, steps } = workflow;
  return {
    workflowId,
    tenantId,
    input,
    outputs: Object.fromEntries(steps.map(({ name, output }) => [name, output])),
  };
}

/**
 * The record with which a runner begins what comes next: that it holds the workflow, and that the next action has begun.
 * Where nothing is left to do, the record that ends the workflow: held once more where the definition has an `ended`.
 */
export function begin(
  definition: WorkflowDefinition,
  workflow: WorkflowDocument,
  hold: Hold,
  now: Date,
): { readonly progress: Progress; readonly action: Action | undefined } {
  const standing = heeded(definition, workflow);
  const { steps, action } = isEnded(workflow)
    ? { steps: workflow.steps, action: undefined }
    : planNext(definition, { ...workflow, ...standing }, now);
  if (action === undefined) {
    const status = standing.turnedRound ? 'COMPENSATED' : 'SUCCEEDED';
    const ended = { ...workflow, ...standing, steps, status } as const;
    const hasMore = definition.ended !== undefined;
    const progress = hasMore ? held(ended, hold, 0, now) : letGo(ended, null, now);
    return { progress: { ...progress, finishedAt: workflow.finishedAt ?? now.toISOString() }, action };
  }
  const begun = (step: StepState) => (action.kind === 'run' ? begunStep(step, now.toISOString()) : begunUndo(step));
  const stepsNow = steps.map((step, place) => (place === action.step ? begun(step) : step));
  const limit = definition.steps[action.step]?.timeoutMilliseconds ?? 0;
  return { progress: held({ ...workflow, ...standing, steps: stepsNow }, hold, limit, now), action };
}

/** Where the steps stand after an action; `retryAt` when it is to be tried again, and then. */
export function settle(
  definition: WorkflowDefinition,
  workflow: WorkflowDocument,
  action: Action,
  result: ActionResult,
  policy: RetryPolicy,
  now: Date,
): { readonly standing: Standing; readonly retryAt: string | null } {
  const state = workflow.steps[action.step];
  const step = definition.steps[action.step];
  if (state === undefined || step === undefined) throw new TypeError(`${workflow.kind}: there is no such step`);
  const at = now.toISOString();
  if (result.outcome === 'done') {
    const done = action.kind === 'run' ? doneStep(state, result.output, at) : undoneStep(state, at);
    return { standing: replaceStep(workflow, action.step, done), retryAt: null };
  }
  const { failure } = result;
  const failed = action.kind === 'run' ? failedStep(state, failure) : failedUndo(state, failure);
  const failures = (action.kind === 'run' ? failed.failures : failed.undo?.failures) ?? 0;
  const limit = action.kind === 'run' ? step.maxAttempts : (step.maxCompensationAttempts ?? step.maxAttempts);
  const onlyForward = action.kind === 'undo' || isPastReturn(definition, workflow.steps);
  if (isCancelled(definition, workflow) && failure.transient) {
    return { standing: turned(replaceStep(workflow, action.step, failed)), retryAt: null };
  }
  if (failures < limit && (failure.transient || onlyForward)) {
    const retryAt = new Date(now.getTime() + waitAfter(failures, failure, policy)).toISOString();
    return { standing: replaceStep(workflow, action.step, failed), retryAt };
  }
  const given = action.kind === 'run' ? { ...failed, status: 'FAILED' as const, finishedAt: at } : failed;
  const standing = replaceStep(workflow, action.step, given);
  if (onlyForward) return { standing: { ...standing, status: 'FAILED' }, retryAt: null };
  return { standing: turned(standing), retryAt: null };
}

/** The record with which a runner takes a workflow of which nothing has begun, to see whether it is admitted. */
export function hold(workflow: WorkflowDocument, by: Hold, now: Date): Progress {
  return held(workflow, by, 0, now);
}

/** Whether no step was ever begun. */
export function isUntouched(workflow: WorkflowDocument): boolean {
  return workflow.steps.every((step) => step.startedAt === null);
}

/** The record with which nobody holds the workflow any more. */
export function letGo(workflow: WorkflowDocument, nextRunAt: string | null, now: Date): Progress {
  const finishedAt = isAtRest(workflow) ? (workflow.finishedAt ?? now.toISOString()) : null;
  return {
    ...standingOf(workflow),
    lease: null,
    nextRunAt,
    fence: workflow.fence,
    updatedAt: now.toISOString(),
    finishedAt,
  };
}

/** The record that ends a workflow which was told of and then not admitted: its first step says why, and nothing was done. */
export function refused(workflow: WorkflowDocument, { error }: Failure, now: Date): Progress {
  const [first, ...rest] = workflow.steps;
  const failed = first && { ...first, status: 'FAILED' as const, failures: 1, error, finishedAt: now.toISOString() };
  const steps = failed === undefined ? workflow.steps : [failed, ...rest];
  return letGo({ ...workflow, steps, status: 'COMPENSATED', turnedRound: true }, null, now);
}

/** The record that lets a failed workflow try again where it stopped. */
export function retried(workflow: WorkflowDocument, now: Date): Progress {
  const steps = workflow.steps.map((step): StepState => {
    if (workflow.turnedRound) return step.undo === null ? step : { ...step, undo: { ...step.undo, failures: 0 } };
    return step.status === 'FAILED' ? { ...step, status: 'RUNNING', failures: 0, finishedAt: null } : step;
  });
  const status: WorkflowStatus = workflow.turnedRound ? 'COMPENSATING' : 'RUNNING';
  return letGo({ ...workflow, status, steps }, now.toISOString(), now);
}

/**
 * The change that asks a workflow to turn round, and lets one that failed go on undoing. Whoever holds it finishes and
 * records the step under way first; where nobody does, it turns round at once. `undefined` when it is being undone already.
 *
 * @throws {AppError} `FAILED_PRECONDITION` when it has ended, or is past its point of no return
 */
export function cancelled(
  definition: WorkflowDefinition,
  workflow: WorkflowDocument,
  now: Date,
): Partial<WorkflowDocument> | undefined {
  if (workflow.status === 'COMPENSATING') return undefined;
  if (isEnded(workflow)) throw failedPrecondition(`The workflow is ${workflow.status}: there is nothing to cancel.`);
  if (isPastReturn(definition, workflow.steps)) {
    throw failedPrecondition('The workflow is past its point of no return: it only goes forward.');
  }
  const at = now.toISOString();
  const cancelledAt = workflow.cancelledAt ?? at;
  if (workflow.lease !== null && workflow.lease.until > at) return { cancelledAt };
  const standing = workflow.turnedRound ? retried(workflow, now) : turned(standingOf(workflow));
  return { ...letGo({ ...workflow, ...standing }, at, now), cancelledAt };
}

/** The next action, with the steps before it marked that need none: skipped ones forward, those without a compensation backward. */
function planNext(
  definition: WorkflowDefinition,
  workflow: WorkflowDocument,
  now: Date,
): { steps: readonly StepState[]; action: Action | undefined } {
  const steps = [...workflow.steps];
  const places = [...steps.keys()];
  for (const place of workflow.turnedRound ? places.reverse() : places) {
    const state = steps[place];
    const step = definition.steps[place];
    if (state === undefined || step === undefined) continue;
    const passed = workflow.turnedRound ? passBackward(step, state, now) : passForward(step, state, workflow);
    if (passed === undefined) return { steps, action: { kind: workflow.turnedRound ? 'undo' : 'run', step: place } };
    steps[place] = passed;
  }
  return { steps, action: undefined };
}

/** The step when there is nothing to do about it on the way forward; `undefined` when it is to run. */
function passForward(step: StepDefinition, state: StepState, workflow: WorkflowDocument): StepState | undefined {
  if (state.status === 'DONE' || state.status === 'SKIPPED') return state;
  if (state.status === 'PENDING' && step.skip?.(viewOf(workflow)) === true) return { ...state, status: 'SKIPPED' };
  return undefined;
}

/** The step when there is nothing to undo of it. One that began but failed is undone too: it may have taken effect. */
function passBackward(step: StepDefinition, state: StepState, now: Date): StepState | undefined {
  if (state.startedAt === null || state.undo?.done === true) return state;
  if (step.compensate !== undefined) return undefined;
  if (state.status !== 'DONE' && state.status !== 'RUNNING') return state;
  return { ...state, status: 'UNDONE', finishedAt: state.finishedAt ?? now.toISOString() };
}

/** Whether it is to turn round now because somebody asked for it. */
function isCancelled(definition: WorkflowDefinition, workflow: WorkflowDocument): boolean {
  return (
    workflow.cancelledAt !== undefined && workflow.status === 'RUNNING' && !isPastReturn(definition, workflow.steps)
  );
}

/** Where the workflow stands when it is asked whether it was cancelled meanwhile. */
function heeded(definition: WorkflowDefinition, workflow: WorkflowDocument): Standing {
  const standing = standingOf(workflow);
  return isCancelled(definition, workflow) ? turned(standing) : standing;
}

function turned(standing: Standing): Standing {
  return { ...standing, status: 'COMPENSATING', turnedRound: true };
}

/** Whether a step from the point of no return on has begun. */
function isPastReturn(definition: WorkflowDefinition, steps: readonly StepState[]): boolean {
  const place = definition.steps.findIndex((step) => step.pointOfNoReturn === true);
  return place >= 0 && steps.slice(place).some((step) => step.startedAt !== null);
}

function replaceStep(workflow: WorkflowDocument, place: number, step: StepState): Standing {
  return { ...standingOf(workflow), steps: workflow.steps.map((other, at) => (at === place ? step : other)) };
}

function standingOf({ status, turnedRound, steps }: WorkflowDocument): Standing {
  return { status, turnedRound, steps };
}

function held(workflow: WorkflowDocument, hold: Hold, limit: number, now: Date): Progress {
  const until = new Date(now.getTime() + limit + hold.graceMilliseconds).toISOString();
  const { owner, fence } = hold;
  return {
    ...standingOf(workflow),
    lease: { owner, fence, until },
    nextRunAt: until,
    fence,
    updatedAt: now.toISOString(),
    finishedAt: workflow.finishedAt,
  };
}
