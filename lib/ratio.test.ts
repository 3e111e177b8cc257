import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDecimal } from './decimal.ts';
import {
  add,
  compare,
  isPositive,
  min,
  multiply,
  ratio,
  ratioOf,
  roundHalfEven,
  subtract,
  toDecimal,
} from './ratio.ts';

const ratios = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.bigInt({ min: 1n, max: 10n ** 12n }))
  .map(([numerator, denominator]) => ratio(numerator, denominator));

describe('a ratio', () => {
  it('is in lowest terms with a positive denominator', () => {
    expect(ratio(10, 30)).toEqual({ numerator: 1n, denominator: 3n });
    expect(ratio(1, -2)).toEqual({ numerator: -1n, denominator: 2n });
    expect(ratio(-4, -2)).toEqual({ numerator: 2n, denominator: 1n });
    expect(ratio(0, 7)).toEqual(ratio(0));
    expect(() => ratio(1, 0)).toThrow(RangeError);
  });

  it('holds a decimal exactly', () => {
    expect(ratioOf('0.000002')).toEqual(ratio(1, 500_000));
    expect(ratioOf('-0.5')).toEqual(ratio(-1, 2));
    for (const bad of ['', '-', '0x10', '1e3', 'NaN', '1.', '.5', ' 1']) {
      expect(() => ratioOf(bad)).toThrow(RangeError);
    }
  });

  it('is computed exactly', () => {
    fc.assert(
      fc.property(ratios, ratios, ratios, (a, b, c) => {
        expect(add(a, b)).toEqual(add(b, a));
        expect(subtract(add(a, b), b)).toEqual(a);
        expect(multiply(a, add(b, c))).toEqual(add(multiply(a, b), multiply(a, c)));
        expect(compare(a, b)).toBe(Math.sign(Number(subtract(a, b).numerator)));
        expect([a, b]).toContainEqual(min(a, b));
        expect(compare(min(a, b), a)).not.toBe(1);
        expect(isPositive(a)).toBe(compare(a, ratio(0)) === 1);
      }),
    );
  });
});

describe('rounding', () => {
  it.each([
    [5, 2, 2n],
    [7, 2, 4n],
    [-5, 2, -2n],
    [-7, 2, -4n],
    [1, 2, 0n],
    [-1, 2, 0n],
    [26, 10, 3n],
    [24, 10, 2n],
    [-26, 10, -3n],
    [1, 3, 0n],
    [2, 3, 1n],
    [4, 1, 4n],
  ])('%d/%d is %d: the nearest, of two the even one', (numerator, denominator, rounded) => {
    expect(roundHalfEven(ratio(numerator, denominator))).toBe(rounded);
  });

  it('is never off by more than a half, and goes to the even one at a half', () => {
    fc.assert(
      fc.property(ratios, (value) => {
        const rounded = roundHalfEven(value);
        const error = subtract(value, ratio(rounded));
        const magnitude = error.numerator < 0n ? ratio(-error.numerator, error.denominator) : error;
        expect(compare(magnitude, ratio(1, 2))).not.toBe(1);
        if (compare(magnitude, ratio(1, 2)) === 0) {
          expect(rounded % 2n).toBe(0n);
        }
      }),
    );
  });
});

describe('a ratio shown as a decimal', () => {
  it('has at most the places that are asked for, and no superfluous zeros', () => {
    expect(toDecimal(ratio(1, 3), 6)).toBe('0.333333');
    expect(toDecimal(ratio(2, 3), 6)).toBe('0.666667');
    expect(toDecimal(ratio(-2, 3), 2)).toBe('-0.67');
    expect(toDecimal(ratio(5, 2), 6)).toBe('2.5');
    expect(toDecimal(ratio(100), 6)).toBe('100');
    expect(toDecimal(ratio(-1, 10_000_000), 6)).toBe('0');
    expect(toDecimal(ratio(15, 10), 0)).toBe('2');
  });

  it('is the same value where the decimal fits', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }),
        fc.integer({ min: 0, max: 6 }),
        (units, places) => {
          const value = ratio(units, 10n ** BigInt(places));
          const shown = toDecimal(value, 6);
          expect(ratioOf(shown)).toEqual(value);
          if (shown.length < 20) {
            expect(parseDecimal(shown)).toBe(shown);
          }
        },
      ),
    );
  });
});
