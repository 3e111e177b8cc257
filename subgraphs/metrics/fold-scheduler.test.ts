import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLog } from '#lib/log.ts';
import type { Stores } from '#lib/store/port.ts';
import { SLOWNESS } from '#test/support/mongodb.ts';
import { openTestStores, removeStores } from '#test/support/stores.ts';
import { newEvent } from './event.ts';
import { createFoldScheduler } from './fold-scheduler.ts';
import { createFolding, type Folding } from './folding.ts';
import { type MetricsStore, openMetricsStore, tenantsToFold } from './store.ts';

const log = createLog('silent');
const now = new Date('2026-03-10T12:00:00.000Z');

let dataDir: string;
let stores: Stores;
let store: MetricsStore;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'metrics-'));
  stores = await openTestStores(dataDir);
  store = await openMetricsStore(stores);
});

afterAll(async () => {
  await stores.close();
  await removeStores(dataDir);
});

async function insert(tenantId: string, count: number): Promise<void> {
  await store.events.insertMany(
    Array.from({ length: count }, (_, id) => newEvent({ id: `${id}`, tenantId, meter: 'apis', value: '1' }, now)),
  );
}

async function folded(tenantId: string): Promise<number> {
  return await store.events.count({ index: 'folded', prefix: [true, tenantId] });
}

describe('folding in the background', () => {
  it('what a former process left is found and folded, of every tenant', async () => {
    await insert('ten_a', 3);
    await insert('ten_b', 1_200);
    await insert('ten_c', 1);
    expect(await tenantsToFold(store)).toEqual(['ten_a', 'ten_b', 'ten_c']);
    const scheduler = createFoldScheduler({ folding: createFolding(store), log });
    for (const tenantId of await tenantsToFold(store)) scheduler.schedule(tenantId);
    await vi.waitFor(async () => expect(await tenantsToFold(store)).toEqual([]), { timeout: 5_000 * SLOWNESS });
    expect(await store.windows.get('ten_b/apis/2026-03-10T12:00:00.000Z')).toMatchObject({
      figure: '1200',
      events: 1200,
    });
    await scheduler.stop();
  });

  it('goes on after a failure, and a tenant that is added meanwhile is not forgotten', async () => {
    await insert('ten_d', 2);
    await insert('ten_e', 2);
    const folding = createFolding(store);
    let failures = 1;
    const flaky: Folding = {
      ...folding,
      foldSome: (tenantId) => (failures-- > 0 ? Promise.reject(new Error('no disk')) : folding.foldSome(tenantId)),
    };
    const scheduler = createFoldScheduler({ folding: flaky, log });
    scheduler.schedule('ten_d');
    await vi.waitFor(() => expect(failures).toBe(0), { timeout: 1_000 * SLOWNESS });
    scheduler.schedule('ten_e');
    await vi.waitFor(async () => expect(await tenantsToFold(store)).toEqual([]), { timeout: 5_000 * SLOWNESS });
    await scheduler.stop();
  });

  it('a stop waits for the round under way, and nothing is folded after it', async () => {
    await insert('ten_f', 600);
    const folding = createFolding(store);
    let rounds = 0;
    let stopped: Promise<void> | undefined;
    const interrupted: Folding = {
      ...folding,
      foldSome: async (tenantId) => {
        rounds += 1;
        await Promise.resolve(); // the round is under way from here on
        stopped ??= scheduler.stop();
        return await folding.foldSome(tenantId);
      },
    };
    const scheduler = createFoldScheduler({ folding: interrupted, log });
    scheduler.schedule('ten_f');
    await vi.waitFor(() => expect(stopped).toBeDefined(), { timeout: 1_000 * SLOWNESS });
    await stopped;
    expect(await folded('ten_f')).toBe(500);
    scheduler.schedule('ten_f');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(rounds).toBe(1);
    expect(await folded('ten_f')).toBe(500);
  });
});
