import { describe, expect, it } from 'vitest';
import { storedTexts } from '#test/support/stores.ts';
import { AppError, conflict, unavailable } from '../errors.ts';
import type { StepContext } from './definition.ts';
import {
  clock,
  dataDir,
  engineOf,
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
} from './toy.fixtures.ts';

setUpToys();

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
    const stored = await storedTexts(dataDir);
    expect(stored.some((text) => text.includes('shown'))).toBe(true);
    expect(stored.some((text) => text.includes(secret))).toBe(false);
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
    journal.length = 0;
    await engine.retry('wf_1');
    expect((await engine.waitFor('wf_1', 5_000))?.status).toBe('COMPENSATED');
    expect(journal).toEqual(['undo A']);
  });
});
