import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  calendarMonth,
  dayOf,
  daysInMonth,
  daysOf,
  describePeriod,
  finalPeriods,
  overlaps,
  type Period,
  periodBetween,
  previousMonth,
  startOfDay,
} from './period.ts';

describe('a period', () => {
  it('is from midnight UTC to midnight UTC within one calendar month, stored with milliseconds', () => {
    expect(periodBetween('2026-03-01T00:00:00Z', '2026-04-01T02:00:00+02:00')).toEqual(
      period('2026-03-01', '2026-04-01'),
    );
    expect(periodBetween('2026-12-31T00:00:00Z', '2027-01-01T00:00:00Z')).toEqual(period('2026-12-31', '2027-01-01'));
  });

  it.each([
    ['2026-03-01T00:00:00.001Z', '2026-04-01T00:00:00Z', 'input.periodStart'],
    ['2026-03-01T00:00:00+02:00', '2026-04-01T00:00:00Z', 'input.periodStart'],
    ['yesterday', '2026-04-01T00:00:00Z', 'input.periodStart'],
    ['2026-03-01T00:00:00Z', '2026-03-31T23:59:59Z', 'input.periodEnd'],
    ['2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z', 'input.periodEnd'],
    ['2026-03-02T00:00:00Z', '2026-03-01T00:00:00Z', 'input.periodEnd'],
    ['2026-03-01T00:00:00Z', '2026-04-02T00:00:00Z', 'input.periodEnd'],
    ['2026-03-31T00:00:00Z', '2027-03-01T00:00:00Z', 'input.periodEnd'],
  ])('is not %s to %s', (start, end, field) => {
    expect(() => periodBetween(start, end)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', details: { field } }),
    );
  });

  it('overlaps another when they have a day in common', () => {
    const march = period('2026-03-01', '2026-04-01');
    expect(overlaps(march, period('2026-03-31', '2026-04-01'))).toBe(true);
    expect(overlaps(period('2026-03-10', '2026-03-11'), march)).toBe(true);
    expect(overlaps(march, period('2026-04-01', '2026-05-01'))).toBe(false);
    expect(overlaps(period('2026-02-01', '2026-03-01'), march)).toBe(false);
  });

  it('is described by its month, or by its first and last day', () => {
    expect(describePeriod(period('2026-02-01', '2026-03-01'))).toBe('February 2026');
    expect(describePeriod(period('2026-02-01', '2026-02-28'))).toBe('2026-02-01 to 2026-02-27');
  });
});

describe('a calendar month', () => {
  it('is that of UTC in which an instant lies, and has its own number of days', () => {
    expect(calendarMonth('2026-03-31T23:59:59.999Z')).toEqual(period('2026-03-01', '2026-04-01'));
    expect(calendarMonth('2026-04-01T01:00:00+02:00')).toEqual(period('2026-03-01', '2026-04-01'));
    expect(previousMonth('2026-01-31T12:00:00Z')).toEqual(period('2025-12-01', '2026-01-01'));
    expect(previousMonth('2026-03-31T12:00:00Z')).toEqual(period('2026-02-01', '2026-03-01'));
    const lengths = ['2026-02', '2028-02', '2000-02', '2100-02', '2026-04', '2026-12'].map((month) =>
      daysInMonth(calendarMonth(`${month}-15T00:00:00Z`)),
    );
    expect(lengths).toEqual([28, 29, 29, 28, 30, 31]);
  });
});

describe('the final periods of a tenant that leaves', () => {
  it.each<[string, string, string, Period[], Period[]]>([
    ['on its first day', '2026-03-10T08:00:00Z', '2026-03-10T09:00:00Z', [], [period('2026-03-01', '2026-03-11')]],
    [
      'after months of which none is invoiced',
      '2026-01-20T08:00:00Z',
      '2026-03-10T23:59:59.999Z',
      [],
      [period('2026-01-01', '2026-02-01'), period('2026-02-01', '2026-03-01'), period('2026-03-01', '2026-03-11')],
    ],
    [
      'with invoiced months among them',
      '2025-12-20T08:00:00Z',
      '2026-03-10T12:00:00Z',
      [period('2026-02-01', '2026-03-01'), period('2025-12-01', '2026-01-01')],
      [period('2026-01-01', '2026-02-01'), period('2026-03-01', '2026-03-11')],
    ],
    [
      'with a month invoiced in part: the rest of it',
      '2026-01-01T08:00:00Z',
      '2026-02-10T12:00:00Z',
      [period('2026-01-11', '2026-01-21'), period('2026-02-01', '2026-02-05')],
      [period('2026-01-01', '2026-01-11'), period('2026-01-21', '2026-02-01'), period('2026-02-05', '2026-02-11')],
    ],
    [
      'with all invoiced from the day of onboarding: none, nothing before it is billed',
      '2026-03-05T08:00:00Z',
      '2026-03-10T12:00:00Z',
      [period('2026-03-05', '2026-04-01')],
      [],
    ],
    [
      'on the last day of a month',
      '2026-03-31T23:00:00Z',
      '2026-03-31T23:59:59.999Z',
      [],
      [period('2026-03-01', '2026-04-01')],
    ],
    [
      'on the first day of a month, the one before invoiced',
      '2026-02-03T23:00:00Z',
      '2026-03-01T00:00:00Z',
      [period('2026-02-01', '2026-03-01')],
      [period('2026-03-01', '2026-03-02')],
    ],
  ])('%s', (_, onboardedAt, offboardedAt, invoiced, expected) => {
    expect(finalPeriods({ onboardedAt, offboardedAt, invoiced })).toEqual(expected);
  });

  it('cover every billed day that is not invoiced, once, each within a month', () => {
    const day = fc.integer({ min: dayOf('2026-01-01T00:00:00Z'), max: dayOf('2026-06-30T00:00:00Z') });
    const oneDay = (first: number) => periodBetween(startOfDay(first), startOfDay(first + 1));
    fc.assert(
      fc.property(day, day, fc.array(day, { maxLength: 60 }), (one, other, invoicedDays) => {
        const [onboarded, offboarded] = [Math.min(one, other), Math.max(one, other)];
        const periods = finalPeriods({
          onboardedAt: startOfDay(onboarded),
          offboardedAt: startOfDay(offboarded),
          invoiced: invoicedDays.map(oneDay),
        });
        for (const { periodStart, periodEnd } of periods) {
          expect(periodBetween(periodStart, periodEnd)).toEqual({ periodStart, periodEnd });
        }
        const covered = periods.flatMap(daysOf);
        expect(covered.filter((covering) => invoicedDays.includes(covering))).toEqual([]);
        const billed = Array.from({ length: offboarded - onboarded + 1 }, (_, index) => onboarded + index);
        expect(covered.filter((covering) => covering >= onboarded)).toEqual(
          billed.filter((open) => !invoicedDays.includes(open)),
        );
      }),
    );
  });
});

function period(start: string, end: string): Period {
  return { periodStart: `${start}T00:00:00.000Z`, periodEnd: `${end}T00:00:00.000Z` };
}
