import type { Graph } from '../graph.ts';
import { type Reading, read } from './reading.ts';
import type { Ending } from './tally.ts';

/** A tenant that nobody changes but by inviting users and recording usage. */
export interface Steady {
  readonly tenantId: string;
  readonly name: string;
  readonly tier: string;
  readonly email: string;
}

const TENANT = `query($tenantId: ID!) { tenant(tenantId: $tenantId) {
  name tier status tierChanges { tier }
  users(first: 100) { edges { node { email status } } }
  billingAccount { closedAt balance { amountMinor } }
  infrastructure { isolation status }
  usageToDate { meter total }
  upcomingInvoice { total { amountMinor } }
} }`;
const TENANTS = `query($after: String) { tenants(first: 20, after: $after) {
  edges { cursor node { tenantId name tier status users(first: 5) { edges { node { email } } } } }
  pageInfo { hasNextPage endCursor }
} }`;
const INVOICES = `query($tenantId: ID!) { tenant(tenantId: $tenantId) {
  status invoices(first: 20) { edges { node { invoiceId number status total { amountMinor } lines { description } } } }
} }`;

/** Asks for a tenant's page, and holds what it says against what is known. */
export async function readTenantPage(
  graph: Graph,
  tenant: Steady,
  invited: readonly string[],
  violations: string[],
): Promise<Ending> {
  // biome-ignore lint/suspicious/noExplicitAny: parts of it may be null, with an error each
  type Answer = { tenant: any };
  const { tenantId } = tenant;
  const { data, ending } = await read<Answer>(graph, 'tenant page', TENANT, { tenantId }, violations);
  const seen = data?.tenant;
  const wrong = (what: string) => violations.push(`tenant page of ${tenantId}: ${what}: ${JSON.stringify(seen)}`);
  if (seen == null) {
    if (ending === 'answered') wrong('it does not exist');
    return ending;
  }
  if (seen.name !== tenant.name || seen.tier !== tenant.tier || seen.status !== 'ACTIVE') wrong('another tenant');
  const emails = seen.users?.edges.map(({ node }: { node: { email: string } }) => node.email);
  if (emails && ![tenant.email, ...invited].every((email) => emails.includes(email))) wrong('a user is missing');
  if (seen.billingAccount && seen.billingAccount.closedAt !== null) wrong('the account is closed');
  if (seen.infrastructure && seen.infrastructure.status !== 'READY') wrong('the infrastructure is not ready');
  const parts = ['users', 'billingAccount', 'infrastructure', 'usageToDate', 'upcomingInvoice'];
  if (ending === 'answered' && parts.some((part) => seen[part] === null)) wrong('a part is missing without an error');
  return ending;
}

/** Two pages of all tenants: nobody twice, and in one order. */
export async function readTenantsPages(graph: Graph, violations: string[]): Promise<Ending> {
  type Page = {
    edges: readonly { cursor: string; node: { tenantId: string; name: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
  const ids: string[] = [];
  for (let after: string | null = null, page = 0; page < 2; page++) {
    const reading: Reading<{ tenants: Page }> = await read(graph, 'tenants page', TENANTS, { after }, violations);
    const tenants = reading.data?.tenants;
    if (reading.ending === 'failed' || tenants === undefined) return 'failed';
    ids.push(...tenants.edges.map(({ node }) => node.tenantId));
    if (!tenants.pageInfo.hasNextPage) break;
    after = tenants.pageInfo.endCursor;
  }
  if (new Set(ids).size !== ids.length) violations.push(`tenants pages: somebody is there twice: ${ids.join(' ')}`);
  return 'answered';
}

/** The invoices of any tenant, also of one that has left: an issued one has its number, and lines where it asks for money. */
export async function readInvoices(graph: Graph, tenantId: string, violations: string[]): Promise<Ending> {
  // biome-ignore lint/suspicious/noExplicitAny: parts of it may be null, with an error each
  type Answer = { tenant: any };
  const { data, ending } = await read<Answer>(graph, 'invoices', INVOICES, { tenantId }, violations);
  for (const { node } of data?.tenant?.invoices?.edges ?? []) {
    const isIssued = node.status === 'OPEN' || node.status === 'PAID';
    const isEmpty = node.lines.length === 0 && node.total.amountMinor !== 0;
    if (isIssued && (node.number === null || isEmpty)) {
      violations.push(`invoices of ${tenantId}: ${JSON.stringify(node)}`);
    }
  }
  return ending;
}
