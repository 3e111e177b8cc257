import { describe, expect, it } from 'vitest';
import {
  billedFor,
  covering,
  draftInvoice,
  finalized,
  type Invoice,
  type InvoiceStatus,
  invoiceNumber,
  isLegalMove,
  openBalance,
  paid,
  uncollectible,
  voided,
} from './invoice.ts';
import { assertTaxRate, minorUnitsPerMajor } from './money.ts';
import { calendarMonth } from './period.ts';
import { defaultPriceList } from './plan.ts';
import { APRIL, price, sum } from './pricing.fixtures.ts';

const AT = '2026-05-01T00:00:00.000Z';
const STATUSES: InvoiceStatus[] = ['DRAFT', 'OPEN', 'PAID', 'VOID', 'UNCOLLECTIBLE'];

describe('an invoice', () => {
  it('moves DRAFT→OPEN, OPEN→PAID, OPEN→VOID, DRAFT→VOID, OPEN→UNCOLLECTIBLE and no other way', () => {
    const legal = STATUSES.flatMap((from) =>
      STATUSES.filter((to) => isLegalMove(from, to)).map((to) => `${from}→${to}`),
    );
    expect(legal.toSorted()).toEqual(['DRAFT→OPEN', 'DRAFT→VOID', 'OPEN→PAID', 'OPEN→UNCOLLECTIBLE', 'OPEN→VOID']);
  });

  it.each(STATUSES)('that is %s refuses every other move', (status) => {
    const invoice: Invoice = { ...draft(), status };
    const moves: [InvoiceStatus, () => Invoice][] = [
      ['OPEN', () => finalized(invoice, '2026-000001', AT)],
      ['PAID', () => paid(invoice, AT)],
      ['VOID', () => voided(invoice)],
      ['UNCOLLECTIBLE', () => uncollectible(invoice)],
    ];
    for (const [to, move] of moves) {
      if (isLegalMove(status, to)) {
        expect(move().status).toBe(to);
      } else {
        expect(move).toThrow(expect.objectContaining({ code: 'FAILED_PRECONDITION' }));
      }
    }
  });

  it('is a draft without a number first, as it was priced, and JSON', () => {
    const priced = price({ usage: [sum('compute', { 3: 200_000 })], taxRate: '0.2' });
    expect(draft()).toMatchObject({
      ...priced,
      number: null,
      status: 'DRAFT',
      issuedAt: null,
      paidAt: null,
      totalMinor: 6480,
    });
    expect(JSON.parse(JSON.stringify(draft()))).toEqual(draft());
  });

  it('gets its number and date when it is finalized, and keeps its lines', () => {
    const open = finalized(draft(), '2026-000001', AT);
    expect(open).toEqual({ ...draft(), status: 'OPEN', number: '2026-000001', issuedAt: AT });
    expect(paid(open, '2026-05-02T00:00:00.000Z')).toMatchObject({
      status: 'PAID',
      issuedAt: AT,
      paidAt: '2026-05-02T00:00:00.000Z',
    });
  });

  it('over nothing is paid as it is finalized', () => {
    const nothing = draftInvoice(price({ tiers: [['FREE', '2026-01-01']] }), about('inv_0'));
    expect(finalized(nothing, '2026-000002', AT)).toMatchObject({
      status: 'PAID',
      number: '2026-000002',
      issuedAt: AT,
      paidAt: AT,
    });
  });

  it('has a number of its year, which may grow beyond six digits', () => {
    expect(invoiceNumber('2026-12-31T23:59:59.999Z', 1)).toBe('2026-000001');
    expect(invoiceNumber('2027-01-01T00:00:00.000Z', 1_234_567)).toBe('2027-1234567');
  });
});

describe('the invoices of a tenant', () => {
  it('cover a day once: those that are not void stand in the way of another', () => {
    const day = { periodStart: '2026-04-30T00:00:00.000Z', periodEnd: '2026-05-01T00:00:00.000Z' };
    const all = STATUSES.map((status) => ({ ...draft(), status }));
    expect(covering(all, day).map(({ status }) => status)).toEqual(['DRAFT', 'OPEN', 'PAID', 'UNCOLLECTIBLE']);
    expect(covering(all, calendarMonth(AT))).toEqual([]);
  });

  it('tell what was billed for a period, adjustments included, void ones not', () => {
    const april = draft();
    const more = [sum('compute', { 3: 200_000, 4: 50_000 })];
    const earlier = [{ period: APRIL, priceList: april.priceList, usage: more, billed: billedFor([april], APRIL) }];
    const may = draftInvoice(price({ period: calendarMonth(AT), earlier }), about('inv_2'));
    expect(billedFor([april, may, voided(april)], APRIL)).toEqual([
      { ...APRIL, meter: 'compute', quantity: '250000', amountMinor: 750 },
    ]);
    expect(billedFor([april, may], calendarMonth(AT))).toEqual([]);
  });

  it('leave open what is OPEN', () => {
    const open = finalized(draft(), '2026-000001', AT);
    const all = [draft(), open, open, paid(open, AT), voided(open), uncollectible(open)];
    expect(openBalance(all, 'USD')).toEqual({ amountMinor: 2 * open.totalMinor, currency: 'USD' });
    expect(openBalance([], 'USD')).toEqual({ amountMinor: 0, currency: 'USD' });
  });
});

describe('money', () => {
  it('has the minor units of its currency', () => {
    expect(['USD', 'HUF', 'JPY', 'KWD', 'CLF'].map(minorUnitsPerMajor)).toEqual([100n, 100n, 1n, 1000n, 10_000n]);
  });

  it('is taxed by a rate from 0 to 1', () => {
    for (const rate of ['0', '0.2', '1']) assertTaxRate(rate, 'input.taxRate');
    for (const rate of ['-0.01', '1.01', '20']) {
      expect(() => assertTaxRate(rate, 'input.taxRate')).toThrow(
        expect.objectContaining({ code: 'BAD_USER_INPUT', details: { field: 'input.taxRate' } }),
      );
    }
  });
});

function draft(): Invoice {
  return draftInvoice(price({ usage: [sum('compute', { 3: 200_000 })], taxRate: '0.2' }), about('inv_1'));
}

function about(invoiceId: string) {
  return { invoiceId, tenantId: 'ten_1', createdAt: AT, final: false, priceList: defaultPriceList };
}
