import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../clock.ts';
import { AppError, conflict, failedPrecondition, unavailable } from '../errors.ts';
import { createLog } from '../log.ts';
import { openEmbeddedStores } from '../store/embedded/embedded.ts';
import type { Collection, Stores } from '../store/port.ts';
import type { StepContext, StepDefinition, StepResult, WorkflowDefinition } from './definition.ts';
import { createWorkflowEngine, type EngineOptions, type WorkflowEngine } from './engine.ts';
import { type WorkflowDocument, workflowCollection } from './workflow.ts';

const SPEC = workflowCollection();
const START = '2026-03-10T12:00:00.000Z';

let dataDir: string;
let stores: Stores;
let workflows: Collection<WorkflowDocument>;
let clock: ManualClock;
let engines: WorkflowEngine[];
/** What the toy steps did, in order: `A`, `undo A`. */
let journal: string[];
let gates: (() => void)[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'workflow-'));
  stores = await openEmbeddedStores({ dataDir });
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
  await rm(dataDir, { recursive: true, force: true });
});

type Run = (context: StepContext) => Promise<StepResult | undefined>;

function step(name: string, extra: Partial<StepDefinition> & { does?: Run } = {}): StepDefinition {
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

function toy(steps: StepDefinition[], extra: Partial<WorkflowDefinition> = {}): WorkflowDefinition {
  return { kind: 'TOY', version: 1, steps, ...extra };
}

function engineOf(definition: WorkflowDefinition | WorkflowDefinition[], options: Partial<EngineOptions> = {}) {
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

function init(workflowId = 'wf_1') {
  return { workflowId, kind: 'TOY', tenantId: 'ten_1', startedBy: 'adm_1', input: {} };
}

/** Starts it and waits until it is at rest, or waits for its next attempt. */
async function startAndSettle(engine: WorkflowEngine): Promise<void> {
  await engine.start(init(), 0);
  await engine.runDue();
}

/** The workflow as it stands on disk. */
async function onDisk(workflowId = 'wf_1'): Promise<WorkflowDocument> {
  const workflow = await workflows.get(workflowId);
  if (workflow === undefined) throw new Error('there is no such workflow');
  return workflow;
}

async function statuses(workflowId = 'wf_1'): Promise<string> {
  return (await onDisk(workflowId)).steps.map(({ name, status }) => `${name} ${status}`).join(', ');
}

/** A step's work that ends when the test says so. */
function gate() {
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
function failing(times: number, error: Error): Run {
  let failures = 0;
  return async () => {
    if (failures++ < times) throw error;
    return undefined;
  };
}

describe('forward', () => {
  it('runs the steps in order and gives later ones what earlier ones answered', async () => {
    const seen: unknown[] = [];
    const engine = engineOf(
      toy([
        step('A', { does: async () => ({ output: { made: 'a' } }) }),
        step('B', {
          does: async ({ outputs, commandId }) => {
            seen.push(outputs.A, commandId);
            return undefined;
          },
        }),
      ]),
    );
    const { workflow } = await engine.start(init(), 5_000);
    expect(workflow).toMatchObject({ status: 'SUCCEEDED', finishedAt: START, nextRunAt: null, lease: null });
    expect(journal).toEqual(['A', 'B']);
    expect(seen).toEqual([{ made: 'a' }, 'wf_1/B']);
  });

  it('has every step on disk as RUNNING before it runs, and the one before it as DONE', async () => {
    const seen: string[] = [];
    const look: Run = async () => {
      seen.push(await statuses());
      return undefined;
    };
    await engineOf(toy([step('A', { does: look }), step('B', { does: look })])).start(init(), 5_000);
    expect(seen).toEqual(['A RUNNING, B PENDING', 'A DONE, B RUNNING']);
    expect(await statuses()).toBe('A DONE, B DONE');
  });

  it('marks a step that is not needed as SKIPPED, and never compensates it', async () => {
    const engine = engineOf(
      toy([
        step('A', { does: async () => ({ output: { existed: true } }) }),
        step('B', { skip: ({ outputs }) => (outputs.A as { existed: boolean }).existed }),
        step('C', { does: failing(9, conflict('no')) }),
      ]),
    );
    await engine.start(init(), 5_000);
    expect(await statuses()).toBe('A UNDONE, B SKIPPED, C FAILED');
    expect(journal).toEqual(['A', 'C', 'undo C', 'undo A']);
  });

  it('answers after the time that the caller gives, while the workflow goes on', async () => {
    const { does, open } = gate();
    const engine = engineOf(toy([step('A', { does })]));
    const { workflow } = await engine.start(init(), 30);
    expect(workflow?.status).toBe('RUNNING');
    open();
    expect((await engine.waitFor('wf_1', 5_000))?.status).toBe('SUCCEEDED');
  });

  it('runs one workflow of an id only', async () => {
    const engine = engineOf(toy([step('A')]));
    await engine.start(init(), 5_000);
    await expect(engine.start(init(), 5_000)).rejects.toThrow('the key is taken');
    expect(journal).toEqual(['A']);
  });

  it('gives a secret to who waits and stores it nowhere', async () => {
    const secret = 'the-secret-invitation-token';
    const engine = engineOf(toy([step('A', { does: async () => ({ output: { open: 'shown' }, secret }) }), step('B')]));
    const { secrets } = await engine.start(init(), 5_000);
    expect(secrets.get('A')).toBe(secret);
    const files = (await readdir(dataDir)).filter((file) => file.startsWith('toy.db'));
    const bytes = Buffer.concat(await Promise.all(files.map((file) => readFile(join(dataDir, file)))));
    expect(bytes.includes('shown')).toBe(true);
    expect(bytes.includes(secret)).toBe(false);
  });
});

describe('retries', () => {
  it('tries a transient failure again, after waits that double', async () => {
    const engine = engineOf(toy([step('A', { does: failing(2, unavailable('down')) })]));
    await startAndSettle(engine);
    const first = await onDisk();
    expect(first).toMatchObject({ status: 'RUNNING', lease: null, nextRunAt: '2026-03-10T12:01:00.000Z' });
    expect(first.steps[0]).toMatchObject({
      status: 'RUNNING',
      attempts: 1,
      error: { code: 'UNAVAILABLE', message: 'down' },
    });
    clock.advance(59_999);
    await engine.runDue();
    expect(journal).toEqual(['A']);
    clock.advance(1);
    await engine.runDue();
    expect((await onDisk()).nextRunAt).toBe('2026-03-10T12:03:00.000Z');
    clock.advance(120_000);
    await engine.runDue();
    expect((await onDisk()).steps[0]).toMatchObject({ status: 'DONE', attempts: 3, error: null });
  });

  it('wakes up for the next attempt by itself, with no poll', async () => {
    const retry = { baseMilliseconds: 5, longestMilliseconds: 5 };
    const ticking = { now: () => new Date() };
    const engine = engineOf(toy([step('A', { does: failing(2, unavailable('down')) })]), { retry, clock: ticking });
    expect((await engine.start(init(), 5_000)).workflow?.status).toBe('SUCCEEDED');
    expect(journal).toEqual(['A', 'A', 'A']);
  });

  it.each([
    ['UNAVAILABLE', 2],
    ['INTERNAL_SERVER_ERROR', 2],
    ['RATE_LIMITED', 2],
    ['CONFLICT', 1],
    ['FAILED_PRECONDITION', 1],
    ['BAD_USER_INPUT', 1],
    ['NOT_FOUND', 1],
    ['FORBIDDEN', 1],
  ] as const)('%s is tried %i times when it fails once', async (code, tries) => {
    const engine = engineOf(toy([step('A', { does: failing(1, new AppError(code, 'so')) })]));
    await startAndSettle(engine);
    clock.advance(60_000);
    await engine.runDue();
    expect(journal.filter((entry) => entry === 'A')).toHaveLength(tries);
    expect((await onDisk()).status).toBe(tries === 2 ? 'SUCCEEDED' : 'COMPENSATED');
  });

  it('waits as long as a service asks, when that is longer', async () => {
    const limited = new AppError('RATE_LIMITED', 'slow down', { retryAfterSeconds: 3_600 });
    await startAndSettle(engineOf(toy([step('A', { does: failing(1, limited) })])));
    expect((await onDisk()).nextRunAt).toBe('2026-03-10T13:00:00.000Z');
  });

  it('masks what is not an expected failure, and tries it again', async () => {
    const engine = engineOf(toy([step('A', { does: failing(1, new Error('password at /etc/x')) })]));
    await startAndSettle(engine);
    expect((await onDisk()).steps[0]?.error).toEqual({
      code: 'INTERNAL_SERVER_ERROR',
      message: 'Something went wrong on the server.',
    });
    clock.advance(60_000);
    await engine.runDue();
    expect((await onDisk()).status).toBe('SUCCEEDED');
  });

  it('gives up an attempt that takes longer than its step allows', async () => {
    const hung: AbortSignal[] = [];
    const does: Run = ({ signal }) => {
      hung.push(signal);
      return new Promise(() => undefined);
    };
    const engine = engineOf(toy([step('A', { does, timeoutMilliseconds: 20, maxAttempts: 2 })]));
    await startAndSettle(engine);
    expect((await onDisk()).steps[0]).toMatchObject({ status: 'RUNNING', error: { code: 'UNAVAILABLE' } });
    expect(hung[0]?.aborted).toBe(true);
    clock.advance(60_000);
    await engine.runDue();
    expect(journal).toEqual(['A', 'A', 'undo A']);
    expect((await onDisk()).status).toBe('COMPENSATED');
  });
});

describe('turning round', () => {
  it('undoes what was done, newest first, when a step fails for good', async () => {
    const engine = engineOf(toy([step('A'), step('B'), step('C', { does: failing(9, conflict('taken')) }), step('D')]));
    const { workflow } = await engine.start(init(), 5_000);
    expect(workflow?.status).toBe('COMPENSATED');
    expect(journal).toEqual(['A', 'B', 'C', 'undo C', 'undo B', 'undo A']);
    expect(await statuses()).toBe('A UNDONE, B UNDONE, C FAILED, D PENDING');
    expect(workflow?.steps[2]?.error).toEqual({ code: 'CONFLICT', message: 'taken' });
  });

  it('turns round after the last attempt of a transient failure', async () => {
    const engine = engineOf(toy([step('A'), step('B', { does: failing(9, unavailable('down')), maxAttempts: 2 })]));
    await startAndSettle(engine);
    clock.advance(60_000);
    await engine.runDue();
    expect(journal).toEqual(['A', 'B', 'B', 'undo B', 'undo A']);
    expect((await onDisk()).status).toBe('COMPENSATED');
  });

  it('tries a compensation again, whatever its error, and keeps the error that turned it round', async () => {
    const undo = failing(2, conflict('still in use'));
    const compensate = async (context: StepContext) => {
      journal.push('undo A');
      await undo(context);
    };
    const engine = engineOf(toy([step('A', { compensate }), step('B', { does: failing(9, conflict('taken')) })]));
    await startAndSettle(engine);
    expect(await onDisk()).toMatchObject({ status: 'COMPENSATING', finishedAt: null });
    for (let round = 0; round < 2; round++) {
      clock.advance(600_000);
      await engine.runDue();
    }
    expect(journal).toEqual(['A', 'B', 'undo B', 'undo A', 'undo A', 'undo A']);
    expect((await onDisk()).status).toBe('COMPENSATED');
    expect((await onDisk()).steps[1]?.error?.message).toBe('taken');
  });

  it('is FAILED when a compensation fails to the last, and goes on there when it is retried', async () => {
    const undo = failing(3, unavailable('down'));
    const compensate = async (context: StepContext) => {
      journal.push('undo A');
      await undo(context);
    };
    const engine = engineOf(toy([step('A', { compensate }), step('B', { does: failing(9, conflict('taken')) })]));
    await startAndSettle(engine);
    for (let round = 0; round < 2; round++) {
      clock.advance(600_000);
      await engine.runDue();
    }
    const failed = await onDisk();
    expect(failed).toMatchObject({ status: 'FAILED', nextRunAt: null, lease: null, turnedRound: true });
    expect(failed.steps[0]?.undo).toMatchObject({ done: false, failures: 3, error: { code: 'UNAVAILABLE' } });
    journal = [];
    await engine.retry('wf_1');
    expect((await engine.waitFor('wf_1', 5_000))?.status).toBe('COMPENSATED');
    expect(journal).toEqual(['undo A']);
  });
});

describe('the point of no return', () => {
  const steps = (times: number, error: Error) => [
    step('A'),
    step('B', { pointOfNoReturn: true, does: failing(times, error) }),
    step('C'),
  ];

  it('only goes forward from there: permanent errors are tried again too', async () => {
    const engine = engineOf(toy(steps(2, failedPrecondition('suspended'))));
    await startAndSettle(engine);
    for (let round = 0; round < 2; round++) {
      clock.advance(600_000);
      await engine.runDue();
    }
    expect(journal).toEqual(['A', 'B', 'B', 'B', 'C']);
    expect((await onDisk()).status).toBe('SUCCEEDED');
  });

  it('is FAILED after the last attempt, undoes nothing, and goes on when it is retried', async () => {
    const engine = engineOf(toy(steps(3, failedPrecondition('suspended'))));
    await startAndSettle(engine);
    for (let round = 0; round < 3; round++) {
      clock.advance(600_000);
      await engine.runDue();
    }
    expect(await onDisk()).toMatchObject({ status: 'FAILED', turnedRound: false, nextRunAt: null });
    expect(await statuses()).toBe('A DONE, B FAILED, C PENDING');
    expect(journal).toEqual(['A', 'B', 'B', 'B']);
    await engine.retry('wf_1');
    expect(await engine.waitFor('wf_1', 5_000)).toMatchObject({ status: 'SUCCEEDED' });
    expect((await onDisk()).steps[1]).toMatchObject({ status: 'DONE', attempts: 4, error: null });
    expect(journal).toEqual(['A', 'B', 'B', 'B', 'B', 'C']);
  });

  it('turns round when a step before it fails', async () => {
    const engine = engineOf(
      toy([step('A', { does: failing(1, conflict('no')) }), step('B', { pointOfNoReturn: true })]),
    );
    expect((await engine.start(init(), 5_000)).workflow?.status).toBe('COMPENSATED');
  });

  it('retries nothing but a FAILED workflow, and once', async () => {
    const engine = engineOf(toy(steps(3, conflict('no'))));
    await expect(engine.retry('wf_1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await startAndSettle(engine);
    await expect(engine.retry('wf_1')).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  });
});

describe('when a runner dies', () => {
  /** The first runner is left in the middle of a step and never heard of again, as far as the second can tell. */
  async function diesIn(name: string, definition: (does: Run) => WorkflowDefinition) {
    const { does, entered, open } = gate();
    const first = engineOf(definition(does));
    void first.start(init(), 0);
    await entered;
    const second = engineOf(definition(async () => undefined));
    await second.runDue();
    expect(journal.at(-1)).toBe(name); // the lease holds
    clock.advance(6_000);
    return { second, open };
  }

  it('another goes on after the end of the lease, with the step that was under way', async () => {
    const { second } = await diesIn('B', (does) => toy([step('A'), step('B', { does }), step('C')]));
    await second.runDue();
    expect(journal).toEqual(['A', 'B', 'B', 'C']);
    expect((await onDisk()).steps[1]).toMatchObject({ status: 'DONE', attempts: 2, failures: 0 });
    expect((await onDisk()).status).toBe('SUCCEEDED');
  });

  it('the one that was thought dead can record nothing any more', async () => {
    const { second, open } = await diesIn('B', (does) => toy([step('A'), step('B', { does }), step('C')]));
    await second.runDue();
    const ended = await onDisk();
    open(conflict('too late'));
    await engines[0]?.stop();
    expect(await onDisk()).toEqual(ended);
    expect(journal).toEqual(['A', 'B', 'B', 'C']);
  });

  it('what was under way is undone too, when the workflow turns round afterwards', async () => {
    const { second } = await diesIn('B', (does) =>
      toy([step('A'), step('B', { does }), step('C', { does: failing(1, conflict('no')) })]),
    );
    await second.runDue();
    expect(journal).toEqual(['A', 'B', 'B', 'C', 'undo C', 'undo B', 'undo A']);
    expect((await onDisk()).status).toBe('COMPENSATED');
  });

  it('its deaths do not count as failures of the step', async () => {
    const definition = (does: Run) => toy([step('A', { does, maxAttempts: 1 })]);
    for (let death = 0; death < 3; death++) {
      const { does, entered } = gate();
      const engine = engineOf(definition(does));
      if (death === 0) void engine.start(init(), 0);
      else void engine.runDue();
      await entered;
      clock.advance(6_000);
    }
    await engineOf(definition(async () => undefined)).runDue();
    expect(await onDisk()).toMatchObject({ status: 'SUCCEEDED', steps: [{ attempts: 4 }] });
  });

  it('a workflow that waits for its next attempt is taken by whoever comes first, by one only', async () => {
    const definition = toy([step('A', { does: failing(1, unavailable('down')) }), step('B')]);
    await startAndSettle(engineOf(definition));
    clock.advance(60_000);
    await Promise.all(engines.concat(engineOf(definition), engineOf(definition)).map((engine) => engine.runDue()));
    await Promise.all(engines.map((engine) => engine.runDue()));
    expect(journal).toEqual(['A', 'A', 'B']);
  });

  it('polling finds it, with no help', async () => {
    const { second } = await diesIn('A', (does) => toy([step('A', { does })]));
    void second;
    const polling = engineOf(toy([step('A')]), { pollMilliseconds: 5 });
    polling.run();
    expect((await polling.waitFor('wf_1', 5_000))?.status).toBe('SUCCEEDED');
  });

  it('a version that this process does not know is left to one that does, and hides nothing behind it', async () => {
    const { does, entered } = gate();
    const newer = engineOf(toy([step('A', { does }), step('N')], { version: 2 }));
    for (let number = 0; number < 60; number++) void newer.start(init(`wf_a${number}`), 0);
    await entered;
    const old = engineOf(toy([step('A')]), { pollMilliseconds: 5 });
    const dying = engineOf(toy([step('A', { does: gate().does })]));
    clock.advance(1);
    await dying.start(init('wf_b'), 0);
    clock.advance(60_000);
    await old.runDue();
    expect(await statuses('wf_b')).toBe('A DONE');
    expect(await statuses('wf_a0')).toBe('A RUNNING, N PENDING');
  });

  it('a workflow ends on the version that it was started with', async () => {
    const { second } = await diesIn('A', (does) => toy([step('A', { does })]));
    await second.stop();
    await engineOf([toy([step('A')]), toy([step('A'), step('NEW')], { version: 2 })]).runDue();
    expect(await statuses()).toBe('A DONE');
  });
});

describe('stopping', () => {
  it('finishes and records the step under way and leaves the rest to others, at once', async () => {
    const { does, entered, open } = gate();
    const definition = toy([step('A', { does }), step('B')]);
    const engine = engineOf(definition);
    void engine.start(init(), 0);
    await entered;
    const stopped = engine.stop();
    open();
    await stopped;
    expect(await statuses()).toBe('A DONE, B PENDING');
    expect((await onDisk()).lease).toBeNull();
    await engineOf(definition).runDue();
    expect((await onDisk()).status).toBe('SUCCEEDED');
    expect(journal).toEqual(['A', 'B']);
  });

  it('starts nothing any more', async () => {
    const engine = engineOf(toy([step('A')]));
    await engine.stop();
    await expect(engine.start(init(), 10)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await workflows.get('wf_1')).toBeUndefined();
  });
});

describe('admission', () => {
  it('comes before the first step, and what it took is given back after the last', async () => {
    const definition = toy([step('A')], {
      admit: async () => void journal.push('admit'),
      ended: async ({ status }) => void journal.push(`ended ${status}`),
    });
    await engineOf(definition).start(init(), 5_000);
    expect(journal).toEqual(['admit', 'A', 'ended SUCCEEDED']);
    expect((await onDisk()).nextRunAt).toBeNull();
  });

  it('withdraws what it refuses: no step runs and no workflow is left', async () => {
    const refusal = failedPrecondition('another runs');
    const definition = toy([step('A')], { admit: () => Promise.reject(refusal) });
    await expect(engineOf(definition).start(init(), 5_000)).rejects.toBe(refusal);
    expect(journal).toEqual([]);
    expect(await workflows.get('wf_1')).toBeUndefined();
  });

  it('is asked for again when the runner died over it', async () => {
    const dying = toy([step('A')], { admit: () => new Promise(() => undefined) });
    const dead = createWorkflowEngine({ workflows, definitions: [dying], clock, log: createLog('silent') });
    void dead.start(init(), 0);
    while ((await workflows.get('wf_1')) === undefined) await new Promise(setImmediate);
    clock.advance(6_000);
    const second = engineOf(toy([step('A')], { admit: async () => void journal.push('admit') }));
    await second.runDue();
    expect(journal).toEqual(['admit', 'A']);
  });

  it('is given back after a crash between the end and the giving back', async () => {
    let crash = true;
    const ended = async () => {
      if (crash) throw new Error('the process dies here');
      journal.push('ended');
    };
    const engine = engineOf(toy([step('A')], { ended }));
    await startAndSettle(engine);
    expect((await onDisk()).status).toBe('SUCCEEDED');
    crash = false;
    clock.advance(6_000);
    await engine.runDue();
    expect(journal).toEqual(['A', 'ended']);
    expect(await onDisk()).toMatchObject({ status: 'SUCCEEDED', finishedAt: START, nextRunAt: null, lease: null });
  });

  it('is not given back while the workflow is FAILED: it holds what it may need again', async () => {
    const definition = toy([step('A', { pointOfNoReturn: true, maxAttempts: 1, does: failing(1, conflict('no')) })], {
      ended: async () => void journal.push('ended'),
    });
    const engine = engineOf(definition);
    await startAndSettle(engine);
    expect((await onDisk()).status).toBe('FAILED');
    expect(journal).toEqual(['A']);
    await engine.retry('wf_1');
    await engine.waitFor('wf_1', 5_000);
    expect(journal).toEqual(['A', 'A', 'ended']);
  });
});

describe('many runners', () => {
  it('carry 60 workflows to their ends, each step recorded as done once', async () => {
    const done = new Map<string, number>();
    let seed = 7;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const count: Run = async ({ commandId }) => {
      await new Promise((resolve) => setTimeout(resolve, random() * 3));
      if (random() < 0.3) throw unavailable('down');
      done.set(commandId, (done.get(commandId) ?? 0) + 1);
      return undefined;
    };
    const definition = toy(['A', 'B', 'C'].map((name) => step(name, { does: count, maxAttempts: 50 })));
    const options = {
      clock: { now: () => new Date() },
      retry: { baseMilliseconds: 3, longestMilliseconds: 10 },
      pollMilliseconds: 5,
      random: Math.random,
    };
    const runners = [1, 2, 3].map(() => engineOf(definition, options));
    for (const runner of runners) runner.run();
    const ids = [...Array(60).keys()].map((number) => `wf_${number}`);
    const ends = ids.map((id, place) => runners[place % 3]?.start(init(id), 15_000));
    for (const end of await Promise.all(ends)) expect(end?.workflow?.status).toBe('SUCCEEDED');
    expect([...done.values()]).toEqual(Array(180).fill(1));
  });
});
