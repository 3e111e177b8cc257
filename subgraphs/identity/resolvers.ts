import type { RequestContext } from '#lib/graphql/context.ts';
import { tenantReference, userReference } from '#lib/graphql/entities.ts';
import { shownActor } from './audit.ts';
import { parseReason } from './keyring.ts';
import { statusOf } from './people/administrator.ts';
import type { Resolvers } from './resolvers.generated.ts';
import type { Service } from './service.ts';
import type { SignedIn } from './session.ts';

/** Decode, call, map: what the SDL names, on the service's use cases. */
export function identityResolvers(service: Service): Resolvers {
  return {
    Tenant: {
      __resolveReference: ({ tenantId }) => tenantReference(tenantId),
      identity: (tenant) => tenant,
    },
    TenantIdentity: {
      issuer: () => service.tokenSource.issuer,
      activeSessions: ({ tenantId }) => service.activeSessions(tenantId),
      serviceClients: ({ tenantId }) => service.activeClients(tenantId),
      applications: ({ tenantId }) => service.activeApplications(tenantId),
    },
    AuditEntry: {
      actor: (entry, _, { principal }) => shownActor(entry, principal),
      result: (entry) => service.audit.resultOf(entry),
    },
    User: {
      __resolveReference: ({ userId }) => userReference(userId),
      sessions: ({ userId }, page, { principal }) => service.sessionList.ofUser(principal, userId, page),
    },
    ServiceClient: {
      lastUsedAt: ({ lastUsedAt }) => lastUsedAt ?? null,
      expiresAt: ({ expiresAt }) => expiresAt ?? null,
      secrets: ({ previousSecretHash }) => (previousSecretHash == null ? 1 : 2),
    },
    Administrator: { status: statusOf },
    Session: {
      kind: ({ application }) => (application == null ? 'DIRECT' : 'APPLICATION'),
      clientId: ({ application }) => application ?? null,
      lastUsedAt: ({ lastUsedAt, startedAt }) => lastUsedAt ?? startedAt,
      clientAddress: ({ clientAddress }) => clientAddress ?? null,
      current: ({ sessionId }, _, { principal }) => sessionId === principal.sessionId,
    },
    Application: { confidential: ({ secretHash }) => secretHash !== null },
    Query: {
      administrators: (_, page) => service.administrators.list(page),
      serviceClients: (_, page, { principal }) => service.clients.list(principal, page),
      mySessions: (_, page, { principal }) => service.sessionList.mine(principal, page),
      auditLog: (_, { first, after, ...filter }, { principal }) =>
        service.audit.list(principal, filter, { first, after: after ?? null }),
      admitsPeople: (_, { tenantId }, { requestId }) => service.access.admitsPeople(tenantId, requestId),
      verification: () => service.verification(),
      isAdministratorEmail: (_, { email }) => service.isAdministratorEmail(email),
    },
    Mutation: {
      acceptInvitation: async (_, { input }, context) =>
        goOnAs(context, await service.identities.accept(input, context.request)),
      signIn: async (_, { input }, context) => goOnAs(context, await service.sessions.signIn(input, context.request)),
      refreshSession: async (_, { input }, context) =>
        goOnAs(context, await service.sessions.refresh(input.refreshToken, context.request)),
      signOut: async (_, { input }) => ({ signedOut: await service.sessions.signOut(input.refreshToken) }),
      createAdministrator: (_, { input }, { principal, requestId }) =>
        service.administrators.create(principal, input, requestId),
      removeAdministrator: async (_, { input }, { principal }) => {
        await service.administrators.remove(principal, input.administratorId);
        return input;
      },
      withdrawInvitation: async (_, { userId }) => {
        await service.identities.withdraw(userId);
        return true;
      },
      changePassword: async (_, { input }, { principal }) => {
        await service.passwords.change(principal, input);
        return { user: principal.kind === 'user' ? userReference(principal.id) : null };
      },
      requestPasswordReset: async (_, { input }, { request }) => {
        await service.passwords.requestReset(input, request);
        return { accepted: true };
      },
      resetPassword: async (_, { input }, { requestId }) => {
        await service.passwords.reset(input, requestId);
        return { reset: true };
      },
      endSession: async (_, { input }, { principal, requestId }) => {
        await service.sessionList.end(principal, input.sessionId, requestId);
        return input;
      },
      endUserSessions: async (_, { input }, { principal, requestId }) => {
        await service.sessionList.endAll(principal, input.userId, requestId);
        return input;
      },
      createServiceClient: (_, { input }, { principal, requestId }) =>
        service.clients.create(principal, input, requestId),
      rotateServiceClientSecret: (_, { input }, { principal }) => service.clients.rotateSecret(principal, input),
      retireServiceClientSecret: async (_, { input }, { principal }) => ({
        client: await service.clients.retireSecret(principal, input.clientId),
      }),
      revokeServiceClient: async (_, { input }, { principal }) => {
        await service.clients.revoke(principal, input.clientId);
        return input;
      },
      rotateSigningKey: async (_, { input }, { log }) => {
        const reason = parseReason(input.reason);
        const keyId = await service.signingKeys.rotate(reason);
        log.info({ keyId, reason }, 'another key signs from now on');
        return { keyId };
      },
      beginAuditEntries: async (_, { entries }) => {
        await service.audit.begin(entries);
        return true;
      },
      endAuditEntries: async (_, { entries }) => {
        await service.audit.end(entries);
        return true;
      },
      createApplication: (_, { input }, { principal, requestId }) =>
        service.applications.create(principal, input, requestId),
      revokeApplication: async (_, { input }, { principal }) => {
        await service.applications.revoke(principal, input.applicationId);
        return input;
      },
      createIdentity: (_, command) => service.identities.create(command),
      deleteIdentity: async (_, command) => {
        await service.identities.remove(command);
        return true;
      },
      endSessions: async (_, command) => {
        await service.identities.endSessions(command);
        return true;
      },
      restrictTenant: async (_, command) => {
        await service.access.restrict(command);
        return true;
      },
      liftRestriction: async (_, command) => {
        await service.access.lift(command);
        return true;
      },
      deleteIdentities: async (_, command) => {
        await service.identities.removeTenant(command);
        return true;
      },
    },
  };
}

/** The rest of the operation is the person's own: `signIn { user { email } }`. */
function goOnAs(context: RequestContext, signedIn: SignedIn): SignedIn {
  context.request.become(signedIn.principal, signedIn.accessToken);
  return signedIn;
}
