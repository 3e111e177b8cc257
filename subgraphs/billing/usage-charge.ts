import { type Decimal, groupThousands, sumDecimals } from '#lib/decimal.ts';
import { unavailable } from '#lib/errors.ts';
import { isPositive, min, multiply, type Ratio, ratio, ratioOf, subtract, toDecimal } from '#lib/ratio.ts';
import { type InvoiceLine, QUANTITY_PLACES } from './invoice-line.ts';
import { minorUnitsPerMajor, roundToMinor } from './money.ts';
import { type DayNumber, dayOf, daysInMonth, type Period } from './period.ts';
import { type PlanMeter, type PriceList, planOf } from './plan.ts';
import { type Tenancy, type TierDays, tierDays } from './proration.ts';

/** What a tenant used of one meter in a period, as the metrics service answers it. */
export interface MeterUsage {
  readonly meter: string;
  readonly aggregation: 'SUM' | 'COUNT' | 'MAX' | 'UNIQUE';
  /** The figure for the whole period: what `MAX` and `UNIQUE` are billed by. */
  readonly total: Decimal;
  /** The figures per day (UTC), in any order: what `SUM` and `COUNT` are billed by. */
  readonly days: readonly { readonly start: string; readonly value: Decimal }[];
}

/** One meter on one plan: all that was used of it on the days concerned, and the lines that this makes. */
export interface UsageCharge {
  readonly meter: string;
  readonly used: Decimal;
  readonly lines: readonly InvoiceLine[];
}

interface DayValue {
  readonly day: DayNumber;
  readonly value: Decimal;
}

/**
 * What the usage of a period costs, without base fees: per plan and meter for `SUM` and `COUNT`, then once for the whole
 * period for `MAX` and `UNIQUE`. Usage of a day that is not billed, and of a meter that the plan does not name, is left out.
 * @throws {AppError} `UNAVAILABLE` when a meter comes twice or a day lies outside the period: it is not the period's usage
 */
export function chargeUsage(
  priceList: PriceList,
  period: Period,
  tenancy: Tenancy,
  usage: readonly MeterUsage[],
): UsageCharge[] {
  if (new Set(usage.map(({ meter }) => meter)).size < usage.length) {
    throw unavailable('The usage names a meter twice.');
  }
  const byDay = new Map<string, DayValue[]>();
  const byPeriod = new Map<string, Decimal>();
  for (const { meter, aggregation, total, days } of usage) {
    if (aggregation === 'SUM' || aggregation === 'COUNT') {
      byDay.set(meter, dayValues(days, period));
    } else {
      byPeriod.set(meter, total);
    }
  }
  const spans = tierDays(period, tenancy);
  return [
    ...spans.flatMap((span) => chargeByDay(priceList, period, span, spans.length > 1, byDay)),
    ...chargeByPeriod(priceList, period, spans, byPeriod),
  ];
}

function chargeByDay(
  priceList: PriceList,
  period: Period,
  { tier, days }: TierDays,
  besideOthers: boolean,
  usage: ReadonlyMap<string, DayValue[]>,
): UsageCharge[] {
  const plan = planOf(priceList, tier);
  const rate = rater(priceList, ratio(days.size, daysInMonth(period)));
  return plan.meters.flatMap((terms) => {
    const values = usage.get(terms.meter)?.filter(({ day }) => days.has(day)) ?? [];
    const label = besideOthers ? `${terms.meter} (${plan.name} plan)` : terms.meter;
    return rate(terms, sumDecimals(values.map(({ value }) => value)), label);
  });
}

/** Pricing rule: "one set of lines for the whole period, on the plan of its last billed day, limits multiplied by (billed days / days in the month)". */
function chargeByPeriod(
  priceList: PriceList,
  period: Period,
  spans: readonly TierDays[],
  usage: ReadonlyMap<string, Decimal>,
): UsageCharge[] {
  const billed = spans.flatMap(({ tier, days }) => [...days].map((day) => ({ tier, day })));
  const [first, ...others] = billed;
  if (first === undefined) {
    return [];
  }
  const last = others.reduce((latest, one) => (one.day > latest.day ? one : latest), first);
  const rate = rater(priceList, ratio(billed.length, daysInMonth(period)));
  return planOf(priceList, last.tier).meters.flatMap((terms) =>
    rate(terms, usage.get(terms.meter) ?? '0', terms.meter),
  );
}

/** Charges a meter by its terms, the limits multiplied by a share of the month; nothing used makes no charge. */
function rater(priceList: PriceList, share: Ratio) {
  const minorPerMajor = ratio(minorUnitsPerMajor(priceList.currency));

  return (terms: PlanMeter, used: Decimal, label: string): UsageCharge[] => {
    const quantityUsed = ratioOf(used);
    if (quantityUsed.numerator === 0n) {
      return [];
    }
    const lines: InvoiceLine[] = [];
    const addLine = (what: string, quantity: Ratio, unitPrice: Decimal) => {
      if (isPositive(quantity)) {
        const amountMinor = roundToMinor(multiply(multiply(quantity, ratioOf(unitPrice)), minorPerMajor));
        const shown = toDecimal(quantity, QUANTITY_PLACES);
        lines.push({ description: `${label}: ${what}`, meter: terms.meter, quantity: shown, unitPrice, amountMinor });
      }
    };
    let from = multiply(ratioOf(terms.included), share);
    addLine('included', min(quantityUsed, from), '0');
    for (const { upTo, unitPrice } of terms.bands) {
      const to = upTo === null ? null : multiply(ratioOf(upTo), share);
      const inBand = subtract(to === null ? quantityUsed : min(quantityUsed, to), from);
      addLine(describeBand(from, to, unitPrice), inBand, unitPrice);
      from = to ?? from;
    }
    return [{ meter: terms.meter, used, lines }];
  };
}

/** The limits are those of the days on the plan: a third of the month's, where it was a third of the month. */
function describeBand(from: Ratio, to: Ratio | null, unitPrice: Decimal): string {
  const show = (limit: Ratio) => groupThousands(toDecimal(limit, QUANTITY_PLACES));
  return to === null ? `over ${show(from)} at ${unitPrice}` : `${show(from)} to ${show(to)} at ${unitPrice}`;
}

function dayValues(days: MeterUsage['days'], period: Period): DayValue[] {
  const [first, end] = [dayOf(period.periodStart), dayOf(period.periodEnd)];
  return days.map(({ start, value }) => {
    const day = dayOf(start);
    if (day < first || day >= end) {
      throw unavailable(`The usage of ${start} lies outside the period.`);
    }
    return { day, value };
  });
}
