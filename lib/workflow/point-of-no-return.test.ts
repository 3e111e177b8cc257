import { describe, expect, it } from 'vitest';
import { conflict, failedPrecondition } from '../errors.ts';
import {
  clock,
  engineOf,
  failing,
  init,
  journal,
  onDisk,
  setUpToys,
  startAndSettle,
  statuses,
  step,
  toy,
} from './toy.fixtures.ts';

setUpToys();

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
