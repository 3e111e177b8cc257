import { customerNameKey } from '#lib/customer-name.ts';
import { failedPrecondition } from '#lib/errors.ts';
import type { Connection } from '#lib/graphql/connections.ts';
import type { Stored } from '#lib/store/port.ts';
import type { TenantStatus, Tier } from './resolvers.generated.ts';

/** A tenant as the registry keeps it. Times are RFC 3339 strings in UTC. */
export interface TenantDocument {
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
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly offboardedAt: string | null;
}

export interface TenantFilter {
  readonly tier?: Tier | null | undefined;
  readonly status?: TenantStatus | null | undefined;
  /** The beginning of a name key. */
  readonly search?: string | null | undefined;
}

export type TenantPage = Connection<Stored<TenantDocument>>;

const MOVES: Readonly<Record<TenantStatus, readonly TenantStatus[]>> = {
  ONBOARDING: ['ACTIVE'],
  ACTIVE: ['SUSPENDED', 'OFFBOARDING'],
  SUSPENDED: ['ACTIVE', 'OFFBOARDING'],
  OFFBOARDING: ['ACTIVE', 'SUSPENDED', 'OFFBOARDED'],
  OFFBOARDED: [],
};

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
  };
}

/**
 * The change that brings a tenant to a status; `undefined` when it is there already, so that a repeated command does nothing.
 *
 * @throws {AppError} `FAILED_PRECONDITION` when the status cannot be reached from where the tenant is
 */
export function moveTo(tenant: TenantDocument, status: TenantStatus, at: string): Partial<TenantDocument> | undefined {
  if (tenant.status === status) return undefined;
  if (!MOVES[tenant.status].includes(status)) {
    throw failedPrecondition(`The tenant is ${tenant.status} and cannot become ${status}.`);
  }
  return {
    status,
    updatedAt: at,
    statusBeforeOffboarding: status === 'OFFBOARDING' ? tenant.status : null,
    offboardedAt: status === 'OFFBOARDED' ? at : null,
  };
}

/** The change that gives a tenant a tier from an instant on, once for one command. */
export function changeTier(
  tenant: TenantDocument,
  tier: Tier,
  commandId: string,
  at: string,
): Partial<TenantDocument> | undefined {
  if (tenant.tierChanges.some((change) => change.commandId === commandId)) return undefined;
  if (tenant.status !== 'ACTIVE') throw failedPrecondition(`The tenant is ${tenant.status}: its tier cannot change.`);
  if (tenant.tier === tier) return undefined;
  return { tier, tierChanges: [...tenant.tierChanges, { tier, at, commandId }], updatedAt: at };
}

/** Whether a tenant holds its name. */
export function isLive(tenant: TenantDocument): boolean {
  return tenant.status !== 'OFFBOARDED';
}

/** Whether the tenant was made by the workflow of this command (`workflowId/STEP`). */
export function isMadeBy(tenant: TenantDocument, commandId: string): boolean {
  const [workflowId] = commandId.split('/');
  return tenant.tierChanges[0]?.commandId.split('/')[0] === workflowId;
}

export function matches(tenant: TenantDocument, filter: TenantFilter): boolean {
  return (
    (filter.tier == null || tenant.tier === filter.tier) &&
    (filter.status == null || tenant.status === filter.status) &&
    tenant.nameKey.startsWith(filter.search ?? '')
  );
}
