import { jsonFault } from '../store/json.ts';
import type { StepContext, StepDefinition, StepResult, WorkflowDefinition } from './definition.ts';
import { failureOf, StepTimedOut } from './retry-policy.ts';
import { type Action, type ActionResult, viewOf } from './transition.ts';
import type { WorkflowDocument } from './workflow.ts';

/** What came of one attempt. `secret` must not be stored, nor `cause`, which is for the log. */
export interface Attempt {
  readonly result: ActionResult;
  readonly secret?: unknown;
  readonly cause?: unknown;
}

/** Runs a step or its compensation once, within its time. Never throws. */
export async function attempt(
  definition: WorkflowDefinition,
  workflow: WorkflowDocument,
  action: Action,
): Promise<Attempt> {
  const step = definition.steps[action.step];
  if (step === undefined) throw new TypeError(`${workflow.kind}: there is no such step`);
  const controller = new AbortController();
  const context: StepContext = {
    ...viewOf(workflow),
    commandId: `${workflow.workflowId}/${step.name}`,
    timeoutMilliseconds: step.timeoutMilliseconds,
    signal: controller.signal,
  };
  try {
    const { output, secret } = (await withinTime(act(step, action, context), step, controller)) ?? {};
    const fault = output === undefined ? undefined : jsonFault(output);
    if (fault !== undefined) throw new TypeError(`${workflow.kind} ${step.name}: output${fault}`);
    return { result: { outcome: 'done', output: output ?? null }, secret };
  } catch (error) {
    return { result: { outcome: 'failed', failure: failureOf(error) }, cause: error };
  }
}

async function act(step: StepDefinition, action: Action, context: StepContext): Promise<StepResult | undefined> {
  if (action.kind === 'run') return await step.run(context);
  await step.compensate?.(context);
  return undefined;
}

async function withinTime<T>(work: Promise<T>, step: StepDefinition, controller: AbortController): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new StepTimedOut(`It did not finish within ${step.timeoutMilliseconds / 1000} seconds.`));
      controller.abort();
    }, step.timeoutMilliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
