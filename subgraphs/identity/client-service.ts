import { ACCESS_TOKEN_SECONDS } from '#lib/auth/access-token.ts';
import { maySeeTenant, type Principal } from '#lib/auth/principal.ts';
import { scopesWhileSuspended } from '#lib/auth/scopes.ts';
import { type Clock, timestamp } from '#lib/clock.ts';
import { failedPrecondition, notFound } from '#lib/errors.ts';
import { type Connection, connectionOf, type PageArguments } from '#lib/graphql/connections.ts';
import { idempotent } from '#lib/idempotency.ts';
import type { Ids } from '#lib/ids.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import { modify } from '#lib/store/modify.ts';
import type { Stored } from '#lib/store/port.ts';
import type { Directory } from './directory.ts';
import type { Revocations } from './revocations.ts';
import { hashSecret, newSecret } from './secret.ts';
import {
  grantScopes,
  hasExpired,
  parseClientName,
  parseExpiry,
  requireScopesOf,
  rotatedSecret,
  type ServiceClientDocument,
  secretOf,
} from './service-client.ts';
import type { IdentityStore } from './store.ts';
import type { TenantAccess } from './tenant-access.ts';

export interface CreateServiceClient {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly tenantId?: string | null;
  readonly expiresAt?: string | null;
  readonly idempotencyKey?: string | null;
}

export interface RotateSecret {
  readonly clientId: string;
  readonly idempotencyKey?: string | null;
}

export type ClientPage = Connection<Stored<ServiceClientDocument>>;

/** How exactly it is known when a client was last used. */
const USED_MILLISECONDS = 60_000;

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
  /** How long a token may be good. */
  readonly seconds: number;
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
    return client?.status === 'ACTIVE' && !hasExpired(client, clock.now()) ? client : undefined;
  }

  /** @throws {AppError} `NOT_FOUND`, the same for one that the caller may not see */
  async function get(principal: Principal, clientId: string): Promise<Stored<ServiceClientDocument>> {
    const client = await store.clients.get(clientId);
    if (client === undefined || client.status !== 'ACTIVE' || !maySeeClient(principal, client)) {
      throw notFound('service client');
    }
    return client;
  }

  /** Writes down that it was used, once a minute; whether that can be written is not the client's affair. */
  async function noteUse(client: ServiceClientDocument, which: 'latest' | 'previous'): Promise<void> {
    const { clientId, lastUsedAt = null, secretUsed } = client;
    const now = clock.now().getTime();
    const isFresh = lastUsedAt !== null && now - Date.parse(lastUsedAt) < USED_MILLISECONDS;
    const isFirst = which === 'latest' && secretUsed === false;
    if (isFresh && !isFirst) return;
    const set = { lastUsedAt: new Date(now).toISOString(), ...(isFirst ? { secretUsed: true } : {}) };
    await store.clients.update(clientId, { lastUsedAt, secretHash: client.secretHash }, set).catch(() => undefined);
  }

  return {
    /** A client that may sign in, as far as this service knows; its secret has not been looked at. */
    find,

    async create(principal: Principal, input: CreateServiceClient, requestId: string): Promise<CreatedClient> {
      const tenantId = input.tenantId ?? null;
      const name = parseClientName(input.name);
      const scopes = grantScopes(principal, input.scopes, tenantId);
      const expiresAt = parseExpiry(input.expiresAt, clock.now());
      return await idempotent({
        claims: store.idempotency,
        clock,
        principal,
        operation: 'createServiceClient',
        key: input.idempotencyKey,
        input: { name, scopes: [...scopes].sort(), tenantId, expiresAt },
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
            expiresAt,
            lastUsedAt: null,
          });
        },
      });
    },

    /** Its secret is another from now on, shown once; the one in use stays good until it is retired. */
    async rotateSecret(principal: Principal, input: RotateSecret): Promise<CreatedClient> {
      const { clientId } = input;
      requireScopesOf(principal, await get(principal, clientId));
      return await idempotent({
        claims: store.idempotency,
        clock,
        principal,
        operation: 'rotateServiceClientSecret',
        key: input.idempotencyKey,
        input,
        newId: () => ids.next('req'),
        async run({ id, finished }) {
          const clientSecret = newSecret();
          let isMade = false;
          const client = await modify(store.clients, clientId, (current) => {
            isMade = !finished && current.status === 'ACTIVE' && current.rotatedBy !== id;
            return isMade ? rotatedSecret(current, clientSecret, id) : undefined;
          });
          if (client === undefined || client.status !== 'ACTIVE') throw notFound('service client');
          return { client, clientSecret: isMade ? clientSecret : null };
        },
      });
    },

    /** The secret before the last is good no more. Again: nothing happens. */
    async retireSecret(principal: Principal, clientId: string): Promise<ServiceClientDocument> {
      await get(principal, clientId);
      const client = await modify(store.clients, clientId, ({ previousSecretHash }) =>
        previousSecretHash == null ? undefined : { previousSecretHash: null },
      );
      if (client === undefined) throw notFound('service client');
      return client;
    },

    /** Whether a secret is one of a client's. */
    async authenticate(clientId: string, secret: string): Promise<boolean> {
      const client = await find(clientId);
      const which = client && secretOf(client, secret);
      if (client === undefined || which === undefined) return false;
      await noteUse(client, which);
      return true;
    },

    /** The clients of the caller's tenant; for one across tenants those that are bound to none. Oldest first. */
    list: ({ tenantId }: Principal, page: PageArguments): Promise<ClientPage> =>
      connectionOf(store.clients, { index: 'tenant_by_status', prefix: [tenantId, 'ACTIVE'] }, page),

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
      const seconds = secondsOf(client, begun);
      if (seconds < 1) return undefined;
      if (client.tenantId === null) return { client, scopes: client.scopes, begun, seconds };
      const status = await directory.tenantStatus(client.tenantId, requestId);
      if (status === 'ACTIVE') return { client, scopes: client.scopes, begun, seconds };
      if (status === 'SUSPENDED') {
        return { client, scopes: scopesWhileSuspended(client.scopes), begun, seconds };
      }
      return undefined;
    },
  };
}

/** How long a token of a client may be good that begins now: it does not outlive the client. */
function secondsOf({ expiresAt }: ServiceClientDocument, begun: number): number {
  if (expiresAt == null) return ACCESS_TOKEN_SECONDS;
  const left = Math.floor(Date.parse(expiresAt) / 1000) - Math.floor(begun / 1000);
  return Math.min(ACCESS_TOKEN_SECONDS, left);
}

/** A client across tenants exists for callers across tenants. */
function maySeeClient(principal: Principal, { tenantId }: ServiceClientDocument): boolean {
  return tenantId === null ? principal.tenantId === null : maySeeTenant(principal, tenantId);
}
