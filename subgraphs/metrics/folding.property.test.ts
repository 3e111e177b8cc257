import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { servicePrincipal } from '#lib/auth/principal.ts';
import { ManualClock } from '#lib/clock.ts';
import { sumDecimals } from '#lib/decimal.ts';
import { Request, RequestContext } from '#lib/graphql/context.ts';
import type { Services } from '#lib/graphql/services.ts';
import { createLog } from '#lib/log.ts';
import { openEmbeddedStores } from '#lib/store/embedded/embedded.ts';
import type { Collection, Stores } from '#lib/store/port.ts';
import { createFolding } from './folding.ts';
import { type TimeRange, windowStart } from './range.ts';
import type { UsageWindow } from './resolvers.generated.ts';
import { createMetricsService } from './service.ts';
import { type MetricsStore, openMetricsStore } from './store.ts';
import { seriesOf, totalOf } from './usage.ts';
import { createUsageReader } from './usage-reader.ts';

const clock = new ManualClock('2026-03-02T04:00:00.000Z');
const METER_NAMES = ['compute', 'memory', 'apis'] as const;
const WINDOWS: readonly UsageWindow[] = ['HOUR', 'DAY', 'MONTH'];
/** The events lie in these hours, around the end of a month. */
const FIRST_HOUR = Date.parse('2026-02-28T22:00:00.000Z');
const HOURS = 5;

interface ModelEvent {
  readonly id: string;
  readonly meter: string;
  readonly value: string;
  readonly time: string;
}

const event: fc.Arbitrary<ModelEvent> = fc.record({
  id: fc.integer({ min: 0, max: 40 }).map((number) => `evt-${number}`),
  meter: fc.constantFrom(...METER_NAMES),
  value: fc
    .tuple(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 0, max: 999_999 }))
    .map(([whole, fraction]) => `${whole}.${fraction}`),
  time: fc.integer({ min: 0, max: HOURS * 3_600_000 - 1 }).map(instant),
});

/** Folders that run at once, each cut off after so many writes (0: before its first). */
const folders = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 3 });
const round = fc.record({ batch: fc.array(event, { minLength: 1, maxLength: 30 }), folders });
const range = fc
  .tuple(fc.integer({ min: 0, max: HOURS * 3_600_000 }), fc.integer({ min: 0, max: HOURS * 3_600_000 }))
  .filter(([left, right]) => left !== right)
  .map(([left, right]) => ({ from: instant(Math.min(left, right)), to: instant(Math.max(left, right)) }));

const WHOLE: TimeRange = { from: instant(0), to: instant(HOURS * 3_600_000) };

let dataDir: string;
let stores: Stores;
let store: MetricsStore;
let tenants = 0;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'metrics-'));
  stores = await openEmbeddedStores({ dataDir });
  store = await openMetricsStore(stores);
});

afterAll(async () => {
  await stores.close();
  await rm(dataDir, { recursive: true, force: true });
});

test('an event counts once, whatever its deliveries and wherever any number of folders is cut off', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(round, { minLength: 1, maxLength: 5 }),
      fc.array(range, { maxLength: 3 }),
      async (rounds, ranges) => {
        const tenantId = `ten_${++tenants}`;
        const model = new Map<string, ModelEvent>();
        for (const { batch, folders: budgets } of rounds) {
          await record(tenantId, batch, model);
          const folding = Promise.allSettled(
            budgets.map((budget) => createFolding(cutOff(store, budget)).foldAll(tenantId)),
          );
          let folded = false;
          folding.then(() => {
            folded = true;
          });
          do await expectUsage(tenantId, model, WHOLE);
          while (!folded);
          await expectUsage(tenantId, model, WHOLE);
        }
        for (const some of ranges) await expectUsage(tenantId, model, some);
        await createFolding(store).foldAll(tenantId);
        for (const some of [WHOLE, ...ranges]) await expectUsage(tenantId, model, some);
        await expectWindowsToHoldEverything(tenantId, model);
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

/** Delivers a batch and keeps in the model what has to be accepted: the first event of each identity. */
async function record(tenantId: string, batch: readonly ModelEvent[], model: Map<string, ModelEvent>): Promise<void> {
  const wanted = { accepted: 0, duplicates: 0, conflicts: 0 };
  for (const one of batch) {
    const earlier = model.get(one.id);
    if (earlier === undefined) {
      model.set(one.id, one);
      wanted.accepted += 1;
    } else if (JSON.stringify(earlier) === JSON.stringify(one)) wanted.duplicates += 1;
    else wanted.conflicts += 1;
  }
  const payload = await service().recordUsage(
    context(),
    batch.map((one) => ({ ...one, tenantId })),
  );
  expect({
    accepted: payload.accepted,
    duplicates: payload.duplicates,
    conflicts: payload.rejected.filter(({ code }) => code === 'CONFLICT').length,
  }).toEqual(wanted);
}

async function expectUsage(tenantId: string, model: ReadonlyMap<string, ModelEvent>, { from, to }: TimeRange) {
  const usage = await service().usage(context(), tenantId, { from, to });
  for (const figures of usage) {
    const events = [...model.values()].filter(
      ({ meter, time }) => meter === figures.meter.name && from <= time && time < to,
    );
    expect(totalOf(figures)).toBe(sumDecimals(events.map(({ value }) => value)));
    for (const window of WINDOWS) expect(seriesOf(figures, window)).toEqual(modelSeries(events, window));
  }
}

function modelSeries(events: readonly ModelEvent[], window: UsageWindow) {
  const starts = [...new Set(events.map(({ time }) => windowStart(time, window)))].sort();
  return starts.map((start) => ({
    start,
    value: sumDecimals(events.filter(({ time }) => windowStart(time, window) === start).map(({ value }) => value)),
  }));
}

/** Usage is read from windows alone once all is folded: no event is left to help. */
async function expectWindowsToHoldEverything(tenantId: string, model: ReadonlyMap<string, ModelEvent>) {
  await service().deleteUsage(tenantId);
  expect(await store.events.count({ index: 'folded', prefix: [true, tenantId] })).toBe(0);
  expect(await store.events.count({ index: 'folded', prefix: [false, tenantId] })).toBe(0);
  await expectUsage(tenantId, model, WHOLE);
}

function service() {
  const services: Services = {
    call: async (_, __, { representations }) =>
      ({
        _entities: (representations as { tenantId: string }[]).map(({ tenantId }) => ({
          tenantId,
          status: 'ACTIVE',
          createdAt: '2026-01-01T00:00:00.000Z',
        })),
      }) as never,
  };
  const scheduler = { schedule: () => {}, stop: async () => {} };
  const reader = createUsageReader(store, scheduler.schedule);
  return createMetricsService({ store, clock, services, folding: createFolding(store), scheduler, reader });
}

function context(): RequestContext {
  const principal = servicePrincipal('billing');
  return new RequestContext(new Request({ requestId: 'req_test', log: createLog('silent'), principal }));
}

/** The store of a process that ends after so many writes, and that others overtake at every step. */
function cutOff(whole: MetricsStore, writes: number): MetricsStore {
  const left = { writes };
  return { ...whole, events: cutOffCollection(whole.events, left), windows: cutOffCollection(whole.windows, left) };
}

function cutOffCollection<D extends object>(collection: Collection<D>, left: { writes: number }): Collection<D> {
  return new Proxy(collection, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        await setImmediate();
        if ((name === 'update' || name === 'insert') && left.writes-- <= 0) throw new Error('the process has ended');
        const result: unknown = await member.apply(target, args);
        await setImmediate();
        return result;
      };
    },
  });
}

function instant(milliseconds: number): string {
  return new Date(FIRST_HOUR + milliseconds).toISOString();
}
