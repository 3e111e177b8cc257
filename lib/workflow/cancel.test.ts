import { describe, expect, it } from 'vitest';
import { conflict, failedPrecondition, unavailable } from '../errors.ts';
import type { WorkflowDefinition } from './definition.ts';
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
  setUpToys,
  startAndSettle,
  statuses,
  step,
  toy,
  workflows,
} from './toy.fixtures.ts';

setUpToys();

describe('cancelling a workflow', () => {
  const inStep = async (definition: (does: Run) => WorkflowDefinition) => {
    const { does, entered, open } = gate();
    const engine = engineOf(definition(does));
    void engine.start(init(), 0);
    await entered;
    return { engine, open };
  };

  it('while a step is under way: the step is finished and recorded, then everything is undone, newest first', async () => {
    const { engine, open } = await inStep((does) => toy([step('A'), step('B', { does }), step('C')]));
    await engine.cancel('wf_1');
    expect(await onDisk()).toMatchObject({ status: 'RUNNING', cancelledAt: expect.any(String) });
    open();
    expect((await engine.waitFor('wf_1', 5_000))?.status).toBe('COMPENSATED');
    expect(journal).toEqual(['A', 'B', 'undo B', 'undo A']);
    expect(await statuses()).toBe('A UNDONE, B UNDONE, C PENDING');
    expect((await onDisk()).steps[1]).toMatchObject({ attempts: 1, startedAt: expect.any(String), error: null });
  });

  it('while its last step is under way: it does not succeed', async () => {
    const { engine, open } = await inStep((does) => toy([step('A', { does })]));
    await engine.cancel('wf_1');
    open();
    expect((await engine.waitFor('wf_1', 5_000))?.status).toBe('COMPENSATED');
    expect(journal).toEqual(['A', 'undo A']);
  });

  it.each([
    ['transient', unavailable('down'), 'UNDONE'],
    ['permanent', conflict('taken'), 'FAILED'],
  ] as const)(
    'while a step is under way that fails (%s): it is not tried again, and its error is kept',
    async (_, error, status) => {
      const { engine, open } = await inStep((does) => toy([step('A'), step('B', { does })]));
      await engine.cancel('wf_1');
      open(error);
      expect((await engine.waitFor('wf_1', 5_000))?.status).toBe('COMPENSATED');
      expect(journal).toEqual(['A', 'B', 'undo B', 'undo A']);
      expect((await onDisk()).steps[1]).toMatchObject({ status, error: { code: error.code } });
    },
  );

  it('while a step hangs: it is given up at its time limit, and undone', async () => {
    const { engine } = await inStep((does) => toy([step('A', { does, timeoutMilliseconds: 50 })]));
    await engine.cancel('wf_1');
    expect((await engine.waitFor('wf_1', 5_000))?.status).toBe('COMPENSATED');
    expect(journal).toEqual(['A', 'undo A']);
  });

  it('while a step waits for its next attempt: it turns round at once, whoever is asked', async () => {
    const { compensate, ...withoutCompensation } = step('B', { does: failing(9, unavailable('down')) });
    const definition = toy([step('A'), withoutCompensation]);
    await startAndSettle(engineOf(definition));
    const other = engineOf(definition);
    await other.cancel('wf_1');
    expect((await other.waitFor('wf_1', 5_000))?.status).toBe('COMPENSATED');
    expect(journal).toEqual(['A', 'B', 'undo A']);
    expect(await statuses()).toBe('A UNDONE, B UNDONE');
    expect((await onDisk()).steps[1]).toMatchObject({ error: { code: 'UNAVAILABLE' }, finishedAt: expect.any(String) });
  });

  it('from another process: whoever holds it sees the wish at its next record', async () => {
    const { open, engine } = await inStep((does) => toy([step('A', { does }), step('B')]));
    await engineOf(toy([step('A'), step('B')])).cancel('wf_1');
    open();
    expect((await engine.waitFor('wf_1', 5_000))?.status).toBe('COMPENSATED');
    expect(journal).toEqual(['A', 'undo A']);
  });

  it('whose runner died before it saw the wish: the next runner undoes what was under way', async () => {
    const { open } = await inStep((does) => toy([step('A'), step('B', { does }), step('C')]));
    const second = engineOf(toy([step('A'), step('B'), step('C')]));
    await second.cancel('wf_1');
    await second.runDue();
    expect(journal).toEqual(['A', 'B']); // the lease holds
    clock.advance(6_000);
    await second.runDue();
    expect((await onDisk()).status).toBe('COMPENSATED');
    expect(journal).toEqual(['A', 'B', 'undo B', 'undo A']);
    const ended = await onDisk();
    open();
    await engines[0]?.stop();
    expect(await onDisk()).toEqual(ended);
  });

  it('whose runner died already: it turns round at once', async () => {
    await inStep((does) => toy([step('A', { does })]));
    clock.advance(6_000);
    const second = engineOf(toy([step('A')]));
    await second.cancel('wf_1');
    expect((await second.waitFor('wf_1', 5_000))?.status).toBe('COMPENSATED');
    expect(journal).toEqual(['A', 'undo A']);
  });

  it('while it is being admitted: no step runs, and what admission took is given back', async () => {
    const admission = gate();
    const definition = toy([step('A')], {
      admit: async () => void (await admission.does({} as never)),
      ended: async ({ status }) => void journal.push(`ended ${status}`),
    });
    const engine = engineOf(definition);
    const started = engine.start(init(), 5_000);
    await admission.entered;
    await engine.cancel('wf_1');
    admission.open();
    expect((await started).workflow?.status).toBe('COMPENSATED');
    expect(journal).toEqual(['ended COMPENSATED']);
    expect((await onDisk()).nextRunAt).toBeNull();
  });

  it('which is not admitted: it is withdrawn all the same', async () => {
    const admission = gate();
    const refusal = failedPrecondition('another runs');
    const engine = engineOf(toy([step('A')], { admit: async () => void (await admission.does({} as never)) }));
    const started = engine.start(init(), 5_000);
    await admission.entered;
    await engine.cancel('wf_1');
    admission.open(refusal);
    await expect(started).rejects.toBe(refusal);
    expect(await workflows.get('wf_1')).toBeUndefined();
  });

  it('twice, or while it is being undone already, changes nothing', async () => {
    const undoing = gate();
    const compensate = async () => void (await undoing.does({} as never));
    const engine = engineOf(toy([step('A', { compensate }), step('B', { does: failing(1, conflict('no')) })]));
    void engine.start(init(), 0);
    await undoing.entered;
    const before = await onDisk();
    await Promise.all([engine.cancel('wf_1'), engine.cancel('wf_1')]);
    expect(await onDisk()).toEqual(before);
    undoing.open();
    expect((await engine.waitFor('wf_1', 5_000))?.status).toBe('COMPENSATED');
  });

  it('that is FAILED over its undoing lets it go on undoing', async () => {
    const undo = failing(3, unavailable('down'));
    const compensate = async (context: Parameters<Run>[0]) => {
      journal.push('undo A');
      await undo(context);
    };
    const engine = engineOf(toy([step('A', { compensate }), step('B', { does: failing(9, conflict('taken')) })]));
    await startAndSettle(engine);
    for (let round = 0; round < 2; round++) {
      clock.advance(600_000);
      await engine.runDue();
    }
    expect((await onDisk()).status).toBe('FAILED');
    await engine.cancel('wf_1');
    expect((await engine.waitFor('wf_1', 5_000))?.status).toBe('COMPENSATED');
    expect(journal).toEqual(['A', 'B', 'undo B', 'undo A', 'undo A', 'undo A', 'undo A']);
  });

  it('is refused past its point of no return, after its end, and where there is none', async () => {
    const { engine, open } = await inStep((does) => toy([step('A'), step('B', { does, pointOfNoReturn: true })]));
    await expect(engine.cancel('wf_1')).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    open();
    expect((await engine.waitFor('wf_1', 5_000))?.status).toBe('SUCCEEDED');
    await expect(engine.cancel('wf_1')).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    await expect(engine.cancel('wf_none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(journal).toEqual(['A', 'B']);
  });

  it('before its point of no return has begun keeps it from beginning', async () => {
    const { engine, open } = await inStep((does) => toy([step('A', { does }), step('B', { pointOfNoReturn: true })]));
    await engine.cancel('wf_1');
    open();
    expect((await engine.waitFor('wf_1', 5_000))?.status).toBe('COMPENSATED');
    expect(journal).toEqual(['A', 'undo A']);
  });
});
