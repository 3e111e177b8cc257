import { IDEMPOTENCY_CLAIMS, type IdempotencyClaim } from '#lib/idempotency.ts';
import { modify } from '#lib/store/modify.ts';
import type { Collection, CollectionSpec, IndexValue, Stored, Stores } from '#lib/store/port.ts';
import { positionOf } from '#lib/store/position.ts';
import { isGone, TOMBSTONE_INDEX } from '#lib/store/tombstone.ts';
import { CHANGES } from '#lib/workflow/change.ts';
import type { WorkflowDocument } from '#lib/workflow/workflow.ts';
import type { ApplicationDocument } from './application.ts';
import { AUDIT_ENTRIES, type AuditDocument } from './audit.ts';
import type { KeyringDocument } from './keyring.ts';
import type { OAuthArtifactDocument } from './oauth-artifact.ts';
import type { AdministratorDocument, AdministratorRoster } from './people/administrator.ts';
import { OUTBOX } from './people/outbox-collection.ts';
import type { RevocationDocument } from './revocation.ts';
import type { ServiceClientDocument } from './service-client.ts';
import type { SessionDocument } from './session.ts';
import { KNOWN_NETWORKS, type KnownNetworksDocument } from './sessions/sign-in-guard.ts';
import { THROTTLES, type ThrottleDocument } from './sessions/throttle.ts';
import type { TenantAccessDocument } from './tenant-access.ts';
import type { Grave, UserIdentityDocument } from './user-identity.ts';

/** Who came first where there can be one only: taken by its key. */
export interface BootstrapClaim {
  readonly name: string;
  readonly holder: string;
}

export interface IdentityStore {
  readonly administrators: Collection<AdministratorDocument>;
  readonly administratorRosters: Collection<AdministratorRoster>;
  readonly identities: Collection<UserIdentityDocument>;
  readonly sessions: Collection<SessionDocument>;
  readonly clients: Collection<ServiceClientDocument>;
  readonly applications: Collection<ApplicationDocument>;
  readonly artifacts: Collection<OAuthArtifactDocument>;
  readonly revocations: Collection<RevocationDocument>;
  readonly keyrings: Collection<KeyringDocument>;
  readonly bootstrap: Collection<BootstrapClaim>;
  readonly access: Collection<TenantAccessDocument>;
  readonly changes: Collection<WorkflowDocument>;
  readonly outbox: Collection<WorkflowDocument>;
  readonly throttles: Collection<ThrottleDocument>;
  readonly knownNetworks: Collection<KnownNetworksDocument>;
  readonly idempotency: Collection<IdempotencyClaim>;
  readonly audit: Collection<AuditDocument>;
  ping(): Promise<void>;
}

const ADMINISTRATORS: CollectionSpec<AdministratorDocument> = {
  name: 'administrators',
  key: 'emailKey',
  indexes: { id: ['administratorId'] },
};
const ADMINISTRATOR_ROSTERS: CollectionSpec<AdministratorRoster> = {
  name: 'administrator_rosters',
  key: 'name',
  indexes: {},
};
const IDENTITIES: CollectionSpec<UserIdentityDocument> = {
  name: 'identities',
  key: 'userId',
  indexes: { tenant: ['tenantId', 'goneUntil'], ...TOMBSTONE_INDEX },
};
const ACCESS: CollectionSpec<TenantAccessDocument> = {
  name: 'tenant_access',
  key: 'tenantId',
  indexes: { state: ['state'] },
};
export const SESSIONS: CollectionSpec<SessionDocument> = {
  name: 'sessions',
  key: 'handleHash',
  indexes: {
    id: ['sessionId'],
    subject: ['subject', 'startedAt'],
    tenant: ['tenantId', 'expiresAt'],
    application: ['application'],
    browser: ['browser'],
    expiry: ['expiresAt'],
  },
};
const CLIENTS: CollectionSpec<ServiceClientDocument> = {
  name: 'service_clients',
  key: 'clientId',
  indexes: { tenant: ['tenantId'], tenant_by_status: ['tenantId', 'status', 'createdAt'] },
};
const APPLICATIONS: CollectionSpec<ApplicationDocument> = {
  name: 'applications',
  key: 'applicationId',
  indexes: { tenant: ['tenantId', 'status', 'createdAt'] },
};
const ARTIFACTS: CollectionSpec<OAuthArtifactDocument> = {
  name: 'oauth_artifacts',
  key: 'key',
  indexes: {
    uid: ['model', 'uid'],
    grant: ['grantId'],
    subject: ['subject', 'provenAt'],
    tenant: ['tenantId'],
    expiry: ['expiresAt'],
  },
};
const REVOCATIONS: CollectionSpec<RevocationDocument> = {
  name: 'revocations',
  key: 'key',
  indexes: { expiry: ['expiresAt'] },
};
const KEYRINGS: CollectionSpec<KeyringDocument> = { name: 'keyrings', key: 'name', indexes: {} };
const BOOTSTRAP: CollectionSpec<BootstrapClaim> = { name: 'bootstrap', key: 'name', indexes: {} };

/** All that the service stores. */
export const IDENTITY_COLLECTIONS = [
  ADMINISTRATORS,
  ADMINISTRATOR_ROSTERS,
  IDENTITIES,
  SESSIONS,
  CLIENTS,
  APPLICATIONS,
  ARTIFACTS,
  REVOCATIONS,
  KEYRINGS,
  BOOTSTRAP,
  ACCESS,
  CHANGES,
  OUTBOX,
  THROTTLES,
  KNOWN_NETWORKS,
  IDEMPOTENCY_CLAIMS,
  AUDIT_ENTRIES,
] as const;

export async function openIdentityStore(stores: Stores): Promise<IdentityStore> {
  const store = await stores.open('identity', IDENTITY_COLLECTIONS);
  return {
    administrators: store.collection(ADMINISTRATORS),
    administratorRosters: store.collection(ADMINISTRATOR_ROSTERS),
    identities: store.collection(IDENTITIES),
    sessions: store.collection(SESSIONS),
    clients: store.collection(CLIENTS),
    applications: store.collection(APPLICATIONS),
    artifacts: store.collection(ARTIFACTS),
    revocations: store.collection(REVOCATIONS),
    keyrings: store.collection(KEYRINGS),
    bootstrap: store.collection(BOOTSTRAP),
    access: store.collection(ACCESS),
    changes: store.collection(CHANGES),
    outbox: store.collection(OUTBOX),
    throttles: store.collection(THROTTLES),
    knownNetworks: store.collection(KNOWN_NETWORKS),
    idempotency: store.collection(IDEMPOTENCY_CLAIMS),
    audit: store.collection(AUDIT_ENTRIES),
    ping: () => store.ping(),
  };
}

export async function administratorById(
  { administrators }: IdentityStore,
  administratorId: string,
): Promise<Stored<AdministratorDocument> | undefined> {
  const { items } = await administrators.page({ index: 'id', prefix: [administratorId], limit: 1 });
  return items[0];
}

export async function allAdministrators({ administrators }: IdentityStore): Promise<Stored<AdministratorDocument>[]> {
  return await everything(administrators, { index: 'id' });
}

export async function sessionById(
  { sessions }: IdentityStore,
  sessionId: string,
): Promise<Stored<SessionDocument> | undefined> {
  const { items } = await sessions.page({ index: 'id', prefix: [sessionId], limit: 1 });
  return items[0];
}

/** The sessions of a person that began up to an instant. */
export async function sessionsOf(
  { sessions }: IdentityStore,
  subject: string,
  upTo: string,
): Promise<Stored<SessionDocument>[]> {
  return await everything(sessions, { index: 'subject', prefix: [subject], range: { lte: upTo } });
}

/** Sessions of a tenant that have not ended. */
export async function countActiveSessions({ sessions }: IdentityStore, tenantId: string, now: string): Promise<number> {
  return await sessions.count({ index: 'tenant', prefix: [tenantId], range: { gt: now } });
}

/** A tenant's clients that are not revoked, oldest first. */
export async function activeClients(
  { clients }: IdentityStore,
  tenantId: string,
): Promise<Stored<ServiceClientDocument>[]> {
  return await everything(clients, { index: 'tenant_by_status', prefix: [tenantId, 'ACTIVE'] });
}

/** A tenant's applications that are not revoked, oldest first. */
export async function activeApplications(
  { applications }: IdentityStore,
  tenantId: string,
): Promise<Stored<ApplicationDocument>[]> {
  return await everything(applications, { index: 'tenant', prefix: [tenantId, 'ACTIVE'] });
}

/** The sessions that came from a sign-in in a browser. */
export async function sessionsOfBrowser({ sessions }: IdentityStore, uid: string): Promise<Stored<SessionDocument>[]> {
  return await everything(sessions, { index: 'browser', prefix: [uid] });
}

export async function artifactByUid(
  { artifacts }: IdentityStore,
  model: string,
  uid: string,
): Promise<Stored<OAuthArtifactDocument> | undefined> {
  return (await artifacts.page({ index: 'uid', prefix: [model, uid], limit: 1 })).items[0];
}

/** Signs a browser out, by the `browser` of a session that came from signing in there. */
export async function deleteBrowser({ artifacts }: IdentityStore, uid: string): Promise<void> {
  await deleteAll(artifacts, { index: 'uid', prefix: ['Session', uid] });
}

/** Removes what the OAuth engine keeps of a person who proved up to an instant who it is. */
export async function deleteArtifactsOf({ artifacts }: IdentityStore, subject: string, upTo: string): Promise<void> {
  await deleteAll(artifacts, { index: 'subject', prefix: [subject], range: { lte: upTo } });
}

/** Removes the codes of a grant, and the grant. */
export async function deleteArtifactsOfGrant({ artifacts }: IdentityStore, grantId: string): Promise<void> {
  await deleteAll(artifacts, { index: 'grant', prefix: [grantId] });
}

/** Revocations whose tokens have not all expired. */
export async function liveRevocations(
  { revocations }: IdentityStore,
  now: string,
): Promise<Stored<RevocationDocument>[]> {
  return await everything(revocations, { index: 'expiry', range: { gt: now } });
}

/** Ends the sessions of a person that began up to an instant, and what could become one. */
export async function deleteSessionsOf(store: IdentityStore, subject: string, upTo: string): Promise<void> {
  await deleteArtifactsOf(store, subject, upTo);
  await deleteAll(store.sessions, { index: 'subject', prefix: [subject], range: { lte: upTo } });
}

/** Ends the sessions of a tenant's users, and what could become one. */
export async function deleteSessionsOfTenant(store: IdentityStore, tenantId: string): Promise<void> {
  await deleteAll(store.artifacts, { index: 'tenant', prefix: [tenantId] });
  await deleteAll(store.sessions, { index: 'tenant', prefix: [tenantId] });
}

/** Ends the sessions that go on in the name of an application. */
export async function deleteSessionsOfApplication({ sessions }: IdentityStore, applicationId: string): Promise<void> {
  await deleteAll(sessions, { index: 'application', prefix: [applicationId] });
}

/** Removes sessions, clients and applications of a tenant, and last its identities, of which tombstones are left. */
export async function deleteTenant(store: IdentityStore, tenantId: string, grave: Grave): Promise<void> {
  const { clients, applications, identities } = store;
  await deleteSessionsOfTenant(store, tenantId);
  await deleteAll(clients, { index: 'tenant', prefix: [tenantId] });
  await deleteAll(applications, { index: 'tenant', prefix: [tenantId] });
  for (;;) {
    const { items } = await identities.page({ index: 'tenant', prefix: [tenantId, null], limit: PAGE });
    if (items.length === 0) return;
    await Promise.all(items.map(({ userId }) => identities.update(userId, { tenantId }, grave)));
  }
}

/** Leaves a tombstone where a user's identity is, or was to be. */
export async function buryIdentity({ identities }: IdentityStore, userId: string, grave: Grave): Promise<void> {
  const never = { userId, tenantId: '', createdAt: grave.goneUntil, createdBy: null };
  const [inserted] = await identities.insertMany([{ ...never, ...grave }]);
  if (!inserted) await modify(identities, userId, (identity) => (isGone(identity) ? undefined : grave));
}

/** The tenants that are restricted. */
export async function restrictedTenants({ access }: IdentityStore): Promise<readonly string[]> {
  return (await everything(access, { index: 'state', prefix: ['RESTRICTED'] })).map(({ tenantId }) => tenantId);
}

/** Forgets what has a time at which it is of no use any more. */
export async function deleteExpired(store: IdentityStore, now: string): Promise<void> {
  const expired = { index: 'expiry', range: { lte: now } };
  await deleteAll(store.sessions, expired);
  await deleteAll(store.artifacts, expired);
  await deleteAll(store.revocations, expired);
  await deleteAll(store.throttles, expired);
  await deleteAll(store.knownNetworks, expired);
}

interface Selected {
  readonly index: string;
  readonly prefix?: readonly IndexValue[];
  readonly range?: { readonly gt?: string; readonly lte?: string };
}

const PAGE = 200;

async function everything<D extends object>(collection: Collection<D>, selected: Selected): Promise<Stored<D>[]> {
  const all: Stored<D>[] = [];
  for (;;) {
    const last = all.at(-1);
    const after = last === undefined ? {} : { after: positionOf(collection.spec, selected.index, last) };
    const { items, hasMore } = await collection.page({ ...selected, ...after, limit: PAGE });
    all.push(...items);
    if (!hasMore) return all;
  }
}

/** Each only in the version that was seen: what has changed meanwhile is looked at again. */
async function deleteAll<D extends object>(collection: Collection<D>, selected: Selected): Promise<void> {
  for (;;) {
    const { items } = await collection.page({ ...selected, limit: PAGE });
    if (items.length === 0) return;
    await Promise.all(
      items.map((item) => collection.delete(String(item[collection.spec.key]), { version: item.version })),
    );
  }
}
