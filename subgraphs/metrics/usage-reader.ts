import type { Decimal } from '#lib/decimal.ts';
import { failedPrecondition, unavailable } from '#lib/errors.ts';
import type { Stored } from '#lib/store/port.ts';
import type { EventDocument } from './event.ts';
import { METERS } from './meter.ts';
import { splitByHour, type TimeRange, windowStart } from './range.ts';
import { eventsBetween, type MetricsStore, unfoldedEvents, windowsBetween } from './store.ts';
import { combine, type WindowDocument, windowKeyOf } from './window.ts';

/** The figure of one meter in one hour, or in what of the hour the range holds. */
export interface HourFigure {
  readonly meter: string;
  /** The hour's first instant. */
  readonly hour: string;
  readonly value: Decimal;
}

export type UsageReader = ReturnType<typeof createUsageReader>;

const ATTEMPTS = 64;

/**
 * Reads usage, exact to the event: every event that was answered as accepted before, once, whether it is folded, being
 * folded or not. Full hours cost their windows, the hours at the ends of a range their events.
 */
export function createUsageReader(store: MetricsStore, onUnfolded: (tenantId: string) => void) {
  return {
    /**
     * The figures of every meter and hour with events, in no order.
     *
     * @throws {AppError} `FAILED_PRECONDITION` for a part of an hour whose events are deleted, `UNAVAILABLE` where
     * windows change faster than they can be read
     */
    async read(tenantId: string, range: TimeRange): Promise<readonly HourFigure[]> {
      const { hours, ends } = splitByHour(range);
      const parts = await Promise.all([
        hours === undefined ? [] : readHours(store, tenantId, hours, onUnfolded),
        ...ends.map((end) => readPartOfHour(store, tenantId, end)),
      ]);
      return parts.flat();
    },
  };
}

/**
 * Windows, then unfolded events, then the windows again: a window that did not change in between counts exactly what was
 * folded when the events were read. The ones that did change are read again.
 */
async function readHours(
  store: MetricsStore,
  tenantId: string,
  hours: TimeRange,
  onUnfolded: (tenantId: string) => void,
): Promise<readonly HourFigure[]> {
  const settled = new Map<string, HourFigure>();
  let before = byKey(await windowsBetween(store, tenantId, hours));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const unfolded = await unfoldedEvents(store, tenantId);
    if (unfolded.length > 0) onUnfolded(tenantId);
    const late = Map.groupBy(
      unfolded.filter(({ time }) => hours.from <= time && time < hours.to),
      windowKeyOf,
    );
    const after = byKey(await windowsBetween(store, tenantId, hours));
    let changed = false;
    for (const key of new Set([...after.keys(), ...late.keys()])) {
      if (settled.has(key)) continue;
      if (before.get(key)?.version === after.get(key)?.version)
        settled.set(key, figureOf(before.get(key), late.get(key)));
      else changed = true;
    }
    if (!changed) return [...settled.values()];
    before = after;
  }
  throw unavailable('Usage is being counted too fast to be read; the request can be sent again.');
}

/** What a window and the events that are not folded make together. A window of nothing is not asked for. */
function figureOf(window: WindowDocument | undefined, unfolded: readonly EventDocument[] = []): HourFigure {
  const applied = new Set(window?.applied);
  const added = unfolded.filter(({ eventKey }) => !applied.has(eventKey));
  const { meter, hour } = window ?? hourOf(unfolded);
  return { meter, hour, value: combine(meter, [window?.figure ?? '0', ...added.map(({ value }) => value)]) };
}

function hourOf([event]: readonly EventDocument[]): { meter: string; hour: string } {
  if (event === undefined) throw new TypeError('neither a window nor an event');
  return { meter: event.meter, hour: windowStart(event.time, 'HOUR') };
}

/** Events are only ever added while a tenant lives, so that what is read here needs no second look. */
async function readPartOfHour(store: MetricsStore, tenantId: string, part: TimeRange): Promise<readonly HourFigure[]> {
  const hour = windowStart(part.from, 'HOUR');
  const figures = METERS.map(async ({ name: meter }): Promise<HourFigure[]> => {
    const events = await eventsBetween(store, tenantId, meter, part);
    if (events.length === 0) return [];
    return [
      {
        meter,
        hour,
        value: combine(
          meter,
          events.map(({ value }) => value),
        ),
      },
    ];
  });
  const read = (await Promise.all(figures)).flat();
  await assertEventsKept(store, tenantId, hour);
  return read;
}

/** A window that counts more events than there are tells that they were deleted. */
async function assertEventsKept(store: MetricsStore, tenantId: string, hour: string): Promise<void> {
  const end = `${hour.slice(0, 14)}59:59.999Z`;
  const windows = await windowsBetween(store, tenantId, { from: hour, to: end });
  for (const { meter, events } of windows) {
    const range = { gte: hour, lte: end };
    if ((await store.events.count({ index: 'time', prefix: [tenantId, meter], range })) < events) {
      throw failedPrecondition("The tenant's events are deleted: from and to must be full hours.");
    }
  }
}

function byKey(windows: readonly Stored<WindowDocument>[]): Map<string, Stored<WindowDocument>> {
  return new Map(windows.map((window) => [window.windowKey, window]));
}
