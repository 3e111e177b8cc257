import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { subtractDecimals, sumDecimals } from '#lib/decimal.ts';
import { add, compare, ratio, ratioOf, subtract, ZERO } from '#lib/ratio.ts';
import { calendarMonth, dayOf, daysInMonth, daysOf, type Period, startOfDay } from './period.ts';
import { defaultPriceList, type PlanMeter, type PriceList, planOf, TIERS, type Tier } from './plan.ts';
import { type PricedPeriod, type PricingInput, pricePeriod } from './pricing.ts';
import type { TierChange } from './proration.ts';
import type { MeterUsage } from './usage-charge.ts';

/** A bill of any kind: month, price list, tier history, usage with decimals, tax. */
const bills: fc.Arbitrary<PricingInput> = fc
  .record({
    year: fc.integer({ min: 2024, max: 2028 }),
    month: fc.integer({ min: 0, max: 11 }),
    onboarded: fc.integer({ min: -40, max: 27 }),
  })
  .chain(({ year, month, onboarded }) => {
    const period = calendarMonth(new Date(Date.UTC(year, month)).toISOString());
    return fc.record({
      period: fc.constant(period),
      priceList: fc.oneof(fc.constant(defaultPriceList), priceLists()),
      tierChanges: tierChanges(period, onboarded),
      now: fc.constant('2031-01-01T00:00:00.000Z'),
      usage: usage(period),
      taxRate: fc.integer({ min: 0, max: 1000 }).map((permille) => fixed(BigInt(permille), 3)),
    });
  });

describe('a bill', () => {
  it('is the sum of its lines, and tax on it', () => {
    check((bill) => {
      const priced = pricePeriod(bill);
      expect(priced.subtotalMinor).toBe(priced.lines.reduce((total, { amountMinor }) => total + amountMinor, 0));
      expect(priced.totalMinor).toBe(priced.subtotalMinor + priced.taxMinor);
      expect(priced.lines.every(({ amountMinor }) => Number.isSafeInteger(amountMinor))).toBe(true);
      const bound = compare(ratio(Math.abs(priced.taxMinor) * 2000), ratio(priced.subtotalMinor * 2000 + 1));
      expect(bound).toBe(-1); // a rate of at most 1
    });
  });

  it('is what whole-number arithmetic makes of it', () => {
    check((bill) => {
      expect(usageAmounts(pricePeriod(bill))).toEqual(usageAmountsInWholeNumbers(bill));
    });
  });

  it('does not depend on the order of the usage', () => {
    check((bill) => {
      const reversed = bill.usage.map((one) => ({ ...one, days: one.days.toReversed() })).toReversed();
      expect(pricePeriod({ ...bill, usage: reversed })).toEqual(pricePeriod(bill));
    });
  });

  it('does not depend on how usage is spread over days on one plan', () => {
    check((bill) => {
      const onePlan = { ...bill, tierChanges: bill.tierChanges.slice(0, 1) };
      const billedFrom = Math.max(dayOf(bill.period.periodStart), dayOf(onePlan.tierChanges[0]?.at ?? ''));
      const onLastDay = onePlan.usage.map((one) => {
        const billed = one.days.filter(({ start }) => dayOf(start) >= billedFrom).map(({ value }) => value);
        return { ...one, days: [{ start: startOfDay(dayOf(bill.period.periodEnd) - 1), value: sumDecimals(billed) }] };
      });
      expect(pricePeriod({ ...onePlan, usage: onLastDay })).toEqual(pricePeriod(onePlan));
    });
  });

  it('is not lower for more usage', () => {
    const more = fc.tuple(bills, fc.nat(), fc.bigInt({ min: 1n, max: 10n ** 9n }));
    fc.assert(
      fc.property(more, ([bill, pick, extra]) => {
        const grown = bill.usage.map((one, index) =>
          index === pick % bill.usage.length
            ? {
                ...one,
                total: sumDecimals([one.total, fixed(extra, 3)]),
                days: [...one.days, { start: startOfDay(dayOf(bill.period.periodEnd) - 1), value: fixed(extra, 3) }],
              }
            : one,
        );
        expect(pricePeriod({ ...bill, usage: grown }).totalMinor).toBeGreaterThanOrEqual(pricePeriod(bill).totalMinor);
      }),
      { numRuns: 300 },
    );
  });

  it('has lines for all usage of a meter that is charged, within the six decimals shown', () => {
    check((bill) => {
      const priced = pricePeriod(bill);
      for (const { meter, quantity } of priced.billed) {
        const lines = priced.lines.filter((line) => line.meter === meter);
        const shown = lines.reduce((total, line) => add(total, ratioOf(line.quantity)), ZERO);
        const missing = subtract(ratioOf(quantity), shown);
        const rounding = ratio(lines.length, 2_000_000);
        if (bill.priceList.plans.every(({ meters }) => meters.find((one) => one.meter === meter)?.bands.length !== 0)) {
          expect(compare(missing, rounding)).not.toBe(1);
        }
        expect(compare(subtract(ZERO, rounding), missing)).not.toBe(1); // never more than was used
      }
    });
  });

  it('then adjusted for late usage, is the bill of all usage', () => {
    fc.assert(
      fc.property(bills, fc.infiniteStream(fc.boolean()), (bill, inTime) => {
        const known = bill.usage.map((one) => ({ ...one, days: one.days.filter(() => inTime.next().value) }));
        const early = pricePeriod({ ...bill, usage: known });
        const next = calendarMonth(bill.period.periodEnd);
        const earlier = [{ period: bill.period, priceList: bill.priceList, usage: bill.usage, billed: early.billed }];
        const adjusted = pricePeriod({ ...bill, period: next, usage: [], earlier });
        const all = pricePeriod(bill);

        const sums = (priced: readonly PricedPeriod[]) => {
          const entries = priced
            .flatMap(({ billed }) => billed)
            .filter((entry) => entry.periodStart === bill.period.periodStart);
          return Object.fromEntries(
            [...Map.groupBy(entries, ({ meter }) => meter)].map(([meter, ofMeter]) => [
              meter,
              {
                quantity: sumDecimals(ofMeter.map(({ quantity }) => quantity)),
                amount: ofMeter.reduce((total, { amountMinor }) => total + amountMinor, 0),
              },
            ]),
          );
        };
        expect(sums([early, adjusted])).toEqual(sums([all]));
        const again = [{ ...earlier[0], ...{ billed: all.billed } }] as typeof earlier;
        expect(pricePeriod({ ...bill, period: next, usage: [], earlier: again }).billed).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

function check(requirement: (bill: PricingInput) => void): void {
  fc.assert(fc.property(bills, requirement), { numRuns: 300 });
}

function usageAmounts({ lines }: PricedPeriod): bigint[] {
  return lines.filter(({ meter }) => meter !== null).map(({ amountMinor }) => BigInt(amountMinor));
}

/**
 * The same rules once more without ratios: every quantity in 10^-12 of a unit times the days of the month, every price in
 * 10^-12 of a dollar, so that all numbers are whole.
 */
function usageAmountsInWholeNumbers({ period, priceList, tierChanges, usage }: PricingInput): bigint[] {
  const month = BigInt(daysInMonth(period));
  const tiers = new Map<Tier, number[]>();
  for (const day of daysOf(period)) {
    const inForce = tierChanges.filter(({ at }) => dayOf(at) <= day).at(-1);
    if (inForce !== undefined) tiers.set(inForce.tier, [...(tiers.get(inForce.tier) ?? []), day]);
  }
  const amounts: bigint[] = [];
  const charge = ({ included, bands }: PlanMeter, used: bigint, days: bigint) => {
    let from = pico(included) * days;
    if (used > 0n && from > 0n) amounts.push(0n);
    for (const { upTo, unitPrice } of bands) {
      const to = upTo === null ? used : pico(upTo) * days;
      const quantity = (used < to ? used : to) - from;
      if (quantity > 0n) amounts.push(halfEven(quantity * pico(unitPrice) * 100n, month * 10n ** 24n));
      from = to;
    }
  };
  const daily = (one: MeterUsage) => one.aggregation === 'SUM' || one.aggregation === 'COUNT';
  for (const [tier, days] of tiers) {
    for (const terms of planOf(priceList, tier).meters) {
      const values = usage.filter((one) => one.meter === terms.meter && daily(one)).flatMap((one) => one.days);
      const used = values
        .filter(({ start }) => days.includes(dayOf(start)))
        .reduce((total, { value }) => total + pico(value), 0n);
      charge(terms, used * month, BigInt(days.length));
    }
  }
  const lastTier = tierChanges.filter(({ at }) => at < period.periodEnd).at(-1)?.tier;
  const billedDays = [...tiers.values()].flat().length;
  for (const terms of lastTier === undefined ? [] : planOf(priceList, lastTier).meters) {
    const one = usage.find(({ meter }) => meter === terms.meter);
    if (one !== undefined && !daily(one)) charge(terms, pico(one.total) * month, BigInt(billedDays));
  }
  return amounts;
}

function halfEven(numerator: bigint, denominator: bigint): bigint {
  const doubled = (2n * numerator + denominator) / (2n * denominator);
  const isTie = (2n * numerator + denominator) % (2n * denominator) === 0n;
  return isTie && doubled % 2n === 1n ? doubled - 1n : doubled;
}

/** A decimal in 10^-12. */
function pico(decimal: string): bigint {
  const [integer = '', fraction = ''] = decimal.split('.');
  return BigInt(integer + fraction.padEnd(12, '0'));
}

function fixed(units: bigint, places: number): string {
  const digits = units.toString().padStart(places + 1, '0');
  return subtractDecimals(`${digits.slice(0, -places)}.${digits.slice(-places)}`, '0');
}

const METERS = ['compute', 'memory', 'apis'];

function priceLists(): fc.Arbitrary<PriceList> {
  const terms = fc
    .record({
      steps: fc.array(fc.bigInt({ min: 1n, max: 10n ** 9n }), { minLength: 1, maxLength: 4 }),
      prices: fc.array(fc.bigInt({ min: 0n, max: 10n ** 5n }), { minLength: 4, maxLength: 4 }),
      free: fc.boolean(),
    })
    .map(({ steps, prices, free }) => {
      const limits = steps.map((_, index) =>
        fixed(steps.slice(0, index + 1).reduce((total, step) => total + step, 0n) - 1n, 3),
      );
      const bands = prices
        .slice(0, steps.length)
        .map((price, index) => ({ upTo: limits[index + 1] ?? null, unitPrice: fixed(price, 6) }));
      return { included: limits[0] ?? '0', quota: null, bands: free ? [] : bands };
    });
  return fc
    .array(fc.tuple(fc.array(terms, { minLength: 3, maxLength: 3 }), fc.nat(100_000)), { minLength: 3, maxLength: 3 })
    .map((plans) => ({
      currency: 'USD',
      plans: plans.map(([meters, fee], index) => ({
        tier: TIERS[index] ?? 'FREE',
        name: String(TIERS[index]),
        baseFee: { amountMinor: fee, currency: 'USD' },
        meters: meters.map((one, at) => ({ meter: METERS[at] ?? '', ...one })),
      })),
    }));
}

function tierChanges({ periodStart }: Period, onboarded: number): fc.Arbitrary<TierChange[]> {
  const start = Date.parse(periodStart) + onboarded * 86_400_000;
  return fc
    .array(
      fc.record({
        tier: fc.constantFrom(...TIERS),
        after: fc.oneof(
          fc.nat(40 * 86_400_000),
          fc.nat(40).map((days) => days * 86_400_000),
        ),
      }),
      { minLength: 1, maxLength: 5 },
    )
    .map((changes) =>
      changes
        .map(({ tier, after }, index) => ({ tier, at: new Date(index === 0 ? start : start + after).toISOString() }))
        .toSorted((left, right) => Date.parse(left.at) - Date.parse(right.at)),
    );
}

function usage(period: Period): fc.Arbitrary<MeterUsage[]> {
  const value = fc
    .oneof(fc.bigInt({ min: 0n, max: 10n ** 6n }), fc.bigInt({ min: 0n, max: 10n ** 10n }))
    .map((units) => fixed(units, 3));
  const day = fc.constantFrom(...daysOf(period)).map(startOfDay);
  return fc.tuple(
    ...METERS.map((meter) =>
      fc.record({
        meter: fc.constant(meter),
        aggregation: fc.constantFrom<MeterUsage['aggregation'][]>('SUM', 'COUNT', 'SUM', 'MAX', 'UNIQUE'),
        total: value,
        days: fc.array(fc.record({ start: day, value }), { maxLength: 40 }),
      }),
    ),
  );
}
