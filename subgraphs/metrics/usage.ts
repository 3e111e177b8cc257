import { compareDecimals, type Decimal, subtractDecimals } from '#lib/decimal.ts';
import { unavailable } from '#lib/errors.ts';
import type { Meter } from './meter.ts';
import { windowStart } from './range.ts';
import type { Quota, UsagePoint, UsageToDate, UsageWindow } from './resolvers.generated.ts';
import type { HourFigure } from './usage-reader.ts';
import { combine } from './window.ts';

/** `Tenant` in this service: its id, and what the plan allows where the gateway sent it along (`@requires`). */
export interface TenantSlice {
  readonly tenantId: string;
  readonly allowances?: readonly { readonly meter: string; readonly quota?: Decimal | null }[] | null;
}

/** The usage of one meter in a range of time. */
export interface MeterFigures {
  readonly meter: Meter;
  readonly figures: readonly HourFigure[];
}

/** The usage of each of these meters, with nothing where nothing was used. */
export function byMeter(meters: readonly Meter[], figures: readonly HourFigure[]): readonly MeterFigures[] {
  const groups = Map.groupBy(figures, ({ meter }) => meter);
  return meters.map((meter) => ({ meter, figures: groups.get(meter.name) ?? [] }));
}

/** The figure of the whole range. */
export function totalOf({ meter, figures }: MeterFigures): Decimal {
  return combine(
    meter.name,
    figures.map(({ value }) => value),
  );
}

/** The figures of the windows that hold events, oldest first. */
export function seriesOf({ meter, figures }: MeterFigures, window: UsageWindow): readonly UsagePoint[] {
  const groups = Map.groupBy(figures, ({ hour }) => windowStart(hour, window));
  return [...groups]
    .map(([start, group]) => ({
      start,
      value: combine(
        meter.name,
        group.map(({ value }) => value),
      ),
    }))
    .sort((left, right) => (left.start < right.start ? -1 : 1));
}

export function toDate(usage: MeterFigures): UsageToDate {
  const { name, unit, aggregation } = usage.meter;
  return { meter: name, unit, aggregation, total: totalOf(usage), days: seriesOf(usage, 'DAY') };
}

/**
 * How much of each quota is used. A meter that the plan does not limit has the limit null.
 *
 * @throws {AppError} `UNAVAILABLE` when it is not known what the plan allows: that is never taken for no limit
 */
export function quotasOf(usage: readonly MeterFigures[], allowances: TenantSlice['allowances']): readonly Quota[] {
  if (allowances == null) throw unavailable("The plan's allowances are out of reach.");
  const limits = new Map(allowances.map(({ meter, quota }) => [meter, quota ?? null]));
  return usage.map((figures) => {
    const used = totalOf(figures);
    const limit = limits.get(figures.meter.name) ?? null;
    return { meter: figures.meter.name, limit, used, remaining: limit === null ? null : remainder(limit, used) };
  });
}

function remainder(limit: Decimal, used: Decimal): Decimal {
  return compareDecimals(used, limit) < 0 ? subtractDecimals(limit, used) : '0';
}
