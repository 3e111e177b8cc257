import type { Answer, Client } from './client.ts';
import { money, type Printer, quantity } from './print.ts';

export interface Demo {
  readonly client: Client;
  readonly print: Printer;
  readonly admin: { readonly email: string; readonly password: string };
  /** Makes the names of this run its own, so that the demo can be played again on the same server. */
  readonly run: string;
}

type Data = Answer['data'];

const PASSWORD = 'a password of the first user';

/** One customer's whole life: in, used, billed, moved to another tier, out. */
export async function playScenario(demo: Demo): Promise<void> {
  const { accessToken: admin } = (await demo.client.send('administrator/sign-in', { input: demo.admin })).signIn;
  const { tenantId, invitation } = await onboarding(demo, admin);
  await firstUser(demo, invitation);
  const app = await internalApp(demo, admin, tenantId);
  await usage(demo, app, tenantId);
  await customerPage(demo, admin, tenantId);
  await tierChange(demo, admin, tenantId);
  await departure(demo, admin, tenantId);
}

async function onboarding({ client, print, run }: Demo, admin: string) {
  print.title('1. A customer comes in');
  const base = { billingAddress: '1 Acme Road, Tucson, Arizona', tier: 'STANDARD' };
  const first = (
    await client.send(
      'administrator/onboard',
      { input: { ...base, customerName: `Acme${run}`, email: firstEmail(run) } },
      admin,
    )
  ).onboard;
  print.row(
    'onboard',
    `${first.tenant.name}, ${first.tenant.tier}: ${first.tenant.tenantId}, ${first.workflow.status}`,
  );
  for (const step of first.workflow.steps) print.row('', `${step.status.padEnd(8)} ${step.name}`);

  const again = { ...base, customerName: ` acme${run} `, email: `bob${run}@acme.example` };
  const second = (await client.send('administrator/onboard', { input: again }, admin)).onboard;
  const same = second.tenant.tenantId === first.tenant.tenantId ? 'the same tenant' : 'ANOTHER TENANT';
  const skipped = second.workflow.steps.filter((step: Data) => step.status === 'SKIPPED').length;
  print.row('onboard', `"${again.customerName}", a second user: ${same}, ${skipped} steps skipped`);

  const premium = { ...base, tier: 'PREMIUM', customerName: `ACME${run}`, email: `carol${run}@acme.example` };
  const refused = await client.ask('administrator/onboard', { input: premium }, admin);
  print.row('onboard', `"ACME${run}" as PREMIUM: ${refused.errors[0]?.extensions.code}: ${refused.errors[0]?.message}`);
  return { tenantId: first.tenant.tenantId as string, invitation: first.invitation.token as string };
}

async function firstUser({ client, print }: Demo, invitation: string): Promise<void> {
  print.title('2. Its first user signs in');
  const { accessToken, user } = (
    await client.send('customer/accept-invitation', { input: { token: invitation, password: PASSWORD } })
  ).acceptInvitation;
  print.row('invitation', `accepted by ${user.email}, ${user.role} of ${user.tenant.name}`);
  const claims = JSON.parse(Buffer.from(accessToken.split('.')[1], 'base64url').toString());
  print.row('access token', `sub ${claims.sub}, tenant_id ${claims.tenant_id}`);
  const { tenants } = await client.send('customer/my-tenants', {}, accessToken);
  print.row('sees', `${tenants.totalCount} tenant: ${tenants.edges.map((edge: Data) => edge.node.name).join(', ')}`);
}

async function internalApp({ client, print }: Demo, admin: string, tenantId: string): Promise<string> {
  print.title('3. The product reports usage');
  const input = { name: 'metering agent', scopes: ['tenant:read', 'usage:read', 'usage:write'], tenantId };
  const created = (await client.send('administrator/create-service-client', { input }, admin)).createServiceClient;
  print.row('service client', `${created.client.clientId}: ${created.client.scopes.join(' ')}`);
  return await client.clientToken(created.client.clientId, created.clientSecret);
}

async function usage({ client, print }: Demo, app: string, tenantId: string): Promise<void> {
  const events = [
    { id: 'req-1', tenantId, meter: 'apis', value: '2400000' },
    { id: 'cpu-1', tenantId, meter: 'compute', value: '150000.5' },
    { id: 'mem-1', tenantId, meter: 'memory', value: '320.25' },
    { id: 'req-1', tenantId, meter: 'apis', value: '2400000' },
    { id: 'bad-1', tenantId, meter: 'coffee', value: '3' },
  ];
  for (const delivery of ['first', 'second']) {
    const { accepted, duplicates, rejected } = (
      await client.send('internal-app/record-usage', { input: { events } }, app)
    ).recordUsage;
    print.row(`${delivery} time`, `${accepted} accepted, ${duplicates} known already, ${rejected.length} rejected`);
    if (delivery === 'first')
      for (const bad of rejected) print.row('', `event ${bad.index} (${bad.id}): ${bad.code}: ${bad.message}`);
  }
}

async function customerPage({ client, print }: Demo, admin: string, tenantId: string): Promise<void> {
  print.title('4. One query, five services');
  const { tenant } = await client.send('administrator/tenant-page', { tenantId }, admin);
  print.row('tenant', `${tenant.name}, ${tenant.tier}, ${tenant.status}`);
  for (const { node } of tenant.users.edges) print.row('user', `${node.email}, ${node.role}, ${node.status}`);
  print.row('infrastructure', `${tenant.infrastructure.isolation}, ${tenant.infrastructure.status}`);
  for (const resource of tenant.infrastructure.resources)
    print.row('', `${resource.kind}: ${resource.name}${resource.shared ? ' (shared)' : ''}`);
  for (const meter of tenant.usage) print.row('usage', `${quantity(meter.total)} ${meter.unit} (${meter.meter})`);
  print.row(
    'billing account',
    `${tenant.billingAccount.address}, open: ${money(tenant.billingAccount.balance.amountMinor)}`,
  );
  printInvoice(print, 'upcoming', tenant.upcomingInvoice);
}

async function tierChange({ client, print, run }: Demo, admin: string, tenantId: string): Promise<void> {
  print.title('5. The customer grows');
  const input = { tenantId, tier: 'PREMIUM', idempotencyKey: `premium${run}-${tenantId}` };
  const { workflow, tenant } = (await client.send('administrator/change-tier', { input }, admin)).changeTier;
  print.row('change tier', `${workflow.status}: ${tenant.tierChanges.map((change: Data) => change.tier).join(' → ')}`);
  print.row('infrastructure', `${tenant.infrastructure.isolation}, ${tenant.infrastructure.status}`);
  const again = (await client.send('administrator/change-tier', { input }, admin)).changeTier;
  print.row(
    'the same key',
    again.workflow.workflowId === workflow.workflowId ? 'the same workflow' : 'ANOTHER WORKFLOW',
  );
}

async function departure({ client, print, run }: Demo, admin: string, tenantId: string): Promise<void> {
  print.title('6. The customer leaves');
  const { workflow, tenant } = (
    await client.send('administrator/offboard', { input: { customerName: `Acme${run}` } }, admin)
  ).offboard;
  print.row(
    'offboard',
    `${workflow.status}: ${tenant.status}, ${tenant.users.totalCount} users, infrastructure ${tenant.infrastructure?.status ?? 'gone'}`,
  );
  const refused = await client.ask('administrator/sign-in', { input: { email: firstEmail(run), password: PASSWORD } });
  print.row('sign in', `${refused.errors[0]?.extensions.code}: ${refused.errors[0]?.message}`);
  for (const { node } of tenant.invoices.edges) {
    const { invoice } = await client.send('administrator/invoice', { invoiceId: node.invoiceId }, admin);
    printInvoice(print, `${invoice.number}`, invoice);
  }
  const input = { customerName: `Acme${run}`, email: firstEmail(run), billingAddress: 'elsewhere', tier: 'FREE' };
  const next = (await client.send('administrator/onboard', { input }, admin)).onboard;
  print.row(
    'name, address',
    next.tenant.tenantId === tenantId ? 'NOT FREE' : `free again: ${next.tenant.name} is ${next.tenant.tenantId} now`,
  );
  await client.send('administrator/offboard', { input: { tenantId: next.tenant.tenantId } }, admin);
  print.line('');
}

function printInvoice(print: Printer, name: string, invoice: Data): void {
  print.row(name, `invoice from ${invoice.periodStart.slice(0, 10)} to ${invoice.periodEnd.slice(0, 10)}`);
  for (const line of invoice.lines)
    print.row('', `${money(line.amount.amountMinor).padStart(12)}  ${line.description} × ${quantity(line.quantity)}`);
  print.row('', `${money(invoice.total.amountMinor, invoice.total.currency).padStart(12)}  total`);
}

function firstEmail(run: string): string {
  return `alice${run}@acme.example`;
}
