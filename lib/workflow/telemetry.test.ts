import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { conflict, failedPrecondition, unavailable } from '../errors.ts';
import { createLog } from '../log.ts';
import { exposeWorkflows } from './telemetry.ts';
import { clock, engineOf, failing, gate, init, setUpToys, startAndSettle, step, toy } from './toy.fixtures.ts';

setUpToys();

const log = createLog('silent');

/** The samples of a metric, `labels value`, those that are 0 left out. */
async function samples(registry: Registry, metric: string): Promise<string[]> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith(`${metric}{`));
  return lines.map((line) => line.slice(metric.length)).filter((line) => !line.endsWith(' 0'));
}

describe('the metrics of workflows', () => {
  it('count what runs and what failed, with the age of the oldest', async () => {
    const { does, entered } = gate();
    const failed = {
      kind: 'BAD',
      steps: [step('B', { pointOfNoReturn: true, maxAttempts: 1, does: failing(9, conflict('no')) })],
    };
    const engine = engineOf([toy([step('A', { does })]), toy(failed.steps, failed)]);
    const registry = new Registry();
    exposeWorkflows(registry, 'toys', engine, log);
    expect(await samples(registry, 'workflows')).toEqual([]);
    void engine.start(init('wf_1'), 0);
    await entered;
    clock.advance(90_000);
    void engine.start(init('wf_2'), 0);
    await engine.start({ ...init('wf_3'), kind: 'BAD' }, 5_000);
    clock.advance(10_000);
    expect(await samples(registry, 'workflows')).toEqual([
      '{service="toys",kind="TOY",status="RUNNING"} 2',
      '{service="toys",kind="BAD",status="FAILED"} 1',
    ]);
    expect(await samples(registry, 'workflow_oldest_seconds')).toEqual([
      '{service="toys",kind="TOY",status="RUNNING"} 100',
      '{service="toys",kind="BAD",status="FAILED"} 10',
    ]);
  });

  it('count attempts and failures by step, and those of undoing apart', async () => {
    const engine = engineOf(
      toy([
        step('A'),
        step('B', { does: failing(1, unavailable('down')) }),
        step('C', { does: failing(9, failedPrecondition('no')) }),
      ]),
    );
    const registry = new Registry();
    exposeWorkflows(registry, 'toys', engine, log);
    await startAndSettle(engine);
    clock.advance(60_000);
    await engine.runDue();
    const counted = [
      '{service="toys",kind="TOY",step="A",action="run",outcome="done"} 1',
      '{service="toys",kind="TOY",step="B",action="run",outcome="failed"} 1',
      '{service="toys",kind="TOY",step="B",action="run",outcome="done"} 1',
      '{service="toys",kind="TOY",step="C",action="run",outcome="failed"} 1',
      '{service="toys",kind="TOY",step="C",action="undo",outcome="done"} 1',
      '{service="toys",kind="TOY",step="B",action="undo",outcome="done"} 1',
      '{service="toys",kind="TOY",step="A",action="undo",outcome="done"} 1',
    ];
    expect(await samples(registry, 'workflow_step_attempts_total')).toEqual(counted);
    expect(await samples(registry, 'workflow_step_attempts_total')).toEqual(counted); // a scrape adds nothing
  });

  it('of several services stand side by side, and one that cannot be read hides no other', async () => {
    const engine = engineOf(toy([step('A')]));
    await engine.start(init(), 5_000);
    const registry = new Registry();
    exposeWorkflows(registry, 'one', engine, log);
    exposeWorkflows(registry, 'broken', { snapshot: () => Promise.reject(new Error('the store is gone')) }, log);
    exposeWorkflows(registry, 'two', engine, log);
    expect(await samples(registry, 'workflow_step_attempts_total')).toEqual([
      '{service="one",kind="TOY",step="A",action="run",outcome="done"} 1',
      '{service="two",kind="TOY",step="A",action="run",outcome="done"} 1',
    ]);
  });
});
