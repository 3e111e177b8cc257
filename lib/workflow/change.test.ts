import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestStores, removeStores } from '#test/support/stores.ts';
import { ManualClock } from '../clock.ts';
import { AppError, conflict, failedPrecondition, unavailable } from '../errors.ts';
import { NothingMade } from '../idempotency.ts';
import { createLog } from '../log.ts';
import type { Collection, Stores } from '../store/port.ts';
import { CHANGES, carryOut, deleteOldChanges, onward, requireDone, UNTIL_DONE } from './change.ts';
import { createWorkflowEngine, type WorkflowEngine } from './engine.ts';
import type { WorkflowDocument } from './workflow.ts';

const DAY = 24 * 60 * 60 * 1000;

let dataDir: string;
let stores: Stores;
let changes: Collection<WorkflowDocument>;
let clock: ManualClock;
let engine: WorkflowEngine;
let run: () => Promise<undefined>;
let compensate: () => Promise<void>;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'change-'));
  stores = await openTestStores(dataDir);
  changes = (await stores.open('toy', [CHANGES])).collection(CHANGES);
  clock = new ManualClock('2026-03-10T12:00:00.000Z');
  run = async () => undefined;
  compensate = async () => undefined;
  const step = { name: 'STEP', ...UNTIL_DONE, run: () => run(), compensate: () => compensate() };
  const definitions = [{ kind: 'TOY', version: 1, steps: [step] }];
  engine = createWorkflowEngine({ workflows: changes, definitions, clock, log: createLog('silent') });
});
afterEach(async () => {
  await engine.stop();
  await stores.close();
  await removeStores(dataDir);
});

function init(workflowId = 'wf_1') {
  return { workflowId, kind: 'TOY', tenantId: 'ten_1', startedBy: 'adm_1', input: {} };
}

describe('a change', () => {
  it('takes two writes beside its own', async () => {
    await carryOut(engine, init());
    expect(await changes.get('wf_1')).toMatchObject({ status: 'SUCCEEDED', version: 2 });
  });

  it('that is refused answers the refusal, and is known to have left nothing', async () => {
    run = () => Promise.reject(conflict('taken'));
    const refusal = carryOut(engine, init());
    await expect(refusal).rejects.toMatchObject({ code: 'CONFLICT', message: 'taken' });
    await expect(refusal).rejects.toBeInstanceOf(NothingMade);
    expect(await changes.get('wf_1')).toMatchObject({ status: 'COMPENSATED' });
  });

  it('that is under way, or being undone, is UNAVAILABLE, and the key of its caller is kept', async () => {
    run = () => Promise.reject(unavailable('down'));
    await engine.start(init(), 0);
    await engine.runDue();
    const underWay = await changes.get('wf_1');
    run = () => Promise.reject(conflict('taken'));
    compensate = () => Promise.reject(unavailable('down'));
    await engine.start(init('wf_2'), 0);
    await engine.runDue();
    const turnedRound = await changes.get('wf_2');
    for (const [change, message] of [
      [underWay, 'goes on by itself'],
      [turnedRound, 'is being undone'],
    ] as const) {
      expect(() => requireDone(change)).toThrow(message);
      expect(() => requireDone(change)).not.toThrow(NothingMade);
    }
  });

  it('after its first effect takes no answer for a refusal', async () => {
    await expect(onward(Promise.reject(failedPrecondition('no')))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(onward(Promise.reject(new RangeError('no')))).rejects.not.toBeInstanceOf(AppError);
    expect(await onward(Promise.resolve(1))).toBe(1);
  });

  it('is forgotten seven days after its end, and never before it', async () => {
    for (let place = 0; place < 120; place++) await engine.start(init(`wf_done_${place}`), 1_000);
    run = () => Promise.reject(conflict('taken'));
    await engine.start(init('wf_refused'), 1_000);
    run = () => Promise.reject(unavailable('down'));
    await engine.start(init('wf_running'), 0);
    clock.advance(7 * DAY - 1);
    await deleteOldChanges(changes, clock);
    expect(await changes.count({ index: 'ended' })).toBe(122);
    clock.advance(1);
    await deleteOldChanges(changes, clock);
    expect((await changes.page({ index: 'ended', limit: 10 })).items.map(({ workflowId }) => workflowId)).toEqual([
      'wf_running',
    ]);
  });
});
