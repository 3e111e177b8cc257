import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { openTestStores, removeStores } from '#test/support/stores.ts';
import { ManualClock } from '../clock.ts';
import { createLog } from '../log.ts';
import type { Collection, Stores } from '../store/port.ts';
import type { StepContext, StepDefinition, StepResult, WorkflowDefinition } from './definition.ts';
import { createWorkflowEngine, type EngineOptions, type WorkflowEngine } from './engine.ts';
import { type WorkflowDocument, workflowCollection } from './workflow.ts';

const SPEC = workflowCollection();
export const START = '2026-03-10T12:00:00.000Z';

/** What a test works with; made anew for each. */
export let dataDir: string;
export let workflows: Collection<WorkflowDocument>;
export let clock: ManualClock;
export let engines: WorkflowEngine[];
/** What the toy steps did, in order: `A`, `undo A`. */
export let journal: string[];
let stores: Stores;
let gates: (() => void)[];

/** Gives each test of the file a store, a clock and an empty journal. */
export function setUpToys(): void {
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'workflow-'));
    stores = await openTestStores(dataDir);
    workflows = (await stores.open('toy', [SPEC])).collection(SPEC);
    clock = new ManualClock(START);
    engines = [];
    journal = [];
    gates = [];
  });

  afterEach(async () => {
    for (const open of gates) open();
    for (const engine of engines) await engine.stop();
    await stores.close();
    await removeStores(dataDir);
  });
}

export type Run = (context: StepContext) => Promise<StepResult | undefined>;

export function step(name: string, extra: Partial<StepDefinition> & { does?: Run } = {}): StepDefinition {
  const { does, ...rest } = extra;
  return {
    name,
    timeoutMilliseconds: 1_000,
    maxAttempts: 3,
    run: async (context) => {
      journal.push(name);
      return await does?.(context);
    },
    compensate: async () => {
      journal.push(`undo ${name}`);
    },
    ...rest,
  };
}

export function toy(steps: StepDefinition[], extra: Partial<WorkflowDefinition> = {}): WorkflowDefinition {
  return { kind: 'TOY', version: 1, steps, ...extra };
}

export function engineOf(definition: WorkflowDefinition | WorkflowDefinition[], options: Partial<EngineOptions> = {}) {
  const engine = createWorkflowEngine({
    workflows,
    definitions: [definition].flat(),
    clock,
    log: createLog('silent'),
    random: () => 1,
    retry: { baseMilliseconds: 60_000, longestMilliseconds: 600_000 }, // beyond the test's real time: only the clock moves
    ...options,
  });
  engines.push(engine);
  return engine;
}

export function init(workflowId = 'wf_1') {
  return { workflowId, kind: 'TOY', tenantId: 'ten_1', startedBy: 'adm_1', input: {} };
}

/** Starts it and waits until it is at rest, or waits for its next attempt. */
export async function startAndSettle(engine: WorkflowEngine): Promise<void> {
  await engine.start(init(), 0);
  await engine.runDue();
}

/** The workflow as it stands on disk. */
export async function onDisk(workflowId = 'wf_1'): Promise<WorkflowDocument> {
  const workflow = await workflows.get(workflowId);
  if (workflow === undefined) throw new Error('there is no such workflow');
  return workflow;
}

export async function statuses(workflowId = 'wf_1'): Promise<string> {
  return (await onDisk(workflowId)).steps.map(({ name, status }) => `${name} ${status}`).join(', ');
}

/** A step's work that ends when the test says so. */
export function gate() {
  let open: (error?: Error) => void = () => undefined;
  let arrived: () => void = () => undefined;
  const entered = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const does: Run = () =>
    new Promise((resolve, reject) => {
      open = (error) => (error === undefined ? resolve(undefined) : reject(error));
      gates.push(() => resolve(undefined));
      arrived();
    });
  return { does, entered, open: (error?: Error) => open(error) };
}

/** Fails so many times, then succeeds. */
export function failing(times: number, error: Error): Run {
  let failures = 0;
  return async () => {
    if (failures++ < times) throw error;
    return undefined;
  };
}
