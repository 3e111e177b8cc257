import type { Decimal } from '#lib/decimal.ts';
import { calendarMonth } from './period.ts';
import { defaultPriceList, type PlanMeter, type PriceList, type Tier } from './plan.ts';
import { type PricingInput, pricePeriod } from './pricing.ts';
import type { MeterUsage } from './usage-charge.ts';

/** A month of 30 days. */
export const APRIL = calendarMonth('2026-04-01T00:00:00.000Z');

/** A bill to price; what is not given is that of a tenant on STANDARD for months, in April 2026, without usage and tax. */
export interface Given extends Omit<PricingInput, 'tierChanges'> {
  readonly tiers: [Tier, string][];
}

export function price({ tiers = [['STANDARD', '2026-01-01']], ...given }: Partial<Given>) {
  const defaults = {
    priceList: defaultPriceList,
    period: APRIL,
    usage: [],
    now: '2030-01-01T00:00:00.000Z',
    taxRate: '0',
  };
  return pricePeriod({ ...defaults, tierChanges: changes(tiers), ...given });
}

export function changes(tiers: [Tier, string][]) {
  return tiers.map(([tier, at]) => ({ tier, at: new Date(at).toISOString() }));
}

/** Usage per day of a month of 2026. */
export function sum(meter: string, days: Record<number, number | Decimal>, month = '04'): MeterUsage {
  const values = Object.entries(days).map(([day, value]) => ({
    start: `2026-${month}-${day.padStart(2, '0')}T00:00:00.000Z`,
    value: String(value),
  }));
  return { meter, aggregation: 'SUM', total: 'not looked at', days: values };
}

export function line(
  description: string,
  meter: string | null,
  quantity: Decimal,
  unitPrice: Decimal | null,
  amountMinor: number,
) {
  return { description, meter, quantity, unitPrice, amountMinor };
}

/** Description, quantity of a meter's line, and amount. */
export function short({ lines }: ReturnType<typeof pricePeriod>): string[] {
  return lines.map((one) => `${one.description}${one.meter === null ? '' : ` ${one.quantity}`} = ${one.amountMinor}`);
}

/** A price list whose STANDARD plan has one meter; a band is `[unitPrice, upTo]`, the last without the limit. PREMIUM and FREE have none. */
export function listWith(
  { meter, included, bands }: { meter: string; included: Decimal; bands: [Decimal, Decimal?][] },
  fee = 300,
): PriceList {
  const terms: PlanMeter = {
    meter,
    included,
    quota: null,
    bands: bands.map(([unitPrice, upTo = null]) => ({ upTo, unitPrice })),
  };
  return {
    currency: 'USD',
    plans: defaultPriceList.plans.map((plan) => ({
      ...plan,
      baseFee: { amountMinor: fee, currency: 'USD' },
      meters: plan.tier === 'STANDARD' ? [terms] : [],
    })),
  };
}
