import Big from 'big.js';

/**
 * An exact decimal number in plain notation: no exponent, no superfluous zeros, no negative zero (`"0.00005"`, `"-12.5"`).
 * `parseDecimal` makes one of what comes from outside; all that is computed here stays one.
 */
export type Decimal = string;

/** The most digits that an input may have before and after the point. A double of any measured size fits. */
export const MAX_INTEGER_DIGITS = 20;
export const MAX_FRACTION_DIGITS = 30;

const MAX_INPUT_LENGTH = 100;
/** A number as JSON writes it: RFC 8259, section 6. */
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/;

/** What was given is not a decimal number that can be taken exactly. The message says why and repeats no long input. */
export class NotADecimal extends Error {
  override readonly name = 'NotADecimal';
}

/**
 * The decimal that a client means: a string that holds a number as JSON writes one, or a finite number.
 * A whole number beyond ±(2^53 − 1) is refused unless it is a string: it has lost digits on its way.
 * @throws {NotADecimal}
 */
export function parseDecimal(input: unknown): Decimal {
  if (typeof input === 'string' && input.length > MAX_INPUT_LENGTH) {
    throw new NotADecimal(`must be a decimal number of at most ${MAX_INPUT_LENGTH} characters`);
  }
  const value = new Big(numberText(input));
  if (value.e >= MAX_INTEGER_DIGITS) {
    throw new NotADecimal(`must have at most ${MAX_INTEGER_DIGITS} digits before the point`);
  }
  if (value.c.length - 1 - value.e > MAX_FRACTION_DIGITS) {
    throw new NotADecimal(`must have at most ${MAX_FRACTION_DIGITS} digits after the point`);
  }
  return plain(value);
}

/**
 * A decimal for an answer: as `parseDecimal`, but with as many digits as it has, since a sum may have more than any of its parts.
 * @throws {NotADecimal}
 */
export function formatDecimal(value: unknown): Decimal {
  return plain(new Big(numberText(value)));
}

/** The exact sum; `"0"` of nothing. */
export function sumDecimals(values: Iterable<Decimal>): Decimal {
  let sum = new Big(0);
  for (const value of values) {
    sum = sum.plus(value);
  }
  return plain(sum);
}

/** `minuend − subtrahend`, exactly. */
export function subtractDecimals(minuend: Decimal, subtrahend: Decimal): Decimal {
  return plain(new Big(minuend).minus(subtrahend));
}

/** Negative, zero or positive, as `left` is less than, equal to or greater than `right`. */
export function compareDecimals(left: Decimal, right: Decimal): -1 | 0 | 1 {
  return new Big(left).cmp(right);
}

/** With commas between the thousands, for people: `"1,000,000.5"`. */
export function groupThousands(value: Decimal): string {
  const [integer = '', fraction] = value.split('.');
  const grouped = integer.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

function numberText(input: unknown): string {
  if (typeof input === 'number') {
    if (!Number.isFinite(input)) {
      throw new NotADecimal('must be a finite number');
    }
    if (Number.isInteger(input) && !Number.isSafeInteger(input)) {
      throw new NotADecimal('must be a string: a whole number beyond 2^53 − 1 has lost digits as a number');
    }
    return String(input);
  }
  if (typeof input !== 'string') {
    throw new NotADecimal('must be a decimal number: a string or a finite number');
  }
  if (!JSON_NUMBER.test(input)) {
    throw new NotADecimal('must be a decimal number such as "12.5"');
  }
  return input;
}

function plain(value: Big): Decimal {
  return value.eq(0) ? '0' : value.toFixed();
}
