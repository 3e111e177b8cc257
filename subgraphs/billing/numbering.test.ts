import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { deaths, ProcessDied } from '#test/support/around.ts';
import { openTestStore, TENANT } from './crash.fixtures.ts';
import { draftInvoice, invoiceNumber } from './invoice.ts';
import { createNumbering } from './numbering.ts';
import { defaultPriceList } from './plan.ts';
import { price } from './pricing.fixtures.ts';
import type { BillingStore } from './store.ts';

const END_OF_2026 = '2026-12-31T23:59:59.999Z';
const START_OF_2027 = '2027-01-01T00:00:00.000Z';

let test: Awaited<ReturnType<typeof openTestStore>>;
let clock: ManualClock;

beforeAll(async () => {
  test = await openTestStore();
});
beforeEach(() => {
  clock = new ManualClock('2026-05-01T00:00:00.000Z');
});
afterEach(() => test.clear());
afterAll(() => test.close());

describe('finalizing', () => {
  it('gives the numbers of the year one after the other, once', async () => {
    const [first, second] = await drafts(2);
    expect(await numbering().finalize(first)).toMatchObject({
      number: '2026-000001',
      status: 'OPEN',
      issuedAt: '2026-05-01T00:00:00.000Z',
      paidAt: null,
    });
    clock.advance(1000);
    const again = await numbering().finalize(first);
    expect(again).toMatchObject({ number: '2026-000001', issuedAt: '2026-05-01T00:00:00.000Z' });
    expect((await numbering().finalize(second)).number).toBe('2026-000002');
  });

  it('begins again at 1 in a new year', async () => {
    const [old, first, second] = await drafts(3);
    clock.set(END_OF_2026);
    expect((await numbering().finalize(old)).number).toBe('2026-000001');
    clock.set(START_OF_2027);
    expect((await numbering().finalize(first)).number).toBe('2027-000001');
    expect((await numbering().finalize(second)).number).toBe('2027-000002');
  });

  it('takes no number for a void draft, or for none', async () => {
    const [first, second] = await drafts(2);
    await test.store.invoices.update(first, {}, { status: 'VOID' });
    await expect(numbering().finalize(first)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    await expect(numbering().finalize('inv_none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await numbering().finalize(second)).number).toBe('2026-000001');
  });

  it('of 50 invoices at once, each by two of ten processes, over a year change, leaves no gap and no duplicate', async () => {
    const ids = await drafts(50);
    clock.set(END_OF_2026);
    const processes = Array.from({ length: 10 }, () => numbering());
    const finalizations = ids.flatMap((id, index) =>
      [index, index + 3].map(async (place) => (await processes[place % 10]?.finalize(id))?.number),
    );
    await Promise.any(finalizations);
    expect((await unnumbered(ids)).length).toBeGreaterThan(10);
    clock.set(START_OF_2027); // what has begun keeps its year
    const late = await drafts(5, 'late');
    const lateOnes = late.map(async (id) => (await numbering().finalize(id)).number);
    const numbers = await Promise.all([...finalizations, ...lateOnes]);
    expect(new Set(numbers).size).toBe(55);
    expect(await numbersByYear()).toEqual({ 2026: upTo(50), 2027: upTo(5) });
  });
});

describe('a process that halts while it finalizes', () => {
  it.each(upTo(8))('before its operation %i finds what others have done meanwhile', async (operation) => {
    const [first, second, third] = await drafts(3);
    let halted = false;
    const store = test.haltingProcess(operation, async () => {
      halted = true;
      await finalizeAll([first, second]);
    });
    const { number } = await numbering(store).finalize(first);
    expect(number).toBe((await test.store.invoices.get(first))?.number);
    await finalizeAll([third, second]);
    expect(await numbersByYear()).toEqual({ 2026: upTo(3) });
    expect(halted).toBe(true);
  });
});

describe('a process that dies while it finalizes', () => {
  // The instant, a counter, its increment and the number: four writes for the first invoice, three for the second.
  const DEATHS = deaths(7);

  it.each(DEATHS)(
    'at write $write (happened: $happened) is made good by the next one that takes a number',
    async (death) => {
      const [first, second, other] = await drafts(3);
      await die(test.dyingProcess(death), [first, second]);
      expect((await numbering().finalize(other)).number).not.toBeNull();
      await finalizeAll([first, second]);
      expect(await numbersByYear()).toEqual({ 2026: upTo(3) });
    },
  );

  it.each(DEATHS)(
    'at write $write (happened: $happened) is made good by repeating, in the next year too',
    async (death) => {
      const [first, second, other] = await drafts(3);
      clock.set(END_OF_2026);
      await die(test.dyingProcess(death), [first, second]);
      clock.set(START_OF_2027);
      await finalizeAll([other, second, first]);
      const { 2026: old = [], 2027: young = [] } = await numbersByYear();
      expect([old, young]).toEqual([upTo(old.length), upTo(young.length)]);
      expect(old.length + young.length).toBe(3);
    },
  );

  it('does so to no avail: many die at any write among others, and all is gapless in the end', async () => {
    const ids = await drafts(30);
    let rounds = 0;
    for (let left: string[] = ids; left.length > 0; left = await unnumbered(ids)) {
      rounds += 1;
      const dying = left.map(async (id, index) => {
        const death = { write: 1 + ((index + rounds) % 5), happened: index % 2 === 0 };
        const store = index % 3 === 0 ? test.store : test.dyingProcess(death);
        await numbering(store).finalize(id).catch(expectDeath);
      });
      await Promise.all(dying);
    }
    expect(rounds).toBeGreaterThan(1);
    expect(await numbersByYear()).toEqual({ 2026: upTo(30) });
  });

  it('and whose invoice is made void meanwhile leaves the number with the void invoice', async () => {
    const [first, second] = await drafts(2);
    await die(test.dyingProcess({ write: 3, happened: true }), [first]);
    expect(await test.store.numbers.get('2026')).toMatchObject({ last: 1, holder: first });
    await test.store.invoices.update(first, { number: null }, { status: 'VOID' });
    expect((await numbering().finalize(second)).number).toBe('2026-000002');
    expect(await numbering().finalize(first)).toMatchObject({ number: '2026-000001', status: 'VOID' });
    expect(await numbersByYear()).toEqual({ 2026: upTo(2) });
  });
});

function numbering(store: BillingStore = test.store) {
  return createNumbering({ ...store, clock });
}

async function die(store: BillingStore, ids: readonly string[]): Promise<void> {
  const dying = numbering(store);
  await expect(
    (async () => {
      for (const id of ids) await dying.finalize(id);
    })(),
  ).rejects.toThrow(ProcessDied);
}

async function finalizeAll(ids: readonly string[]): Promise<void> {
  for (const id of ids) await numbering().finalize(id);
}

function expectDeath(error: unknown): void {
  if (!(error instanceof ProcessDied)) throw error;
}

async function drafts(count: number, name = 'draft') {
  const ids = Array.from({ length: count }, (_, index) => `inv_${name}_${String(index).padStart(2, '0')}`);
  const about = { tenantId: TENANT, createdAt: '2026-05-01T00:00:00.000Z', final: false, priceList: defaultPriceList };
  const documents = ids.map((invoiceId) => ({
    ...draftInvoice(price({}), { ...about, invoiceId }),
    finalizingAt: null,
  }));
  await test.store.invoices.insertMany(documents);
  return ids as string[] & { 0: string; 1: string; 2: string };
}

async function all() {
  return (await test.store.invoices.page({ index: 'tenant', prefix: [TENANT], limit: 1000 })).items;
}

async function unnumbered(ids: readonly string[]): Promise<string[]> {
  return (await all())
    .filter(({ number, invoiceId }) => number === null && ids.includes(invoiceId))
    .map(({ invoiceId }) => invoiceId);
}

/** The sequences given in each year, in order; fails where a number is not of its invoice's date or the counter is elsewhere. */
async function numbersByYear(): Promise<Record<string, number[]>> {
  const years: Record<string, number[]> = {};
  for (const { number, issuedAt } of await all()) {
    if (number === null || issuedAt === null) continue;
    const sequence = Number(number.slice(5));
    expect(number).toBe(invoiceNumber(issuedAt, sequence));
    years[number.slice(0, 4)] = [...(years[number.slice(0, 4)] ?? []), sequence].sort((left, right) => left - right);
  }
  for (const [year, sequences] of Object.entries(years)) {
    expect((await test.store.numbers.get(year))?.last).toBe(sequences.at(-1));
  }
  return years;
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
