import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { servicePrincipal } from '#lib/auth/principal.ts';
import { ManualClock } from '#lib/clock.ts';
import { sumDecimals } from '#lib/decimal.ts';
import { Request, RequestContext } from '#lib/graphql/context.ts';
import type { Services } from '#lib/graphql/services.ts';
import { createLog } from '#lib/log.ts';
import type { Collection, Stores } from '#lib/store/port.ts';
import { SLOWNESS } from '#test/support/mongodb.ts';
import { openTestStores, removeStores } from '#test/support/stores.ts';
import { createUsageClosing } from './closing.ts';
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
    .map(([whole, fraction]) => sumDecimals([`${whole}.${fraction}`])),
  time: fc.integer({ min: 0, max: HOURS * 3_600_000 - 1 }).map(instant),
});

/** A process that shares the store: where it is cut off, and how long it waits before each operation. */
interface Pace {
  /** How many writes it does. */
  readonly writes: number;
  /** Milliseconds, taken in turn. */
  readonly pauses: readonly number[];
}

const pauses = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 7 });
const folder: fc.Arbitrary<Pace> = fc.record({ writes: fc.integer({ min: 0, max: 60 }), pauses });
const round = fc.record({
  batch: fc.array(event, { minLength: 1, maxLength: 30 }),
  folders: fc.array(folder, { maxLength: 3 }),
  reader: pauses,
});
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
  stores = await openTestStores(dataDir);
  store = await openMetricsStore(stores);
});

afterAll(async () => {
  await stores.close();
  await removeStores(dataDir);
});

test('an event counts once, whatever its deliveries and wherever any number of folders is cut off', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(round, { minLength: 1, maxLength: 5 }),
      fc.array(range, { maxLength: 3 }),
      async (rounds, ranges) => {
        const tenantId = `ten_${++tenants}`;
        const model = new Map<string, ModelEvent>();
        const folding: Promise<unknown>[] = [];
        for (const { batch, folders, reader } of rounds) {
          await record(tenantId, batch, model);
          folding.push(...folders.map((pace) => foldUntilCutOff(tenantId, pace)));
          await expectUsage(tenantId, model, WHOLE, paced(store, { writes: 0, pauses: reader }));
        }
        const done = Promise.all(folding);
        for (let running = true; running; ) {
          await expectUsage(tenantId, model, WHOLE);
          running = (await Promise.race([done, setImmediate('running')])) === 'running';
        }
        expect((await done).filter((fault) => fault !== undefined)).toEqual([]);
        for (const some of ranges) await expectUsage(tenantId, model, some);
        await foldAll(store, tenantId);
        for (const some of [WHOLE, ...ranges]) await expectUsage(tenantId, model, some);
        await expectWindowsToHoldEverything(tenantId, model);
      },
    ),
    { numRuns: Math.ceil(50 / SLOWNESS) },
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

async function expectUsage(
  tenantId: string,
  model: ReadonlyMap<string, ModelEvent>,
  { from, to }: TimeRange,
  read = store,
) {
  const usage = await service(read).usage(context(), tenantId, { from, to });
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
  await closingOn(store).deleteUsage({ commandId: 'wf_1/DELETE_USAGE', tenantId });
  expect(await store.events.count({ index: 'folded', prefix: [true, tenantId] })).toBe(0);
  expect(await store.events.count({ index: 'folded', prefix: [false, tenantId] })).toBe(0);
  await expectUsage(tenantId, model, WHOLE);
}

function service(on = store) {
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
  const reader = createUsageReader(on, scheduler.schedule);
  return createMetricsService({ store: on, clock, services, closing: closingOn(on), scheduler, reader });
}

function closingOn(on: MetricsStore) {
  return createUsageClosing({ store: on, folding: createFolding(on), deletionMilliseconds: 20_000 });
}

function context(): RequestContext {
  const principal = servicePrincipal('billing');
  return new RequestContext(new Request({ requestId: 'req_test', log: createLog('silent'), principal }));
}

class CutOff extends Error {}

/** Answers what else went wrong, as a promise that nobody has to wait for at once. */
async function foldUntilCutOff(tenantId: string, pace: Pace): Promise<unknown> {
  try {
    return await foldAll(paced(store, pace), tenantId);
  } catch (error) {
    return error instanceof CutOff ? undefined : error;
  }
}

async function foldAll(on: MetricsStore, tenantId: string): Promise<void> {
  const folding = createFolding(on);
  while (await folding.foldSome(tenantId));
}

/** The store as a process sees it that others overtake at every step, and that ends after so many writes. */
function paced(whole: MetricsStore, { writes, pauses: turns }: Pace): MetricsStore {
  const done = { writes: 0, operations: 0 };
  const collection = <D extends object>(real: Collection<D>): Collection<D> =>
    new Proxy(real, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          await setTimeout(turns[done.operations++ % turns.length]);
          const isWrite = name === 'update' || name === 'insert';
          if (isWrite && done.writes++ >= writes) throw new CutOff();
          return await member.apply(target, args);
        };
      },
    });
  return { ...whole, events: collection(whole.events), windows: collection(whole.windows) };
}

function instant(milliseconds: number): string {
  return new Date(FIRST_HOUR + milliseconds).toISOString();
}
