import { readConsumers } from '../../contract/consumers.ts';
import { ADMIN } from '../../support/server.ts';

const PASSWORD = 'correct horse battery';
const USER = '{ userId email role status tenant { tenantId name status } }';
const consumers = readConsumers();
const sourceOf = (name: string) => consumers.get(name)?.source ?? '';

/** What is remembered of one plane's answers, by name. */
export type Memory = Record<string, string>;

/** An operation that is sent to both shapes. */
export interface Step {
  readonly name: string;
  readonly source: string;
  readonly variables?: (memory: Memory) => Record<string, unknown>;
  /** The remembered value that is the access token. */
  readonly as?: string;
  readonly remember?: Readonly<Record<string, string>>;
  /** The codes that the answer must have in both shapes, so that they do not agree on the wrong thing; sorted. */
  readonly codes?: readonly string[];
}

const acme = { customerName: 'Acme', email: 'alice@acme.example', billingAddress: '1 Acme Road', tier: 'STANDARD' };
const ONBOARD =
  'mutation($input: OnboardInput!) { onboard(input: $input) { workflow { workflowId status steps { name status attempts } tenant { tenantId name } } tenant { tenantId tier users { edges { node { userId email } } } } invitation { token expiresAt } } }';
const id = ({ tenantId }: Memory) => ({ tenantId });

export const STEPS: readonly Step[] = [
  {
    name: 'an administrator signs in',
    source: `mutation($input: SignInInput!) { signIn(input: $input) { accessToken refreshToken expiresAt user ${USER} } }`,
    variables: () => ({ input: ADMIN }),
    remember: { admin: 'signIn.accessToken' },
  },
  {
    name: 'onboards a customer, read across the services in one answer',
    source: ONBOARD,
    variables: () => ({ input: { ...acme, idempotencyKey: 'k1' } }),
    as: 'admin',
    remember: {
      tenantId: 'onboard.tenant.tenantId',
      userId: 'onboard.tenant.users.edges.0.node.userId',
      invitation: 'onboard.invitation.token',
    },
  },
  {
    name: 'again by the same key',
    source: ONBOARD,
    variables: () => ({ input: { ...acme, idempotencyKey: 'k1' } }),
    as: 'admin',
  },
  {
    name: 'the same key with another input',
    source: ONBOARD,
    variables: () => ({ input: { ...acme, customerName: 'Other', idempotencyKey: 'k1' } }),
    as: 'admin',
    codes: ['IDEMPOTENCY_CONFLICT'],
  },
  {
    name: 'the same customer on another tier',
    source: ONBOARD,
    variables: () => ({ input: { ...acme, tier: 'FREE' } }),
    as: 'admin',
    codes: ['FAILED_PRECONDITION'],
  },
  {
    name: 'the user accepts, and the rest of the answer is its own',
    source: `mutation($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { accessToken refreshToken user ${USER} } }`,
    variables: ({ invitation }) => ({ input: { token: invitation, password: PASSWORD } }),
    remember: { user: 'acceptInvitation.accessToken', refreshToken: 'acceptInvitation.refreshToken' },
  },
  {
    name: 'signs in',
    source: sourceOf('administrator/sign-in'),
    variables: () => ({ input: { email: acme.email, password: PASSWORD } }),
  },
  {
    name: 'signs in and reads on in the same answer',
    source: `mutation($input: SignInInput!) { signIn(input: $input) { accessToken user { email tenant { name tier infrastructure { isolation } users { totalCount } workflows { totalCount } } } } }`,
    variables: () => ({ input: { email: acme.email, password: PASSWORD } }),
  },
  {
    name: 'refreshes',
    source: `mutation($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken user ${USER} } }`,
    variables: ({ refreshToken }) => ({ input: { refreshToken } }),
  },
  {
    name: 'a wrong password',
    source: `mutation($input: SignInInput!) { signIn(input: $input) { accessToken user ${USER} } }`,
    variables: () => ({ input: { email: acme.email, password: `${PASSWORD}!` } }),
    codes: ['UNAUTHENTICATED'],
  },
  { name: 'the tenant page', source: sourceOf('administrator/tenant-page'), variables: id, as: 'admin' },
  {
    name: 'the tenant page, by its own administrator',
    source: sourceOf('administrator/tenant-page'),
    variables: id,
    as: 'user',
  },
  {
    name: 'the tenant page, by nobody',
    source: sourceOf('administrator/tenant-page'),
    variables: id,
    codes: ['UNAUTHENTICATED'],
  },
  { name: 'me', source: `{ me ${USER} }`, as: 'user' },
  {
    name: 'plans and meters',
    source:
      '{ plans { tier name baseFee { amountMinor currency } meters { meter included quota bands { upTo unitPrice } } } meters { name unit aggregation } }',
    as: 'user',
  },
  {
    name: 'a tenant that is not there',
    source: '{ tenant(tenantId: "ten_none") { name users { totalCount } } }',
    as: 'admin',
  },
  { name: 'a tenant that the caller may not see', source: '{ tenant(tenantId: "ten_none") { name } }', as: 'user' },
  {
    name: 'connections in a list',
    source:
      '{ tenants(first: 5) { totalCount edges { cursor node { name workflows { totalCount } identity { issuer serviceClients { clientId } } } } } }',
    as: 'user',
  },
  {
    name: 'a mutation without the scope',
    source:
      'mutation($input: CreateServiceClientInput!) { createServiceClient(input: $input) { client { clientId } } }',
    variables: () => ({ input: { name: 'x', scopes: ['usage:write'] } }),
    as: 'user',
    codes: ['FORBIDDEN'],
  },
  {
    name: 'a value that does not fit, in a variable',
    source: ONBOARD,
    variables: () => ({ input: { ...acme, email: 'nobody' } }),
    as: 'admin',
    codes: ['BAD_USER_INPUT'],
  },
  {
    name: 'a value that does not fit, in the document',
    source:
      'mutation { onboard(input: { customerName: "x", email: "nobody", billingAddress: "x", tier: FREE }) { workflow { status } } }',
    as: 'admin',
    codes: ['BAD_USER_INPUT'],
  },
  {
    name: 'a value that a service refuses',
    source: '{ tenants(first: 101) { totalCount } }',
    as: 'admin',
    codes: ['BAD_USER_INPUT'],
  },
  {
    name: 'a cursor that is none',
    source: '{ tenants(first: 1, after: "x") { totalCount } }',
    as: 'admin',
    codes: ['BAD_USER_INPUT'],
  },
  {
    name: 'an operation that is too deep',
    source: `{ tenant(tenantId: "x") { ${'users { edges { node { tenant { '.repeat(5)} name ${'} } } }'.repeat(5)} } }`,
    as: 'admin',
    codes: ['OPERATION_TOO_COMPLEX'],
  },
  { name: 'a document that is none', source: '{ tenant(', as: 'admin', codes: ['GRAPHQL_PARSE_FAILED'] },
  { name: 'a field that is not there', source: '{ nothing }', as: 'admin', codes: ['GRAPHQL_VALIDATION_FAILED'] },
  {
    name: 'a command that is not public',
    source: 'mutation { createTenant(commandId: "x", tenantId: "ten_x", name: "x", tier: FREE) { tenantId } }',
    as: 'admin',
    codes: ['GRAPHQL_VALIDATION_FAILED'],
  },
  {
    name: 'a service client',
    source:
      'mutation($input: CreateServiceClientInput!) { createServiceClient(input: $input) { client { clientId name scopes tenantId } clientSecret } }',
    variables: ({ tenantId }) => ({
      input: { name: 'meter', scopes: ['usage:write', 'usage:read', 'tenant:read'], tenantId },
    }),
    as: 'admin',
    remember: { clientId: 'createServiceClient.client.clientId', clientSecret: 'createServiceClient.clientSecret' },
  },
  {
    name: 'usage, some of it bad',
    source:
      'mutation($input: RecordUsageInput!) { recordUsage(input: $input) { accepted duplicates rejected { index id code message } } }',
    variables: ({ tenantId }) => ({
      input: {
        events: [
          { id: 'e1', tenantId, meter: 'compute', value: 1200.5 },
          { id: 'e1', tenantId, meter: 'compute', value: 1200.5 },
          { id: 'e2', tenantId, meter: 'apis', value: '3000000' },
          { id: 'e3', tenantId, meter: 'nothing', value: 1 },
          { id: 'e4', tenantId: 'ten_none', meter: 'apis', value: 1 },
        ],
      },
    }),
    as: 'client',
  },
  {
    name: 'what is required through three services',
    source:
      '{ tenantByName(name: "ACME") { quotas { meter limit used remaining } allowances { meter included quota } upcomingInvoice { lines { description meter quantity unitPrice amount { amountMinor currency } } total { amountMinor currency } } usage(meters: ["apis"]) { total series(window: HOUR) { start value } } } }',
    as: 'admin',
  },
  {
    name: 'aliases, fragments and conditions',
    source:
      'query($id: ID!, $yes: Boolean!) { a: tenant(tenantId: $id) { ...T } b: tenant(tenantId: $id) { ...T users @include(if: $yes) { totalCount } __typename } } fragment T on Tenant { n: name tier @skip(if: $yes) infrastructure { resources { kind attributes } } }',
    variables: ({ tenantId }) => ({ id: tenantId, yes: true }),
    as: 'admin',
  },
  {
    name: 'the last administrator',
    source: 'mutation($input: RemoveUserInput!) { removeUser(input: $input) { userId } }',
    variables: ({ userId }) => ({ input: { userId } }),
    as: 'user',
    codes: ['FAILED_PRECONDITION'],
  },
  {
    name: 'a name that is taken',
    source: 'mutation($input: RenameTenantInput!) { renameTenant(input: $input) { tenant { name } } }',
    variables: ({ tenantId }) => ({ input: { tenantId, name: ' ' } }),
    as: 'admin',
    codes: ['BAD_USER_INPUT'],
  },
  {
    name: 'a tier change',
    source:
      'mutation($input: ChangeTierInput!) { changeTier(input: $input) { workflow { kind status steps { name status } } tenant { tier tierChanges { tier } infrastructure { isolation status } } } }',
    variables: ({ tenantId }) => ({ input: { tenantId, tier: 'PREMIUM' } }),
    as: 'user',
  },
  {
    name: 'two mutations in one operation, one of them refused',
    source:
      'mutation($id: ID!) { a: suspendTenant(input: { tenantId: $id, reason: "x" }) { tenant { status } } b: suspendTenant(input: { tenantId: "ten_none", reason: "x" }) { tenant { status } } }',
    variables: ({ tenantId }) => ({ id: tenantId }),
    as: 'admin',
    codes: ['NOT_FOUND'],
  },
  {
    name: 'resumes',
    source: 'mutation($input: ResumeTenantInput!) { resumeTenant(input: $input) { tenant { status } } }',
    variables: (memory) => ({ input: id(memory) }),
    as: 'admin',
  },
  {
    name: 'a store that fails in a way that nobody thought of',
    source: '{ tenant(tenantId: "ten_fault") { name } }',
    as: 'admin',
    codes: ['INTERNAL_SERVER_ERROR'],
  },
  {
    name: 'the same on another service’s field',
    source: 'query($tenantId: ID!) { tenant(tenantId: $tenantId) { name infrastructure { isolation } } }',
    variables: () => ({ tenantId: 'ten_fault' }),
    as: 'admin',
    codes: ['INTERNAL_SERVER_ERROR'],
  },
  {
    name: 'leaves',
    source:
      'mutation($input: OffboardInput!) { offboard(input: $input) { workflow { kind status steps { name status } } tenant { status users { totalCount } infrastructure { status } } } }',
    variables: (memory) => ({ input: id(memory) }),
    as: 'admin',
  },
  {
    name: 'what is left is read',
    source:
      '{ tenants(status: OFFBOARDED) { edges { node { name status invoices { edges { node { number status total { amountMinor } } } } } } } }',
    as: 'admin',
  },
  {
    name: 'introspection',
    source: '{ __schema { queryType { name } types { name } } __type(name: "Tenant") { fields { name } } }',
  },
];
