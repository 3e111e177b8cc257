import { describe, expect, it } from 'vitest';
import type { Decimal } from '#lib/decimal.ts';
import { calendarMonth } from './period.ts';
import { defaultPriceList, parsePriceList, type Tier } from './plan.ts';
import { APRIL, changes, type Given, line, listWith, price, short, sum } from './pricing.fixtures.ts';
import { priceUpcoming } from './pricing.ts';
import type { MeterUsage } from './usage-charge.ts';

describe('a whole month on one plan', () => {
  it('is the base fee, what is included at 0, and a line per band', () => {
    const priced = price({
      period: calendarMonth('2026-03-01T00:00:00.000Z'),
      usage: [
        sum('compute', { 3: '150000' }, '03'),
        sum('memory', { 3: '1234.5' }, '03'),
        sum('apis', { 31: 12e6 }, '03'),
      ],
      taxRate: '0.2',
    });
    expect(priced.lines).toEqual([
      line('Standard plan, 31 of 31 days', null, '31', null, 4900),
      line('compute: included', 'compute', '100000', '0', 0),
      line('compute: over 100,000 at 0.00005', 'compute', '50000', '0.00005', 250),
      line('memory: included', 'memory', '1000', '0', 0),
      line('memory: over 1,000 at 0.01', 'memory', '234.5', '0.01', 234), // 234.5 cents: to the even one
      line('apis: included', 'apis', '1000000', '0', 0),
      line('apis: 1,000,000 to 10,000,000 at 0.000002', 'apis', '9000000', '0.000002', 1800),
      line('apis: over 10,000,000 at 0.000001', 'apis', '2000000', '0.000001', 200),
    ]);
    expect(priced).toMatchObject({
      currency: 'USD',
      taxRate: '0.2',
      subtotalMinor: 7384,
      taxMinor: 1477,
      totalMinor: 8861,
    });
    expect(priced).toMatchObject({ periodStart: '2026-03-01T00:00:00.000Z', periodEnd: '2026-04-01T00:00:00.000Z' });
  });

  it('without usage is the base fee alone', () => {
    expect(short(price({ usage: [sum('apis', {})] }))).toEqual(['Standard plan, 30 of 30 days = 4900']);
  });

  it('has no line for a band at whose limit the usage ends', () => {
    expect(short(price({ usage: [sum('apis', { 1: 1e6 })] }))).toEqual([
      'Standard plan, 30 of 30 days = 4900',
      'apis: included 1000000 = 0',
    ]);
    expect(short(price({ usage: [sum('apis', { 1: 10e6 })] })).at(-1)).toBe(
      'apis: 1,000,000 to 10,000,000 at 0.000002 9000000 = 1800',
    );
  });

  it('on FREE costs nothing, whatever the use: what is beyond is not billed', () => {
    const priced = price({
      tiers: [['FREE', '2026-01-01']],
      usage: [sum('apis', { 2: 250_000 }), sum('memory', { 2: 7 })],
    });
    expect(short(priced)).toEqual(['memory: included 7 = 0', 'apis: included 10000 = 0']);
    expect(priced.totalMinor).toBe(0);
    expect(priced.billed).toContainEqual({ ...APRIL, meter: 'apis', quantity: '250000', amountMinor: 0 });
  });

  it('has no line for a meter that the price list does not name', () => {
    const priced = price({ usage: [sum('gpu', { 2: 5000 }), { ...sum('seats', {}), aggregation: 'MAX', total: '9' }] });
    expect(short(priced)).toEqual(['Standard plan, 30 of 30 days = 4900']);
    expect(priced.billed).toEqual([]);
  });

  it('adds days up before it rounds: fifty units at a fiftieth of a cent make one cent', () => {
    const days = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [index + 1, '2']));
    const priceList = listWith({ meter: 'calls', included: '0', bands: [['0.0002']] });
    expect(short(price({ priceList, usage: [sum('calls', days)] })).at(-1)).toBe('calls: over 0 at 0.0002 50 = 1');
  });
});

describe('limits that no decimal holds', () => {
  it('are shown with six decimals and computed exactly', () => {
    const priced = price({ tiers: [['STANDARD', '2026-04-21']], usage: [sum('apis', { 25: 5e6 })] });
    expect(priced.lines.slice(1)).toEqual([
      line('apis: included', 'apis', '333333.333333', '0', 0),
      line('apis: 333,333.333333 to 3,333,333.333333 at 0.000002', 'apis', '3000000', '0.000002', 600),
      line('apis: over 3,333,333.333333 at 0.000001', 'apis', '1666666.666667', '0.000001', 167),
    ]);
  });

  it.each<[string, Decimal, Decimal, Decimal, number]>([
    // 2 units × 10/30 included: 1.5 − 2/3 = 5/6 unit, × 3 cents = 2.5 cents; cut off at 6 decimals it would be 2.500002
    ['2.5 cents', '2', '1.5', '0.03', 2],
    // 1 unit × 10/30 included: 4.5 − 1/3 = 25/6 units, × 3 cents = 12.5 cents; with 0.333333 it would be 12.500001
    ['12.5 cents', '1', '4.5', '0.03', 12],
    // 1 × 10/30: 1.5 − 1/3 = 7/6, × 3 cents = 3.5 cents; with a limit of 0.333334 it would be 3.499998
    ['3.5 cents', '1', '1.5', '0.03', 4],
  ])('leave a tie a tie: %s go to the even cent', (_, included, used, unitPrice, cents) => {
    const priceList = listWith({ meter: 'calls', included, bands: [[unitPrice]] });
    const priced = price({ priceList, tiers: [['STANDARD', '2026-04-21']], usage: [sum('calls', { 25: used })] });
    expect(priced.lines.at(-1)).toMatchObject({ unitPrice, amountMinor: cents });
  });

  it('leave a tie a tie also where a band begins', () => {
    // the second band begins at 1 × 10/30: 0.75 − 1/3 = 5/12, × 6 cents = 2.5 cents; with 0.333333 it would be 2.500002
    const priceList = listWith({ meter: 'calls', included: '0', bands: [['0.03', '1'], ['0.06']] });
    const priced = price({ priceList, tiers: [['STANDARD', '2026-04-21']], usage: [sum('calls', { 25: '0.75' })] });
    expect(priced.lines.slice(1).map(({ amountMinor }) => amountMinor)).toEqual([1, 2]);
  });

  it('leave a base fee of 2.5 cents a tie', () => {
    // 15 cents × 5/30; with 5/30 as 0.166667 it would be 2.500005
    const priceList = listWith({ meter: 'calls', included: '0', bands: [] }, 15);
    const priced = price({ priceList, tiers: [['STANDARD', '2026-04-26']] });
    expect(short(priced)).toEqual(['Standard plan, 5 of 30 days = 2']);
  });

  it('leave a tax of 2.5 cents a tie', () => {
    const priceList = listWith({ meter: 'calls', included: '0', bands: [] }, 25);
    expect(price({ priceList, taxRate: '0.1' })).toMatchObject({ subtotalMinor: 25, taxMinor: 2, totalMinor: 27 });
    expect(price({ priceList, taxRate: '0.14' })).toMatchObject({ taxMinor: 4, totalMinor: 29 });
  });

  it('make no line for a base fee that rounds to 0', () => {
    const priceList = listWith({ meter: 'calls', included: '0', bands: [] }, 15);
    expect(price({ priceList, tiers: [['STANDARD', '2026-04-30']] }).lines).toEqual([]); // half a cent: to the even one, 0
  });
});

describe('MAX and UNIQUE', () => {
  const priceList = listWith({ meter: 'seats', included: '6', bands: [['5', '12'], ['3']] });
  const seats = (aggregation: 'MAX' | 'UNIQUE', total: Decimal): MeterUsage => ({
    ...sum('seats', { 2: total }),
    aggregation,
    total,
  });

  it.each(['MAX', 'UNIQUE'] as const)(
    '%s is charged once for the period, by its total, whatever the days say',
    (aggregation) => {
      const usage = [{ ...seats(aggregation, '15'), days: sum('seats', { 1: 9, 2: 9, 3: 15 }).days }];
      expect(short(price({ priceList, usage })).slice(1)).toEqual([
        'seats: included 6 = 0',
        'seats: 6 to 12 at 5 6 = 3000',
        'seats: over 12 at 3 3 = 900',
      ]);
    },
  );

  it('are charged on the plan of the last billed day, with limits for all billed days', () => {
    const tiers: [Tier, string][] = [
      ['PREMIUM', '2026-04-11'],
      ['STANDARD', '2026-04-16'],
      ['PREMIUM', '2026-04-18'],
      ['STANDARD', '2026-04-20'],
    ];
    expect(
      short(price({ priceList, tiers, offboardedAt: '2026-04-20T10:00:00.000Z', usage: [seats('MAX', '5')] })),
    ).toEqual([
      'Premium plan, 7 of 30 days = 70',
      'Standard plan, 3 of 30 days = 30',
      'seats: included 2 = 0',
      'seats: 2 to 4 at 5 2 = 1000',
      'seats: over 4 at 3 1 = 300',
    ]);
  });

  it('make no line when the plan of the last billed day does not name the meter', () => {
    const tiers: [Tier, string][] = [
      ['STANDARD', '2026-01-01'],
      ['PREMIUM', '2026-04-30'],
    ];
    expect(price({ priceList, tiers, usage: [seats('MAX', '5')] }).lines.filter(({ meter }) => meter !== null)).toEqual(
      [],
    );
  });
});

describe('the upcoming invoice', () => {
  it('is that of the current month, as if the tenant stayed on its tier and used nothing more', () => {
    const priced = priceUpcoming({
      priceList: defaultPriceList,
      tierChanges: changes([
        ['STANDARD', '2026-04-06'],
        ['PREMIUM', '2026-04-16T12:00:00.000Z'],
      ]),
      usage: [sum('compute', { 6: 40_000, 16: 400_000 })],
      now: '2026-04-16T12:30:00.000Z',
      taxRate: '0',
    });
    expect(priced).toMatchObject(APRIL);
    expect(short(priced)).toEqual([
      'Standard plan, 10 of 30 days = 1633',
      'Premium plan, 15 of 30 days = 24950',
      'compute (Standard plan): included 33333.333333 = 0',
      'compute (Standard plan): over 33,333.333333 at 0.00005 6666.666667 = 33',
      'compute (Premium plan): included 400000 = 0',
    ]);
  });

  it('is on the tier onboarded with, where the onboarding is ahead of this clock', () => {
    const priced = priceUpcoming({
      priceList: defaultPriceList,
      tierChanges: changes([['STANDARD', '2026-04-16T12:30:00.500Z']]),
      usage: [],
      now: '2026-04-16T12:30:00.000Z',
      taxRate: '0',
    });
    expect(short(priced)).toEqual(['Standard plan, 15 of 30 days = 2450']);
  });
});

describe('a bill is refused rather than wrong', () => {
  it.each<[string, Partial<Given>, string]>([
    ['the tier history is empty', { tiers: [] }, 'UNAVAILABLE'],
    ['usage lies outside the period', { usage: [sum('apis', { 1: 5 }, '05')] }, 'UNAVAILABLE'],
    ['usage lies in the day before the period', { usage: [sum('apis', { 31: 5 }, '03')] }, 'UNAVAILABLE'],
    ['a meter comes twice', { usage: [sum('apis', { 1: 5 }), sum('apis', { 2: 5 })] }, 'UNAVAILABLE'],
    [
      'an amount is beyond safe integers',
      { usage: [sum('memory', { 1: '9007199254740994000' })] },
      'FAILED_PRECONDITION',
    ],
    [
      'the sum is, although no line is',
      { usage: [sum('memory', { 1: '9007199254741990' }), sum('compute', { 1: '200000000' })] },
      'FAILED_PRECONDITION',
    ],
  ])('when %s', (_, given, code) => {
    expect(() => price(given)).toThrow(expect.objectContaining({ code }));
  });

  it('at the largest amount that a number carries it is still right', () => {
    const priced = price({ tiers: [['STANDARD', '2026-01-01']], usage: [sum('memory', { 1: '9007199254737091' })] });
    expect(priced.totalMinor).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('a currency without minor units', () => {
  it('is billed in whole units', () => {
    const meters = [{ meter: 'calls', included: 0, quota: null, bands: [{ upTo: null, unitPrice: '0.5' }] }];
    const plans = ['FREE', 'STANDARD', 'PREMIUM'].map((tier) => ({
      tier,
      name: tier,
      baseFee: { amountMinor: 3000, currency: 'JPY' },
      meters,
    }));
    const priced = price({ priceList: parsePriceList(JSON.stringify({ plans })), usage: [sum('calls', { 1: 7 })] });
    expect(priced).toMatchObject({ currency: 'JPY', subtotalMinor: 3004 }); // 3.5 yen: to the even one
  });
});
