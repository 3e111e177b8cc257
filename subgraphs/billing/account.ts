import type { Decimal } from '#lib/decimal.ts';
import { badUserInput, failedPrecondition } from '#lib/errors.ts';
import { finalPeriods, type Period } from './period.ts';
import type { PriceList } from './plan.ts';

/**
 * Where a tenant's bills go, and which of its days are billed, as it is stored: JSON only, times RFC 3339. That the claims
 * stand in one document is what keeps two invoices from covering one day, whoever makes them at once.
 */
export interface AccountDocument {
  readonly tenantId: string;
  readonly address: string;
  readonly currency: string;
  /** 0.2 for 20 %. */
  readonly taxRate: Decimal;
  readonly createdAt: string;
  /** Null while it is open. */
  readonly closedAt: string | null;
  /** The periods that are invoiced or about to be; a void invoice holds none. */
  readonly claims: readonly PeriodClaim[];
  /** The final invoicings that were asked for: one at most that is not withdrawn, in the order of things. */
  readonly finalRuns: readonly FinalRun[];
}

/** A period that belongs to an invoice. It is claimed before the invoice is written and released after that is void. */
export interface PeriodClaim extends Period {
  readonly invoiceId: string;
  /** The command that makes the invoice. */
  readonly commandId: string;
}

/** A final invoicing: what it bills was decided when it was first asked for, and stays so. */
export interface FinalRun {
  readonly commandId: string;
  /** The day in which this lies is the last that is billed. */
  readonly at: string;
  /** Undone: a straggler of the command must not do it again. */
  readonly withdrawn: boolean;
}

const MAX_ADDRESS_LENGTH = 1000;

export function newAccount(
  init: Pick<AccountDocument, 'tenantId' | 'address' | 'currency' | 'createdAt'>,
): AccountDocument {
  return { ...init, taxRate: '0', closedAt: null, claims: [], finalRuns: [] };
}

/**
 * A billing address as people write it: trimmed, 1 to 1,000 characters, of several lines if need be.
 * @param field the path in the input
 * @throws {AppError} `BAD_USER_INPUT`
 */
export function parseAddress(address: string, field: string): string {
  const trimmed = address.trim().normalize('NFC');
  if (trimmed === '') throw badUserInput(field, 'The address is empty.');
  if ([...trimmed].length > MAX_ADDRESS_LENGTH) {
    throw badUserInput(field, `The address has more than ${MAX_ADDRESS_LENGTH} characters.`);
  }
  if (/(?![\t\r\n])\p{Cc}|\p{Cs}/u.test(trimmed)) throw badUserInput(field, 'The address has control characters.');
  return trimmed;
}

/** @throws {AppError} `FAILED_PRECONDITION` when the price list is in another currency than the account */
export function assertCurrency(account: AccountDocument, { currency }: PriceList): void {
  if (account.currency !== currency) {
    throw failedPrecondition(`The account is in ${account.currency}, the price list in ${currency}.`);
  }
}

/** The final invoicing of this command, and the periods that it claimed, oldest first. */
export function finalRunOf(
  account: AccountDocument,
  commandId: string,
): { readonly run: FinalRun | undefined; readonly claims: readonly PeriodClaim[] } {
  return {
    run: account.finalRuns.find((run) => run.commandId === commandId),
    claims: account.claims.filter((claim) => claim.commandId === commandId),
  };
}

/**
 * The change that begins a final invoicing: it claims every day from the onboarding to `at` that no invoice covers.
 * @throws {AppError} `FAILED_PRECONDITION` when the account is closed
 */
export function claimFinalPeriods(
  account: AccountDocument,
  about: {
    readonly commandId: string;
    readonly at: string;
    readonly onboardedAt: string;
    readonly newId: () => string;
  },
): Pick<AccountDocument, 'claims' | 'finalRuns'> {
  const { commandId, at, onboardedAt, newId } = about;
  if (account.closedAt !== null) throw failedPrecondition('The billing account is closed.');
  const periods = finalPeriods({ onboardedAt, offboardedAt: at, invoiced: account.claims });
  const claims = periods.map((period) => ({ ...period, invoiceId: newId(), commandId }));
  return {
    claims: [...account.claims, ...claims],
    finalRuns: [...account.finalRuns, { commandId, at, withdrawn: false }],
  };
}

/** The change that marks a final invoicing as undone, also one that never began; `undefined` when it is marked. */
export function withdrawFinalRun(
  { finalRuns }: AccountDocument,
  commandId: string,
  at: string,
): Pick<AccountDocument, 'finalRuns'> | undefined {
  const run = finalRuns.find((candidate) => candidate.commandId === commandId) ?? { commandId, at, withdrawn: false };
  if (run.withdrawn) return undefined;
  return { finalRuns: [...finalRuns.filter((other) => other.commandId !== commandId), { ...run, withdrawn: true }] };
}

/** The change that frees the periods of these invoices; `undefined` when they hold none. */
export function releaseClaims(
  { claims }: AccountDocument,
  invoiceIds: ReadonlySet<string>,
): Pick<AccountDocument, 'claims'> | undefined {
  const kept = claims.filter(({ invoiceId }) => !invoiceIds.has(invoiceId));
  return kept.length === claims.length ? undefined : { claims: kept };
}
