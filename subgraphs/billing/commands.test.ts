import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { createIds } from '#lib/ids.ts';
import { deaths, dying, interleave, orders, ProcessDied, seeded } from '#test/support/around.ts';
import { newAccount } from './account.ts';
import { openTestStore, storeAround, TENANT } from './crash.fixtures.ts';
import { createFinalInvoices } from './final-invoices.ts';
import { createNumbering } from './numbering.ts';
import { defaultPriceList } from './plan.ts';
import { createBillingService } from './service.ts';
import type { BillingStore } from './store.ts';

const NOW = '2026-03-10T12:00:00.000Z';
const REFUSED = { code: 'FAILED_PRECONDITION' };

type Use = (process: ReturnType<typeof processOn>) => Promise<unknown>;

/** What a workflow commands, by step: the command and its undo have the same id. */
const create: Use = ({ service }) => service.createAccount({ ...named('wf_1/CREATE'), address: 'Main Street 1' });
const discard: Use = ({ service }) => service.discardAccount(named('wf_1/CREATE'));
const issue = (workflow: string) => named(`${workflow}/FINAL_INVOICE`);
const issueBy =
  (workflow: string): Use =>
  ({ finalInvoices }) =>
    finalInvoices.issue(issue(workflow), 'req_1');
const voidBy =
  (workflow: string): Use =>
  ({ finalInvoices }) =>
    finalInvoices.void(issue(workflow), 'req_1');
const closeBy =
  (workflow: string): Use =>
  ({ service }) =>
    service.closeAccount(named(`${workflow}/CLOSE`));
const reopenBy =
  (workflow: string): Use =>
  ({ service }) =>
    service.reopenAccount(named(`${workflow}/CLOSE`));

let test: Awaited<ReturnType<typeof openTestStore>>;

beforeAll(async () => {
  test = await openTestStore();
});
afterEach(() => test.clear());
afterAll(() => test.close());

describe('a command that comes after its undo does nothing', () => {
  it('opening an account: also when the account was never there', async () => {
    for (const before of [[create, discard], [discard]]) {
      await test.clear();
      await inOrder(before);
      await expect(create(processOn())).rejects.toMatchObject(REFUSED);
      expect((await test.store.accounts.get(TENANT))?.address).toBe('');
      for (const use of [issueBy('wf_2'), closeBy('wf_2')]) {
        await expect(use(processOn())).rejects.toMatchObject({ code: 'NOT_FOUND' });
      }
    }
  });

  it('closing it: the account of a customer who stays remains open', async () => {
    await inOrder([create, closeBy('wf_2'), reopenBy('wf_2'), reopenBy('wf_3')]);
    for (const workflow of ['wf_2', 'wf_3']) {
      await expect(closeBy(workflow)(processOn())).rejects.toMatchObject(REFUSED);
    }
    expect(await closedAt()).toBeNull();
  });

  it('reopening it: what another offboarding closed stays closed', async () => {
    await inOrder([create, closeBy('wf_2'), reopenBy('wf_2'), closeBy('wf_3'), reopenBy('wf_2')]);
    expect(await closedAt()).toBe(NOW);
    await reopenBy('wf_3')(processOn());
    expect(await closedAt()).toBeNull();
  });
});

describe('a process that dies at any write', () => {
  const cases: [string, readonly Use[], Use, number][] = [
    ['opening an account', [], create, 1],
    ['undoing that', [create], discard, 1],
    ['undoing what was never done', [], discard, 1],
    ['closing an account', [create], closeBy('wf_2'), 1],
    ['opening it again', [create, closeBy('wf_2')], reopenBy('wf_2'), 1],
    ['issuing final invoices', [create], issueBy('wf_2'), 5],
    ['taking them back', [create, issueBy('wf_2')], voidBy('wf_2'), 3],
  ];

  it.each(cases)('%s: repeating it makes it as if nothing had happened', async (_, before, use, writes) => {
    await inOrder([...before, use]);
    const [answer, undisturbed] = [await use(processOn()), await state()];
    for (const death of deaths(writes)) {
      await test.clear();
      await inOrder(before);
      await expect(use(processOn(storeAround(test.store, dying(death))))).rejects.toThrow(ProcessDied);
      expect(withoutIds(await use(processOn()))).toEqual(withoutIds(answer));
      expect(await state()).toEqual(undisturbed);
    }
    await test.clear();
    await inOrder(before);
    await use(processOn(storeAround(test.store, dying({ write: writes + 1, happened: false }))));
  });
});

describe('commands at the same time, access by access, leave what some order of them leaves', () => {
  const cases: [string, readonly Use[], readonly Use[]][] = [
    ['an account that is opened and discarded', [], [create, discard, create, discard]],
    ['two offboardings', [create], [closeBy('wf_2'), reopenBy('wf_2'), closeBy('wf_3'), reopenBy('wf_3')]],
    ['final invoices and their undo', [create], [issueBy('wf_2'), voidBy('wf_2'), issueBy('wf_3')]],
    ['final invoices and the end of the account', [create], [issueBy('wf_2'), closeBy('wf_2'), closeBy('wf_3')]],
    ['invoices and an onboarding that is undone', [create], [issueBy('wf_2'), discard, voidBy('wf_2')]],
  ];

  it.each(cases)('%s', async (_, before, uses) => {
    const serial = new Set<string>();
    for (const order of orders(uses)) {
      await test.clear();
      await inOrder(before);
      await inOrder(order);
      serial.add(JSON.stringify(await state()));
    }
    for (let seed = 1; seed <= 60; seed += 1) {
      await test.clear();
      await inOrder(before);
      await interleave(
        uses.map((use) => (around) => use(processOn(storeAround(test.store, around)))),
        seeded(seed),
      );
      expect([...serial], `seed ${seed}`).toContain(JSON.stringify(await state()));
    }
  });
});

function named(commandId: string) {
  return { commandId, tenantId: TENANT };
}

function processOn(store: BillingStore = test.store) {
  const clock = new ManualClock(NOW);
  const sources = {
    tierChanges: async () => [{ tier: 'STANDARD', at: '2026-03-01T00:00:00.000Z' }] as const,
    usage: async () => [],
    closeUsage: async () => undefined,
    reopenUsage: async () => undefined,
  };
  const numbering = createNumbering({ ...store, clock });
  const deps = { store, clock, priceList: defaultPriceList, ids: createIds(clock), sources, numbering };
  return { service: createBillingService(deps), finalInvoices: createFinalInvoices(deps) };
}

/** One after the other; what is refused is refused. */
async function inOrder(uses: readonly Use[]): Promise<void> {
  for (const use of uses) {
    await use(processOn()).catch((error: { code?: string }) =>
      expect(['FAILED_PRECONDITION', 'NOT_FOUND']).toContain(error.code),
    );
  }
}

async function closedAt(): Promise<string | null | undefined> {
  return (await test.store.accounts.get(TENANT))?.closedAt;
}

/** What is in force, but for ids and numbers, which depend on the order. */
async function state(): Promise<unknown> {
  const { items } = await test.store.invoices.page({ index: 'tenant', prefix: [TENANT], limit: 100 });
  const account = await test.store.accounts.get(TENANT);
  const sorted = account && {
    ...account,
    closings: account.closings.map(({ commandId, withdrawn }) => `${commandId} ${withdrawn}`).sort(),
    finalRuns: account.finalRuns.map(({ commandId, withdrawn }) => `${commandId} ${withdrawn}`).sort(),
  };
  const inForce = items.filter(({ status }) => status !== 'VOID');
  const invoices = inForce.map(({ status, periodStart, totalMinor }) => ({ status, periodStart, totalMinor }));
  return withoutIds({
    account: sorted ?? newAccount({ tenantId: '', address: '', currency: '', createdAt: '' }),
    invoices,
  });
}

function withoutIds(answer: unknown): unknown {
  const ids = new Set(['invoiceId', 'number', 'version']);
  return JSON.parse(JSON.stringify(answer ?? null, (key, value) => (ids.has(key) ? undefined : value)));
}
