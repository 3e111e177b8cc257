import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { servicePrincipal } from '#lib/auth/principal.ts';
import { ManualClock } from '#lib/clock.ts';
import { Request, RequestContext } from '#lib/graphql/context.ts';
import type { Services } from '#lib/graphql/services.ts';
import { createLog } from '#lib/log.ts';
import type { Stores } from '#lib/store/port.ts';
import {
  type Around,
  collectionAround,
  deaths,
  dying,
  halting,
  interleave,
  orders,
  ProcessDied,
  seeded,
} from '#test/support/around.ts';
import { openTestStores, removeStores } from '#test/support/stores.ts';
import { createUsageClosing } from './closing.ts';
import { createFolding } from './folding.ts';
import { monthOf } from './range.ts';
import { createMetricsService } from './service.ts';
import { type MetricsStore, openMetricsStore, tenantsToFold } from './store.ts';
import { createUsageReader } from './usage-reader.ts';

const TENANT = 'ten_a';
const NOW = '2026-03-10T12:00:00.000Z';
const MONTH = monthOf(new Date(NOW));
const PLENTY = 20_000; // milliseconds

let dataDir: string;
let stores: Stores;
let store: MetricsStore;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'metrics-'));
  stores = await openTestStores(dataDir);
  store = await openMetricsStore(stores);
});
afterEach(clear);
afterAll(async () => {
  await stores.close();
  await removeStores(dataDir);
});

describe('usage that is being closed', () => {
  it('what was accepted is in every later reading, and nothing is accepted later, whoever is where', async () => {
    const seen = { accepted: 0, refused: 0 };
    for (let seed = 1; seed <= 80; seed += 1) {
      await clear();
      let closed = false;
      let reading = '0';
      const record = (id: string) => async (around: Around) => {
        const began = closed;
        const { accepted, rejected } = await processOn(around).record([id]);
        if (began) expect(accepted).toBe(0);
        expect(rejected.map(({ code }) => code)).toEqual(accepted === 1 ? [] : ['UNAVAILABLE']);
        seen[accepted === 1 ? 'accepted' : 'refused'] += 1;
        return accepted;
      };
      const end = async (around: Around) => {
        await processOn(around).closing.close(by('wf_1'));
        closed = true;
        reading = await processOn(around).total();
        return 0;
      };
      const settled = await interleave([record('a'), record('b'), end, record('c')], seeded(seed));
      const accepted = settled.map((result) => {
        if (result.status === 'rejected') throw result.reason;
        return result.value;
      });
      expect(Number(reading), `seed ${seed}`).toBeGreaterThanOrEqual(accepted.reduce((sum, n) => sum + n, 0));
    }
    expect(seen.accepted).toBeGreaterThan(20);
    expect(seen.refused).toBeGreaterThan(20);
  });

  it('is taken again when that is undone, and an event that nobody knew about counts once', async () => {
    const { closing, record, total } = processOn();
    await closing.close(by('wf_1'));
    expect(await record(['a'])).toMatchObject({ accepted: 0, duplicates: 0, rejected: [{ code: 'UNAVAILABLE' }] });
    expect(await record(['a'])).toMatchObject({ accepted: 0, duplicates: 0, rejected: [{ code: 'UNAVAILABLE' }] });
    await closing.reopen(by('wf_1'));
    expect(await record(['a', 'b'])).toMatchObject({ accepted: 1, duplicates: 1, rejected: [] });
    expect(await total()).toBe('2');
  });

  it('is not closed by a closing that comes after its undo, nor opened by the undo of another', async () => {
    const { closing } = processOn();
    await closing.reopen(by('wf_1'));
    await expect(closing.close(by('wf_1'))).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    expect(await closing.closed([TENANT])).toEqual(new Set());
    await closing.close(by('wf_2'));
    await closing.reopen(by('wf_1'));
    expect(await closing.closed([TENANT, 'ten_b'])).toEqual(new Set([TENANT]));
  });

  it('by several workflows at once is left as some order of them leaves it', async () => {
    const uses = ['wf_1', 'wf_2'].flatMap((workflow) => [
      (on: ReturnType<typeof processOn>) => on.closing.close(by(workflow)),
      (on: ReturnType<typeof processOn>) => on.closing.reopen(by(workflow)),
    ]);
    const state = async () => {
      const { closings = [] } = (await store.gates.get(TENANT)) ?? {};
      return JSON.stringify(closings.map(({ commandId, withdrawn }) => `${commandId} ${withdrawn}`).sort());
    };
    const serial = new Set<string>();
    for (const order of orders(uses)) {
      await clear();
      for (const use of order) await use(processOn()).catch(() => undefined);
      serial.add(await state());
    }
    for (let seed = 1; seed <= 40; seed += 1) {
      await clear();
      await interleave(
        uses.map((use) => (around) => use(processOn(around))),
        seeded(seed),
      );
      expect([...serial], `seed ${seed}`).toContain(await state());
    }
  });
});

describe('usage that is deleted', () => {
  it('leaves no event behind that was stored too late, whoever is where', async () => {
    for (let access = 1; access <= 8; access += 1) {
      await clear();
      const slow = processOn(halting(access, () => processOn().closing.deleteUsage(by('wf_1'))));
      await slow.record(['a', 'b']);
      await processOn().closing.deleteUsage(by('wf_1'));
      expect(await events()).toBe(0);
    }
  });

  it('nor one by a process that died then: the next one to start finds it', async () => {
    for (const death of deaths(2)) {
      await clear();
      await processOn().closing.deleteUsage(by('wf_1'));
      await processOn(dying(death)).record(['a']).catch(expectDeath);
      for (const tenantId of await tenantsToFold(store)) await processOn().closing.foldSome(tenantId);
      expect(await events()).toBe(0);
    }
  });

  it('is deleted whole by repeating a command that died at any write, and stays counted', async () => {
    for (const death of deaths(14)) {
      await clear();
      await processOn().record(['a', 'b', 'c']);
      await processOn(dying(death)).closing.deleteUsage(by('wf_1')).catch(expectDeath);
      await processOn().closing.deleteUsage(by('wf_1'));
      expect(await events()).toBe(0);
      expect(await processOn().total()).toBe('3');
      expect(await processOn().closing.closed([TENANT])).toEqual(new Set([TENANT]));
    }
  });

  it('takes several commands where there is more than one has time for, each of which gets on', async () => {
    await processOn().record(Array.from({ length: 1_000 }, (_, n) => `a${n}`));
    await processOn().record(Array.from({ length: 1_000 }, (_, n) => `b${n}`));
    const hasty = processOn(passing, 1);
    let left = await events();
    for (let commands = 1; ; commands += 1) {
      const outcome = await hasty.closing.deleteUsage(by('wf_1')).then(
        () => 'done',
        ({ code, details }) => `${code} ${details.retryAfterSeconds}`,
      );
      if (outcome === 'done') {
        expect(commands).toBeGreaterThan(2);
        break;
      }
      expect(outcome).toBe('UNAVAILABLE 1');
      expect(await events()).toBeLessThanOrEqual(left);
      left = await events();
    }
    expect(await events()).toBe(0);
    expect(await processOn().total()).toBe('2000');
  });
});

const passing: Around = (_, work) => work();

function by(workflow: string) {
  return { commandId: `${workflow}/STEP`, tenantId: TENANT };
}

/** A process of the service, to whose accesses to the store something happens. */
function processOn(around: Around = passing, deletionMilliseconds = PLENTY) {
  const seen: MetricsStore = {
    events: collectionAround(store.events, around),
    windows: collectionAround(store.windows, around),
    gates: collectionAround(store.gates, around),
    ping: () => store.ping(),
  };
  const tenant = { tenantId: TENANT, status: 'ACTIVE', createdAt: '2026-03-01T00:00:00.000Z' };
  const services = { call: async () => ({ _entities: [tenant] }) } as unknown as Services;
  const clock = new ManualClock(NOW);
  const folding = createFolding(seen);
  const closing = createUsageClosing({ store: seen, folding, deletionMilliseconds });
  const scheduler = { schedule: () => undefined, stop: async () => undefined };
  const reader = createUsageReader(seen, () => undefined);
  const service = createMetricsService({ store: seen, clock, services, closing, scheduler, reader });
  const principal = servicePrincipal('billing');
  const context = () => new RequestContext(new Request({ requestId: 'req_test', log: createLog('silent'), principal }));
  return {
    closing,
    record: (ids: readonly string[]) =>
      service.recordUsage(
        context(),
        ids.map((id) => ({ id, tenantId: TENANT, meter: 'apis', value: '1', time: null, subject: null })),
      ),
    async total(): Promise<string> {
      const figures = await reader.read(TENANT, MONTH);
      return String(figures.reduce((sum, { value }) => sum + Number(value), 0));
    },
  };
}

async function events(): Promise<number> {
  const counts = [true, false].map((folded) => store.events.count({ index: 'folded', prefix: [folded, TENANT] }));
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

async function clear(): Promise<void> {
  await processOn().closing.deleteUsage(by('wf_0'));
  const { items } = await store.windows.page({ index: 'hour', prefix: [TENANT], limit: 1_000 });
  await Promise.all(items.map(({ windowKey }) => store.windows.delete(windowKey)));
  await store.gates.delete(TENANT);
}

function expectDeath(error: unknown): void {
  if (!(error instanceof ProcessDied)) throw error;
}
