// Generated from the calls of each service by scripts/generate.ts: do not edit.
import type { ServiceName, SubgraphName } from '../service-name.ts';

/** By caller and callee: the root fields that a service may ask of another in its own name. */
export const SERVICE_CALLS: Readonly<Record<ServiceName, Readonly<Partial<Record<SubgraphName, readonly string[]>>>>> = {
  gateway: {
    identity: ['admitsPeople', 'beginAuditEntries', 'endAuditEntries', 'verification'],
  },
  tenant: {
    identity: ['admitsPeople', 'liftRestriction', 'restrictTenant', 'verification'],
  },
  user: {
    tenant: ['_entities'],
    identity: ['admitsPeople', 'createIdentity', 'deleteIdentity', 'endSessions', 'isAdministratorEmail', 'verification', 'withdrawInvitation'],
  },
  identity: {
    tenant: ['_entities'],
    user: ['_entities', 'activateUser', 'deactivateUser', 'userByEmail'],
    identity: ['admitsPeople', 'verification'],
  },
  onboarding: {
    tenant: ['activateTenant', 'closeTenant', 'createTenant', 'discardTenant', 'markOffboarding', 'restoreTenant', 'setTier', 'tenant', 'tenantByName'],
    user: ['createUser', 'deleteUsers', 'discardUser', 'userByEmail'],
    identity: ['admitsPeople', 'createIdentity', 'deleteIdentities', 'deleteIdentity', 'isAdministratorEmail', 'verification'],
    billing: ['closeBillingAccount', 'createBillingAccount', 'discardBillingAccount', 'issueFinalInvoices', 'plans', 'reopenBillingAccount', 'upcomingInvoiceChange', 'voidFinalInvoices'],
    provisioning: ['deprovision', 'discardInfrastructure', 'isolationChange', 'provision', 'releaseInfrastructure'],
    metrics: ['_entities', 'deleteUsage'],
  },
  billing: {
    tenant: ['_entities'],
    identity: ['admitsPeople', 'verification'],
    metrics: ['_entities', 'closeUsage', 'reopenUsage'],
  },
  provisioning: {
    identity: ['admitsPeople', 'verification'],
  },
  metrics: {
    tenant: ['_entities'],
    identity: ['admitsPeople', 'verification'],
  },
};
