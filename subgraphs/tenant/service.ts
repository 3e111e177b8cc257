import { maySeeTenant, type Principal } from '#lib/auth/principal.ts';
import { type Clock, timestamp } from '#lib/clock.ts';
import { customerNameKey, parseCustomerName } from '#lib/customer-name.ts';
import { conflict, failedPrecondition, notFound } from '#lib/errors.ts';
import { connectionOf, connectionOfOne, type PageArguments } from '#lib/graphql/connections.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import { modify } from '#lib/store/modify.ts';
import type { Stored } from '#lib/store/port.ts';
import { alive, isGone, tombstone } from '#lib/store/tombstone.ts';
import { workflowOf } from '#lib/workflow/change.ts';
import type { Names } from './names.ts';
import type { Tier } from './resolvers.generated.ts';
import { listTenants, type TenantStore } from './store.ts';
import {
  activate,
  changeTier,
  close,
  holdsName,
  isMadeBy,
  markOffboarding,
  matches,
  newTenant,
  restore,
  type TenantDocument,
  type TenantFilter,
  type TenantPage,
} from './tenant.ts';

export type TenantService = ReturnType<typeof createTenantService>;

interface TenantServiceInit {
  readonly store: TenantStore;
  readonly names: Names;
  readonly clock: Clock;
}

/**
 * The registry's use cases. Commands are idempotent: the same again answers the same, and one that comes after its undo
 * does nothing that lasts.
 */
export function createTenantService({ store: { tenants }, names, clock }: TenantServiceInit) {
  async function change(
    tenantId: string,
    make: (tenant: Stored<TenantDocument>) => Partial<TenantDocument> | undefined,
  ) {
    const tenant = await modify(tenants, tenantId, (current) => (isGone(current) ? undefined : make(current)));
    if (tenant === undefined || isGone(tenant)) throw notFound('tenant');
    return tenant;
  }

  /** The tenant that a command finds at the id that it was to make, which is whose name it must be. */
  async function made(tenant: Stored<TenantDocument>): Promise<Stored<TenantDocument>> {
    if (isGone(tenant)) throw failedPrecondition('The tenant was discarded.');
    const claim = await names.claim(tenant.nameKey);
    if (tenant.status === 'ONBOARDING' && claim?.tenantId !== tenant.tenantId) throw conflict('The name was lost.');
    return tenant;
  }

  return {
    async byName(principal: Principal, name: string): Promise<Stored<TenantDocument> | null> {
      const nameKey = customerNameKey(name);
      const claim = await names.claim(nameKey);
      if (claim === undefined || !maySeeTenant(principal, claim.tenantId)) return null;
      const tenant = await tenants.get(claim.tenantId);
      return tenant !== undefined && holdsName(tenant, nameKey) ? tenant : null;
    },

    async list(principal: Principal, filter: TenantFilter, page: PageArguments): Promise<TenantPage> {
      const key = customerNameKey(filter.search ?? '');
      const list = listTenants({ ...filter, search: key });
      if (principal.tenantId === null) return await connectionOf(tenants, list, page);
      const own = alive(await tenants.get(principal.tenantId));
      const listed = own !== undefined && matches(own, { ...filter, search: key }) ? own : undefined;
      return connectionOfOne(listed, tenants.spec, list, page);
    },

    async create(command: {
      commandId: string;
      tenantId: string;
      name: string;
      tier: Tier;
    }): Promise<Stored<TenantDocument>> {
      const { commandId, tenantId } = command;
      const name = parseCustomerName(command.name, 'name');
      const before = await tenants.get(tenantId);
      if (before !== undefined) return await made(before);
      const document = newTenant({ ...command, name, at: timestamp(clock) });
      const by = workflowOf(commandId);
      await names.take(document.nameKey, tenantId, by);
      try {
        return await made(await tenants.insert(document));
      } catch (error) {
        const existing = error instanceof KeyTaken ? await tenants.get(tenantId) : undefined;
        if (existing === undefined) throw error;
        if (isGone(existing)) await names.giveBack(document.nameKey, { tenantId, by });
        return await made(existing);
      }
    },

    /** Leaves a tombstone at the tenant's id, also where it was never made: one that is made later finds it there. */
    async discard({ commandId, tenantId }: { commandId: string; tenantId: string }): Promise<void> {
      const never = newTenant({ tenantId, name: '', tier: 'FREE', commandId, at: timestamp(clock) });
      await tenants.insertMany([{ ...never, ...tombstone(clock) }]);
      // Active too: the workflow that made the tenant may not know that its activation took effect.
      const tenant = await modify(tenants, tenantId, (current) =>
        isGone(current) || !isMadeBy(current, commandId) ? undefined : tombstone(clock),
      );
      if (tenant !== undefined && isGone(tenant)) await names.giveBackAll(tenantId);
    },

    activate: (tenantId: string) => change(tenantId, (tenant) => activate(tenant, timestamp(clock))),

    setTier: (command: { commandId: string; tenantId: string; tier: Tier }) =>
      change(command.tenantId, (tenant) => changeTier(tenant, command.tier, command.commandId, timestamp(clock))),

    markOffboarding: ({ commandId, tenantId }: { commandId: string; tenantId: string }) =>
      change(tenantId, (tenant) => markOffboarding(tenant, commandId, timestamp(clock))),

    restore: ({ commandId, tenantId }: { commandId: string; tenantId: string }) =>
      change(tenantId, (tenant) => restore(tenant, commandId, timestamp(clock))),

    async close(tenantId: string): Promise<Stored<TenantDocument>> {
      const tenant = await change(tenantId, (current) => close(current, timestamp(clock)));
      await names.giveBackAll(tenantId);
      return tenant;
    },
  };
}
