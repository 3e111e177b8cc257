import type { RequestContext } from '#lib/graphql/context.ts';
import { documentLoader } from '#lib/graphql/loaders.ts';
import { alive } from '#lib/store/tombstone.ts';
import type { TenantMutations } from './mutations.ts';
import type { Resolvers } from './resolvers.generated.ts';
import type { TenantService } from './service.ts';
import type { TenantStore } from './store.ts';

/** Decode, call, map: what the SDL names, on the service's use cases. */
export function tenantResolvers({
  service,
  mutations,
  store,
}: {
  service: TenantService;
  mutations: TenantMutations;
  store: TenantStore;
}): Resolvers {
  const find = async (tenantId: string, context: RequestContext) =>
    alive(await documentLoader(context, store.tenants).load(tenantId)) ?? null;

  return {
    Tenant: {
      __resolveReference: ({ tenantId }, context) => find(tenantId, context),
      suspension: (tenant) => tenant.suspension ?? null,
    },
    Query: {
      tenant: (_, { tenantId }, context) => find(tenantId, context),
      tenantByName: (_, { name }, { principal }) => service.byName(principal, name),
      tenants: (_, { first, after, ...filter }, { principal }) =>
        service.list(principal, filter, { first, after: after ?? null }),
    },
    Mutation: {
      suspendTenant: (_, { input }, { principal }) => mutations.suspend(principal, input),
      resumeTenant: (_, { input }, { principal }) => mutations.resume(principal, input),
      renameTenant: (_, { input }, { principal }) => mutations.rename(principal, input),
      createTenant: (_, command) => service.create(command),
      discardTenant: async (_, command) => {
        await service.discard(command);
        return true;
      },
      activateTenant: (_, { tenantId }) => service.activate(tenantId),
      setTier: (_, command) => service.setTier(command),
      markOffboarding: (_, command) => service.markOffboarding(command),
      restoreTenant: (_, command) => service.restore(command),
      closeTenant: (_, { tenantId }) => service.close(tenantId),
    },
  };
}
