import type { RequestContext } from '#lib/graphql/context.ts';
import { tenantReference } from '#lib/graphql/entities.ts';
import { shownActor } from './audit.ts';
import { parseReason } from './keyring.ts';
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
    Application: { confidential: ({ secretHash }) => secretHash !== null },
    Query: {
      auditLog: (_, { first, after, ...filter }, { principal }) =>
        service.audit.list(principal, filter, { first, after: after ?? null }),
      verification: () => service.verification(),
      isAdministratorEmail: (_, { email }) => service.isAdministratorEmail(email),
    },
    Mutation: {
      acceptInvitation: async (_, { input }, context) =>
        goOnAs(context, await service.identities.accept(input, context.requestId)),
      signIn: async (_, { input }, context) => goOnAs(context, await service.sessions.signIn(input, context.requestId)),
      refreshSession: async (_, { input }, context) =>
        goOnAs(context, await service.sessions.refresh(input.refreshToken, context.requestId)),
      signOut: async (_, { input }) => ({ signedOut: await service.sessions.signOut(input.refreshToken) }),
      createServiceClient: (_, { input }, { principal, requestId }) =>
        service.clients.create(principal, input, requestId),
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
