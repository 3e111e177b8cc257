import { badUserInput } from '#lib/errors.ts';
import type { UsageWindow } from './resolvers.generated.ts';
import { Unreadable } from './scalars.ts';

/** A half-open stretch of time: from `from` on, until before `to`. RFC 3339 in UTC with milliseconds. */
export interface TimeRange {
  readonly from: string;
  readonly to: string;
}

/** An input time: left out, as it was read, or not to be read. */
export type InputTime = string | Unreadable | null | undefined;

const HOUR = 3_600_000; // milliseconds
const LONGEST_DAYS = 400;

/** The first instant of the window that an instant lies in. */
export function windowStart(instant: string, window: UsageWindow): string {
  if (window === 'HOUR') return `${instant.slice(0, 13)}:00:00.000Z`;
  if (window === 'DAY') return `${instant.slice(0, 10)}T00:00:00.000Z`;
  return `${instant.slice(0, 7)}-01T00:00:00.000Z`;
}

/** The calendar month (UTC) that an instant lies in. */
export function monthOf(instant: Date): TimeRange {
  const [year, month] = [instant.getUTCFullYear(), instant.getUTCMonth()];
  return {
    from: new Date(Date.UTC(year, month)).toISOString(),
    to: new Date(Date.UTC(year, month + 1)).toISOString(),
  };
}

/**
 * The range that the arguments `from` and `to` mean; each is the current month's where it is left out.
 *
 * @throws {AppError} `BAD_USER_INPUT` for a time that cannot be read, an empty range and one of more than 400 days
 */
export function readRange(from: InputTime, to: InputTime, now: Date): TimeRange {
  const month = monthOf(now);
  const range = { from: readTime('from', from) ?? month.from, to: readTime('to', to) ?? month.to };
  if (range.from >= range.to) throw badUserInput(from == null ? 'to' : 'from', 'from must be before to.');
  if (Date.parse(range.to) - Date.parse(range.from) > LONGEST_DAYS * 24 * HOUR) {
    throw badUserInput(from == null ? 'to' : 'from', `from and to must be at most ${LONGEST_DAYS} days apart.`);
  }
  return range;
}

/** The full hours of a range (`undefined` where it has none), and what is left of it at its ends: each within one hour. */
export function splitByHour({ from, to }: TimeRange): { hours: TimeRange | undefined; ends: readonly TimeRange[] } {
  const first = new Date(Math.ceil(Date.parse(from) / HOUR) * HOUR).toISOString();
  const last = windowStart(to, 'HOUR');
  if (first > last) return { hours: undefined, ends: [{ from, to }] };
  const ends = [
    { from, to: first },
    { from: last, to },
  ].filter((end) => end.from < end.to);
  return { hours: first < last ? { from: first, to: last } : undefined, ends };
}

function readTime(argument: 'from' | 'to', time: InputTime): string | undefined {
  if (time instanceof Unreadable) throw badUserInput(argument, `${argument} ${time.reason}.`);
  return time ?? undefined;
}
