import type { SubgraphName } from '#lib/graphql/subgraph.ts';

/** Per subgraph: what a resolver's parent is, where that is not what the SDL says: the document as it is stored, mostly. */
export const MAPPERS: Readonly<Record<SubgraphName, Readonly<Record<string, string>>>> = {
  tenant: { Tenant: './tenant.ts#TenantDocument', TenantConnection: './tenant.ts#TenantPage' },
  user: {
    User: './user.ts#UserDocument',
    UserConnection: './user.ts#UserPage',
    Tenant: '../../lib/graphql/entities.ts#TenantReference',
  },
  identity: {
    Tenant: '../../lib/graphql/entities.ts#TenantReference',
    TenantIdentity: '../../lib/graphql/entities.ts#TenantReference',
    ServiceClient: './service-client.ts#ServiceClientDocument',
    ServiceClientConnection: './client-service.ts#ClientPage',
    Application: './application.ts#ApplicationDocument',
    SignInPayload: './session.ts#SignedIn',
    Administrator: './people/administrator.ts#AdministratorDocument',
    AdministratorConnection: './people/administrator-service.ts#AdministratorPage',
    Session: './session.ts#SessionDocument',
    SessionConnection: './sessions/session-list.ts#SessionPage',
    AuditEntry: './audit.ts#AuditDocument',
    AuditEntryConnection: './audit.ts#AuditPage',
  },
  onboarding: {
    Workflow: '../../lib/workflow/workflow.ts#WorkflowDocument',
    WorkflowStep: './workflow.ts#ShownStep',
    WorkflowConnection: './workflow.ts#WorkflowPage',
    TierChangePreview: './tier-change-preview.ts#PreviewedTierChange',
  },
  billing: {
    Tenant: './representation.ts#TenantRepresentation',
    BillingAccount: './account.ts#AccountDocument',
    Invoice: './store.ts#InvoiceDocument',
    InvoiceConnection: './store.ts#InvoicePage',
    UpcomingInvoice: './pricing.ts#PricedPeriod',
    UpcomingInvoiceChange: './tier-change.ts#UpcomingChange',
  },
  provisioning: { Infrastructure: './placement.ts#Placement', Resource: './driver.ts#ResourceRecord' },
  metrics: { Tenant: './usage.ts#TenantSlice', MeterUsage: './usage.ts#MeterFigures' },
};
