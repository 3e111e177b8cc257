import type { Decimal } from '#lib/decimal.ts';

/** The most decimals with which a quantity is shown. */
export const QUANTITY_PLACES = 6;

/** One thing that is charged. */
export interface InvoiceLine {
  /** What it is, for a person. */
  readonly description: string;
  /** Null for a base fee. */
  readonly meter: string | null;
  /** Units, with 6 decimals at most; for a base fee the days on the plan. The amount comes from the exact quantity. */
  readonly quantity: Decimal;
  /** In the currency's major unit; null where there is no single one: base fees, adjustments. */
  readonly unitPrice: Decimal | null;
  readonly amountMinor: number;
}
