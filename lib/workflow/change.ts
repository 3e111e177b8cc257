import type { Clock } from '../clock.ts';
import { AppError, unavailable } from '../errors.ts';
import { NothingMade } from '../idempotency.ts';
import type { Collection } from '../store/port.ts';
import type { WorkflowEngine } from './engine.ts';
import type { WorkflowInit } from './transition.ts';
import { type WorkflowDocument, workflowCollection } from './workflow.ts';

/**
 * Changes: the workflows behind mutations that touch two services, kept by the service that owns the mutation. They have
 * no public face, so nobody could tell one to try again: a change that has begun to take effect goes on until it is whole.
 */
export const CHANGES = workflowCollection({ ended: ['status', 'finishedAt'] });

/** A mutation answers within 5 seconds; the rest of them is for the way there and back. */
export const CHANGE_MILLISECONDS = 4_500;

/** Limits of a step that nothing stops but an expected refusal. */
export const UNTIL_DONE = { timeoutMilliseconds: 5_000, maxAttempts: Number.MAX_SAFE_INTEGER } as const;

/** Limits of a step that is given up, and undone, while its caller still waits where a service refuses at once. */
export const WHILE_AWAITED = {
  timeoutMilliseconds: 5_000,
  maxAttempts: 4,
  maxCompensationAttempts: Number.MAX_SAFE_INTEGER,
} as const;

/** How long a change that has ended is kept where nothing is said: longer than an idempotency key. */
const KEPT_MILLISECONDS = 7 * 24 * 60 * 60 * 1000;

/**
 * Carries a change out, while its caller waits.
 *
 * @returns by step name: what the steps answered with that is stored nowhere
 * @throws {AppError} as `requireDone`
 * @throws {KeyTaken} when there is a workflow of this id
 */
export async function carryOut(engine: WorkflowEngine, init: WorkflowInit): Promise<ReadonlyMap<string, unknown>> {
  const { workflow, secrets } = await engine.start(init, CHANGE_MILLISECONDS);
  requireDone(workflow);
  return secrets;
}

/**
 * @throws {AppError} what its step was refused with, when the change left nothing; `UNAVAILABLE` while it is under way:
 * it goes on by itself
 */
export function requireDone(change: WorkflowDocument | undefined): void {
  if (change?.status === 'SUCCEEDED') return;
  const error = change?.steps.find(({ status }) => status === 'FAILED')?.error;
  if (change?.status === 'COMPENSATED' && error != null) throw new NothingMade(error.code, error.message);
  if (change?.turnedRound) throw unavailable('It could not be done; what was done of it is being undone.');
  throw unavailable('It takes longer than this answer can wait. It goes on by itself until it is done.');
}

/**
 * Runs what follows a step's first effect: from there on nothing is a refusal any more, and all is tried again.
 *
 * @throws {AppError} `UNAVAILABLE`, whatever a service answered
 */
export async function onward<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError) throw unavailable(error.message);
    throw error;
  }
}

/** Forgets the changes that ended long ago. */
export async function deleteOldChanges(
  changes: Collection<WorkflowDocument>,
  clock: Clock,
  keptMilliseconds = KEPT_MILLISECONDS,
): Promise<void> {
  const before = new Date(clock.now().getTime() - keptMilliseconds).toISOString();
  for (const status of ['SUCCEEDED', 'COMPENSATED'] as const) {
    for (let hasMore = true; hasMore; ) {
      const query = { index: 'ended', prefix: [status], range: { gt: '', lte: before }, limit: 100 };
      const page = await changes.page(query);
      for (const { workflowId, version } of page.items) await changes.delete(workflowId, { version });
      hasMore = page.hasMore;
    }
  }
}

/** The workflow that a command belongs to: a command is named `workflowId/STEP`. */
export function workflowOf(commandId: string): string {
  return commandId.split('/', 1)[0] ?? commandId;
}
