import type { Principal } from '#lib/auth/principal.ts';
import { publishedServiceKeys } from '#lib/auth/service-keys.ts';
import { createTokenVerifier } from '#lib/auth/verifier.ts';
import type { Clock } from '#lib/clock.ts';
import type { Config } from '#lib/config.ts';
import { emailKey } from '#lib/email.ts';
import type { Services } from '#lib/graphql/services.ts';
import type { Notice } from '#lib/graphql/subgraph.ts';
import { deleteExpiredClaims } from '#lib/idempotency.ts';
import type { Ids } from '#lib/ids.ts';
import type { Logger } from '#lib/log.ts';
import type { Mailer } from '#lib/mail/mail.ts';
import { createSealer } from '#lib/sealing.ts';
import { deleteOldTombstones } from '#lib/store/tombstone.ts';
import { deleteOldChanges } from '#lib/workflow/change.ts';
import { createWorkflowEngine } from '#lib/workflow/engine.ts';
import { acceptance } from './acceptance.ts';
import { createApplicationService } from './application-service.ts';
import { createApplicationSessions } from './application-sessions.ts';
import { createAuditDoors } from './audit-doors.ts';
import { createAuditService } from './audit-service.ts';
import { createClientService } from './client-service.ts';
import { createDirectory } from './directory.ts';
import { createIdentityService } from './identity-service.ts';
import { createInvitationSecrets } from './invitation-secrets.ts';
import { createOAuthArtifacts } from './oauth-artifacts.ts';
import { createPasswords } from './password.ts';
import { administratorRemoval } from './people/administrator-removal.ts';
import { createAdministratorService } from './people/administrator-service.ts';
import { ensureFirstAdministrator } from './people/first-administrator.ts';
import { createOutbox } from './people/outbox.ts';
import { passwordChange } from './people/password-change.ts';
import { createPasswordService } from './people/password-service.ts';
import { createRevocations } from './revocations.ts';
import { createSessionService } from './session-service.ts';
import { createSessionEnding } from './sessions/session-ending.ts';
import { createSessionList } from './sessions/session-list.ts';
import { createSignInGuard } from './sessions/sign-in-guard.ts';
import { createThrottle } from './sessions/throttle.ts';
import { createSigningKeys, type TokenSource } from './signing-keys.ts';
import {
  activeApplications,
  activeClients,
  countActiveSessions,
  deleteExpired,
  type IdentityStore,
  liveRevocations,
  restrictedTenants,
} from './store.ts';
import { createStoreKeys } from './store-key.ts';
import { createTenantAccess } from './tenant-access.ts';

export interface ServiceInit {
  readonly config: Config;
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly services: Services;
  readonly log: Logger;
  readonly mailer: Mailer;
  /** Whether no other process has this service's data. */
  readonly exclusive: boolean;
}

export type Service = ReturnType<typeof createService>;

/** The identity service's use cases, by noun. */
export function createService({ config, store, clock, ids, services, log, mailer, exclusive }: ServiceInit) {
  const tokenSource: TokenSource = { issuer: config.publicUrl, audience: `${config.publicUrl}/graphql` };
  const sealer = createSealer(config);
  const storeKeys = createStoreKeys(store, sealer);
  const secretOf = createInvitationSecrets(storeKeys.key('invitation-key'));
  const directory = createDirectory(services);
  const passwords = createPasswords();
  const revocations = createRevocations({ store, clock });
  const signingKeys = createSigningKeys({ store, clock, sealer });
  const people = { store, clock, ids, directory, passwords, revocations, signingKeys, tokenSource };
  const throttle = createThrottle({ throttles: store.throttles, clock, secretOf });
  const guard = createSignInGuard({ throttle, known: store.knownNetworks, clock, secretOf });
  const endings = createSessionEnding({ store, clock, revocations });
  const sessions = createSessionService({ ...people, guard, endings });
  const access = createTenantAccess({ store, revocations, directory });
  const ending = { store, revocations, endings };
  const definitions = [acceptance(store, directory), passwordChange(ending), administratorRemoval(ending)];
  const engine = createWorkflowEngine({ workflows: store.changes, definitions, clock, log, exclusive });
  const outbox = createOutbox({
    store,
    clock,
    log,
    mailer,
    directory,
    secretOf,
    publicUrl: config.publicUrl,
    exclusive,
  });

  const fingerprintKey = storeKeys.key('audit-fingerprint-key');
  const audit = createAuditService({ store, clock, retentionDays: config.auditRetentionDays, fingerprintKey });

  /** What it takes to verify access tokens: no secret is in it. */
  async function verification() {
    const now = clock.now().toISOString();
    return {
      keys: await signingKeys.publicKeys(),
      revocations: await liveRevocations(store, now),
      restrictedTenants: await restrictedTenants(store),
      serviceKeys: await publishedServiceKeys(config),
    };
  }

  const verifier = createTokenVerifier({ ...tokenSource, clock, refresh: verification });
  const administrators = createAdministratorService({ ...people, engine, outbox, secretOf });

  return {
    tokenSource,
    audit,
    auditDoors: createAuditDoors({ audit, clock, ids, log }),
    verification,

    /** Who an access token speaks of now: nothing is remembered from before. @throws {AppError} as the verifier does */
    async inspect(accessToken: string): Promise<Principal> {
      await verifier.refresh();
      return await verifier.verify(accessToken);
    },
    signingKeys,
    sessions,
    access,
    engine,
    outbox,
    administrators,
    sessionList: createSessionList({ store, clock, directory, revocations, endings }),
    passwords: createPasswordService({ store, clock, ids, directory, passwords, throttle, engine, outbox }),
    identities: createIdentityService({
      ...people,
      sessions,
      access,
      engine,
      outbox,
      secretOf,
      administrators,
    }),
    clients: createClientService({ store, clock, ids, directory, revocations, access }),
    applications: createApplicationService({ store, clock, ids, directory, revocations, access }),
    applicationSessions: createApplicationSessions({ store, clock, revocations, sessions }),
    revocations,
    newSessionId: () => ids.next('ses'),
    artifacts: createOAuthArtifacts({ store, clock, revocations }),

    /** Whether an administrator signs in with this address; at sign-in it would be taken for nobody else's. */
    isAdministratorEmail: async (email: string) => (await store.administrators.get(emailKey(email))) !== undefined,

    /** How many sessions of a tenant's users have not ended. */
    activeSessions: (tenantId: string) => countActiveSessions(store, tenantId, clock.now().toISOString()),

    /** A tenant's clients that are not revoked, oldest first. */
    activeClients: (tenantId: string) => activeClients(store, tenantId),

    /** A tenant's applications that are not revoked, oldest first. */
    activeApplications: (tenantId: string) => activeApplications(store, tenantId),

    /** Makes the signing key and the first administrator where there are none. @returns what the operator must be told */
    async bootstrap(): Promise<readonly Notice[]> {
      await Promise.all([signingKeys.ensure(), storeKeys.ensure()]);
      const { adminEmail: email, adminPassword } = config;
      const password = await ensureFirstAdministrator({ store, clock, ids, passwords, email, password: adminPassword });
      if (password === undefined) return [];
      return [{ name: 'Its password', text: `${password}   (${email}; shown this once)` }];
    },

    /** Forgets what has expired. */
    async sweep(): Promise<void> {
      await deleteExpired(store, clock.now().toISOString());
      await signingKeys.sweep();
      await deleteExpiredClaims(store.idempotency, clock);
      await deleteOldChanges(store.changes, clock);
      await outbox.sweep();
      await deleteOldTombstones(store.identities, clock);
      await audit.sweep();
    },
  };
}
