import type { Disk, DocumentsOf } from '../disk.ts';
import type { Document } from '../documents.ts';
import type { Api } from './api.ts';

const GONE = 'OFFBOARDED';
const READ = {
  tenant: ['tenants'],
  user: ['users', 'rosters', 'emails'],
  identity: ['identities', 'sessions', 'service_clients'],
  onboarding: ['workflows', 'locks'],
  billing: ['accounts', 'invoices'],
  provisioning: ['infrastructures'],
  metrics: ['events'],
};

/** What is wrong on disk below a control plane that is at rest, over all tenants; a line each. */
export async function aftermath(disk: Disk): Promise<string[]> {
  const of = await disk.read(READ);
  const restless = await disk.restless();
  const tenants = new Map<string, Document>(of('tenant', 'tenants').map((one) => [one.tenantId, one]));
  const status = (tenantId: string) => tenants.get(tenantId)?.status ?? 'of nobody';
  const isLive = (tenantId: string) => ['ACTIVE', 'SUSPENDED'].includes(status(tenantId));
  const strays = (service: string, collection: string, isHome: (tenantId: string) => boolean) =>
    of(service, collection)
      .filter(({ tenantId }) => tenantId !== null && !isHome(tenantId))
      .map((one) => `${collection}: ${JSON.stringify(one)} belongs to a tenant that is ${status(one.tenantId)}`);
  const isKnown = (tenantId: string) => tenants.has(tenantId);
  const withRoster = new Set(of('user', 'rosters').map(({ tenantId }) => tenantId));
  return [
    ...[...tenants.keys()]
      .filter((tenantId) => isLive(tenantId) && !withRoster.has(tenantId))
      .map((tenantId) => `rosters: ${tenantId} has none`),
    ...[...tenants.values()]
      .filter((tenant) => !isLive(tenant.tenantId) && tenant.status !== GONE)
      .map((tenant) => `tenants: ${tenant.tenantId} is ${tenant.status} for ever`),
    ...strays('user', 'users', isLive),
    ...strays('user', 'rosters', isLive),
    ...strays('identity', 'identities', isLive),
    ...strays('identity', 'sessions', isLive),
    ...strays('identity', 'service_clients', isLive),
    ...strays('billing', 'accounts', isKnown),
    ...strays('billing', 'invoices', isKnown),
    ...strays('provisioning', 'infrastructures', isLive),
    ...strays('metrics', 'events', isLive),
    ...disk
      .infrastructureOwners()
      .filter((tenantId) => !isLive(tenantId))
      .map((tenantId) => `infrastructure: something of ${tenantId}, a tenant that is ${status(tenantId)}`),
    ...peopleViolations(of),
    ...restless.map(({ workflowId, status }) => `workflows: ${workflowId} is ${status} and not at rest`),
    ...workflowViolations(of, tenants),
    ...invoiceViolations(of('billing', 'invoices')),
    ...[...tenants.values()].flatMap(tierViolations),
  ];
}

/** Names and addresses that are held for somebody who is not there: whoever wants one must get it. */
export async function takeDeadClaims(api: Api, disk: Disk): Promise<string[]> {
  const tenants = new Map<string, Document>(
    (await disk.documents('tenant', 'tenants')).map((one) => [one.tenantId, one]),
  );
  const users = new Set((await disk.documents('user', 'users')).map(({ userId }) => userId));
  const isLive = (tenantId: string) => tenants.has(tenantId) && tenants.get(tenantId)?.status !== GONE;
  const names = (await disk.documents('tenant', 'names')).filter(({ tenantId }) => !isLive(tenantId));
  const emails = (await disk.documents('user', 'emails')).filter(({ userId }) => !users.has(userId));
  const violations: string[] = [];
  const take = async (what: string, customerName: string, email: string) => {
    const input = { customerName, email, billingAddress: 'x', tier: 'FREE' };
    const { code, message, data } = await api.mutate('onboard', input, '{ workflow { status } }');
    const came = code === 'OK' ? data.onboard.workflow.status : `${code} ${message}`;
    if (came !== 'SUCCEEDED') violations.push(`${what} is held for nobody and cannot be taken: ${came}`);
  };
  for (const [place, { nameKey }] of names.entries()) await take(nameKey, nameKey, `name${place}@taker.example`);
  for (const [place, { emailKey }] of emails.entries()) await take(emailKey, `Taker ${place}`, emailKey);
  return violations;
}

function peopleViolations(of: DocumentsOf): string[] {
  const users = new Map<string, Document>(of('user', 'users').map((user) => [user.userId, user]));
  const identities = of('identity', 'identities');
  const withIdentity = new Set(identities.map(({ userId }) => userId));
  const sessions = of('identity', 'sessions').filter(({ kind }) => kind === 'user');
  const admins = (tenantId: string) =>
    [...users.values()]
      .filter((user) => user.tenantId === tenantId && user.role === 'TENANT_ADMIN' && !user.disabled)
      .map(({ userId }) => userId);
  return [
    ...identities.filter(({ userId }) => !users.has(userId)).map(({ userId }) => `identities: ${userId} is no user`),
    ...[...users.keys()]
      .filter((userId) => !withIdentity.has(userId))
      .map((userId) => `users: ${userId} cannot sign in`),
    ...sessions.filter(({ subject }) => !users.has(subject)).map(({ subject }) => `sessions: ${subject} is no user`),
    ...sessions
      .filter(({ subject }) => users.get(subject)?.disabled === true)
      .map(({ subject }) => `sessions: ${subject} is disabled`),
    ...of('user', 'rosters')
      .filter((roster) => [...roster.adminIds].sort().join() !== admins(roster.tenantId).sort().join())
      .map((roster) => `rosters: ${JSON.stringify(roster)}, and the admins are ${admins(roster.tenantId)}`),
    ...of('user', 'emails')
      .filter(({ userId, emailKey }) => users.get(userId) && users.get(userId)?.email.toLowerCase() !== emailKey)
      .map((claim) => `emails: ${JSON.stringify(claim)} is not its user's address`),
  ];
}

function workflowViolations(of: DocumentsOf, tenants: ReadonlyMap<string, Document>): string[] {
  const workflows = of('onboarding', 'workflows');
  const made = workflows.filter(
    ({ kind, status, input }) => kind === 'ONBOARDING' && status === 'SUCCEEDED' && !input.joins,
  );
  return [
    ...workflows.filter(({ status }) => status === 'FAILED').map(({ workflowId }) => `workflows: ${workflowId} FAILED`),
    ...of('onboarding', 'locks').map((lock) => `locks: ${JSON.stringify(lock)} is left`),
    ...made
      .filter(({ tenantId }) => !tenants.has(tenantId))
      .map(({ workflowId, tenantId }) => `workflows: ${workflowId} SUCCEEDED, and there is no ${tenantId}`),
    ...[...tenants.keys()]
      .filter((tenantId) => made.filter((workflow) => workflow.tenantId === tenantId).length !== 1)
      .map((tenantId) => `tenants: ${tenantId} was not made by one workflow`),
  ];
}

function invoiceViolations(invoices: readonly Document[]): string[] {
  const numbers = invoices.map(({ number }) => number).filter((number) => number !== null);
  const standing = invoices.filter(({ status }) => status !== 'VOID');
  const overlapping = standing.filter((one) =>
    standing.some(
      (other) =>
        one.invoiceId < other.invoiceId &&
        one.tenantId === other.tenantId &&
        one.periodStart < other.periodEnd &&
        other.periodStart < one.periodEnd,
    ),
  );
  const gaps = [...numbers.sort().entries()].filter(([place, number]) => Number(number.slice(5)) !== place + 1);
  return [
    ...overlapping.map(({ invoiceId, tenantId }) => `invoices: ${invoiceId} bills days of ${tenantId} twice`),
    ...(gaps[0] === undefined ? [] : [`invoices: the numbers have a gap or a double at ${gaps[0][1]}`]),
  ];
}

/** A command changes the tier once. */
function tierViolations({ tenantId, tierChanges }: Document): string[] {
  const ids = tierChanges.map(({ commandId }: Document) => commandId);
  return new Set(ids).size === ids.length ? [] : [`tenants: ${tenantId} has one tier change twice`];
}
