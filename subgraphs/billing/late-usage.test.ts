import { describe, expect, it } from 'vitest';
import { calendarMonth, periodBetween } from './period.ts';
import { defaultPriceList } from './plan.ts';
import { line, listWith, price, short, sum } from './pricing.fixtures.ts';
import type { InvoicedPeriod } from './pricing.ts';
import type { MeterUsage } from './usage-charge.ts';

describe('late usage', () => {
  const MARCH = calendarMonth('2026-03-01T00:00:00.000Z');
  const first = price({ period: MARCH, usage: [sum('compute', { 3: 90_000 }, '03'), sum('apis', { 3: 2e6 }, '03')] });
  const later = (usage: MeterUsage[], billed: InvoicedPeriod['billed'] = first.billed): InvoicedPeriod[] => [
    { period: MARCH, priceList: defaultPriceList, usage, billed },
  ];

  it('is the period priced again with all its usage, minus what was billed', () => {
    const priced = price({
      earlier: later([
        sum('compute', { 3: 90_000, 30: 30_000 }, '03'),
        sum('memory', { 4: '10.1234567' }, '03'),
        sum('apis', { 3: 2e6 }, '03'),
      ]),
      taxRate: '0.1',
    });
    expect(priced.lines.slice(1)).toEqual([
      line('compute: late usage of March 2026', 'compute', '30000', null, 100), // 10,000 of it are still included
      line('memory: late usage of March 2026', 'memory', '10.123457', null, 0),
    ]);
    expect(priced).toMatchObject({ subtotalMinor: 5000, taxMinor: 500, totalMinor: 5500 });
    expect(priced.billed).toEqual([
      { ...MARCH, meter: 'compute', quantity: '30000', amountMinor: 100 },
      { ...MARCH, meter: 'memory', quantity: '10.1234567', amountMinor: 0 },
    ]);
  });

  it('makes no line where nothing came late', () => {
    const priced = price({ earlier: later([sum('compute', { 3: 90_000 }, '03'), sum('apis', { 3: 2e6 }, '03')]) });
    expect(short(priced)).toEqual(['Standard plan, 30 of 30 days = 4900']);
  });

  it('is given back where the period was billed too much', () => {
    const priced = price({ earlier: later([sum('compute', { 3: 90_000 }, '03')]) });
    expect(short(priced)[1]).toBe('apis: late usage of March 2026 -2000000 = -200');
    expect(priced.subtotalMinor).toBe(4700);
  });

  it('is priced by the price list of its own period', () => {
    const dear = listWith({ meter: 'compute', included: '0', bands: [['1000']] });
    const priced = price({
      priceList: dear,
      earlier: later([sum('compute', { 3: 120_000 }, '03'), sum('apis', { 3: 2e6 }, '03')]),
    });
    expect(short(priced).at(-1)).toBe('compute: late usage of March 2026 30000 = 100');
  });

  it('names the days of a period that is not a month', () => {
    const period = periodBetween('2026-03-01T00:00:00.000Z', '2026-03-16T00:00:00.000Z');
    const earlier = [{ period, priceList: defaultPriceList, usage: [sum('memory', { 2: 1 }, '03')], billed: [] }];
    expect(short(price({ earlier })).at(-1)).toBe('memory: late usage of 2026-03-01 to 2026-03-15 1 = 0');
  });

  it('of a period in another currency is refused', () => {
    const earlier = [{ period: MARCH, priceList: { ...defaultPriceList, currency: 'EUR' }, usage: [], billed: [] }];
    expect(() => price({ earlier })).toThrow(expect.objectContaining({ code: 'FAILED_PRECONDITION' }));
  });
});
