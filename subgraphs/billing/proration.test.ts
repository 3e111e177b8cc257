import { describe, expect, it } from 'vitest';
import { calendarMonth, periodBetween } from './period.ts';
import type { Tier } from './plan.ts';
import { APRIL, price, short, sum } from './pricing.fixtures.ts';

describe('the plan of a day', () => {
  it('is that of the tier in force when the day ended', () => {
    const priced = price({
      tiers: [
        ['STANDARD', '2026-01-01'],
        ['PREMIUM', '2026-04-13T10:00:00.000Z'],
      ],
      usage: [sum('apis', { 5: 1e6, 12: '0.5', 13: 7e6 })],
    });
    expect(short(priced)).toEqual([
      'Standard plan, 12 of 30 days = 1960',
      'Premium plan, 18 of 30 days = 29940',
      'apis (Standard plan): included 400000 = 0',
      'apis (Standard plan): 400,000 to 4,000,000 at 0.000002 600000.5 = 120',
      'apis (Premium plan): included 6000000 = 0',
      'apis (Premium plan): 6,000,000 to 60,000,000 at 0.0000015 1000000 = 150',
    ]);
    expect(priced.billed).toEqual([{ ...APRIL, meter: 'apis', quantity: '8000000.5', amountMinor: 270 }]);
  });

  it.each<[string, [Tier, string][], string[]]>([
    [
      'two changes in one day: the last one counts, the one between never does',
      [
        ['STANDARD', '2026-01-01'],
        ['PREMIUM', '2026-04-11T08:00:00.000Z'],
        ['FREE', '2026-04-11T09:00:00.000Z'],
      ],
      ['Standard plan, 10 of 30 days = 1633'],
    ],
    [
      'there and back in one day: nothing has changed',
      [
        ['STANDARD', '2026-01-01'],
        ['PREMIUM', '2026-04-11T08:00:00.000Z'],
        ['STANDARD', '2026-04-11T23:59:59.999Z'],
      ],
      ['Standard plan, 30 of 30 days = 4900'],
    ],
    [
      'a change at midnight: it belongs to the day that begins',
      [
        ['STANDARD', '2026-01-01'],
        ['PREMIUM', '2026-04-11T00:00:00.000Z'],
      ],
      ['Standard plan, 10 of 30 days = 1633', 'Premium plan, 20 of 30 days = 33267'],
    ],
    [
      'a change in the last millisecond: the day is on the new plan',
      [
        ['STANDARD', '2026-01-01'],
        ['PREMIUM', '2026-04-10T23:59:59.999Z'],
      ],
      ['Standard plan, 9 of 30 days = 1470', 'Premium plan, 21 of 30 days = 34930'],
    ],
    [
      'a change at the midnight that ends the month: it belongs to the next month',
      [
        ['STANDARD', '2026-01-01'],
        ['PREMIUM', '2026-05-01T00:00:00.000Z'],
      ],
      ['Standard plan, 30 of 30 days = 4900'],
    ],
    [
      'away and back: the days on a plan make one line',
      [
        ['STANDARD', '2026-01-01'],
        ['PREMIUM', '2026-04-11T08:00:00.000Z'],
        ['STANDARD', '2026-04-21T08:00:00.000Z'],
      ],
      ['Standard plan, 20 of 30 days = 3267', 'Premium plan, 10 of 30 days = 16633'],
    ],
    [
      'a change with an offset: the day is that of UTC',
      [
        ['STANDARD', '2026-01-01'],
        ['PREMIUM', '2026-04-11T01:00:00.000+02:00'],
      ],
      ['Standard plan, 9 of 30 days = 1470', 'Premium plan, 21 of 30 days = 34930'],
    ],
  ])('%s', (_, tiers, lines) => {
    expect(short(price({ tiers }))).toEqual(lines);
  });

  it('is, for the running day and those to come, that of the tier in force now', () => {
    const tiers: [Tier, string][] = [
      ['STANDARD', '2026-01-01'],
      ['PREMIUM', '2026-04-11T08:00:00.000Z'],
    ];
    expect(short(price({ tiers, now: '2026-04-11T07:59:59.999Z' }))).toEqual(['Standard plan, 30 of 30 days = 4900']);
    expect(short(price({ tiers, now: '2026-04-11T08:00:00.000Z' }))).toHaveLength(2);
  });
});

describe('the billed days', () => {
  it.each<[string, string, string, string | null, string]>([
    ['from the day of onboarding, included', '2026-04', '2026-04-21T23:59:59.999Z', null, '10 of 30 days = 1633'],
    [
      'to the day of offboarding, included',
      '2026-04',
      '2026-01-01',
      '2026-04-10T00:00:00.000Z',
      '10 of 30 days = 1633',
    ],
    [
      'one, where both are the same',
      '2026-04',
      '2026-04-10T08:00:00.000Z',
      '2026-04-10T09:00:00.000Z',
      '1 of 30 days = 163',
    ],
    ['of February', '2026-02', '2026-02-20T12:00:00.000Z', null, '9 of 28 days = 1575'],
    ['of February in a leap year', '2028-02', '2028-02-20T12:00:00.000Z', null, '10 of 29 days = 1690'],
    ['of the 29th of February', '2028-02', '2028-02-29T12:00:00.000Z', null, '1 of 29 days = 169'],
  ])('are counted %s', (_, month, onboardedAt, offboardedAt, expected) => {
    const period = calendarMonth(`${month}-01T00:00:00.000Z`);
    expect(short(price({ period, tiers: [['STANDARD', onboardedAt]], offboardedAt }))).toEqual([
      `Standard plan, ${expected}`,
    ]);
  });

  it('are none before the onboarding and after the offboarding: the bill is empty', () => {
    const usage = [sum('apis', { 3: 5e6 }), { ...sum('compute', {}), aggregation: 'MAX' as const, total: '5' }];
    for (const bill of [
      price({ tiers: [['STANDARD', '2026-05-01T00:00:00.000Z']], usage }),
      price({ offboardedAt: '2026-03-31T23:59:59.999Z', usage }),
    ]) {
      expect(bill).toMatchObject({ lines: [], subtotalMinor: 0, taxMinor: 0, totalMinor: 0, billed: [] });
    }
  });

  it('of a part of a month bear their part of the month only', () => {
    const period = periodBetween('2026-04-01T00:00:00.000Z', '2026-04-16T00:00:00.000Z');
    expect(short(price({ period, usage: [sum('compute', { 15: 70_000 })] }))).toEqual([
      'Standard plan, 15 of 30 days = 2450',
      'compute: included 50000 = 0',
      'compute: over 50,000 at 0.00005 20000 = 100',
    ]);
  });
});
