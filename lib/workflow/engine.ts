import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { failedPrecondition, notFound, unavailable } from '../errors.ts';
import type { Logger } from '../log.ts';
import { modify } from '../store/modify.ts';
import type { Collection, Stored } from '../store/port.ts';
import { Definitions, type WorkflowDefinition } from './definition.ts';
import { freeLeases } from './free-leases.ts';
import { Runner } from './runner.ts';
import { AttemptTally, countStandings, type WorkflowSnapshot } from './snapshot.ts';
import { cancelled, newWorkflow, retried, type WorkflowInit } from './transition.ts';
import { isAtRest, type WorkflowDocument } from './workflow.ts';

/** How often a waiter looks at a workflow that another process may carry. */
const LOOK_MILLISECONDS = 100;

export interface EngineOptions {
  /** Made by `workflowCollection`. */
  readonly workflows: Collection<WorkflowDocument>;
  // biome-ignore lint/suspicious/noExplicitAny: definitions with different inputs stand in one list
  readonly definitions: readonly WorkflowDefinition<any>[];
  readonly clock: Clock;
  readonly log: Logger;
  /** From 0 to 1; `Math.random` where nothing is said. */
  readonly random?: () => number;
  /**
   * Whether this process has the workflows for itself: then whoever held one before it started is dead, and no lease is
   * waited for. False where nothing is said.
   */
  readonly exclusive?: boolean;
  /** The shortest time between two polls; each waits up to twice as long. 1,000 where nothing is said. */
  readonly pollMilliseconds?: number;
  /** How long a lease outlives the time limit of the step that it is for. 5,000 where nothing is said. */
  readonly graceMilliseconds?: number;
  /** How many workflows that others left are carried at once. 32 where nothing is said. */
  readonly concurrency?: number;
  /** The first wait before a step is tried again, and the longest. 200 and 30,000 where nothing is said. */
  readonly retry?: { readonly baseMilliseconds: number; readonly longestMilliseconds: number };
}

/** How far a workflow came while somebody waited for it. */
export interface Outcome {
  /** As it stands: at rest, or still under way when the time was over. `undefined` when there is none. */
  readonly workflow: Stored<WorkflowDocument> | undefined;
  /** By step name: what its steps answered with that is stored nowhere; only for who started it, in this process. */
  readonly secrets: ReadonlyMap<string, unknown>;
}

/** Durable sagas: see README.md for the states, and for what happens when a process dies. */
export interface WorkflowEngine {
  /**
   * Starts a workflow and waits for its end, for so many milliseconds at most. When this resolves it is on disk.
   *
   * @throws {AppError} when its definition does not admit it; then there is none
   * @throws {KeyTaken} when there is one of this id
   */
  start(init: WorkflowInit, waitMilliseconds: number): Promise<Outcome>;
  /** Waits until the workflow comes to rest, in whatever process, for so many milliseconds at most; takes it where it is due. */
  waitFor(workflowId: string, milliseconds: number): Promise<Stored<WorkflowDocument> | undefined>;
  /**
   * Lets a failed workflow try again where it stopped.
   *
   * @throws {AppError} `NOT_FOUND`, and `FAILED_PRECONDITION` when it is not `FAILED`
   */
  retry(workflowId: string): Promise<void>;
  /**
   * Turns a workflow round that has not come to its point of no return: the step under way is finished and recorded, then
   * everything is undone. One that failed over its undoing goes on with that; one that is being undone is left alone.
   *
   * @throws {AppError} `NOT_FOUND`, and `FAILED_PRECONDITION` when it has ended or only goes forward
   */
  cancel(workflowId: string): Promise<void>;
  /** How the workflows do, for whoever watches the service. Costs a few reads of an index. */
  snapshot(): Promise<WorkflowSnapshot>;
  /** Begins to look for workflows that are due. */
  run(): void;
  /** Carries what is due now until each of it comes to rest or waits: what polling does, at once. */
  runDue(): Promise<void>;
  /** Takes nothing more, finishes and records the steps under way, and leaves the rest to other runners. */
  stop(): Promise<void>;
}

export function createWorkflowEngine(options: EngineOptions): WorkflowEngine {
  const { workflows, clock, log } = options;
  const definitions = new Definitions(options.definitions);
  const random = options.random ?? Math.random;
  /** Per workflow, what each of those who start it here is to be told. */
  const secrets = new Map<string, Set<Map<string, unknown>>>();
  const polling = new AbortController();
  const tally = new AttemptTally();
  let poller: Promise<void> | undefined;

  const owner = randomUUID();
  const runner = new Runner({
    workflows,
    definitions,
    clock,
    log,
    policy: { baseMilliseconds: 200, longestMilliseconds: 30_000, ...options.retry, random },
    owner,
    graceMilliseconds: options.graceMilliseconds ?? 5_000,
    concurrency: options.concurrency ?? 32,
    onSecret: (workflowId, step, secret) => {
      for (const found of secrets.get(workflowId) ?? []) found.set(step, secret);
    },
    tally,
  });

  async function waitFor(workflowId: string, milliseconds: number) {
    const end = performance.now() + milliseconds;
    for (;;) {
      const left = end - performance.now();
      const carried = runner.active(workflowId);
      if (carried !== undefined && left > 0) await within(carried, left);
      const workflow = await workflows.get(workflowId);
      const rest = end - performance.now();
      if (workflow === undefined || isAtRest(workflow) || rest <= 0 || polling.signal.aborted) return workflow;
      await runner.wake(workflowId);
      if (runner.active(workflowId) === undefined) await delay(Math.min(LOOK_MILLISECONDS, rest));
    }
  }

  async function pollForEver(): Promise<void> {
    const shortest = options.pollMilliseconds ?? 1_000;
    const { signal } = polling;
    while (!signal.aborted) {
      await runner.poll().catch((err: unknown) => log.warn({ err }, 'due workflows could not be read'));
      await delay(shortest * (1 + random()), undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  return {
    async start(init, waitMilliseconds) {
      const definition = definitions.latest(init.kind);
      const found = new Map<string, unknown>();
      const end = performance.now() + waitMilliseconds;
      const listeners = secrets.get(init.workflowId) ?? new Set();
      secrets.set(init.workflowId, listeners.add(found));
      try {
        await runner.start(definition, newWorkflow(definition, init, clock.now()));
        return { workflow: await waitFor(init.workflowId, end - performance.now()), secrets: found };
      } finally {
        listeners.delete(found);
        if (listeners.size === 0) secrets.delete(init.workflowId);
      }
    },

    waitFor,

    async retry(workflowId) {
      const workflow = await modify(workflows, workflowId, (current) => {
        if (current.status !== 'FAILED') throw failedPrecondition(`The workflow is ${current.status}, not FAILED.`);
        return retried(current, clock.now());
      });
      if (workflow === undefined) throw notFound('workflow');
      await runner.wake(workflowId);
    },

    async cancel(workflowId) {
      const workflow = await modify(workflows, workflowId, (current) => {
        const definition = definitions.of(current);
        if (definition === undefined) throw unavailable('The workflow was started by a newer version of the service.');
        return cancelled(definition, current, clock.now());
      });
      if (workflow === undefined) throw notFound('workflow');
      await runner.wake(workflowId);
    },

    async snapshot() {
      return { standings: await countStandings(workflows, definitions.kinds(), clock.now()), attempts: tally.counts() };
    },

    run() {
      poller ??= options.exclusive ? freeLeases(workflows, clock, owner).then(pollForEver, pollForEver) : pollForEver();
    },

    async runDue() {
      await runner.poll();
      await runner.idle();
    },

    async stop() {
      polling.abort();
      await poller;
      await runner.stop();
    },
  };
}

async function within(work: Promise<unknown>, milliseconds: number): Promise<void> {
  const timer = new AbortController();
  try {
    await Promise.race([work, delay(milliseconds, undefined, { signal: timer.signal }).catch(() => undefined)]);
  } finally {
    timer.abort();
  }
}
