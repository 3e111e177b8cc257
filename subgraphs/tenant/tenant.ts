import { customerNameKey } from '#lib/customer-name.ts';
import { badUserInput, failedPrecondition } from '#lib/errors.ts';
import type { Connection } from '#lib/graphql/connections.ts';
import type { Stored } from '#lib/store/port.ts';
import { isGone, type Mortal } from '#lib/store/tombstone.ts';
import { workflowOf } from '#lib/workflow/change.ts';
import type { TenantStatus, Tier } from './resolvers.generated.ts';

const MAX_REASON_LENGTH = 500;

/** How many workflows a tenant remembers: more than can be under way or late. */
const REMEMBERED = 16;

/** A tenant as the registry keeps it; one that was discarded is a tombstone. Times are RFC 3339 strings in UTC. */
export interface TenantDocument extends Mortal {
  readonly tenantId: string;
  readonly name: string;
  /** What makes the name unique: see `customerNameKey`. */
  readonly nameKey: string;
  readonly tier: Tier;
  /** Oldest first; each carries the command that made it, so that the same command does not make it twice. */
  readonly tierChanges: readonly { readonly tier: Tier; readonly at: string; readonly commandId: string }[];
  readonly status: TenantStatus;
  /** The status that an offboarding which is undone goes back to. */
  readonly statusBeforeOffboarding: TenantStatus | null;
  /** The workflow that marked it as `OFFBOARDING`: no other restores it. */
  readonly offboardedBy?: string | null;
  /** The workflows whose marking was undone, also before it came: newest last. */
  readonly restoredFor?: readonly string[];
  /** Why and since when the tenant is held; null while it is not. */
  readonly suspension?: Suspension | null;
  /** How often it was suspended or resumed. */
  readonly holdRevision?: number;
  /** The changes that were made to it, each once for its workflow: newest last. */
  readonly changes?: readonly AppliedChange[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly offboardedAt: string | null;
}

export interface Suspension {
  readonly reason: string;
  readonly at: string;
}

/** What a workflow that comes again must know of what it did. */
export interface AppliedChange {
  readonly workflowId: string;
  /** The tenant's `holdRevision` after it. */
  readonly holdRevision: number;
  /** The hold on a name that the tenant does not have any more; as it was, so that one taken anew is told apart. */
  readonly leftName: { readonly nameKey: string; readonly version: number } | null;
}

export interface TenantFilter {
  readonly tier?: Tier | null | undefined;
  readonly status?: TenantStatus | null | undefined;
  /** The beginning of a name key. */
  readonly search?: string | null | undefined;
}

export type TenantPage = Connection<Stored<TenantDocument>>;

export function newTenant(init: {
  tenantId: string;
  name: string;
  tier: Tier;
  commandId: string;
  at: string;
}): TenantDocument {
  return {
    tenantId: init.tenantId,
    name: init.name,
    nameKey: customerNameKey(init.name),
    tier: init.tier,
    tierChanges: [{ tier: init.tier, at: init.at, commandId: init.commandId }],
    status: 'ONBOARDING',
    statusBeforeOffboarding: null,
    createdAt: init.at,
    updatedAt: init.at,
    offboardedAt: null,
    goneUntil: null,
  };
}

/** `ONBOARDING` → `ACTIVE`; `undefined` when it is past that already, so that a command that comes late does nothing. */
export function activate(tenant: TenantDocument, at: string): Partial<TenantDocument> | undefined {
  return tenant.status === 'ONBOARDING' ? { status: 'ACTIVE', updatedAt: at } : undefined;
}

/**
 * `ACTIVE` or `SUSPENDED` → `OFFBOARDING`, once for one workflow.
 *
 * @throws {AppError} `FAILED_PRECONDITION` where it was undone already, and from any other status
 */
export function markOffboarding(
  tenant: TenantDocument,
  commandId: string,
  at: string,
): Partial<TenantDocument> | undefined {
  const workflowId = workflowOf(commandId);
  if (tenant.restoredFor?.includes(workflowId)) throw failedPrecondition('This offboarding was called off.');
  if (isOffboardedBy(tenant, workflowId)) return undefined;
  requireInUse(tenant, 'OFFBOARDING');
  return {
    status: 'OFFBOARDING',
    statusBeforeOffboarding: tenant.status,
    offboardedBy: workflowId,
    updatedAt: at,
  };
}

/** Undoes what the workflow marked, or will mark when its command comes late. */
export function restore(tenant: TenantDocument, commandId: string, at: string): Partial<TenantDocument> | undefined {
  const workflowId = workflowOf(commandId);
  const restoredFor = [...(tenant.restoredFor ?? []), workflowId].slice(-REMEMBERED);
  if (tenant.status === 'OFFBOARDING' && isOffboardedBy(tenant, workflowId)) {
    const status = tenant.statusBeforeOffboarding ?? 'ACTIVE';
    return { status, statusBeforeOffboarding: null, offboardedBy: null, restoredFor, updatedAt: at };
  }
  return tenant.restoredFor?.includes(workflowId) ? undefined : { restoredFor };
}

/**
 * `OFFBOARDING` → `OFFBOARDED`.
 *
 * @throws {AppError} `FAILED_PRECONDITION` from any other status
 */
export function close(tenant: TenantDocument, at: string): Partial<TenantDocument> | undefined {
  if (tenant.status === 'OFFBOARDED') return undefined;
  if (tenant.status !== 'OFFBOARDING') throw cannotBecome(tenant, 'OFFBOARDED');
  return {
    status: 'OFFBOARDED',
    statusBeforeOffboarding: null,
    suspension: null,
    updatedAt: at,
    offboardedAt: at,
  };
}

/** @throws {AppError} `BAD_USER_INPUT` for a reason that is empty, too long or has control characters */
export function parseReason(reason: string): string {
  const trimmed = reason.trim();
  if (trimmed === '') throw badUserInput('input.reason', 'The reason is empty.');
  if ([...trimmed].length > MAX_REASON_LENGTH) {
    throw badUserInput('input.reason', `The reason has more than ${MAX_REASON_LENGTH} characters.`);
  }
  if (/\p{Cc}/u.test(trimmed) || !trimmed.isWellFormed()) {
    throw badUserInput('input.reason', 'The reason has control characters.');
  }
  return trimmed;
}

/**
 * Suspends a tenant for a workflow, or tells why once more where it is suspended; `undefined` when the workflow did so before.
 *
 * @throws {AppError} `FAILED_PRECONDITION` unless it is `ACTIVE` or `SUSPENDED`
 */
export function suspend(
  tenant: TenantDocument,
  workflowId: string,
  reason: string,
  at: string,
): Partial<TenantDocument> | undefined {
  if (appliedChange(tenant, workflowId) !== undefined) return undefined;
  requireInUse(tenant, 'SUSPENDED');
  const since = tenant.status === 'SUSPENDED' ? (tenant.suspension?.at ?? at) : at;
  return { status: 'SUSPENDED', suspension: { reason, at: since }, updatedAt: at, ...held(tenant, workflowId) };
}

/**
 * `SUSPENDED` → `ACTIVE` for a workflow; one that is active stays so. `undefined` when the workflow did so before.
 *
 * @throws {AppError} `FAILED_PRECONDITION` unless it is `ACTIVE` or `SUSPENDED`
 */
export function resume(tenant: TenantDocument, workflowId: string, at: string): Partial<TenantDocument> | undefined {
  if (appliedChange(tenant, workflowId) !== undefined) return undefined;
  requireInUse(tenant, 'ACTIVE');
  return { status: 'ACTIVE', suspension: null, updatedAt: at, ...held(tenant, workflowId) };
}

/**
 * Gives a tenant a name for a workflow, once.
 *
 * @param left the hold on the name that it had; null where that is the new one's too
 */
export function rename(
  tenant: TenantDocument,
  workflowId: string,
  name: string,
  left: AppliedChange['leftName'],
  at: string,
): Partial<TenantDocument> {
  const change = { workflowId, holdRevision: tenant.holdRevision ?? 0, leftName: left };
  return { name, nameKey: customerNameKey(name), updatedAt: at, changes: withChange(tenant, change) };
}

/** What this workflow did to the tenant; `undefined` when it did nothing yet. */
export function appliedChange(tenant: TenantDocument, workflowId: string): AppliedChange | undefined {
  return tenant.changes?.find((change) => change.workflowId === workflowId);
}

/** @throws {AppError} `FAILED_PRECONDITION` unless the tenant is `ACTIVE` or `SUSPENDED` */
export function requireInUse(tenant: TenantDocument, wanted?: TenantStatus): void {
  if (tenant.status === 'ACTIVE' || tenant.status === 'SUSPENDED') return;
  throw wanted === undefined ? failedPrecondition(`The tenant is ${tenant.status}.`) : cannotBecome(tenant, wanted);
}

/** The change that gives a tenant a tier from an instant on, once for one command. */
export function changeTier(
  tenant: TenantDocument,
  tier: Tier,
  commandId: string,
  at: string,
): Partial<TenantDocument> | undefined {
  if (tenant.tierChanges.some((change) => change.commandId === commandId)) return undefined;
  if (tenant.status !== 'ACTIVE' && tenant.status !== 'SUSPENDED') {
    throw failedPrecondition(`The tenant is ${tenant.status}: its tier cannot change.`);
  }
  if (tenant.tier === tier) return undefined;
  return { tier, tierChanges: [...tenant.tierChanges, { tier, at, commandId }], updatedAt: at };
}

/** Whether a tenant holds a name: its own, while it is there. */
export function holdsName(tenant: TenantDocument, nameKey: string): boolean {
  return !isGone(tenant) && tenant.status !== 'OFFBOARDED' && tenant.nameKey === nameKey;
}

/** Whether the tenant was made by the workflow of this command (`workflowId/STEP`). */
export function isMadeBy(tenant: TenantDocument, commandId: string): boolean {
  return workflowOf(tenant.tierChanges[0]?.commandId ?? '') === workflowOf(commandId);
}

export function matches(tenant: TenantDocument, filter: TenantFilter): boolean {
  return (
    (filter.tier == null || tenant.tier === filter.tier) &&
    (filter.status == null || tenant.status === filter.status) &&
    tenant.nameKey.startsWith(filter.search ?? '')
  );
}

function isOffboardedBy(tenant: TenantDocument, workflowId: string): boolean {
  return tenant.offboardedBy === workflowId;
}

function held(tenant: TenantDocument, workflowId: string): Pick<TenantDocument, 'holdRevision' | 'changes'> {
  const holdRevision = (tenant.holdRevision ?? 0) + 1;
  return { holdRevision, changes: withChange(tenant, { workflowId, holdRevision, leftName: null }) };
}

function withChange(tenant: TenantDocument, change: AppliedChange): readonly AppliedChange[] {
  return [...(tenant.changes ?? []), change].slice(-REMEMBERED);
}

function cannotBecome(tenant: TenantDocument, status: TenantStatus): Error {
  return failedPrecondition(`The tenant is ${tenant.status} and cannot become ${status}.`);
}
