import { type Clock, timestamp } from '#lib/clock.ts';
import { failedPrecondition, notFound } from '#lib/errors.ts';
import type { Ids } from '#lib/ids.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import { modify } from '#lib/store/modify.ts';
import {
  type AccountDocument,
  assertCurrency,
  claimFinalPeriods,
  type FinalRun,
  finalRunOf,
  type PeriodClaim,
  releaseClaims,
  standing,
  withdrawFinalRun,
} from './account.ts';
import { finalDraft, neverWritten, withdrawal } from './final-invoice.ts';
import { billedFor } from './invoice.ts';
import type { Numbering } from './numbering.ts';
import type { PriceList } from './plan.ts';
import { type InvoicedPeriod, pricePeriod } from './pricing.ts';
import type { Sources } from './sources.ts';
import type { BillingStore, InvoiceDocument } from './store.ts';

export interface FinalInvoicesDeps {
  readonly store: BillingStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly priceList: PriceList;
  readonly sources: Sources;
  readonly numbering: Numbering;
}

/** A command of the onboarding service: `commandId` is the same for every attempt and for its compensation. */
export interface Command {
  readonly commandId: string;
  readonly tenantId: string;
}

interface Run extends FinalRun {
  readonly account: AccountDocument;
  readonly claims: readonly PeriodClaim[];
}

export type FinalInvoices = ReturnType<typeof createFinalInvoices>;

/**
 * The last bills of a tenant that leaves. What is to be billed is written into the account first: periods, the ids of
 * their invoices, the last day. Then each invoice is written as a draft and finalized, oldest first. Whoever repeats the
 * command finds what is decided and does what is missing.
 */
export function createFinalInvoices({ store, clock, ids, priceList, sources, numbering }: FinalInvoicesDeps) {
  const { accounts, invoices } = store;

  async function begin({ commandId, tenantId }: Command, requestId: string): Promise<Run> {
    const account = standing(await accounts.get(tenantId));
    if (account === undefined) throw notFound('billing account');
    return runOf(account, commandId) ?? (await decide(commandId, tenantId, requestId));
  }

  async function decide(commandId: string, tenantId: string, requestId: string): Promise<Run> {
    const [{ at: onboardedAt }] = await sources.tierChanges(tenantId, requestId);
    const about = { commandId, onboardedAt, at: timestamp(clock), newId: () => ids.next('inv') };
    const account = await modify(accounts, tenantId, (current) =>
      standing(current) && runOf(current, commandId) === undefined ? claimFinalPeriods(current, about) : undefined,
    );
    const run = account === undefined ? undefined : runOf(account, commandId);
    if (run === undefined) throw notFound('billing account');
    return run;
  }

  async function writeDraft(run: Run, claim: PeriodClaim, requestId: string): Promise<void> {
    const priced = await price(run, claim, requestId);
    const { invoiceId } = claim;
    const { tenantId } = run.account;
    await insertUnlessThere(finalDraft(priced, { invoiceId, tenantId, priceList }, timestamp(clock)));
  }

  async function price({ account, at, claims }: Run, claim: PeriodClaim, requestId: string) {
    assertCurrency(account, priceList);
    const { periodStart, periodEnd, invoiceId } = claim;
    const period = { periodStart, periodEnd };
    return pricePeriod({
      priceList,
      period,
      tierChanges: await sources.tierChanges(account.tenantId, requestId),
      offboardedAt: at,
      now: at,
      usage: await sources.usage(account.tenantId, period, requestId),
      taxRate: account.taxRate,
      earlier: invoiceId === claims[0]?.invoiceId ? await earlierPeriods(account, claims, requestId) : [],
    });
  }

  /** Late usage is billed by the next invoice: the first of the final ones. */
  async function earlierPeriods(
    { tenantId, claims }: AccountDocument,
    own: readonly PeriodClaim[],
    requestId: string,
  ): Promise<InvoicedPeriod[]> {
    const others = claims.filter((claim) => !own.includes(claim)).map(({ invoiceId }) => invoiceId);
    const earlier = (await invoices.getMany(others)).filter((invoice) => invoice !== undefined);
    const periods: InvoicedPeriod[] = [];
    for (const { periodStart, periodEnd, priceList: pricedBy } of earlier.filter(({ status }) => status !== 'VOID')) {
      const period = { periodStart, periodEnd };
      const usage = await sources.usage(tenantId, period, requestId);
      periods.push({ period, priceList: pricedBy, usage, billed: billedFor(earlier, period) });
    }
    return periods;
  }

  /** @returns whether the invoice is void afterwards */
  async function withdraw(account: AccountDocument, claim: PeriodClaim): Promise<boolean> {
    await insertUnlessThere(neverWritten(claim, account, priceList, timestamp(clock)));
    return (await modify(invoices, claim.invoiceId, withdrawal))?.status === 'VOID';
  }

  async function insertUnlessThere(invoice: InvoiceDocument): Promise<void> {
    if ((await invoices.get(invoice.invoiceId)) !== undefined) return;
    try {
      await invoices.insert(invoice);
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
    }
  }

  return {
    /**
     * Issues one finalized invoice per month not yet invoiced, oldest first, the last one up to and including the day on
     * which the command first came. Usage is closed before it is read: what is accepted is billed. Repeated: the same invoices.
     * @throws {AppError} `NOT_FOUND` without an account; `FAILED_PRECONDITION` when it is closed, in another currency, or
     * the command was undone; `UNAVAILABLE` when the tier history or the usage cannot be had
     */
    async issue(command: Command, requestId: string): Promise<readonly InvoiceDocument[]> {
      const run = await begin(command, requestId);
      await sources.closeUsage({ commandId: command.commandId, tenantId: command.tenantId }, requestId);
      const issued: InvoiceDocument[] = [];
      for (const claim of run.claims) {
        if ((await invoices.get(claim.invoiceId)) === undefined) await writeDraft(run, claim, requestId);
        const invoice = await numbering.finalize(claim.invoiceId);
        if (invoice.status === 'VOID') throw undone();
        issued.push(invoice);
      }
      return issued;
    },

    /**
     * Undoes `issue`: what it made is void, its periods can be invoiced again, and usage is taken. Undoing what was never
     * done succeeds.
     */
    async void({ commandId, tenantId }: Command, requestId: string): Promise<void> {
      const account = await modify(accounts, tenantId, (current) =>
        withdrawFinalRun(current, commandId, timestamp(clock)),
      );
      if (account === undefined) return;
      const voided = new Set<string>();
      for (const claim of finalRunOf(account, commandId).claims) {
        if (await withdraw(account, claim)) voided.add(claim.invoiceId);
      }
      await modify(accounts, tenantId, (current) => releaseClaims(current, voided));
      await sources.reopenUsage({ commandId, tenantId }, requestId);
    },
  };
}

/** What the command decided; `undefined` when it has not yet. @throws {AppError} `FAILED_PRECONDITION` when it was undone */
function runOf(account: AccountDocument, commandId: string): Run | undefined {
  const { run, claims } = finalRunOf(account, commandId);
  if (run?.withdrawn) throw undone();
  return run === undefined ? undefined : { ...run, account, claims };
}

function undone() {
  return failedPrecondition('These final invoices were withdrawn.');
}
