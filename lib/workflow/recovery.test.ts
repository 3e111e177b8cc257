import { describe, expect, it } from 'vitest';
import { conflict, failedPrecondition, unavailable } from '../errors.ts';
import { createLog } from '../log.ts';
import type { WorkflowDefinition } from './definition.ts';
import { createWorkflowEngine } from './engine.ts';
import {
  clock,
  engineOf,
  engines,
  failing,
  gate,
  init,
  journal,
  onDisk,
  type Run,
  START,
  setUpToys,
  startAndSettle,
  statuses,
  step,
  toy,
  workflows,
} from './toy.fixtures.ts';

setUpToys();

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

describe('when this process has the data for itself', () => {
  it('what a dead runner held is taken at once: no lease is waited for', async () => {
    const { does, entered } = gate();
    void engineOf(toy([step('A'), step('B', { does }), step('C')])).start(init(), 0);
    await entered;
    const definitions = [toy([step('A'), step('B'), step('C')])];
    const next = createWorkflowEngine({ workflows, definitions, clock, log: createLog('silent'), exclusive: true });
    next.run();
    await expect.poll(async () => (await onDisk()).status).toBe('SUCCEEDED');
    await next.stop();
    expect(journal).toEqual(['A', 'B', 'B', 'C']);
  });
});

describe('a workflow whose runner died before it was admitted', () => {
  it('ends and says why when it cannot be any more: whoever was told of it finds it', async () => {
    let goOn: (() => void) | undefined;
    const admit = async () => {
      if (goOn === undefined) await new Promise<void>((resolve) => (goOn = resolve));
      throw failedPrecondition('another has the tenant');
    };
    const definition = { ...toy([step('A'), step('B')]), admit };
    const died = engineOf(definition)
      .start(init(), 0)
      .catch(() => 'refused');
    await expect.poll(() => goOn).toBeDefined();
    clock.advance(20_000);
    const second = engineOf(definition);
    await second.runDue();
    expect(await onDisk()).toMatchObject({ status: 'COMPENSATED', nextRunAt: null, lease: null });
    expect((await onDisk()).steps[0]).toMatchObject({ status: 'FAILED', error: { code: 'FAILED_PRECONDITION' } });
    const ended = await onDisk();
    goOn?.();
    expect([await died, await onDisk(), journal]).toEqual(['refused', ended, []]);
  });
});
