import type { Decimal } from './decimal.ts';

/** An exact fraction in lowest terms; the denominator is over zero. It holds what no decimal holds: a third of a month. */
export interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export const ZERO: Ratio = { numerator: 0n, denominator: 1n };

const PLAIN_DECIMAL = /^(-?\d+)(?:\.(\d+))?$/;

/**
 * `numerator / denominator`.
 * @throws {RangeError} when the denominator is 0, or a number is not whole
 */
export function ratio(numerator: bigint | number, denominator: bigint | number = 1n): Ratio {
  return reduced(BigInt(numerator), BigInt(denominator));
}

/**
 * The same value as a fraction.
 * @throws {RangeError} when the text is not a decimal in plain notation
 */
export function ratioOf(decimal: Decimal): Ratio {
  const [matched, integer, fraction = ''] = PLAIN_DECIMAL.exec(decimal) ?? [];
  if (matched === undefined) {
    throw new RangeError('not a decimal in plain notation');
  }
  return fraction === ''
    ? { numerator: BigInt(integer ?? ''), denominator: 1n }
    : reduced(BigInt(`${integer}${fraction}`), 10n ** BigInt(fraction.length));
}

export function add(left: Ratio, right: Ratio): Ratio {
  return reduced(
    left.numerator * right.denominator + right.numerator * left.denominator,
    left.denominator * right.denominator,
  );
}

export function subtract(left: Ratio, right: Ratio): Ratio {
  return add(left, { numerator: -right.numerator, denominator: right.denominator });
}

export function multiply(left: Ratio, right: Ratio): Ratio {
  return reduced(left.numerator * right.numerator, left.denominator * right.denominator);
}

/** Negative, zero or positive, as `left` is less than, equal to or greater than `right`. */
export function compare(left: Ratio, right: Ratio): -1 | 0 | 1 {
  const difference = left.numerator * right.denominator - right.numerator * left.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function min(left: Ratio, right: Ratio): Ratio {
  return compare(left, right) <= 0 ? left : right;
}

export function isPositive(value: Ratio): boolean {
  return value.numerator > 0n;
}

/** The nearest whole number; of two equally near the even one (IEEE 754, roundTiesToEven): 2.5 is 2, 3.5 is 4, −2.5 is −2. */
export function roundHalfEven({ numerator, denominator }: Ratio): bigint {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const quotient = magnitude / denominator;
  const twiceRest = (magnitude % denominator) * 2n;
  const roundUp = twiceRest > denominator || (twiceRest === denominator && quotient % 2n === 1n);
  const rounded = roundUp ? quotient + 1n : quotient;
  return numerator < 0n ? -rounded : rounded;
}

/** The nearest decimal with at most so many places after the point, ties to even; for showing, never for computing on. */
export function toDecimal(value: Ratio, places: number): Decimal {
  const scaled = roundHalfEven(multiply(value, ratio(10n ** BigInt(places))));
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(places + 1, '0');
  const point = digits.length - places;
  const fraction = digits.slice(point).replace(/0+$/, '');
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, point)}${fraction === '' ? '' : `.${fraction}`}`;
}

function reduced(numerator: bigint, denominator: bigint): Ratio {
  if (denominator === 1n) {
    return { numerator, denominator };
  }
  if (denominator === 0n) {
    throw new RangeError('a ratio has no denominator 0');
  }
  const divisor = greatestCommonDivisor(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

/** With the sign of `right`, so that dividing by it makes the denominator positive. */
function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  let [a, b] = [left < 0n ? -left : left, right < 0n ? -right : right];
  while (b !== 0n) {
    [a, b] = [b, a % b];
  }
  return right < 0n ? -a : a;
}
