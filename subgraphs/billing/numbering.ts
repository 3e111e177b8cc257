import { type Clock, timestamp } from '#lib/clock.ts';
import { notFound, unavailable } from '#lib/errors.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import { modify } from '#lib/store/modify.ts';
import type { Stored } from '#lib/store/port.ts';
import { assertMove, finalized, invoiceNumber } from './invoice.ts';
import type { BillingStore, InvoiceDocument, NumberCounter } from './store.ts';

const ATTEMPTS = 200;

export type Numbering = ReturnType<typeof createNumbering>;

/**
 * Gives invoices their numbers: gapless per year, also when processes die and many finalize at once, although no store
 * operation spans the counter and the invoice.
 *
 * The writes, in order: (1) the instant of finalization into the invoice, which fixes the year; (2) the counter of that
 * year to `last + 1` with the invoice as its holder; (3) number, status and date into the invoice. Each is a
 * compare-and-set. Before (2), the counter's holder so far is made sure to carry its number.
 *
 * No gap: a number is taken by (2), and the counter does not move on until its holder carries it. No number twice: (2) is
 * a compare-and-set on the counter. No invoice with two numbers: its year never changes, and within the year whoever takes
 * a number for it has read the invoice without one *after* reading the counter; had it been a holder before, the counter
 * had not moved on to what was read until the invoice carried its number.
 */
export function createNumbering({
  invoices,
  numbers,
  clock,
}: Pick<BillingStore, 'invoices' | 'numbers'> & { readonly clock: Clock }) {
  let turn: Promise<unknown> = Promise.resolve();

  /** The counter's compare-and-set makes it right; turns only spare this process from losing against itself. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  }

  async function take(invoiceId: string, year: string): Promise<Stored<InvoiceDocument>> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const counter = await counterOf(year);
      if (counter.holder !== null) {
        const holder = await giveNumber(counter, counter.holder);
        if (holder.invoiceId === invoiceId) return holder;
      }
      const invoice = await invoices.get(invoiceId);
      if (invoice === undefined) throw notFound('invoice');
      if (invoice.number !== null) return invoice;
      assertMove(invoice.status, 'OPEN');
      const next = { last: counter.last + 1, holder: invoiceId };
      const taken = await numbers.update(year, { version: counter.version }, next);
      if (taken.outcome === 'updated') return await giveNumber(taken.document, invoiceId);
    }
    throw unavailable('Too many invoices are being finalized at once; the request can be sent again.');
  }

  async function counterOf(year: string): Promise<Stored<NumberCounter>> {
    const counter = await numbers.get(year);
    if (counter !== undefined) return counter;
    try {
      return await numbers.insert({ year, last: 0, holder: null });
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
      return await counterOf(year);
    }
  }

  async function giveNumber(counter: NumberCounter, holder: string): Promise<Stored<InvoiceDocument>> {
    const invoice = await modify(invoices, holder, (current) => numbered(current, counter.last));
    if (invoice === undefined) throw new TypeError(`${counter.year}: the invoice that holds the last number is gone`);
    return invoice;
  }

  return {
    /**
     * Finalizes a draft: its number, its date, and `OPEN`, or `PAID` where nothing is to be paid. Repeated: the invoice as it is.
     * @throws {AppError} `NOT_FOUND`; `FAILED_PRECONDITION` for a draft that is void; `UNAVAILABLE`
     */
    async finalize(invoiceId: string): Promise<Stored<InvoiceDocument>> {
      const invoice = await modify(invoices, invoiceId, ({ status, number, finalizingAt }) => {
        if (number !== null || finalizingAt !== null) return undefined;
        assertMove(status, 'OPEN');
        return { finalizingAt: timestamp(clock) };
      });
      if (invoice === undefined) throw notFound('invoice');
      if (invoice.number !== null || invoice.finalizingAt === null) return invoice;
      const year = invoice.finalizingAt.slice(0, 4);
      return await inTurn(() => take(invoiceId, year));
    },
  };
}

/** The number in the invoice. One that was made void while its number was on the way carries it and stays void. */
function numbered(invoice: InvoiceDocument, sequence: number): Partial<InvoiceDocument> | undefined {
  if (invoice.number !== null || invoice.finalizingAt === null) return undefined;
  const number = invoiceNumber(invoice.finalizingAt, sequence);
  if (invoice.status !== 'DRAFT') return { number, issuedAt: invoice.finalizingAt };
  const { status, issuedAt, paidAt } = finalized(invoice, number, invoice.finalizingAt);
  return { number, status, issuedAt, paidAt };
}
