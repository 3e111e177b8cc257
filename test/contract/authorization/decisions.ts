import { GRANTABLE_SCOPES, ROLE_SCOPES } from '#lib/auth/scopes.ts';

/** What a caller must hold: one of these sets, whole. None: to be signed in is enough. */
export type Scopes = readonly (readonly string[])[];

/**
 * The contract's table "Who may do what", field by field: of every root field, of every field of an entity, and of every
 * other field that asks for scopes of its own. A field that stands in none of the tables of this file fails a test.
 */
export const SCOPES: Readonly<Record<string, Scopes>> = {
  'Query.tenant': [['tenant:read']],
  'Query.tenantByName': [['tenant:read']],
  'Query.tenants': [['tenant:read']],
  'Tenant.name': [['tenant:read']],
  'Tenant.tier': [['tenant:read']],
  'Tenant.tierChanges': [['tenant:read']],
  'Tenant.status': [['tenant:read']],
  'Tenant.createdAt': [['tenant:read']],
  'Tenant.updatedAt': [['tenant:read']],
  'Tenant.offboardedAt': [['tenant:read']],
  'Tenant.suspension': [['tenant:read']],
  'Mutation.suspendTenant': [['tenant:write']],
  'Mutation.resumeTenant': [['tenant:write']],
  'Mutation.renameTenant': [['tenant:write']],
  'Mutation.changeTier': [['tenant:tier'], ['onboarding:write']],
  'Query.previewTierChange': [['tenant:tier'], ['onboarding:write']],
  'TierChangePreview.infrastructure': [['provisioning:read']],
  'TierChangePreview.quotas': [['tenant:read', 'usage:read']],
  'TierChangePreview.upcomingInvoice': [['billing:read', 'tenant:read', 'usage:read']],
  'TierChangePreview.warnings': [['tenant:read', 'usage:read']],
  'Query.workflow': [['onboarding:read']],
  'Query.workflows': [['onboarding:read']],
  'Tenant.workflows': [['onboarding:read']],
  'Mutation.onboard': [['onboarding:write']],
  'Mutation.offboard': [['onboarding:write']],
  'Mutation.retryWorkflow': [['onboarding:write']],
  'Mutation.cancelWorkflow': [['onboarding:write']],
  'Query.user': [['user:read']],
  'Tenant.users': [['user:read']],
  'User.email': [],
  'User.role': [],
  'User.status': [],
  'User.createdAt': [],
  'User.tenant': [],
  'Mutation.inviteUser': [['user:write']],
  'Mutation.resendInvitation': [['user:write']],
  'Mutation.revokeInvitation': [['user:write']],
  'Mutation.setUserRole': [['user:write']],
  'Mutation.disableUser': [['user:write']],
  'Mutation.enableUser': [['user:write']],
  'Mutation.removeUser': [['user:write']],
  'Tenant.billingAccount': [['billing:read']],
  'Tenant.invoices': [['billing:read']],
  'Query.invoice': [['billing:read']],
  'Tenant.upcomingInvoice': [['billing:read', 'tenant:read', 'usage:read']],
  'Tenant.allowances': [['tenant:read', 'usage:read']],
  'Tenant.infrastructure': [['provisioning:read']],
  'Tenant.usage': [['usage:read']],
  'Tenant.usageToDate': [['usage:read']],
  'Tenant.quotas': [['tenant:read', 'usage:read']],
  'Mutation.recordUsage': [['usage:write']],
  'Tenant.identity': [['identity:read']],
  'Mutation.createServiceClient': [['identity:write']],
  'Mutation.rotateServiceClientSecret': [['identity:write']],
  'Mutation.retireServiceClientSecret': [['identity:write']],
  'Mutation.revokeServiceClient': [['identity:write']],
  'Query.serviceClients': [['identity:read']],
  'Mutation.createApplication': [['identity:write']],
  'Mutation.revokeApplication': [['identity:write']],
  'Mutation.rotateSigningKey': [['platform:write']],
  'Query.administrators': [['platform:write']],
  'Mutation.createAdministrator': [['platform:write']],
  'Mutation.removeAdministrator': [['platform:write']],
  'Query.auditLog': [['audit:read']],
  'User.sessions': [],
  'Mutation.changePassword': [],
  'Mutation.endSession': [],
  'Mutation.endUserSessions': [],
  'Query.mySessions': [],
  'Query.me': [],
  'Query.plans': [],
  'Query.meters': [],
};

/** What nobody needs to be signed in for. */
export const OPEN: readonly string[] = [
  'Mutation.signIn',
  'Mutation.acceptInvitation',
  'Mutation.refreshSession',
  'Mutation.signOut',
  'Mutation.requestPasswordReset',
  'Mutation.resetPassword',
];

/** What services ask of each other: not in the API schema, and for `service:command` alone. */
export const COMMAND: Scopes = [['service:command']];

/** The keys of entities: a reference names them itself. */
export const KEYS: readonly string[] = ['Tenant.tenantId', 'User.userId'];

/** Besides the fields' own scopes: what resolving a reference takes, unless it is one's own. Without it there is no such thing. */
export const REFERENCES: Readonly<Record<string, readonly string[]>> = { Tenant: [], User: ['user:read'] };

/** Whoever grants something must hold what it grants: a role, here a `TENANT_MEMBER`'s, or scopes, here of the tenant's client. */
export const GRANTS: Readonly<Record<string, readonly string[]>> = {
  'Mutation.inviteUser': ROLE_SCOPES.TENANT_MEMBER,
  'Mutation.resendInvitation': ROLE_SCOPES.TENANT_MEMBER,
  'Mutation.setUserRole': ROLE_SCOPES.TENANT_MEMBER,
  'Mutation.createAdministrator': GRANTABLE_SCOPES,
  'Mutation.rotateServiceClientSecret': ['usage:write'],
};

/** What everybody who is signed in may do with what is its own, and others with these scopes. */
export const OF_OTHERS: Readonly<Record<string, readonly string[]>> = {
  'User.sessions': ['user:read'],
  'Mutation.endSession': ['user:write'],
  'Mutation.endUserSessions': ['user:write'],
};

/** What people alone do, with their password: a wrong one is refused too. */
export const WITH_PASSWORD: readonly string[] = ['Mutation.changePassword'];

/** What names no thing of one tenant. Everything else that is asked from outside its tenant finds nothing there. */
export const OF_NO_TENANT: readonly string[] = [
  ...OPEN,
  'Query.tenants',
  'Query.me',
  'Query.mySessions',
  'Query.serviceClients',
  'Mutation.changePassword',
  'Query.plans',
  'Query.meters',
  'Mutation.onboard',
  'Mutation.rotateSigningKey',
  'Query.administrators',
  'Mutation.createAdministrator',
  'Mutation.removeAdministrator',
  'Mutation.recordUsage',
];

/** Where a type that is no entity and has fields with scopes of their own is found. */
export const FOUND_IN: Readonly<Record<string, string>> = { TierChangePreview: 'Query.previewTierChange' };

/**
 * Types without scopes of their own: who got the field that answers them may read them, whole. With their fields, so that
 * a new one is decided on too.
 */
export const WITH_THEIR_FIELD: Readonly<Record<string, readonly string[]>> = {
  Administrator: ['administratorId', 'email', 'status', 'createdAt'],
  AdministratorConnection: ['edges', 'pageInfo', 'totalCount'],
  AdministratorEdge: ['cursor', 'node'],
  Allowance: ['meter', 'included', 'quota'],
  Application: [
    'applicationId',
    'name',
    'redirectUris',
    'postLogoutRedirectUris',
    'scopes',
    'confidential',
    'tenantId',
    'createdAt',
  ],
  AuditActor: ['kind', 'actorId', 'tenantId', 'clientId', 'address'],
  AuditEntry: [
    'entryId',
    'actor',
    'action',
    'targets',
    'tenantId',
    'arguments',
    'result',
    'errorCode',
    'requestId',
    'begunAt',
    'endedAt',
  ],
  AuditEntryConnection: ['edges', 'pageInfo', 'totalCount'],
  AuditEntryEdge: ['cursor', 'node'],
  AuditTarget: ['type', 'id'],
  BillingAccount: ['address', 'currency', 'taxRate', 'balance', 'createdAt', 'closedAt'],
  CancelWorkflowPayload: ['workflow'],
  ChangePasswordPayload: ['user'],
  ChangeTierPayload: ['workflow', 'tenant'],
  CreateAdministratorPayload: ['administrator', 'invitation'],
  CreateApplicationPayload: ['application', 'clientSecret'],
  CreateServiceClientPayload: ['client', 'clientSecret'],
  EndSessionPayload: ['sessionId'],
  EndUserSessionsPayload: ['userId'],
  Infrastructure: ['isolation', 'status', 'driver', 'resources', 'updatedAt'],
  Invitation: ['token', 'expiresAt'],
  InviteUserPayload: ['user', 'invitation'],
  Invoice: [
    'invoiceId',
    'number',
    'status',
    'periodStart',
    'periodEnd',
    'lines',
    'subtotal',
    'tax',
    'total',
    'issuedAt',
    'paidAt',
  ],
  InvoiceConnection: ['edges', 'pageInfo', 'totalCount'],
  InvoiceEdge: ['cursor', 'node'],
  InvoiceLine: ['description', 'meter', 'quantity', 'unitPrice', 'amount'],
  IsolationChange: ['before', 'after'],
  Meter: ['name', 'unit', 'aggregation'],
  MeterUsage: ['meter', 'unit', 'aggregation', 'total', 'series'],
  Money: ['amountMinor', 'currency'],
  OffboardPayload: ['workflow', 'tenant'],
  OnboardPayload: ['workflow', 'tenant', 'invitation'],
  PageInfo: ['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor'],
  Plan: ['tier', 'name', 'baseFee', 'meters'],
  PlanMeter: ['meter', 'included', 'quota', 'bands'],
  PriceBand: ['upTo', 'unitPrice'],
  Quota: ['meter', 'limit', 'used', 'remaining'],
  QuotaChange: ['meter', 'before', 'after', 'used'],
  RecordUsagePayload: ['accepted', 'duplicates', 'rejected'],
  RejectedEvent: ['index', 'id', 'code', 'message'],
  RemoveAdministratorPayload: ['administratorId'],
  RemoveUserPayload: ['userId'],
  RequestPasswordResetPayload: ['accepted'],
  ResetPasswordPayload: ['reset'],
  Resource: ['resourceId', 'kind', 'name', 'shared', 'attributes'],
  RetryWorkflowPayload: ['workflow'],
  RevokeApplicationPayload: ['applicationId'],
  RevokeServiceClientPayload: ['clientId'],
  RetireServiceClientSecretPayload: ['client'],
  RotateServiceClientSecretPayload: ['client', 'clientSecret'],
  RotateSigningKeyPayload: ['keyId'],
  ServiceClient: ['clientId', 'name', 'scopes', 'tenantId', 'createdAt', 'lastUsedAt', 'expiresAt', 'secrets'],
  ServiceClientConnection: ['edges', 'pageInfo', 'totalCount'],
  ServiceClientEdge: ['cursor', 'node'],
  Session: ['sessionId', 'kind', 'clientId', 'startedAt', 'lastUsedAt', 'clientAddress', 'expiresAt', 'current'],
  SessionConnection: ['edges', 'pageInfo', 'totalCount'],
  SessionEdge: ['cursor', 'node'],
  SignInPayload: ['accessToken', 'refreshToken', 'expiresAt', 'user'],
  SignOutPayload: ['signedOut'],
  Suspension: ['reason', 'at'],
  TenantConnection: ['edges', 'pageInfo', 'totalCount'],
  TenantEdge: ['cursor', 'node'],
  TenantIdentity: ['issuer', 'activeSessions', 'serviceClients', 'applications'],
  TenantPayload: ['tenant'],
  TierChange: ['tier', 'at'],
  TierChangeObstacle: ['code', 'message', 'workflowId'],
  TierChangePreview: ['tenant', 'tier', 'obstacles'],
  TierChangeWarning: ['code', 'message', 'meter'],
  UpcomingInvoice: ['periodStart', 'periodEnd', 'lines', 'subtotal', 'tax', 'total'],
  UpcomingInvoiceChange: ['before', 'after'],
  UsagePoint: ['start', 'value'],
  UsageToDate: ['meter', 'aggregation', 'total', 'days', 'unit'],
  UserConnection: ['edges', 'pageInfo', 'totalCount'],
  UserEdge: ['cursor', 'node'],
  UserPayload: ['user'],
  Workflow: ['workflowId', 'kind', 'status', 'tenant', 'steps', 'startedAt', 'finishedAt'],
  WorkflowConnection: ['edges', 'pageInfo', 'totalCount'],
  WorkflowEdge: ['cursor', 'node'],
  WorkflowStep: ['name', 'status', 'attempts', 'nextAttemptAt', 'startedAt', 'finishedAt', 'error'],
  WorkflowStepError: ['code', 'message'],
};
