import { notFound } from '#lib/errors.ts';
import { tenantReference } from '#lib/graphql/entities.ts';
import type { CallOptions, Services } from '#lib/graphql/services.ts';
import {
  CreateIdentityDocument,
  DeleteIdentityDocument,
  EndSessionsDocument,
  IsAdministratorEmailDocument,
  WithdrawInvitationDocument,
} from './calls/identity.generated.ts';
import { type TenantStatus, TenantStatusDocument } from './calls/tenant.generated.ts';
import type { UserKey } from './change-user.ts';
import type { Invitation } from './resolvers.generated.ts';

export type Neighbours = ReturnType<typeof createNeighbours>;

/** A command to another service: under the same id it can be sent again, and does the same. */
export interface CommandOptions {
  readonly commandId: string;
  readonly timeoutMilliseconds?: number;
}

/** What this service asks and commands the others. */
export function createNeighbours(services: Services) {
  return {
    /** @throws {AppError} `NOT_FOUND` for a tenant that is not there */
    async tenantStatus(tenantId: string, options: CallOptions): Promise<TenantStatus> {
      const representations = [{ ...tenantReference(tenantId) }];
      const { _entities } = await services.call('tenant', TenantStatusDocument, { representations }, options);
      const tenant = _entities[0];
      if (tenant == null || !('status' in tenant)) throw notFound('tenant');
      return tenant.status;
    },

    async isAdministratorEmail(email: string, command: CommandOptions): Promise<boolean> {
      const options = optionsOf(command);
      return (await services.call('identity', IsAdministratorEmailDocument, { email }, options)).isAdministratorEmail;
    },

    /** A new invitation; the old one is worth nothing from now on. Null for a user who has a password. */
    async createIdentity({ tenantId, userId }: UserKey, command: CommandOptions): Promise<Invitation | null> {
      const variables = { commandId: command.commandId, tenantId, userId };
      const { createIdentity } = await services.call('identity', CreateIdentityDocument, variables, optionsOf(command));
      return createIdentity ?? null;
    },

    /** @throws {AppError} `FAILED_PRECONDITION` when it has been accepted */
    async withdrawInvitation(userId: string, command: CommandOptions): Promise<void> {
      const variables = { commandId: command.commandId, userId };
      await services.call('identity', WithdrawInvitationDocument, variables, optionsOf(command));
    },

    async endSessions(userId: string, command: CommandOptions): Promise<void> {
      const variables = { commandId: command.commandId, userId };
      await services.call('identity', EndSessionsDocument, variables, optionsOf(command));
    },

    async deleteIdentity(userId: string, command: CommandOptions): Promise<void> {
      const variables = { commandId: command.commandId, userId };
      await services.call('identity', DeleteIdentityDocument, variables, optionsOf(command));
    },
  };
}

function optionsOf({ commandId, timeoutMilliseconds }: CommandOptions): CallOptions {
  return { requestId: commandId, ...(timeoutMilliseconds === undefined ? {} : { timeoutMilliseconds }) };
}
