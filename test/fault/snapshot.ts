import type { Graph } from './graph.ts';
import type { Tier } from './journal.ts';

export interface WorkflowView {
  readonly workflowId: string;
  readonly kind: 'ONBOARDING' | 'OFFBOARDING' | 'TIER_CHANGE';
  readonly status: string;
  readonly tenant: { readonly tenantId: string } | null;
  readonly steps: readonly {
    readonly name: string;
    readonly status: string;
    readonly attempts: number;
    readonly error: { readonly code: string; readonly message: string } | null;
  }[];
}

export interface TenantView {
  readonly tenantId: string;
  readonly name: string;
  readonly status: string;
  readonly tier: Tier;
  readonly tierChanges: readonly { readonly tier: Tier }[];
  readonly users: Connection<{ readonly userId: string; readonly email: string; readonly role: string }>;
  readonly billingAccount: { readonly closedAt: string | null } | null;
  readonly infrastructure: { readonly isolation: string; readonly status: string } | null;
  readonly invoices: Connection<{ readonly number: string | null; readonly status: string }>;
}

/** Everything that the public API says of workflows and tenants. */
export interface Snapshot {
  readonly workflows: readonly WorkflowView[];
  readonly tenants: readonly TenantView[];
  /** The tenant that is found by a name, by that name. */
  readonly byName: ReadonlyMap<string, string | undefined>;
}

interface Connection<Node> {
  readonly edges: readonly { readonly node: Node }[];
}

const WORKFLOWS = `query($after: String) { list: workflows(first: 100, after: $after) {
  edges { node {
    workflowId kind status tenant { tenantId } steps { name status attempts error { code message } }
  } }
  pageInfo { hasNextPage endCursor }
} }`;

const TENANTS = `query($after: String) { list: tenants(first: 20, after: $after) {
  edges { node {
    tenantId name status tier tierChanges { tier }
    users(first: 100) { edges { node { userId email role } } }
    billingAccount { closedAt }
    infrastructure { isolation status }
    invoices(first: 100) { edges { node { number status } } }
  } }
  pageInfo { hasNextPage endCursor }
} }`;

const AT_WORK = `{
  running: workflows(first: 1, status: RUNNING) { totalCount }
  compensating: workflows(first: 1, status: COMPENSATING) { totalCount }
}`;

export async function takeSnapshot(graph: Graph): Promise<Snapshot> {
  const workflows = await readAll<WorkflowView>(graph, WORKFLOWS);
  const tenants = await readAll<TenantView>(graph, TENANTS);
  const byName = new Map<string, string | undefined>();
  for (const { name } of tenants) {
    if (byName.has(name)) continue;
    const found = await graph.read<{ tenantByName: { tenantId: string } | null }>(
      'query($name: String!) { tenantByName(name: $name) { tenantId } }',
      { name },
    );
    byName.set(name, found.tenantByName?.tenantId);
  }
  return { workflows, tenants, byName };
}

/** How many workflows will still do something by themselves. */
export async function countAtWork(graph: Graph): Promise<number> {
  type Counts = Record<'running' | 'compensating', { totalCount: number }>;
  const { running, compensating } = await graph.read<Counts>(AT_WORK, {});
  return running.totalCount + compensating.totalCount;
}

async function readAll<Node>(graph: Graph, query: string): Promise<Node[]> {
  type Page = Connection<Node> & { pageInfo: { hasNextPage: boolean; endCursor: string | null } };
  const all: Node[] = [];
  for (let after: string | null = null; ; ) {
    const { list }: { list: Page } = await graph.read<{ list: Page }>(query, { after });
    all.push(...list.edges.map(({ node }) => node));
    if (!list.pageInfo.hasNextPage) return all;
    after = list.pageInfo.endCursor;
  }
}
