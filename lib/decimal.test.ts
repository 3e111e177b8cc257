import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareDecimals,
  formatDecimal,
  groupThousands,
  NotADecimal,
  parseDecimal,
  subtractDecimals,
  sumDecimals,
} from './decimal.ts';

describe('a decimal in an input', () => {
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['-0.00', '0'],
    [-0, '0'],
    ['1.500', '1.5'],
    ['100', '100'],
    ['0.00005', '0.00005'],
    ['1e-7', '0.0000001'],
    ['2.5E3', '2500'],
    ['-12.25', '-12.25'],
    [1e-7, '0.0000001'],
    [0.1 + 0.2, '0.30000000000000004'],
    [3.4722222222222224e-7, '0.00000034722222222222224'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    ['9007199254740993', '9007199254740993'],
    ['99999999999999999999', '99999999999999999999'],
  ])('%j is %s', (input, canonical) => {
    expect(parseDecimal(input)).toBe(canonical);
    expect(parseDecimal(canonical)).toBe(canonical);
  });

  it.each([
    [Number.NaN, 'finite'],
    [Number.POSITIVE_INFINITY, 'finite'],
    ['NaN', 'decimal number'],
    ['Infinity', 'decimal number'],
    ['', 'decimal number'],
    [' 1', 'decimal number'],
    ['1 ', 'decimal number'],
    ['1\n', 'decimal number'],
    ['+1', 'decimal number'],
    ['.5', 'decimal number'],
    ['5.', 'decimal number'],
    ['007', 'decimal number'],
    ['0x10', 'decimal number'],
    ['1_000', 'decimal number'],
    ['1,5', 'decimal number'],
    ['١', 'decimal number'],
    ['1e400', '20 digits before the point'],
    ['1e9999999', 'decimal number'],
    ['100000000000000000000', '20 digits before the point'],
    ['1e-31', '30 digits after the point'],
    [`0.${'3'.repeat(31)}`, '30 digits after the point'],
    ['9'.repeat(1_000_000), 'at most 100 characters'],
    [2 ** 53, 'must be a string'],
    [1e21, 'must be a string'],
    [null, 'decimal number'],
    [undefined, 'decimal number'],
    [true, 'decimal number'],
    [['1'], 'decimal number'],
    [{}, 'decimal number'],
    [10n, 'decimal number'],
  ])('%s is refused, with the reason', (input, reason) => {
    expect(() => parseDecimal(input)).toThrow(NotADecimal);
    expect(() => parseDecimal(input)).toThrow(reason);
  });

  it('keeps the value of every number that it takes', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e15, max: 1e15 }), (number) => {
        fc.pre(number === 0 || Math.abs(number) > 1e-12);
        expect(Number(parseDecimal(number))).toBe(number === 0 ? 0 : number);
      }),
    );
  });
});

describe('decimals', () => {
  it('are added and subtracted without drift', () => {
    expect(sumDecimals(Array.from({ length: 1000 }, () => '0.1'))).toBe('100');
    expect(sumDecimals(['9007199254740993', '0.000000000000000001'])).toBe('9007199254740993.000000000000000001');
    expect(sumDecimals([])).toBe('0');
    expect(subtractDecimals('0.3', '0.1')).toBe('0.2');
    expect(subtractDecimals('1', '1')).toBe('0');
  });

  it('are compared by value, not by text', () => {
    expect(compareDecimals('10', '9')).toBe(1);
    expect(compareDecimals('-1', '0.5')).toBe(-1);
    expect(compareDecimals('1.0', '1')).toBe(0);
  });

  it('can be answered when a sum has more digits than an input may have', () => {
    const most = '99999999999999999999';
    expect(formatDecimal(sumDecimals([most, most]))).toBe('199999999999999999998');
  });

  it('are shown with commas between the thousands, not in the fraction', () => {
    expect(groupThousands('1000000')).toBe('1,000,000');
    expect(groupThousands('999')).toBe('999');
    expect(groupThousands('33333.333333')).toBe('33,333.333333');
    expect(groupThousands('-1234')).toBe('-1,234');
    expect(groupThousands('-123')).toBe('-123');
  });
});
