import { maySeeTenant, type Principal } from '#lib/auth/principal.ts';
import { type Clock, timestamp } from '#lib/clock.ts';
import { badUserInput, failedPrecondition, notFound } from '#lib/errors.ts';
import { idempotent } from '#lib/idempotency.ts';
import type { Ids } from '#lib/ids.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import type { Directory } from '../directory.ts';
import { hashSecret, newSecret } from '../secret.ts';
import type { Revocations } from '../sessions/revocations.ts';
import { deleteSessionsOfApplication, type IdentityStore } from '../store.ts';
import type { TenantAccess } from '../tenant-access.ts';
import { type ApplicationDocument, grantApplicationScopes, parseRedirectUris } from './application.ts';
import { parseClientName } from './service-client.ts';

export interface CreateApplication {
  readonly name: string;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris?: readonly string[];
  readonly scopes?: readonly string[];
  readonly confidential?: boolean;
  readonly tenantId?: string | null;
  readonly idempotencyKey?: string | null;
}

/** An application and, the first time, the secret of one that can keep it. */
export interface CreatedApplication {
  readonly application: ApplicationDocument;
  readonly clientSecret: string | null;
}

export interface ApplicationServiceInit {
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly directory: Directory;
  readonly revocations: Revocations;
  readonly access: TenantAccess;
}

export type ApplicationService = ReturnType<typeof createApplicationService>;

/** Applications whose users sign in here. */
export function createApplicationService(init: ApplicationServiceInit) {
  const { store, clock, ids, directory, revocations, access } = init;
  const { applications } = store;

  /** Makes the application of this id, or answers with the one that is there, without its secret. */
  async function insert(fresh: Omit<ApplicationDocument, 'secretHash'>, confidential: boolean) {
    const clientSecret = confidential ? newSecret() : null;
    const secretHash = clientSecret === null ? null : hashSecret(clientSecret);
    try {
      const application = await applications.insert({ ...fresh, secretHash });
      return { application: await keepUnlessClosed(application), clientSecret };
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
      return await existing(fresh.applicationId);
    }
  }

  /** An offboarding may have removed the tenant's applications before this one was made. */
  async function keepUnlessClosed(application: ApplicationDocument): Promise<ApplicationDocument> {
    if (application.tenantId === null || !(await access.isClosed(application.tenantId))) return application;
    await applications.delete(application.applicationId);
    throw failedPrecondition('The tenant is OFFBOARDING: it takes no new applications.');
  }

  async function existing(applicationId: string): Promise<CreatedApplication> {
    const application = await applications.get(applicationId);
    if (application === undefined) throw notFound('application');
    return { application: await keepUnlessClosed(application), clientSecret: null };
  }

  return {
    /** An application that has not been revoked. */
    async find(applicationId: string): Promise<ApplicationDocument | undefined> {
      const application = await applications.get(applicationId);
      return application?.status === 'ACTIVE' ? application : undefined;
    },

    async create(principal: Principal, input: CreateApplication, requestId: string): Promise<CreatedApplication> {
      const { confidential = false } = input;
      const tenantId = input.tenantId ?? null;
      const name = parseClientName(input.name);
      if (input.redirectUris.length === 0) throw badUserInput('input.redirectUris', 'There is no address.');
      const redirectUris = parseRedirectUris(input.redirectUris, 'input.redirectUris');
      const postLogoutRedirectUris = parseRedirectUris(
        input.postLogoutRedirectUris ?? [],
        'input.postLogoutRedirectUris',
      );
      const scopes = grantApplicationScopes(principal, input.scopes ?? [], tenantId);
      const asked = { name, redirectUris, postLogoutRedirectUris, scopes, tenantId };
      return await idempotent({
        claims: store.idempotency,
        clock,
        principal,
        operation: 'createApplication',
        key: input.idempotencyKey,
        input: { ...asked, scopes: [...scopes].sort(), confidential },
        newId: () => ids.next('app'),
        async run({ id, finished }) {
          if (finished) return await existing(id);
          if (tenantId !== null) await directory.requireActiveTenant(tenantId, 'applications', requestId);
          const fresh = { applicationId: id, ...asked, status: 'ACTIVE', createdAt: timestamp(clock) } as const;
          return await insert(fresh, confidential);
        },
      });
    },

    /** Revoking again finishes what was cut short. The tokens go first: what looks revoked has none that is good. */
    async revoke(principal: Principal, applicationId: string): Promise<void> {
      const application = await applications.get(applicationId);
      if (application === undefined || !maySeeApplication(principal, application)) throw notFound('application');
      await revocations.revoke({ kind: 'client', subject: applicationId }, `revoke/${applicationId}`);
      await applications.update(applicationId, { status: 'ACTIVE' }, { status: 'REVOKED' });
      await deleteSessionsOfApplication(store, applicationId);
    },
  };
}

/** An application of all tenants exists for callers across tenants. */
function maySeeApplication(principal: Principal, { tenantId }: ApplicationDocument): boolean {
  return tenantId === null ? principal.tenantId === null : maySeeTenant(principal, tenantId);
}
