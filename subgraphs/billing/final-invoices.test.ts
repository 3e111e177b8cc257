import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { unavailable } from '#lib/errors.ts';
import { createIds } from '#lib/ids.ts';
import { deaths, ProcessDied } from '#test/support/around.ts';
import { newAccount } from './account.ts';
import { openTestStore, TENANT } from './crash.fixtures.ts';
import { createFinalInvoices } from './final-invoices.ts';
import { draftInvoice } from './invoice.ts';
import { createNumbering } from './numbering.ts';
import { calendarMonth } from './period.ts';
import { defaultPriceList, type Tier } from './plan.ts';
import { changes, price, sum } from './pricing.fixtures.ts';
import type { Sources } from './sources.ts';
import type { BillingStore, InvoiceDocument } from './store.ts';
import type { MeterUsage } from './usage-charge.ts';

const COMMAND = { commandId: 'wf_1/FINAL_INVOICE', tenantId: TENANT };
const NEXT = { ...COMMAND, commandId: 'wf_2/FINAL_INVOICE' };
const [JANUARY, FEBRUARY] = ['2026-01-15T00:00:00.000Z', '2026-02-15T00:00:00.000Z'].map(calendarMonth) as [
  ReturnType<typeof calendarMonth>,
  ReturnType<typeof calendarMonth>,
];
const NOW = '2026-03-10T12:00:00.000Z';
/** The decision, a counter, and per invoice the draft, the counter and the number. */
const WRITES = 11;

let test: Awaited<ReturnType<typeof openTestStore>>;
let clock: ManualClock;
let tiers: [Tier, string][];
/** By the month's first day. */
let usage: Record<string, MeterUsage[]>;

beforeAll(async () => {
  test = await openTestStore();
});
beforeEach(async () => {
  clock = new ManualClock(NOW);
  tiers = [['STANDARD', '2026-01-15T10:00:00.000Z']];
  usage = { '2026-02-01': [sum('compute', { 3: 140_000 }, '02')] };
  const account = { tenantId: TENANT, address: 'Main Street 1', currency: 'USD', createdAt: NOW };
  await test.store.accounts.insert({ ...newAccount(account), taxRate: '0.2' });
});
afterEach(() => test.clear());
afterAll(() => test.close());

describe('the final invoices', () => {
  it('are one per month not yet invoiced, oldest first, the last one up to and including the day', async () => {
    const issued = await finalInvoices().issue(COMMAND, 'req_1');
    expect(issued.map(short)).toEqual([
      '2026-000001 OPEN 2026-01-01..2026-02-01: 2687 + 537', // 49.00 × 17/31 = 26.87; a fifth of it is 5.374
      '2026-000002 OPEN 2026-02-01..2026-03-01: 5100 + 1020', // 49.00 + 40,000 × 0.00005
      '2026-000003 OPEN 2026-03-01..2026-03-11: 1581 + 316', // 49.00 × 10/31 = 15.806; a fifth of it is 3.162
    ]);
    expect(issued.every(({ final, issuedAt, paidAt }) => final && issuedAt === NOW && paidAt === null)).toBe(true);
    expect(issued.map(({ invoiceId }) => invoiceId).toSorted()).toEqual(issued.map(({ invoiceId }) => invoiceId));
  });

  it('over nothing are issued too, and paid at once', async () => {
    tiers = [['FREE', '2026-02-10']];
    expect((await finalInvoices().issue(COMMAND, 'req_1')).map(short)).toEqual([
      '2026-000001 PAID 2026-02-01..2026-03-01: 0 + 0',
      '2026-000002 PAID 2026-03-01..2026-03-11: 0 + 0',
    ]);
  });

  it('are the same for the same command, on another day and when the account is closed', async () => {
    const issued = await finalInvoices().issue(COMMAND, 'req_1');
    clock.set('2026-05-02T00:00:00.000Z');
    usage['2026-03-01'] = [sum('compute', { 9: 9e6 }, '03')];
    await test.store.accounts.update(TENANT, {}, { closedAt: NOW });
    expect(await finalInvoices().issue(COMMAND, 'req_2')).toEqual(issued);
    expect(await all()).toHaveLength(3);
    await expect(finalInvoices().issue(NEXT, 'req_3')).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  });

  it('are issued once by many at the same time', async () => {
    const processes = Array.from({ length: 8 }, () => finalInvoices().issue(COMMAND, 'req_1'));
    const [first, ...others] = await Promise.all(processes);
    for (const other of others) expect(other.map(short)).toEqual(first?.map(short));
    expect(await all()).toHaveLength(3);
    await expectGapless();
  });

  it('leave out what is invoiced, and bill its late usage once', async () => {
    await invoice(FEBRUARY, [sum('compute', { 3: 100_000 }, '02')]);
    const [january, march, ...others] = await finalInvoices().issue(COMMAND, 'req_1');
    expect(others).toEqual([]);
    expect(january?.lines.map(({ description, amountMinor }) => `${description} = ${amountMinor}`)).toEqual([
      'Standard plan, 17 of 31 days = 2687',
      'compute: late usage of February 2026 = 200',
    ]);
    expect(march?.subtotalMinor).toBe(1581);
  });

  it('wait for usage and tier history: nothing is billed on what did not come', async () => {
    const broken = { ...sources(), usage: () => Promise.reject(unavailable('gone')) };
    await expect(finalInvoices(test.store, broken).issue(COMMAND, 'req_1')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    expect(await all()).toEqual([]);
    clock.set('2026-03-11T00:00:00.000Z');
    expect(short((await finalInvoices().issue(COMMAND, 'req_1')).at(-1))).toContain('2026-03-01..2026-03-11: 1581');
  });

  it('need an account, in the currency of the price list', async () => {
    await test.store.accounts.update(TENANT, {}, { currency: 'EUR' });
    await expect(finalInvoices().issue(COMMAND, 'req_1')).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    await test.store.accounts.delete(TENANT);
    await expect(finalInvoices().issue(COMMAND, 'req_1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('undoing them', () => {
  it('makes them void, with their numbers, and their periods free', async () => {
    await finalInvoices().issue(COMMAND, 'req_1');
    await finalInvoices().void(COMMAND, 'req_1');
    expect((await all()).map(({ status }) => status)).toEqual(['VOID', 'VOID', 'VOID']);
    expect((await finalInvoices().issue(NEXT, 'req_2')).map(short)).toEqual([
      '2026-000004 OPEN 2026-01-01..2026-02-01: 2687 + 537',
      '2026-000005 OPEN 2026-02-01..2026-03-01: 5100 + 1020',
      '2026-000006 OPEN 2026-03-01..2026-03-11: 1581 + 316',
    ]);
  });

  it('takes back those that were paid because nothing was to be paid', async () => {
    tiers = [['FREE', '2026-03-01']];
    await finalInvoices().issue(COMMAND, 'req_1');
    await finalInvoices().void(COMMAND, 'req_1');
    expect(await all()).toMatchObject([{ status: 'VOID', paidAt: null, number: '2026-000001' }]);
    expect(await finalInvoices().issue(NEXT, 'req_2')).toHaveLength(1);
  });

  it('leaves what was really paid, and its period taken', async () => {
    const [january] = await finalInvoices().issue(COMMAND, 'req_1');
    await test.store.invoices.update(january?.invoiceId ?? '', {}, { status: 'PAID', paidAt: NOW });
    await finalInvoices().void(COMMAND, 'req_1');
    expect((await all()).map(({ status }) => status)).toEqual(['PAID', 'VOID', 'VOID']);
    expect((await finalInvoices().issue(NEXT, 'req_2')).map(({ periodStart }) => periodStart)).toEqual([
      '2026-02-01T00:00:00.000Z',
      '2026-03-01T00:00:00.000Z',
    ]);
  });

  it('leaves the invoices of others alone', async () => {
    await invoice(JANUARY, []);
    await finalInvoices().issue(COMMAND, 'req_1');
    await finalInvoices().void(NEXT, 'req_1');
    expect((await all()).map(({ status }) => status)).toEqual(['OPEN', 'OPEN', 'OPEN']);
    await finalInvoices().void(COMMAND, 'req_1');
    expect((await all()).map(({ status }) => status)).toEqual(['OPEN', 'VOID', 'VOID']);
  });

  it('of what was never done succeeds, and a straggler of the command does nothing then', async () => {
    await finalInvoices().void(COMMAND, 'req_1');
    await expect(finalInvoices().issue(COMMAND, 'req_1')).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    expect(await all()).toEqual([]);
    await finalInvoices().void({ ...COMMAND, tenantId: 'ten_none' }, 'req_1');
  });

  it('while they are being issued leaves none in force, whoever is where', async () => {
    for (let operation = 1; operation <= 40; operation += 1) {
      const command = { ...COMMAND, commandId: `wf_${operation}/FINAL_INVOICE` };
      const store = test.haltingProcess(operation, () => finalInvoices().void(command, 'req_1'));
      await finalInvoices(store)
        .issue(command, 'req_1')
        .catch((error: unknown) => expect(error).toMatchObject({ code: 'FAILED_PRECONDITION' }));
      await finalInvoices().void(command, 'req_1');
      await expectNoneInForce();
    }
    expect(await all()).not.toHaveLength(0);
    await expectGapless();
  });
});

describe('a process that dies', () => {
  it.each(deaths(WRITES))(
    'at write $write of issuing (happened: $happened) is made good by repeating',
    async (death) => {
      await expect(finalInvoices(test.dyingProcess(death)).issue(COMMAND, 'req_1')).rejects.toThrow(ProcessDied);
      const decided = (await test.store.accounts.get(TENANT))?.claims.map(({ invoiceId }) => invoiceId);
      const issued = await finalInvoices().issue(COMMAND, 'req_2');
      expect(issued.map(short)).toEqual([
        '2026-000001 OPEN 2026-01-01..2026-02-01: 2687 + 537',
        '2026-000002 OPEN 2026-02-01..2026-03-01: 5100 + 1020',
        '2026-000003 OPEN 2026-03-01..2026-03-11: 1581 + 316',
      ]);
      if (decided?.length) expect(issued.map(({ invoiceId }) => invoiceId)).toEqual(decided);
      expect(await all()).toHaveLength(3);
    },
  );

  it.each(deaths(WRITES + 1))(
    'at write $write of issuing (happened: $happened) and then while undoing leaves nothing in force',
    async (death) => {
      const { accounts } = test.store;
      for (const second of deaths(6)) {
        const command = { ...COMMAND, commandId: `wf_${second.write}${second.happened}/FINAL_INVOICE` };
        await finalInvoices(test.dyingProcess(death)).issue(command, 'req_1').catch(expectDeath);
        await finalInvoices(test.dyingProcess(second)).void(command, 'req_1').catch(expectDeath);
        await finalInvoices().void(command, 'req_1');
        await expectNoneInForce();
      }
      expect((await accounts.get(TENANT))?.finalRuns.every(({ withdrawn }) => withdrawn)).toBe(true);
      expect(await finalInvoices().issue(COMMAND, 'req_2')).toHaveLength(3);
      await expectGapless();
    },
  );
});

function finalInvoices(store: BillingStore = test.store, from: Sources = sources()) {
  const numbering = createNumbering({ ...store, clock });
  return createFinalInvoices({
    store,
    clock,
    ids: createIds(clock),
    priceList: defaultPriceList,
    sources: from,
    numbering,
  });
}

/** Stands for the tenant and the metrics service. */
function sources(): Sources {
  return {
    tierChanges: async () => changes(tiers) as [ReturnType<typeof changes>[0] & object],
    closeUsage: async () => undefined,
    reopenUsage: async () => undefined,
    usage: async (_, { periodStart }) => usage[periodStart.slice(0, 10)] ?? [],
  };
}

/** An invoice as the monthly billing makes it. */
async function invoice(period: typeof JANUARY, used: MeterUsage[]): Promise<void> {
  const about = { invoiceId: `inv_00_${period.periodStart}`, tenantId: TENANT, createdAt: NOW, final: false };
  const priced = price({ period, usage: used });
  await test.store.invoices.insert({
    ...draftInvoice(priced, { ...about, priceList: defaultPriceList }),
    status: 'OPEN',
    finalizingAt: NOW,
  });
  await test.store.accounts.update(TENANT, {}, { claims: [{ ...period, ...about, commandId: 'inv' }].map(claimOf) });
}

function claimOf({
  periodStart,
  periodEnd,
  invoiceId,
  commandId,
}: typeof JANUARY & Record<'invoiceId' | 'commandId', string>) {
  return { periodStart, periodEnd, invoiceId, commandId };
}

function short(invoice: InvoiceDocument | undefined): string {
  if (invoice === undefined) return 'none';
  const { number, status, periodStart, periodEnd, subtotalMinor, taxMinor } = invoice;
  return `${number} ${status} ${periodStart.slice(0, 10)}..${periodEnd.slice(0, 10)}: ${subtotalMinor} + ${taxMinor}`;
}

async function all(): Promise<readonly InvoiceDocument[]> {
  return (await test.store.invoices.page({ index: 'tenant', prefix: [TENANT], limit: 1000 })).items;
}

async function expectNoneInForce(): Promise<void> {
  expect((await all()).filter(({ status }) => status !== 'VOID')).toEqual([]);
  expect((await test.store.accounts.get(TENANT))?.claims).toEqual([]);
}

async function expectGapless(): Promise<void> {
  const numbers = (await all()).flatMap(({ number }) => number ?? []).toSorted();
  const { last = 0 } = (await test.store.numbers.get('2026')) ?? {};
  expect(numbers).toEqual(Array.from({ length: last }, (_, index) => `2026-${String(index + 1).padStart(6, '0')}`));
}

function expectDeath(error: unknown): void {
  if (!(error instanceof ProcessDied)) throw error;
}
