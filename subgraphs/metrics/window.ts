import type { Decimal } from '#lib/decimal.ts';
import { AGGREGATIONS } from './aggregation.ts';
import type { EventDocument } from './event.ts';
import { findMeter } from './meter.ts';
import { windowStart } from './range.ts';

/** The usage of one tenant on one meter in one hour. `windowKey` is made of the three. */
export interface WindowDocument {
  readonly windowKey: string;
  readonly tenantId: string;
  readonly meter: string;
  /** The window's first instant. */
  readonly hour: string;
  /** The figure of all events folded into it. */
  readonly figure: Decimal;
  /** How many events that were. */
  readonly events: number;
  /** The keys of the events that the last fold added, while it is not certain that all of them are marked as folded. */
  readonly applied: readonly string[];
}

/** The key of the window that counts an event. */
export function windowKeyOf({ tenantId, meter, time }: EventDocument): string {
  return `${tenantId}/${meter}/${windowStart(time, 'HOUR')}`;
}

/** A window after these events, which must all be its own and new to it. */
export function addEvents(
  window: WindowDocument | undefined,
  events: readonly [EventDocument, ...EventDocument[]],
): WindowDocument {
  const { tenantId, meter, time } = events[0];
  return {
    windowKey: windowKeyOf(events[0]),
    tenantId,
    meter,
    hour: windowStart(time, 'HOUR'),
    figure: combine(meter, [window?.figure ?? '0', ...events.map(({ value }) => value)]),
    events: (window?.events ?? 0) + events.length,
    applied: events.map(({ eventKey }) => eventKey),
  };
}

/** One figure of several of a meter. @throws {TypeError} for a meter that does not exist: none is ever taken away */
export function combine(meter: string, figures: readonly Decimal[]): Decimal {
  const found = findMeter(meter);
  if (found === undefined) throw new TypeError(`there is no meter ${meter}`);
  return AGGREGATIONS[found.aggregation].combine(figures);
}
