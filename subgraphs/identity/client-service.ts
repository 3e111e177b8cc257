import { maySeeTenant, type Principal } from '#lib/auth/principal.ts';
import { scopesWhileSuspended } from '#lib/auth/scopes.ts';
import { type Clock, timestamp } from '#lib/clock.ts';
import { failedPrecondition, notFound } from '#lib/errors.ts';
import { idempotent } from '#lib/idempotency.ts';
import type { Ids } from '#lib/ids.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import type { Directory } from './directory.ts';
import type { Revocations } from './revocations.ts';
import { hashSecret, newSecret } from './secret.ts';
import { grantScopes, parseClientName, type ServiceClientDocument } from './service-client.ts';
import type { IdentityStore } from './store.ts';
import type { TenantAccess } from './tenant-access.ts';

export interface CreateServiceClient {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly tenantId?: string | null;
  readonly idempotencyKey?: string | null;
}

/** A client and, the first time, its secret. */
export interface CreatedClient {
  readonly client: ServiceClientDocument;
  readonly clientSecret: string | null;
}

/** What a client's next token may hold. */
export interface ClientGrant {
  readonly client: ServiceClientDocument;
  /** None: the client exists and may do nothing now. */
  readonly scopes: readonly string[];
  /** See `createRevocations`. */
  readonly begun: number;
}

export interface ClientServiceInit {
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly directory: Directory;
  readonly revocations: Revocations;
  readonly access: TenantAccess;
}

export type ClientService = ReturnType<typeof createClientService>;

/** Programs that sign in by themselves. */
export function createClientService(init: ClientServiceInit) {
  const { store, clock, ids, directory, revocations, access } = init;

  /** Makes the client of this id, or answers with the one that is there, without its secret. */
  async function insert(client: Omit<ServiceClientDocument, 'secretHash'>): Promise<CreatedClient> {
    const clientSecret = newSecret();
    try {
      const made = await store.clients.insert({ ...client, secretHash: hashSecret(clientSecret) });
      return { client: await keepUnlessClosed(made), clientSecret };
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
      return await existing(client.clientId);
    }
  }

  /** An offboarding may have removed the tenant's clients before this one was made. */
  async function keepUnlessClosed(client: ServiceClientDocument): Promise<ServiceClientDocument> {
    if (client.tenantId === null || !(await access.isClosed(client.tenantId))) return client;
    await store.clients.delete(client.clientId);
    throw failedPrecondition('The tenant is OFFBOARDING: it takes no new clients.');
  }

  async function existing(clientId: string): Promise<CreatedClient> {
    const client = await store.clients.get(clientId);
    if (client === undefined) throw notFound('service client');
    return { client: await keepUnlessClosed(client), clientSecret: null };
  }

  async function find(clientId: string): Promise<ServiceClientDocument | undefined> {
    const client = await store.clients.get(clientId);
    return client?.status === 'ACTIVE' ? client : undefined;
  }

  return {
    /** A client that may sign in, as far as this service knows; its secret has not been looked at. */
    find,

    async create(principal: Principal, input: CreateServiceClient, requestId: string): Promise<CreatedClient> {
      const tenantId = input.tenantId ?? null;
      const name = parseClientName(input.name);
      const scopes = grantScopes(principal, input.scopes, tenantId);
      return await idempotent({
        claims: store.idempotency,
        clock,
        principal,
        operation: 'createServiceClient',
        key: input.idempotencyKey,
        input: { name, scopes: [...scopes].sort(), tenantId },
        newId: () => ids.next('cli'),
        async run({ id, finished }) {
          if (finished) return await existing(id);
          if (tenantId !== null) await directory.requireActiveTenant(tenantId, 'clients', requestId);
          return await insert({
            clientId: id,
            name,
            scopes,
            tenantId,
            status: 'ACTIVE',
            createdAt: timestamp(clock),
          });
        },
      });
    },

    /** Revoking again succeeds. The revocation comes first: a client that looks revoked has no token that is good. */
    async revoke(principal: Principal, clientId: string): Promise<void> {
      const client = await store.clients.get(clientId);
      if (client === undefined || !maySeeClient(principal, client)) throw notFound('service client');
      if (client.status === 'REVOKED') return;
      await revocations.revoke({ kind: 'client', subject: clientId }, `revoke/${clientId}`);
      await store.clients.update(clientId, { status: 'ACTIVE' }, { status: 'REVOKED' });
    },

    /** What a client that has proven who it is gets now; `undefined` when it was revoked or its tenant is gone. */
    async grant(clientId: string, requestId: string): Promise<ClientGrant | undefined> {
      const begun = revocations.begin();
      const client = await find(clientId);
      if (client === undefined) return undefined;
      if (client.tenantId === null) return { client, scopes: client.scopes, begun };
      const status = await directory.tenantStatus(client.tenantId, requestId);
      if (status === 'ACTIVE') return { client, scopes: client.scopes, begun };
      if (status === 'SUSPENDED') return { client, scopes: scopesWhileSuspended(client.scopes), begun };
      return undefined;
    },
  };
}

/** A client across tenants exists for callers across tenants. */
function maySeeClient(principal: Principal, { tenantId }: ServiceClientDocument): boolean {
  return tenantId === null ? principal.tenantId === null : maySeeTenant(principal, tenantId);
}
