import type { ExecutionResult } from 'graphql';
import type { SubgraphName } from '#lib/graphql/subgraph.ts';
import type { Disk } from '../disk.ts';
import type { Document } from '../documents.ts';
import type { Stage } from './scenarios.ts';
import type { Servers } from './servers.ts';

/**
 * What all services say of the tenants of one stage, and what lies on disk, without ids and times: two stages on which the
 * same was done have the same view. A tenant that nobody knows anything of is not in it.
 */
export type View = readonly Slice[];

type Slice = Readonly<Record<string, Document>>;

export interface Sight {
  readonly server: Servers;
  readonly disk: Disk;
}

const USERS = 'users(first: 100) { edges { node { email role status } } }';
const ACCOUNT = 'billingAccount { address closedAt balance { currency } }';
const INVOICES = 'invoices(first: 100) { edges { node { status } } }';
const INFRASTRUCTURE = 'infrastructure { isolation status resources { kind shared } }';
const REGISTRY = 'name tier status tierChanges { tier }';
const PUBLIC = `query ($tenantId: ID!) {
  tenant(tenantId: $tenantId) { ${REGISTRY} ${USERS} ${ACCOUNT} ${INVOICES} ${INFRASTRUCTURE} }
}`;
const INSIDE: readonly (readonly [SubgraphName, string])[] = [
  ['user', USERS],
  ['billing', `${ACCOUNT} ${INVOICES}`],
  ['provisioning', INFRASTRUCTURE],
  ['metrics', 'usageToDate { meter total }'],
];

export async function viewOf(stage: Stage, sight: Sight): Promise<View> {
  const tenantIds = await tenantIdsOf(stage, sight.disk);
  const slices = await Promise.all(tenantIds.map((tenantId) => sliceOf(tenantId, stage, sight)));
  const known = slices.filter((slice) => JSON.stringify(slice) !== JSON.stringify(NOBODY));
  return known.map((slice) => JSON.parse(anonymous(JSON.stringify(slice), stage)));
}

/** Where two views differ, by what differs of a tenant; nothing where they do not. */
export function differences(seen: View, wanted: View): string[] {
  const texts = (view: View) => view.map((slice) => JSON.stringify(slice));
  const extra = seen.filter((slice) => !texts(wanted).includes(JSON.stringify(slice)));
  const missing = wanted.filter((slice) => !texts(seen).includes(JSON.stringify(slice)));
  const count = Math.max(extra.length, missing.length, Math.abs(seen.length - wanted.length));
  return Array.from(
    { length: count },
    (_, place) =>
      Object.entries({ ...NOBODY, ...extra[place] })
        .map(([name, value]) => [name, value, (missing[place] ?? NOBODY)[name]].map((part) => JSON.stringify(part)))
        .filter(([, value, due]) => value !== due)
        .map(([name, value, due]) => `${name} ${value} instead of ${due}`)
        .join(', ') || 'the same tenant twice',
  );
}

const NOBODY: Slice = {
  public: null,
  users: [],
  account: null,
  invoices: [],
  infrastructure: null,
  isUsed: false,
  identities: [],
  sessions: [],
  clients: 0,
  places: [],
};

/** Every id under which the stage's customer was ever begun. */
async function tenantIdsOf({ notes, customerName }: Stage, disk: Disk): Promise<string[]> {
  const workflows = await disk.documentsWith('onboarding', 'workflows', 'input.customerName', customerName);
  const ids = [...workflows.map(({ tenantId }) => tenantId), notes.tenantId];
  return [...new Set(ids)].filter((tenantId) => tenantId !== undefined).sort();
}

async function sliceOf(tenantId: string, { api }: Stage, { server, disk }: Sight): Promise<Slice> {
  const answer = await api.ask(PUBLIC, { tenantId });
  const inside = Object.assign({}, ...(await Promise.all(INSIDE.map((part) => ask(server, tenantId, part)))));
  const nodes = (connection: Document) => connection?.edges.map(({ node }: Document) => node) ?? [];
  const identities = await disk.documentsWith('identity', 'identities', 'tenantId', tenantId);
  const users = await disk.documentsWith('user', 'users', 'tenantId', tenantId);
  const nameOf = (userId: string) => users.find((user) => user.userId === userId)?.email ?? 'nobody';
  const sessions = await disk.documentsWith('identity', 'sessions', 'tenantId', tenantId);
  const isFree = answer.data?.tenant?.status === 'ACTIVE';
  const maySignIn = (userId: string) => isFree && users.some((user) => user.userId === userId && !user.disabled);
  const clients = await disk.documentsWith('identity', 'service_clients', 'tenantId', tenantId);
  return {
    public: answer.code === 'OK' ? seenTenant(answer.data.tenant) : answer.code,
    users: sorted(nodes(inside.users)),
    account: inside.billingAccount && { ...inside.billingAccount, closedAt: inside.billingAccount.closedAt !== null },
    invoices: standing(nodes(inside.invoices)),
    infrastructure: inside.infrastructure,
    isUsed: (inside.usageToDate ?? []).some(({ total }: Document) => total !== '0'),
    identities: sorted(identities.map((identity) => `${nameOf(identity.userId)} ${waysIn(identity)}`)),
    // Only of those who may have none: whoever may sign in can do so at any time.
    sessions: sorted(sessions.filter(({ subject }) => !maySignIn(subject)).map(({ subject }) => nameOf(subject))),
    clients: clients.filter(({ status }) => status === 'ACTIVE').length,
    places: disk.infrastructure(tenantId),
  };
}

function seenTenant(tenant: Document): Document {
  if (tenant === null) return null;
  const { name, tier, status, tierChanges } = tenant;
  const users = sorted(tenant.users.edges.map(({ node }: Document) => node));
  const tiers = tierChanges.map((change: Document) => change.tier);
  return { name, tier, status, tiers, users, infrastructure: tenant.infrastructure };
}

/** How the person signs in: by what it has set, or by what it was sent. */
function waysIn({ passwordHash, invitation }: Document): string {
  if (invitation !== null) return 'invited';
  return passwordHash === null ? 'shut out' : 'password';
}

/** A void invoice is as good as none. */
function standing(invoices: Document[]): string[] {
  return sorted(invoices.map(({ status }) => status).filter((status) => status !== 'VOID'));
}

async function ask(server: Servers, tenantId: string, [subgraph, fields]: readonly [SubgraphName, string]) {
  const source = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Tenant { ${fields} } } }`;
  const variables = { of: [{ __typename: 'Tenant', tenantId }] };
  const result = await server.ask<ExecutionResult>({ ask: 'query', subgraph, source, variables });
  return (result?.data?._entities as Document[] | undefined)?.[0] ?? {};
}

/** Each once, in one order. */
function sorted<T>(values: readonly T[]): T[] {
  return [...new Set(values.map((value) => JSON.stringify(value)))].sort().map((value) => JSON.parse(value));
}

function anonymous(text: string, { customerName, address }: Stage): string {
  return text.replaceAll(customerName, 'CUSTOMER').replaceAll(address(''), '');
}
