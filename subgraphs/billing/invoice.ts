import { type Decimal, sumDecimals } from '#lib/decimal.ts';
import { failedPrecondition } from '#lib/errors.ts';
import type { InvoiceLine } from './invoice-line.ts';
import { type Money, sumMinor } from './money.ts';
import { overlaps, type Period } from './period.ts';
import type { PriceList } from './plan.ts';
import type { BilledUsage, PricedPeriod } from './pricing.ts';

export type InvoiceStatus = 'DRAFT' | 'OPEN' | 'PAID' | 'VOID' | 'UNCOLLECTIBLE';

/** An invoice as it is stored: JSON only, times RFC 3339, amounts in minor units of `currency`. */
export interface Invoice extends Period {
  readonly invoiceId: string;
  readonly tenantId: string;
  /** Null while it is a draft, and for good where a draft is void. */
  readonly number: string | null;
  readonly status: InvoiceStatus;
  readonly currency: string;
  readonly lines: readonly InvoiceLine[];
  readonly subtotalMinor: number;
  readonly taxMinor: number;
  readonly totalMinor: number;
  readonly taxRate: Decimal;
  readonly createdAt: string;
  readonly issuedAt: string | null;
  readonly paidAt: string | null;
  /** Whether it was made by the offboarding of its tenant. */
  readonly final: boolean;
  /** What it bills of usage, per period (its own, and those that it adjusts) and meter. */
  readonly billed: readonly BilledUsage[];
  /** What it was priced by: late usage of its period is priced by the same. */
  readonly priceList: PriceList;
}

const LEGAL_MOVES: Readonly<Record<InvoiceStatus, readonly InvoiceStatus[]>> = {
  DRAFT: ['OPEN', 'VOID'],
  OPEN: ['PAID', 'VOID', 'UNCOLLECTIBLE'],
  PAID: [],
  VOID: [],
  UNCOLLECTIBLE: [],
};

/** A new draft of what was priced. */
export function draftInvoice(
  priced: PricedPeriod,
  about: Pick<Invoice, 'invoiceId' | 'tenantId' | 'createdAt' | 'final' | 'priceList'>,
): Invoice {
  return { ...about, ...priced, number: null, status: 'DRAFT', issuedAt: null, paidAt: null };
}

/**
 * The invoice numbered and its lines frozen: `OPEN`, or `PAID` at once where nothing is to be paid.
 * @throws {AppError} `FAILED_PRECONDITION`
 */
export function finalized(invoice: Invoice, number: string, at: string): Invoice {
  const open: Invoice = { ...moved(invoice, 'OPEN'), number, issuedAt: at };
  return open.totalMinor === 0 ? paid(open, at) : open;
}

/** @throws {AppError} `FAILED_PRECONDITION` */
export function paid(invoice: Invoice, at: string): Invoice {
  return { ...moved(invoice, 'PAID'), paidAt: at };
}

/** @throws {AppError} `FAILED_PRECONDITION` */
export function voided(invoice: Invoice): Invoice {
  return moved(invoice, 'VOID');
}

/** @throws {AppError} `FAILED_PRECONDITION` */
export function uncollectible(invoice: Invoice): Invoice {
  return moved(invoice, 'UNCOLLECTIBLE');
}

/** Whether an invoice may go from one status to another. */
export function isLegalMove(from: InvoiceStatus, to: InvoiceStatus): boolean {
  return LEGAL_MOVES[from].includes(to);
}

/** @throws {AppError} `FAILED_PRECONDITION` */
export function assertMove(from: InvoiceStatus, to: InvoiceStatus): void {
  if (!isLegalMove(from, to)) {
    throw failedPrecondition(`The invoice is ${from}; it cannot become ${to}.`);
  }
}

/** The number that a customer sees: gapless per year of issue, `2026-000001`. `sequence` starts at 1. */
export function invoiceNumber(issuedAt: string, sequence: number): string {
  return `${new Date(issuedAt).getUTCFullYear()}-${String(sequence).padStart(6, '0')}`;
}

/** The invoices, not void, that cover a day of the period: a period that overlaps one of them cannot be invoiced beside it. */
export function covering(invoices: readonly Invoice[], period: Period): Invoice[] {
  return invoices.filter((invoice) => invoice.status !== 'VOID' && overlaps(invoice, period));
}

/**
 * What has been billed for a period, per meter, by its own invoice and by adjustments on later ones. Drafts count, so that
 * two of them do not bill the same late usage; a draft that is about to be replaced must not be among the invoices.
 */
export function billedFor(invoices: readonly Invoice[], { periodStart, periodEnd }: Period): BilledUsage[] {
  const entries = invoices
    .filter(({ status }) => status !== 'VOID')
    .flatMap(({ billed }) => billed)
    .filter((entry) => entry.periodStart === periodStart && entry.periodEnd === periodEnd);
  return [...Map.groupBy(entries, ({ meter }) => meter)].map(([meter, ofMeter]) => ({
    periodStart,
    periodEnd,
    meter,
    quantity: sumDecimals(ofMeter.map(({ quantity }) => quantity)),
    amountMinor: sumMinor(ofMeter.map(({ amountMinor }) => amountMinor)),
  }));
}

/** What is open: the totals of the invoices that are `OPEN`. */
export function openBalance(invoices: readonly Invoice[], currency: string): Money {
  const open = invoices.filter(({ status }) => status === 'OPEN');
  return { amountMinor: sumMinor(open.map(({ totalMinor }) => totalMinor)), currency };
}

function moved(invoice: Invoice, to: InvoiceStatus): Invoice {
  assertMove(invoice.status, to);
  return { ...invoice, status: to };
}
