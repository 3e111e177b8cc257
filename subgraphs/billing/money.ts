import { compareDecimals, type Decimal } from '#lib/decimal.ts';
import { badUserInput, failedPrecondition } from '#lib/errors.ts';
import { type Ratio, roundHalfEven } from '#lib/ratio.ts';

/** An amount in whole minor units (cents) of a currency (ISO 4217). */
export interface Money {
  readonly amountMinor: number;
  readonly currency: string;
}

/** ISO 4217, minor units: those that do not have two digits. (`Intl` shows some currencies with fewer than they have.) */
const MINOR_DIGITS: Readonly<Record<string, number>> = {
  ...withDigits(0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...withDigits(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...withDigits(4, 'CLF UYW'),
};

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** Whether this is the code of a currency. */
export function isCurrency(code: string): boolean {
  return CURRENCIES.has(code);
}

/** How many minor units make one major unit: 100 for USD, 1 for JPY. */
export function minorUnitsPerMajor(currency: string): bigint {
  return 10n ** BigInt(MINOR_DIGITS[currency] ?? 2);
}

/**
 * An exact amount in minor units, rounded half-even: the only rounding on an amount's way.
 * @throws {AppError} `FAILED_PRECONDITION` beyond ±(2^53 − 1), where numbers stop being exact
 */
export function roundToMinor(exactMinor: Ratio): number {
  return safeMinor(roundHalfEven(exactMinor));
}

/**
 * The sum of whole amounts.
 * @throws {AppError} `FAILED_PRECONDITION` beyond ±(2^53 − 1), where numbers stop being exact
 */
export function sumMinor(amounts: Iterable<number>): number {
  let sum = 0n;
  for (const amount of amounts) {
    sum += BigInt(amount);
  }
  return safeMinor(sum);
}

/**
 * A tax rate is from 0 to 1: 0.2 for 20 %.
 * @param field the path in the input
 * @throws {AppError} `BAD_USER_INPUT`
 */
export function assertTaxRate(rate: Decimal, field: string): void {
  if (compareDecimals(rate, '0') < 0 || compareDecimals(rate, '1') > 0) {
    throw badUserInput(field, 'The tax rate must be from 0 to 1: 0.2 for 20 %.');
  }
}

function safeMinor(amount: bigint): number {
  const number = Number(amount);
  if (!Number.isSafeInteger(number)) {
    throw failedPrecondition('The amount is beyond 2^53 − 1 minor units.');
  }
  return number;
}

function withDigits(digits: number, codes: string): Record<string, number> {
  return Object.fromEntries(codes.split(' ').map((code) => [code, digits]));
}
