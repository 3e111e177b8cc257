import type { Money } from './money.ts';
import type { PricedPeriod } from './pricing.ts';
import type { InvoiceLine as InvoiceLineView } from './resolvers.generated.ts';

/** What an invoice and the upcoming one have in common: amounts in minor units of one currency. */
export type Amounts = Pick<PricedPeriod, 'currency' | 'lines' | 'subtotalMinor' | 'taxMinor' | 'totalMinor'>;

/** From what is stored to what is answered: amounts as `Money`. */
export function subtotalOf({ subtotalMinor, currency }: Amounts): Money {
  return { amountMinor: subtotalMinor, currency };
}

export function taxOf({ taxMinor, currency }: Amounts): Money {
  return { amountMinor: taxMinor, currency };
}

export function totalOf({ totalMinor, currency }: Amounts): Money {
  return { amountMinor: totalMinor, currency };
}

export function linesOf({ lines, currency }: Amounts): readonly InvoiceLineView[] {
  return lines.map(({ amountMinor, ...line }) => ({ ...line, amount: { amountMinor, currency } }));
}
