import { z } from 'zod';
import { compareDecimals, type Decimal, NotADecimal, parseDecimal } from '#lib/decimal.ts';
import { isCurrency, type Money } from './money.ts';
import defaultPlans from './plans.json' with { type: 'json' };

export const TIERS = ['FREE', 'STANDARD', 'PREMIUM'] as const;
export type Tier = (typeof TIERS)[number];

/** The price of the units up to a limit; `upTo` counts all units of the month, the included ones too, and is null in the last band. */
export interface PriceBand {
  readonly upTo: Decimal | null;
  /** In the currency's major unit (dollars). */
  readonly unitPrice: Decimal;
}

/** What a plan says of one meter, for a whole calendar month. No band: use beyond what is included is never charged. */
export interface PlanMeter {
  readonly meter: string;
  readonly included: Decimal;
  readonly quota: Decimal | null;
  readonly bands: readonly PriceBand[];
}

/** What a tier costs in a calendar month. */
export interface Plan {
  readonly tier: Tier;
  readonly name: string;
  readonly baseFee: Money;
  readonly meters: readonly PlanMeter[];
}

/** One plan per tier, all in one currency. */
export interface PriceList {
  readonly currency: string;
  readonly plans: readonly Plan[];
}

/** What a plan gives on one meter. */
export interface Allowance {
  readonly meter: string;
  readonly included: Decimal;
  readonly quota: Decimal | null;
}

/** A price list is not as it must be; `faults` has a line for each thing that is wrong, with the path to it. */
export class BadPriceList extends Error {
  override readonly name = 'BadPriceList';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`the price list has faults:\n${faults.join('\n')}`);
    this.faults = faults;
  }
}

/**
 * The price list that a file's text holds: `{ "plans": [...] }` in the shape in which the query `plans` answers, decimals
 * as strings or numbers.
 * @throws {BadPriceList} with all faults
 */
export function parsePriceList(text: string): PriceList {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new BadPriceList(['it is not JSON']);
  }
  return decodePriceList(json);
}

/** The plan of a tier. */
export function planOf(priceList: PriceList, tier: Tier): Plan {
  const plan = priceList.plans.find((candidate) => candidate.tier === tier);
  if (plan === undefined) {
    throw new RangeError(`the price list has no plan for the tier ${tier}`);
  }
  return plan;
}

/** What the plan includes and lets through, per meter, for a whole month. */
export function allowances(plan: Plan): Allowance[] {
  return plan.meters.map(({ meter, included, quota }) => ({ meter, included, quota }));
}

const decimal = z.unknown().transform(decodeDecimal);
const decimalOrNull = z
  .unknown()
  .transform((input, context) => (input === null ? null : decodeDecimal(input, context)));

const name = z.string('must be a text').trim().min(1, 'must not be empty').max(200, 'must have at most 200 characters');

const money = z.strictObject({
  amountMinor: z
    .number('must be a number')
    .refine(Number.isSafeInteger, 'must be a whole number of minor units')
    .min(0, 'must not be negative'),
  currency: z.string('must be a currency code').refine(isCurrency, 'must be a currency code (ISO 4217)'),
});

const band = z.strictObject({ upTo: decimalOrNull, unitPrice: decimal });

const planMeter = z
  .strictObject({ meter: name, included: decimal, quota: decimalOrNull, bands: z.array(band) })
  .refine(({ bands }) => bands.every(({ upTo }, index) => (upTo === null) === (index === bands.length - 1)), {
    path: ['bands'],
    error: 'the last band, and no other, must have upTo null: what lies beyond would not be billed',
  })
  .refine(({ included, bands }) => ascends([included, ...bands.flatMap(({ upTo }) => upTo ?? [])]), {
    path: ['bands'],
    error: 'each upTo must be over the one before, the first over what is included',
  });

/** The rules between the parts are checked although a part is wrong, so that all faults come at once. */
const whateverTheParts = { when: () => true };

const plan = z
  .strictObject({
    tier: z.enum(TIERS, `must be one of ${TIERS.join(', ')}`),
    name,
    baseFee: money,
    meters: z.array(planMeter),
  })
  .refine((value) => unique(column(column(value, 'meters'), 'meter')), {
    path: ['meters'],
    error: 'a meter must not be named twice',
    ...whateverTheParts,
  });

const priceList = z
  .strictObject({ plans: z.array(plan) })
  .refine((value) => unique(column(column(value, 'plans'), 'tier')), {
    path: ['plans'],
    error: 'a tier must not have two plans',
    ...whateverTheParts,
  })
  .refine((value) => TIERS.every((tier) => column(column(value, 'plans'), 'tier').includes(tier)), {
    path: ['plans'],
    error: `there must be a plan for each of ${TIERS.join(', ')}`,
    ...whateverTheParts,
  })
  .refine((value) => new Set(column(column(column(value, 'plans'), 'baseFee'), 'currency')).size <= 1, {
    path: ['plans'],
    error: 'all base fees must be in one currency',
    ...whateverTheParts,
  });

/** The price list of the contract, in USD. */
export const defaultPriceList: PriceList = decodePriceList(defaultPlans);

function decodePriceList(json: unknown): PriceList {
  const result = priceList.safeParse(json);
  if (!result.success) {
    throw new BadPriceList(result.error.issues.map(({ path, message }) => `${pathText(path)}: ${message}`));
  }
  const { plans } = result.data;
  return { currency: plans[0]?.baseFee.currency ?? '', plans };
}

function decodeDecimal(input: unknown, context: z.RefinementCtx): Decimal {
  try {
    const value = parseDecimal(input);
    if (compareDecimals(value, '0') >= 0) {
      return value;
    }
    context.addIssue('must not be negative');
  } catch (error) {
    if (!(error instanceof NotADecimal)) {
      throw error;
    }
    context.addIssue(error.message);
  }
  return z.NEVER;
}

function ascends(limits: readonly Decimal[]): boolean {
  return limits.every((limit, index) => index === 0 || compareDecimals(limits[index - 1] ?? '0', limit) < 0);
}

function unique(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}

/** The field of an object, or of each object in a list, whatever else is in it. */
function column(value: unknown, field: string): unknown[] {
  return [value].flat().flatMap((item) => {
    const found: unknown = typeof item === 'object' && item !== null ? Reflect.get(item, field) : undefined;
    return found === undefined ? [] : found;
  });
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`),
    '$',
  );
}
