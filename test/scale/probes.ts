import { readConsumers } from '#test/contract/consumers.ts';
import { PASSWORD } from '#test/support/identity.ts';
import type { Probe, Side } from './measure.ts';
import type { SeededTenant } from './seed.ts';

/** An installation with what its probes need to know of it. */
export interface Installation extends Side {
  readonly token: string;
  readonly seeded: readonly SeededTenant[];
  /** By list and place: the cursor after which that place begins. */
  readonly cursors: ReadonlyMap<string, string | null>;
  /** Counts up: what is onboarded needs a new name. */
  next: number;
}

const PAGE = 20;
const PLACES = ['first', 'middle', 'last'] as const;

const TENANTS = `query($after: String, $tier: Tier, $status: TenantStatus, $search: String) {
  tenants(first: ${PAGE}, after: $after, tier: $tier, status: $status, search: $search) {
    edges { cursor node { tenantId name tier status createdAt } } pageInfo { hasNextPage endCursor }
  }
}`;
const WORKFLOWS = `query($after: String, $kind: WorkflowKind, $status: WorkflowStatus) {
  workflows(first: ${PAGE}, after: $after, kind: $kind, status: $status) {
    edges { cursor node { workflowId kind status startedAt finishedAt } } pageInfo { hasNextPage endCursor }
  }
}`;

interface List {
  readonly name: string;
  readonly field: 'tenants' | 'workflows';
  readonly filter: Readonly<Record<string, string>>;
}

const LISTS: readonly List[] = [
  { name: 'tenants', field: 'tenants', filter: {} },
  { name: 'tenants, tier', field: 'tenants', filter: { tier: 'STANDARD' } },
  { name: 'tenants, status', field: 'tenants', filter: { status: 'ACTIVE' } },
  { name: 'tenants, tier, status', field: 'tenants', filter: { tier: 'FREE', status: 'ACTIVE' } },
  { name: 'tenants, search', field: 'tenants', filter: { search: 'northwind' } },
  { name: 'workflows', field: 'workflows', filter: {} },
  { name: 'workflows, kind', field: 'workflows', filter: { kind: 'ONBOARDING' } },
  { name: 'workflows, status', field: 'workflows', filter: { status: 'SUCCEEDED' } },
];

const ONBOARD = `mutation($input: OnboardInput!) { onboard(input: $input) { workflow { status } tenant { tenantId } } }`;
const TENANT_PAGE = readConsumers().get('administrator/tenant-page')?.source ?? '';

/** Everything that must cost the same however many tenants there are. */
export const PROBES: readonly Probe<Installation>[] = [
  { name: 'tenant page', callers: 1, ask: askTenantPage },
  { name: 'tenant page, 16 at once', callers: 16, ask: askTenantPage },
  ...LISTS.flatMap((list) =>
    PLACES.map((place) => ({
      name: `${list.name}: ${place} page`,
      callers: 1,
      ask: (side: Installation) => askPage(side, list, side.cursors.get(`${list.name}/${place}`) ?? null),
    })),
  ),
  { name: 'tenants: totalCount', callers: 1, ask: (side) => count(side, 'tenants { totalCount }') },
  {
    name: 'tenants, tier, status: totalCount',
    callers: 1,
    ask: (side) => count(side, 'tenants(tier: FREE, status: ACTIVE) { totalCount }'),
  },
  { name: 'workflows: totalCount', callers: 1, ask: (side) => count(side, 'workflows { totalCount }') },
  {
    name: 'tenantByName',
    callers: 1,
    async ask(side) {
      await askGraph(side, 'query($name: String!) { tenantByName(name: $name) { tenantId } }', {
        name: someone(side).name,
      });
    },
  },
  {
    name: 'tenant.workflows',
    callers: 1,
    async ask(side) {
      const source = 'query($id: ID!) { tenant(tenantId: $id) { workflows { totalCount edges { node { status } } } } }';
      await askGraph(side, source, { id: someone(side).tenantId });
    },
  },
  {
    name: 'signIn',
    callers: 1,
    async ask(side) {
      const source = 'mutation($input: SignInInput!) { signIn(input: $input) { accessToken } }';
      const input = { email: `ada@${active(side).domain}`, password: PASSWORD };
      await askGraph({ ...side, token: '' }, source, { input });
    },
  },
  {
    name: 'recordUsage of 100',
    callers: 1,
    async ask(side) {
      const { tenantId } = active(side);
      const events = Array.from({ length: 100 }, () => ({
        id: `probe-${side.next++}`,
        tenantId,
        meter: 'apis',
        value: '1',
      }));
      const source = 'mutation($input: RecordUsageInput!) { recordUsage(input: $input) { accepted } }';
      const { recordUsage } = await askGraph(side, source, { input: { events } });
      if (recordUsage.accepted !== events.length) throw new Error(`accepted ${recordUsage.accepted}`);
    },
  },
  { name: 'onboard FREE', callers: 1, ask: (side) => onboard(side, 'FREE') },
  { name: 'onboard STANDARD', callers: 1, ask: (side) => onboard(side, 'STANDARD') },
  { name: 'onboard FREE, 16 at once', callers: 16, ask: (side) => onboard(side, 'FREE') },
  { name: 'onboard STANDARD, 16 at once', callers: 16, ask: (side) => onboard(side, 'STANDARD') },
  { name: '/metrics', callers: 1, ask: async ({ url }) => void (await (await fetch(`${url}/metrics`)).text()) },
];

/** Walks every list to its end, as a client does, and remembers where its middle and its last full page begin. */
export async function findCursors(side: Asked): Promise<ReadonlyMap<string, string | null>> {
  const cursors = new Map<string, string | null>();
  for (const list of LISTS) {
    const begins = await pageBegins(side, list);
    cursors.set(`${list.name}/first`, null);
    cursors.set(`${list.name}/middle`, begins[Math.floor(begins.length / 2)] ?? null);
    cursors.set(`${list.name}/last`, begins.at(-1) ?? null);
  }
  return cursors;
}

/** The cursors after which the full pages of a list begin, null for the first. */
async function pageBegins(side: Asked, { field, filter }: List): Promise<readonly (string | null)[]> {
  const given =
    field === 'tenants'
      ? '$tier: Tier, $status: TenantStatus, $search: String'
      : '$kind: WorkflowKind, $status: WorkflowStatus';
  const passed = given.replaceAll(/\$(\w+): \w+/g, '$1: $$$1');
  const source = `query($after: String, ${given}) { ${field}(first: 100, after: $after, ${passed}) { edges { cursor } pageInfo { hasNextPage } } }`;
  const cursors: string[] = [];
  for (let hasMore = true; hasMore; ) {
    const page = (await askGraph(side, source, { ...filter, after: cursors.at(-1) ?? null }))[field];
    cursors.push(...page.edges.map(({ cursor }: { cursor: string }) => cursor));
    hasMore = page.pageInfo.hasNextPage;
  }
  const pages = Math.floor(cursors.length / PAGE);
  return Array.from({ length: pages }, (_, page) => cursors[page * PAGE - 1] ?? null);
}

type Asked = Pick<Installation, 'url' | 'token'>;
// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
type Data = any;

/** @throws {Error} when the answer has errors */
export async function askGraph({ url, token }: Asked, query: string, variables: object = {}): Promise<Data> {
  const headers = { 'content-type': 'application/json', ...(token === '' ? {} : { authorization: `Bearer ${token}` }) };
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: { message: string }[] };
  if (errors !== undefined) throw new Error(`${query}: ${errors[0]?.message}`);
  return data;
}

async function readPage(side: Asked, { field, filter }: List, after: string | null): Promise<Data> {
  return (await askGraph(side, field === 'tenants' ? TENANTS : WORKFLOWS, { ...filter, after }))[field];
}

async function askPage(side: Installation, list: List, after: string | null): Promise<void> {
  const { edges } = await readPage(side, list, after);
  if (edges.length < PAGE) throw new Error(`${list.name}: ${edges.length} on a page`);
}

async function askTenantPage(side: Installation): Promise<void> {
  const { tenant } = await askGraph(side, TENANT_PAGE, { tenantId: active(side).tenantId });
  if (tenant.upcomingInvoice === null || tenant.users.totalCount !== 2) throw new Error('the page is not whole');
}

async function count(side: Installation, selection: string): Promise<void> {
  await askGraph(side, `{ ${selection} }`);
}

async function onboard(side: Installation, tier: string): Promise<void> {
  const number = side.next++;
  const input = {
    customerName: `Probe ${number}`,
    email: `p${number}@probe.example`,
    billingAddress: '1 Main Street',
    tier,
  };
  const { onboard: payload } = await askGraph(side, ONBOARD, { input });
  if (payload.workflow.status !== 'SUCCEEDED') throw new Error(`onboarding ${payload.workflow.status}`);
}

function someone({ seeded }: Installation): SeededTenant {
  const found = seeded[Math.floor(Math.random() * seeded.length)];
  if (found === undefined) throw new Error('nobody is seeded');
  return found;
}

/** A tenant whose users may sign in. */
function active(side: Installation): SeededTenant {
  for (;;) {
    const found = someone(side);
    if (found.shape !== 'suspended' && found.shape !== 'offboarded') return found;
  }
}
