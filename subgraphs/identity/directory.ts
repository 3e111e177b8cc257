import { ROLE_SCOPES } from '#lib/auth/scopes.ts';
import { failedPrecondition, notFound } from '#lib/errors.ts';
import { tenantReference, userReference } from '#lib/graphql/entities.ts';
import type { Services } from '#lib/graphql/services.ts';
import { TenantNameDocument, type TenantStatus, TenantStatusDocument } from './calls/tenant.generated.ts';
import {
  ActivateUserDocument,
  DeactivateUserDocument,
  UserByEmailDocument,
  UserByIdDocument,
  type UserByIdQuery,
} from './calls/user.generated.ts';
import type { Account } from './sessions/session.ts';

/** What the user service says of a user. */
export type DirectoryUser = Extract<UserByIdQuery['_entities'][number], { readonly userId: string }>;

export type Directory = ReturnType<typeof createDirectory>;

/** Asks the services that own users and tenants; nothing of what they answer is kept. */
export function createDirectory(services: Services) {
  /** Null when there is no such tenant. */
  async function tenantStatus(tenantId: string, requestId: string): Promise<TenantStatus | null> {
    const representations = [{ ...tenantReference(tenantId) }];
    const { _entities } = await services.call('tenant', TenantStatusDocument, { representations }, { requestId });
    return _entities[0]?.status ?? null;
  }

  return {
    tenantStatus,

    /**
     * @param what is to be made for the tenant, in the plural
     * @throws {AppError} `NOT_FOUND`, or `FAILED_PRECONDITION` where the tenant takes none now
     */
    async requireActiveTenant(tenantId: string, what: string, requestId: string): Promise<void> {
      const status = await tenantStatus(tenantId, requestId);
      if (status === null) throw notFound('tenant');
      if (status !== 'ACTIVE') throw failedPrecondition(`The tenant is ${status}: it takes no new ${what}.`);
    },

    async userByEmail(email: string, requestId: string): Promise<DirectoryUser | null> {
      return (await services.call('user', UserByEmailDocument, { email }, { requestId })).userByEmail;
    },

    async user(userId: string, requestId: string): Promise<DirectoryUser | null> {
      const representations = [{ ...userReference(userId) }];
      const { _entities } = await services.call('user', UserByIdDocument, { representations }, { requestId });
      const [entity] = _entities;
      return entity != null && 'userId' in entity ? (entity as DirectoryUser) : null;
    },

    async activateUser(userId: string, commandId: string): Promise<DirectoryUser> {
      const variables = { commandId, userId };
      return (await services.call('user', ActivateUserDocument, variables, { requestId: commandId })).activateUser;
    },

    async deactivateUser(userId: string, commandId: string): Promise<void> {
      await services.call('user', DeactivateUserDocument, { commandId, userId }, { requestId: commandId });
    },

    /** Null when there is no such tenant. */
    async tenant(tenantId: string, requestId: string): Promise<{ name: string; status: TenantStatus } | null> {
      const representations = [{ ...tenantReference(tenantId) }];
      const { _entities } = await services.call('tenant', TenantNameDocument, { representations }, { requestId });
      return _entities[0] ?? null;
    },
  };
}

/** What an active user of an active tenant may do now. */
export function accountOf(user: DirectoryUser, tenantId: string): Account {
  const { userId: subject, email, role } = user;
  return { kind: 'user', subject, email, tenantId, role, scopes: ROLE_SCOPES[role] };
}
