import { REVERSIBLE } from '#subgraphs/onboarding/command.ts';
import type { Journal, Request, Tier } from './journal.ts';
import type { Snapshot, TenantView, WorkflowView } from './snapshot.ts';

const ISOLATIONS: Readonly<Record<Tier, string>> = { FREE: 'POOL', STANDARD: 'BRIDGE', PREMIUM: 'SILO' };
/** For these an onboarding or a tier change may be undone; every other error is no fault of the caller's. */
const REASONS_TO_UNDO: ReadonlySet<string> = new Set(['CONFLICT', 'FAILED_PRECONDITION', 'NOT_FOUND']);

/** With it a step of an onboarding fails for good. */
const LAST_ATTEMPT = REVERSIBLE.maxAttempts;

/**
 * What is wrong with a graph at rest, a line each, as far as the public API shows it.
 *
 * @param mayGiveUp whether a service can have been away for so long that an onboarding was undone
 */
export function violationsOf(snapshot: Snapshot, journal: Journal, mayGiveUp: boolean): string[] {
  return [
    ...workflowViolations(snapshot, journal, mayGiveUp),
    ...snapshot.tenants.flatMap((tenant) =>
      tenantViolations(tenant, snapshot, journal).map((what) => `${tenant.tenantId} (${tenant.status}): ${what}`),
    ),
    ...numberViolations(snapshot),
  ];
}

/** Every workflow is at its end, and is one that somebody asked for, once. */
function workflowViolations({ workflows }: Snapshot, journal: Journal, mayGiveUp: boolean): string[] {
  const asked = new Map(journal.answered().map((request) => [request.workflowId, request]));
  const found = new Set(workflows.map(({ workflowId }) => workflowId));
  return [
    ...workflows.flatMap((workflow) =>
      [...endViolations(workflow, mayGiveUp), ...askedViolations(workflow, asked.get(workflow.workflowId))].map(
        (what) => `${workflow.workflowId} (${workflow.kind}, ${workflow.status}): ${what}`,
      ),
    ),
    ...journal
      .answered()
      .filter(({ workflowId }) => !found.has(workflowId ?? ''))
      .map(({ workflowId, operation }) => `${workflowId} (${operation}) was answered and is not there any more`),
    ...(asked.size === journal.answered().length ? [] : ['two keys stand for one workflow']),
    ...journal.unresolved().map((request) => `${JSON.stringify(request)} is answered with nothing, however often`),
  ];
}

function endViolations({ status, kind, tenant, steps }: WorkflowView, mayGiveUp: boolean): string[] {
  const seen = JSON.stringify(steps);
  if (status === 'SUCCEEDED') return tenant === null ? [`has no tenant: ${seen}`] : [];
  if (status !== 'COMPENSATED') return [`did not end: ${seen}`];
  const failed = steps.find((step) => step.status === 'FAILED');
  const made = kind === 'ONBOARDING' && steps[0]?.status !== 'SKIPPED';
  const gaveUp = mayGiveUp && failed?.error?.code === 'UNAVAILABLE' && failed.attempts >= LAST_ATTEMPT;
  return [
    ...(gaveUp || REASONS_TO_UNDO.has(failed?.error?.code ?? '') ? [] : [`was undone for no good reason: ${seen}`]),
    ...(made && tenant !== null ? [`was undone and left its tenant: ${seen}`] : []),
  ];
}

function askedViolations({ status }: WorkflowView, request: Request | undefined): string[] {
  if (request === undefined) return ['no key stands for it'];
  return request.succeeded && status !== 'SUCCEEDED' ? ['was answered as SUCCEEDED before'] : [];
}

function tenantViolations(tenant: TenantView, snapshot: Snapshot, journal: Journal): string[] {
  const { tenantId, status, tierChanges, tier } = tenant;
  const done = snapshot.workflows.filter((one) => one.status === 'SUCCEEDED' && one.tenant?.tenantId === tenantId);
  const count = (kind: WorkflowView['kind']) => done.filter((workflow) => workflow.kind === kind).length;
  const common = [
    ...expect('tierChanges', tierChanges.length, 1 + count('TIER_CHANGE')),
    ...expect('tier', tier, tierChanges.at(-1)?.tier),
    ...expect(
      'made',
      done.filter((workflow) => workflow.steps[0]?.name === 'CREATE_TENANT' && workflow.steps[0].status === 'DONE')
        .length,
      1,
    ),
    ...expect('offboardings', count('OFFBOARDING'), status === 'OFFBOARDED' ? 1 : 0),
  ];
  if (status === 'ACTIVE') return [...common, ...activeViolations(tenant, done, snapshot, journal)];
  if (status === 'OFFBOARDED') return [...common, ...offboardedViolations(tenant, snapshot)];
  return [...common, 'neither ACTIVE nor OFFBOARDED'];
}

function activeViolations(
  tenant: TenantView,
  done: readonly WorkflowView[],
  { byName }: Snapshot,
  journal: Journal,
): string[] {
  const ids = new Set(done.filter(({ kind }) => kind === 'ONBOARDING').map(({ workflowId }) => workflowId));
  const onboarded = journal.answered().filter(({ workflowId }) => ids.has(workflowId ?? ''));
  const emails = [...onboarded.map(({ input }) => input.email), ...(journal.invited.get(tenant.tenantId) ?? [])];
  const users = tenant.users.edges.map(({ node }) => node);
  return [
    ...expect('found by its name', byName.get(tenant.name), tenant.tenantId),
    ...expect('users', sorted(users.map(({ email }) => email)), sorted(emails)),
    ...expect('admins', users.filter(({ role }) => role === 'TENANT_ADMIN').length, 1),
    ...expect('billing account', tenant.billingAccount, { closedAt: null }),
    ...expect('infrastructure', tenant.infrastructure, { isolation: ISOLATIONS[tenant.tier], status: 'READY' }),
    ...expect(
      'invoices that are not void',
      tenant.invoices.edges.filter(({ node }) => node.status !== 'VOID'),
      [],
    ),
  ];
}

function offboardedViolations(tenant: TenantView, { byName, tenants }: Snapshot): string[] {
  const holder = tenants.find(({ tenantId }) => tenantId === byName.get(tenant.name));
  const invoices = tenant.invoices.edges.map(({ node }) => node);
  return [
    ...(holder === undefined || holder.status === 'ACTIVE' ? [] : [`its name finds ${holder.tenantId}`]),
    ...expect('users', tenant.users.edges, []),
    ...expect('infrastructure', tenant.infrastructure, null),
    ...expect('account is closed', typeof tenant.billingAccount?.closedAt, 'string'),
    ...(invoices.length > 0 ? [] : ['no final invoice']),
    ...invoices
      .filter(({ number, status }) => number === null || (status !== 'OPEN' && status !== 'PAID'))
      .map((invoice) => `final invoice ${JSON.stringify(invoice)}`),
  ];
}

/** Numbers are gapless per year, and each stands on one invoice. */
function numberViolations({ tenants }: Snapshot): string[] {
  const numbers = tenants
    .flatMap(({ invoices }) => invoices.edges.map(({ node }) => node.number))
    .filter((number) => number !== null)
    .sort();
  const years = new Set(numbers.map((number) => number.slice(0, 4)));
  return [...years].flatMap((year) => {
    const issued = numbers.filter((number) => number.startsWith(year));
    const gapless = issued.map((_, place) => `${year}-${String(place + 1).padStart(6, '0')}`);
    return expect('invoice numbers', issued, gapless);
  });
}

export function expect(what: string, found: unknown, wanted: unknown): string[] {
  const [seen, due] = [JSON.stringify(found), JSON.stringify(wanted)];
  return seen === due ? [] : [`${what}: ${seen} instead of ${due}`];
}

function sorted(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined))].sort();
}
