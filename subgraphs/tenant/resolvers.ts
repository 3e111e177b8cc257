import { documentLoader } from '#lib/graphql/loaders.ts';
import type { Resolvers } from './resolvers.generated.ts';
import type { TenantService } from './service.ts';
import type { TenantStore } from './store.ts';

/** Decode, call, map: what the SDL names, on the service's use cases. */
export function tenantResolvers({ service, store }: { service: TenantService; store: TenantStore }): Resolvers {
  return {
    Tenant: {
      __resolveReference: async ({ tenantId }, context) =>
        (await documentLoader(context, store.tenants).load(tenantId)) ?? null,
    },
    Query: {
      tenant: async (_, { tenantId }, context) => (await documentLoader(context, store.tenants).load(tenantId)) ?? null,
      tenantByName: (_, { name }, { principal }) => service.byName(principal, name),
      tenants: (_, { first, after, ...filter }, { principal }) =>
        service.list(principal, filter, { first, after: after ?? null }),
    },
    Mutation: {
      createTenant: (_, command) => service.create(command),
      discardTenant: async (_, command) => {
        await service.discard(command);
        return true;
      },
      activateTenant: (_, { tenantId }) => service.activate(tenantId),
      setTier: (_, command) => service.setTier(command),
      markOffboarding: (_, { tenantId }) => service.markOffboarding(tenantId),
      restoreTenant: (_, { tenantId }) => service.restore(tenantId),
      closeTenant: (_, { tenantId }) => service.close(tenantId),
    },
  };
}
