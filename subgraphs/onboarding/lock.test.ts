import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Stores } from '#lib/store/port.ts';
import { newWorkflow } from '#lib/workflow/transition.ts';
import type { WorkflowStatus } from '#lib/workflow/workflow.ts';
import { openTestStores, removeStores } from '#test/support/stores.ts';
import { createLocks, type Locks } from './lock.ts';
import { type OnboardingStore, openOnboardingStore } from './store.ts';

let dataDir: string;
let stores: Stores;
let store: OnboardingStore;
let locks: Locks;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lock-'));
  stores = await openTestStores(dataDir);
  store = await openOnboardingStore(stores);
  locks = createLocks(store.locks, store.workflows);
});

afterEach(async () => {
  await stores.close();
  await removeStores(dataDir);
});

async function workflowThatIs(status: WorkflowStatus, workflowId: string) {
  const definition = { kind: 'OFFBOARDING', version: 1, steps: [] };
  const init = { workflowId, kind: 'OFFBOARDING', tenantId: 'ten_1', startedBy: 'adm_1', input: {} };
  await store.workflows.insert({ ...newWorkflow(definition, init, new Date(0)), status });
  return { subject: 'ten_1', workflowId };
}

describe('a lock', () => {
  it.each(['RUNNING', 'COMPENSATING', 'FAILED'] as const)('is kept by a workflow that is %s', async (status) => {
    const first = await workflowThatIs(status, 'wf_1');
    const second = await workflowThatIs('RUNNING', 'wf_2');
    await locks.take(first);
    await expect(locks.take(second)).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      details: { workflowId: 'wf_1' },
    });
    await expect(locks.take(first)).resolves.toBeUndefined();
    expect((await locks.holder('ten_1'))?.workflowId).toBe('wf_1');
  });

  it.each(['SUCCEEDED', 'COMPENSATED'] as const)('of a workflow that is %s is taken over', async (status) => {
    await locks.take(await workflowThatIs(status, 'wf_1'));
    expect(await locks.holder('ten_1')).toBeUndefined();
    await locks.take(await workflowThatIs('RUNNING', 'wf_2'));
    expect((await locks.holder('ten_1'))?.workflowId).toBe('wf_2');
  });

  it('of a workflow that was withdrawn is taken over, by one only', async () => {
    await locks.take({ subject: 'ten_1', workflowId: 'wf_gone' });
    const others = await Promise.all(['wf_1', 'wf_2', 'wf_3'].map((id) => workflowThatIs('RUNNING', id)));
    const results = await Promise.allSettled(others.map((other) => locks.take(other)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is given back by its holder only', async () => {
    const first = await workflowThatIs('RUNNING', 'wf_1');
    await locks.take(first);
    await locks.release({ ...first, workflowId: 'wf_2' });
    expect((await locks.holder('ten_1'))?.workflowId).toBe('wf_1');
    await locks.release(first);
    expect(await store.locks.get('ten_1')).toBeUndefined();
  });
});
