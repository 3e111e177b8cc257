import { failedPrecondition } from '#lib/errors.ts';
import type { Services } from '#lib/graphql/services.ts';
import { IsAdministratorEmailDocument } from './calls/identity.generated.ts';
import {
  FindTenantByNameDocument,
  FindTenantDocument,
  type TenantStatus,
  type Tier,
} from './calls/tenant.generated.ts';
import { FindUserByEmailDocument } from './calls/user.generated.ts';

/** So long a mutation waits for what it must know before it starts a workflow. */
const ASK_MILLISECONDS = 2_000;

/** What this service asks the registry of. */
export interface TenantFacts {
  readonly tenantId: string;
  readonly tier: Tier;
  readonly status: TenantStatus;
}

export type Tenants = ReturnType<typeof createTenants>;

/** The facts that other services own, asked when they are needed. */
export function createTenants(services: Services) {
  const options = (requestId: string) => ({ requestId, timeoutMilliseconds: ASK_MILLISECONDS });
  return {
    async byId(tenantId: string, requestId: string): Promise<TenantFacts | null> {
      const { tenant } = await services.call('tenant', FindTenantDocument, { tenantId }, options(requestId));
      return tenant ?? null;
    },

    /** The live tenant of this name. */
    async byName(name: string, requestId: string): Promise<TenantFacts | null> {
      const { tenantByName } = await services.call('tenant', FindTenantByNameDocument, { name }, options(requestId));
      return tenantByName ?? null;
    },

    /** The tenant of the user who has this address. */
    async ofUser(email: string, requestId: string): Promise<string | null> {
      const { userByEmail } = await services.call('user', FindUserByEmailDocument, { email }, options(requestId));
      return userByEmail?.tenant?.tenantId ?? null;
    },

    /** Whether the address is a platform administrator's, which no user can have. */
    async isAdministrator(email: string, requestId: string): Promise<boolean> {
      const asked = { email };
      return (await services.call('identity', IsAdministratorEmailDocument, asked, options(requestId)))
        .isAdministratorEmail;
    },
  };
}

/** @throws {AppError} `FAILED_PRECONDITION`, with the workflow that is at work on the tenant, where one is */
export function requireActive(tenant: TenantFacts, workflowId?: string): void {
  if (tenant.status === 'ACTIVE') return;
  throw failedPrecondition(`The tenant is ${tenant.status}.`, workflowId === undefined ? {} : { workflowId });
}
