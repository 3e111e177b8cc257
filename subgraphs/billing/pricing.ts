import { type Decimal, subtractDecimals, sumDecimals } from '#lib/decimal.ts';
import { failedPrecondition } from '#lib/errors.ts';
import { multiply, ratio, ratioOf, toDecimal } from '#lib/ratio.ts';
import { type InvoiceLine, QUANTITY_PLACES } from './invoice-line.ts';
import { roundToMinor, sumMinor } from './money.ts';
import { calendarMonth, daysInMonth, describePeriod, type Period } from './period.ts';
import { type PriceList, planOf } from './plan.ts';
import { type Tenancy, tierDays } from './proration.ts';
import { chargeUsage, type MeterUsage, type UsageCharge } from './usage-charge.ts';

/** What an invoice billed of one meter's usage in a period: what is late later is told by it. */
export interface BilledUsage extends Period {
  readonly meter: string;
  /** All usage that was priced, exactly: the included and the uncharged units too. In an adjustment, the late ones. */
  readonly quantity: Decimal;
  readonly amountMinor: number;
}

/** A period invoiced before, whose usage may have grown since. */
export interface InvoicedPeriod {
  readonly period: Period;
  /** The price list by which it was invoiced. */
  readonly priceList: PriceList;
  /** All usage of the period, as it is known now. */
  readonly usage: readonly MeterUsage[];
  /** What has been billed for the period so far, adjustments included: at most one entry per meter. */
  readonly billed: readonly BilledUsage[];
}

/** All that a bill is computed from. */
export interface PricingInput extends Tenancy {
  readonly priceList: PriceList;
  readonly period: Period;
  /** The usage of the period and of nothing else. */
  readonly usage: readonly MeterUsage[];
  /** 0.2 for 20 %. */
  readonly taxRate: Decimal;
  /** Earlier periods to look at for late usage. */
  readonly earlier?: readonly InvoicedPeriod[];
}

/** A bill that is computed: amounts in minor units of `currency`. */
export interface PricedPeriod extends Period {
  readonly currency: string;
  readonly taxRate: Decimal;
  readonly lines: readonly InvoiceLine[];
  readonly subtotalMinor: number;
  readonly taxMinor: number;
  readonly totalMinor: number;
  readonly billed: readonly BilledUsage[];
}

/**
 * Prices a period by the contract's rules ("How a period is priced, exactly"): base fees, then usage, then an adjustment
 * per meter for the late usage of earlier periods.
 * @throws {AppError} `FAILED_PRECONDITION` when an amount is beyond 2^53 − 1 minor units, or late usage was priced in another
 * currency; `UNAVAILABLE` when the tier history is empty, or usage is not that of its period
 */
export function pricePeriod(input: PricingInput): PricedPeriod {
  const { priceList, period, usage, taxRate, earlier = [] } = input;
  const charges = chargeUsage(priceList, period, input, usage);
  const adjustments = earlier.flatMap((invoiced) => adjust(invoiced, input));
  const lines = [...baseFees(input), ...charges.flatMap((charge) => charge.lines), ...adjustments.map(adjustmentLine)];
  const subtotalMinor = sumMinor(lines.map(({ amountMinor }) => amountMinor));
  const taxMinor = roundToMinor(multiply(ratio(subtotalMinor), ratioOf(taxRate)));
  return {
    ...period,
    currency: priceList.currency,
    taxRate,
    lines,
    subtotalMinor,
    taxMinor,
    totalMinor: sumMinor([subtotalMinor, taxMinor]),
    billed: [...billedBy(charges, period), ...adjustments],
  };
}

/**
 * The current month's bill: "as if the tenant stayed on its tier to the month's end and used nothing more, without
 * adjustments". `usage` is that of the current month to date.
 * @throws {AppError} as `pricePeriod`
 */
export function priceUpcoming(input: Omit<PricingInput, 'period' | 'earlier' | 'offboardedAt'>): PricedPeriod {
  const { priceList, tierChanges, now, usage, taxRate } = input;
  return pricePeriod({ priceList, tierChanges, now, usage, taxRate, period: calendarMonth(now) });
}

/** Pricing rule: "one line per plan, base fee × days on it / days in the month, …; no line where it is 0". */
function baseFees({ priceList, period, ...tenancy }: PricingInput): InvoiceLine[] {
  const month = daysInMonth(period);
  return tierDays(period, tenancy)
    .map(({ tier, days }): InvoiceLine => {
      const { name, baseFee } = planOf(priceList, tier);
      return {
        description: `${name} plan, ${days.size} of ${month} days`,
        meter: null,
        quantity: String(days.size),
        unitPrice: null,
        amountMinor: roundToMinor(multiply(ratio(baseFee.amountMinor), ratio(days.size, month))),
      };
    })
    .filter(({ amountMinor }) => amountMinor !== 0);
}

/** Pricing rule: "the period priced again with all its usage, minus what was billed for it", per meter. */
function adjust({ period, priceList, usage, billed }: InvoicedPeriod, input: PricingInput): BilledUsage[] {
  if (priceList.currency !== input.priceList.currency) {
    throw failedPrecondition(
      'Late usage of a period that was billed in another currency cannot be billed in this one.',
    );
  }
  const due = billedBy(chargeUsage(priceList, period, input, usage), period);
  const meters = new Set([...due, ...billed].map(({ meter }) => meter));
  return [...meters]
    .map((meter): BilledUsage => {
      const [now, before] = [due, billed].map((entries) => entries.find((entry) => entry.meter === meter));
      return {
        ...period,
        meter,
        quantity: subtractDecimals(now?.quantity ?? '0', before?.quantity ?? '0'),
        amountMinor: sumMinor([now?.amountMinor ?? 0, -(before?.amountMinor ?? 0)]),
      };
    })
    .filter(({ quantity, amountMinor }) => quantity !== '0' || amountMinor !== 0);
}

function adjustmentLine({ periodStart, periodEnd, meter, quantity, amountMinor }: BilledUsage): InvoiceLine {
  return {
    description: `${meter}: late usage of ${describePeriod({ periodStart, periodEnd })}`,
    meter,
    quantity: toDecimal(ratioOf(quantity), QUANTITY_PLACES),
    unitPrice: null,
    amountMinor,
  };
}

/** One entry per meter, over all plans. */
function billedBy(charges: readonly UsageCharge[], period: Period): BilledUsage[] {
  return [...Map.groupBy(charges, ({ meter }) => meter)].map(([meter, ofMeter]) => ({
    ...period,
    meter,
    quantity: sumDecimals(ofMeter.map(({ used }) => used)),
    amountMinor: sumMinor(ofMeter.flatMap(({ lines }) => lines).map(({ amountMinor }) => amountMinor)),
  }));
}
