import { notFound } from '#lib/errors.ts';
import { tenantReference } from '#lib/graphql/entities.ts';
import type { CallOptions, Services } from '#lib/graphql/services.ts';
import type { Ids } from '#lib/ids.ts';
import { CreateIdentityDocument, DeleteIdentityDocument, EndSessionsDocument } from './calls/identity.generated.ts';
import { type TenantStatus, TenantStatusDocument } from './calls/tenant.generated.ts';
import type { UserKey } from './change-user.ts';
import type { Invitation } from './resolvers.generated.ts';

export type Neighbours = ReturnType<typeof createNeighbours>;

/** What this service asks and commands the others. Each command can be sent again and does the same. */
export function createNeighbours({ services, ids }: { services: Services; ids: Ids }) {
  const commandId = (step: string) => `${ids.next('req')}/${step}`;
  return {
    /** @throws {AppError} `NOT_FOUND` for a tenant that is not there */
    async tenantStatus(tenantId: string, options: CallOptions): Promise<TenantStatus> {
      const representations = [{ ...tenantReference(tenantId) }];
      const { _entities } = await services.call('tenant', TenantStatusDocument, { representations }, options);
      const tenant = _entities[0];
      if (tenant == null || !('status' in tenant)) throw notFound('tenant');
      return tenant.status;
    },

    /** A new invitation; the old one is worth nothing from now on. Null for a user who has a password. */
    async createIdentity({ tenantId, userId }: UserKey, options: CallOptions): Promise<Invitation | null> {
      const variables = { commandId: commandId('CREATE_IDENTITY'), tenantId, userId };
      const { createIdentity } = await services.call('identity', CreateIdentityDocument, variables, options);
      return createIdentity ?? null;
    },

    async endSessions(userId: string, options: CallOptions): Promise<void> {
      await services.call('identity', EndSessionsDocument, { commandId: commandId('END_SESSIONS'), userId }, options);
    },

    async deleteIdentity(userId: string, options: CallOptions): Promise<void> {
      const variables = { commandId: commandId('DELETE_IDENTITY'), userId };
      await services.call('identity', DeleteIdentityDocument, variables, options);
    },
  };
}
