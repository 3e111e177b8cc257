import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AGGREGATIONS, type NumericAggregation } from './aggregation.ts';

const names = Object.keys(AGGREGATIONS) as NumericAggregation[];
const figures = fc.array(fc.integer({ min: 0, max: 10_000 }).map((thousandths) => String(thousandths / 1_000)));

describe.each(names)('%s', (name) => {
  const { combine } = AGGREGATIONS[name];

  it('does not depend on how events were grouped and ordered on their way', () => {
    fc.assert(
      fc.property(figures, figures, (left, right) => {
        const whole = combine([...left, ...right]);
        expect(combine([combine(right), combine(left)])).toBe(whole);
        expect(combine([...right.toReversed(), combine(left), '0'])).toBe(whole);
      }),
    );
  });

  it('is 0 of nothing', () => {
    expect(combine([])).toBe('0');
  });
});

describe('what events make', () => {
  it('adds exactly, or takes the highest', () => {
    const values = ['0.1', '0.2', '10', '9'];
    expect(Object.fromEntries(names.map((name) => [name, AGGREGATIONS[name].combine(values)]))).toEqual({
      SUM: '19.3',
      COUNT: '19.3',
      MAX: '10',
    });
  });

  it('an event without a value counts as one where events are counted, and needs one elsewhere', () => {
    const defaults = Object.fromEntries(names.map((name) => [name, AGGREGATIONS[name].defaultValue]));
    expect(defaults).toEqual({ SUM: null, COUNT: '1', MAX: null });
  });
});
