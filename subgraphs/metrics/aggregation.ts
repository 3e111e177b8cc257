import { compareDecimals, type Decimal, sumDecimals } from '#lib/decimal.ts';
import type { Aggregation } from './resolvers.generated.ts';

/** The aggregations whose figure is a number. `UNIQUE` needs the set of subjects, and no meter has it. */
export type NumericAggregation = Exclude<Aggregation, 'UNIQUE'>;

/** How the events of a meter make one figure. */
export interface AggregationRule {
  /** What an event without a value counts as; null where an event must have one. */
  readonly defaultValue: Decimal | null;
  /**
   * One figure of several: values of events, figures of windows, or both. `"0"` of none. Associative and commutative
   * with `"0"` as neutral (no value is negative), so that it does not matter how events were grouped on their way.
   */
  readonly combine: (figures: Iterable<Decimal>) => Decimal;
}

/** The rule of each aggregation. A `COUNT`'s value stands for so many events. */
export const AGGREGATIONS: Readonly<Record<NumericAggregation, AggregationRule>> = {
  SUM: { defaultValue: null, combine: sumDecimals },
  COUNT: { defaultValue: '1', combine: sumDecimals },
  MAX: { defaultValue: null, combine: highest },
};

function highest(figures: Iterable<Decimal>): Decimal {
  let high: Decimal = '0';
  for (const figure of figures) {
    if (compareDecimals(figure, high) > 0) high = figure;
  }
  return high;
}
