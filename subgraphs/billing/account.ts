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
  /** The closings that were asked for, in the order of things; one that is not withdrawn keeps the account closed. */
  readonly closings: readonly Deed[];
  /** Not null: the account was undone, and what is left stands in the way of a straggler that would open it (`isDiscarded`). */
  readonly discardedAt: string | null;
  /** The periods that are invoiced or about to be; a void invoice holds none. */
  readonly claims: readonly PeriodClaim[];
  /** The final invoicings that were asked for: one at most that is not withdrawn, in the order of things. */
  readonly finalRuns: readonly FinalRun[];
}

/** What a command did to the account. Once it is undone a straggler of the command must not do it again. */
export interface Deed {
  readonly commandId: string;
  readonly at: string;
  /** Undone, perhaps before it was done. */
  readonly withdrawn: boolean;
}

/** A period that belongs to an invoice. It is claimed before the invoice is written and released after that is void. */
export interface PeriodClaim extends Period {
  readonly invoiceId: string;
  /** The command that makes the invoice. */
  readonly commandId: string;
}

/**
 * A final invoicing: what it bills was decided when it was first asked for, and stays so. The day in which its `at` lies is
 * the last that is billed.
 */
export type FinalRun = Deed;

const MAX_ADDRESS_LENGTH = 1000;

export function newAccount(
  init: Pick<AccountDocument, 'tenantId' | 'address' | 'currency' | 'createdAt'>,
): AccountDocument {
  return { ...init, taxRate: '0', closedAt: null, closings: [], discardedAt: null, claims: [], finalRuns: [] };
}

/** What stands for an account that was undone: nothing of the customer, and nobody is shown it. */
export function discardedAccount(init: Pick<AccountDocument, 'tenantId' | 'currency' | 'createdAt'>): AccountDocument {
  return { ...newAccount({ ...init, address: '' }), discardedAt: init.createdAt };
}

/** The account as everybody but its undoing sees it. */
export function standing<A extends AccountDocument>(account: A | undefined): A | undefined {
  return account === undefined || account.discardedAt !== null ? undefined : account;
}

/**
 * The change that undoes the making of an account.
 * @throws {AppError} `FAILED_PRECONDITION` when something was invoiced on it
 */
export function discard(account: AccountDocument, at: string): Partial<AccountDocument> | undefined {
  if (account.discardedAt !== null) return undefined;
  if (account.claims.length > 0) throw failedPrecondition('The billing account has invoices.');
  return { address: '', discardedAt: at };
}

/**
 * The change that closes an account; `undefined` when the command did it already.
 * @throws {AppError} `FAILED_PRECONDITION` when the command was undone
 */
export function close({ closings }: AccountDocument, commandId: string, at: string) {
  const closing = closings.find((candidate) => candidate.commandId === commandId);
  if (closing?.withdrawn) throw failedPrecondition('This closing of the billing account was undone.');
  return closing === undefined ? closedBy([...closings, { commandId, at, withdrawn: false }]) : undefined;
}

/** The change that undoes this closing, also one that was never done, and no other; `undefined` when it is undone. */
export function reopen({ closings }: AccountDocument, commandId: string, at: string) {
  const changed = withdraw(closings, commandId, at);
  return changed === undefined ? undefined : closedBy(changed);
}

function closedBy(closings: readonly Deed[]): Pick<AccountDocument, 'closings' | 'closedAt'> {
  return { closings, closedAt: closings.find(({ withdrawn }) => !withdrawn)?.at ?? null };
}

/** The deeds with this one withdrawn, whether it was done or not; `undefined` when it is withdrawn. */
function withdraw(deeds: readonly Deed[], commandId: string, at: string): readonly Deed[] | undefined {
  const deed = deeds.find((candidate) => candidate.commandId === commandId) ?? { commandId, at, withdrawn: false };
  if (deed.withdrawn) return undefined;
  return [...deeds.filter((other) => other.commandId !== commandId), { ...deed, withdrawn: true }];
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
  const withdrawn = withdraw(finalRuns, commandId, at);
  return withdrawn === undefined ? undefined : { finalRuns: withdrawn };
}

/** The change that frees the periods of these invoices; `undefined` when they hold none. */
export function releaseClaims(
  { claims }: AccountDocument,
  invoiceIds: ReadonlySet<string>,
): Pick<AccountDocument, 'claims'> | undefined {
  const kept = claims.filter(({ invoiceId }) => !invoiceIds.has(invoiceId));
  return kept.length === claims.length ? undefined : { claims: kept };
}
