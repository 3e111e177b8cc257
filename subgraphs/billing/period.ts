import { badUserInput } from '#lib/errors.ts';

/** A half-open span `[periodStart, periodEnd)` from midnight UTC to midnight UTC within one calendar month; RFC 3339. */
export interface Period {
  readonly periodStart: string;
  readonly periodEnd: string;
}

/** Days since 1970-01-01, UTC. */
export type DayNumber = number;

const DAY_MS = 86_400_000;

/**
 * The period between two instants, in the form in which documents store it.
 * @throws {AppError} `BAD_USER_INPUT`, for `input.periodStart` or `input.periodEnd`
 */
export function periodBetween(periodStart: string, periodEnd: string): Period {
  const first = midnight('input.periodStart', periodStart);
  const end = midnight('input.periodEnd', periodEnd);
  if (end <= first) {
    throw badUserInput('input.periodEnd', 'The period must end after it starts.');
  }
  if (monthOf(end - 1).first !== monthOf(first).first) {
    throw badUserInput('input.periodEnd', 'The period must lie within one calendar month (UTC).');
  }
  return periodOf(first, end);
}

/** The calendar month (UTC) in which an instant lies. */
export function calendarMonth(instant: string): Period {
  const { first, end } = monthOf(dayOf(instant));
  return periodOf(first, end);
}

/** The calendar month (UTC) before the one in which an instant lies. */
export function previousMonth(instant: string): Period {
  const { first, end } = monthOf(monthOf(dayOf(instant)).first - 1);
  return periodOf(first, end);
}

/** Whether two periods have a day in common. */
export function overlaps(left: Period, right: Period): boolean {
  return dayOf(left.periodStart) < dayOf(right.periodEnd) && dayOf(right.periodStart) < dayOf(left.periodEnd);
}

/**
 * What is still to be invoiced when a tenant leaves: a period per calendar month, oldest first, from the month of
 * onboarding to the day of offboarding, that day included; of a month that is invoiced in part, each remaining part.
 * Pricing rule: "the final invoices of an offboarding are one per month not yet invoiced, the last one up to and
 * including that day".
 */
export function finalPeriods(tenancy: {
  readonly onboardedAt: string;
  readonly offboardedAt: string;
  /** The periods of the invoices that are not void, in any order. */
  readonly invoiced: readonly Period[];
}): Period[] {
  const onboarded = dayOf(tenancy.onboardedAt);
  const end = dayOf(tenancy.offboardedAt) + 1;
  const invoiced = new Set(tenancy.invoiced.flatMap(daysOf));
  const periods: Period[] = [];
  let open = monthOf(onboarded).first;
  for (let day = open; day < end; day += 1) {
    if (invoiced.has(day)) {
      open = day + 1;
    } else if (day >= onboarded && (day + 1 === end || invoiced.has(day + 1) || isFirstOfMonth(day + 1))) {
      periods.push(periodOf(open, day + 1));
    }
    if (isFirstOfMonth(day + 1)) {
      open = day + 1;
    }
  }
  return periods;
}

/** "March 2026" for a calendar month, "2026-03-01 to 2026-03-12" (both included) for less. */
export function describePeriod({ periodStart, periodEnd }: Period): string {
  const month = calendarMonth(periodStart);
  if (month.periodStart === periodStart && month.periodEnd === periodEnd) {
    return new Date(periodStart).toLocaleDateString('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' });
  }
  return `${periodStart.slice(0, 10)} to ${startOfDay(dayOf(periodEnd) - 1).slice(0, 10)}`;
}

/** The days of a period, oldest first. */
export function daysOf({ periodStart, periodEnd }: Period): DayNumber[] {
  const first = dayOf(periodStart);
  return Array.from({ length: dayOf(periodEnd) - first }, (_, index) => first + index);
}

/** How many days the calendar month of a period has. */
export function daysInMonth({ periodStart }: Period): number {
  const { first, end } = monthOf(dayOf(periodStart));
  return end - first;
}

/** The day (UTC) in which an instant lies. */
export function dayOf(instant: string): DayNumber {
  return Math.floor(millisecondsOf(instant) / DAY_MS);
}

/** The first instant of a day. */
export function startOfDay(day: DayNumber): string {
  return new Date(day * DAY_MS).toISOString();
}

/** The last instant of a day, in milliseconds since 1970-01-01T00:00:00Z. */
export function lastMillisecondOf(day: DayNumber): number {
  return (day + 1) * DAY_MS - 1;
}

/**
 * Milliseconds since 1970-01-01T00:00:00Z.
 * @throws {RangeError} when the text is no time
 */
export function millisecondsOf(instant: string): number {
  const milliseconds = Date.parse(instant);
  if (Number.isNaN(milliseconds)) {
    throw new RangeError('not an RFC 3339 time');
  }
  return milliseconds;
}

function midnight(field: string, instant: string): DayNumber {
  const milliseconds = Date.parse(instant);
  if (Number.isNaN(milliseconds) || milliseconds % DAY_MS !== 0) {
    throw badUserInput(field, 'A period starts and ends at midnight UTC.');
  }
  return milliseconds / DAY_MS;
}

function monthOf(day: DayNumber): { first: DayNumber; end: DayNumber } {
  const date = new Date(day * DAY_MS);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { first: Date.UTC(year, month) / DAY_MS, end: Date.UTC(year, month + 1) / DAY_MS };
}

function isFirstOfMonth(day: DayNumber): boolean {
  return new Date(day * DAY_MS).getUTCDate() === 1;
}

function periodOf(first: DayNumber, end: DayNumber): Period {
  return { periodStart: startOfDay(first), periodEnd: startOfDay(end) };
}
