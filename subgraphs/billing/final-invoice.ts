import type { AccountDocument, PeriodClaim } from './account.ts';
import { draftInvoice, type Invoice, voided } from './invoice.ts';
import type { PriceList } from './plan.ts';
import type { PricedPeriod } from './pricing.ts';
import type { InvoiceDocument } from './store.ts';

/** The draft of a final invoice; it is finalized as of now. */
export function finalDraft(
  priced: PricedPeriod,
  about: Pick<Invoice, 'invoiceId' | 'tenantId' | 'priceList'>,
  now: string,
): InvoiceDocument {
  return { ...draftInvoice(priced, { ...about, createdAt: now, final: true }), finalizingAt: now };
}

/**
 * The change that takes a final invoice back; `undefined` where there is nothing to take back.
 *
 * Nobody can void an invoice that is `PAID`. The undo of the command that made it does so where its total is 0: no money
 * has moved, and the period has to be free again. What was really paid, or given up, stays and keeps its period.
 */
export function withdrawal(invoice: InvoiceDocument): Partial<InvoiceDocument> | undefined {
  const { status, totalMinor } = invoice;
  if (status === 'DRAFT' || status === 'OPEN') return { status: voided(invoice).status };
  return status === 'PAID' && totalMinor === 0 ? { status: 'VOID', paidAt: null } : undefined;
}

/** What stands for a final invoice that is taken back before it was written, so that a straggler does not write it. */
export function neverWritten(
  { invoiceId, periodStart, periodEnd }: PeriodClaim,
  { tenantId, currency, taxRate }: AccountDocument,
  priceList: PriceList,
  now: string,
): InvoiceDocument {
  const period = { periodStart, periodEnd };
  const nothing = { lines: [], subtotalMinor: 0, taxMinor: 0, totalMinor: 0, billed: [] };
  const about = { invoiceId, tenantId, createdAt: now, final: true, priceList };
  const draft = draftInvoice({ ...period, currency, taxRate, ...nothing }, about);
  return { ...voided(draft), finalizingAt: null };
}
