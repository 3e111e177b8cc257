import { maySeeTenant, type Principal } from '#lib/auth/principal.ts';
import { type Clock, timestamp } from '#lib/clock.ts';
import { customerNameKey, parseCustomerName } from '#lib/customer-name.ts';
import { conflict, notFound } from '#lib/errors.ts';
import { connectionOf, connectionOfOne, type PageArguments } from '#lib/graphql/connections.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import { modify } from '#lib/store/modify.ts';
import type { Stored } from '#lib/store/port.ts';
import type { Tier } from './resolvers.generated.ts';
import { listTenants, type TenantStore } from './store.ts';
import {
  changeTier,
  isLive,
  isMadeBy,
  matches,
  moveTo,
  newTenant,
  type TenantDocument,
  type TenantFilter,
  type TenantPage,
} from './tenant.ts';

export type TenantService = ReturnType<typeof createTenantService>;

/** The registry's use cases. Commands are idempotent: the same again answers the same. */
export function createTenantService({ store, clock }: { store: TenantStore; clock: Clock }) {
  const { tenants, names } = store;

  async function change(
    tenantId: string,
    make: (tenant: Stored<TenantDocument>) => Partial<TenantDocument> | undefined,
  ) {
    const tenant = await modify(tenants, tenantId, make);
    if (tenant === undefined) throw notFound('tenant');
    return tenant;
  }

  /** Takes the name for a tenant. @throws {AppError} `CONFLICT` when another one holds it */
  async function claimName(nameKey: string, tenantId: string): Promise<void> {
    try {
      await names.insert({ nameKey, tenantId });
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
      const holder = await names.get(nameKey);
      if (holder?.tenantId !== tenantId) throw conflict('A live tenant has this name.');
    }
  }

  /** Gives back every name that a tenant holds; last of all, so that it can be repeated. */
  async function releaseNames(tenantId: string): Promise<void> {
    const { items } = await names.page({ index: 'tenant', prefix: [tenantId], limit: 10 });
    for (const claim of items) await names.delete(claim.nameKey, { tenantId });
  }

  return {
    async byName(principal: Principal, name: string): Promise<Stored<TenantDocument> | null> {
      const claim = await names.get(customerNameKey(name));
      if (claim === undefined || !maySeeTenant(principal, claim.tenantId)) return null;
      const tenant = await tenants.get(claim.tenantId);
      return tenant !== undefined && isLive(tenant) ? tenant : null;
    },

    async list(principal: Principal, filter: TenantFilter, page: PageArguments): Promise<TenantPage> {
      const key = customerNameKey(filter.search ?? '');
      const list = listTenants({ ...filter, search: key });
      if (principal.tenantId === null) return await connectionOf(tenants, list, page);
      const own = await tenants.get(principal.tenantId);
      const listed = own !== undefined && matches(own, { ...filter, search: key }) ? own : undefined;
      return connectionOfOne(listed, tenants.spec, list, page);
    },

    async create(command: {
      commandId: string;
      tenantId: string;
      name: string;
      tier: Tier;
    }): Promise<Stored<TenantDocument>> {
      const name = parseCustomerName(command.name, 'name');
      await claimName(customerNameKey(name), command.tenantId);
      const document = newTenant({ ...command, name, at: timestamp(clock) });
      try {
        return await tenants.insert(document);
      } catch (error) {
        const existing = error instanceof KeyTaken ? await tenants.get(command.tenantId) : undefined;
        if (existing === undefined) throw error;
        return existing;
      }
    },

    async discard({ commandId, tenantId }: { commandId: string; tenantId: string }): Promise<void> {
      const tenant = await tenants.get(tenantId);
      // Active too: the workflow that made the tenant may not know that its activation took effect.
      if (tenant !== undefined && !isMadeBy(tenant, commandId)) return;
      await tenants.delete(tenantId);
      await releaseNames(tenantId);
    },

    activate: (tenantId: string) => change(tenantId, (tenant) => moveTo(tenant, 'ACTIVE', timestamp(clock))),

    setTier: (command: { commandId: string; tenantId: string; tier: Tier }) =>
      change(command.tenantId, (tenant) => changeTier(tenant, command.tier, command.commandId, timestamp(clock))),

    markOffboarding: (tenantId: string) =>
      change(tenantId, (tenant) => moveTo(tenant, 'OFFBOARDING', timestamp(clock))),

    restore: (tenantId: string) =>
      change(tenantId, (tenant) =>
        tenant.status === 'OFFBOARDING'
          ? moveTo(tenant, tenant.statusBeforeOffboarding ?? 'ACTIVE', timestamp(clock))
          : undefined,
      ),

    async close(tenantId: string): Promise<Stored<TenantDocument>> {
      const tenant = await change(tenantId, (current) => moveTo(current, 'OFFBOARDED', timestamp(clock)));
      await releaseNames(tenantId);
      return tenant;
    },
  };
}
