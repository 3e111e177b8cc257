import { documentLoader } from '#lib/graphql/loaders.ts';
import { isolationOf } from './isolation.ts';
import { currentPlacement } from './placement.ts';
import type { Resolvers } from './resolvers.generated.ts';
import type { ProvisioningService } from './service.ts';
import type { ProvisioningStore } from './store.ts';

/** Decode, call, map: what the SDL names, on the service's use cases. */
export function provisioningResolvers(parts: { service: ProvisioningService; store: ProvisioningStore }): Resolvers {
  const { service, store } = parts;
  return {
    Tenant: {
      __resolveReference: (reference) => reference,
      infrastructure: async ({ tenantId }, _, context) =>
        currentPlacement(await documentLoader(context, store.infrastructures).load(tenantId)) ?? null,
    },
    Resource: {
      attributes: (resource) => service.attributes(resource),
    },
    Query: {
      isolationChange: async (_, { tenantId, tier }, context) => {
        const current = currentPlacement(await documentLoader(context, store.infrastructures).load(tenantId));
        return { before: current?.isolation ?? null, after: isolationOf(tier) };
      },
    },
    Mutation: {
      provision: (_, command) => service.provision(command),
      discardInfrastructure: async (_, command) => {
        await service.discard(command);
        return true;
      },
      releaseInfrastructure: (_, command) => service.release(command),
      deprovision: async (_, command) => {
        await service.deprovision(command);
        return true;
      },
    },
  };
}
