import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '#lib/auth/principal.ts';
import { defaultPriceList } from '#subgraphs/billing/plan.ts';
import { ADMINISTRATOR, ONBOARDING, openTestPlane, type TestPlane, tenantUser } from '#test/support/plane.ts';

const TENANT = 'ten_0192f0c4a1b2';
const OTHER = 'ten_0192f0c4a1b3';
const INVOICE = `invoiceId number status periodStart periodEnd issuedAt paidAt
  lines { description meter quantity unitPrice amount { amountMinor currency } }
  subtotal { amountMinor currency } tax { amountMinor } total { amountMinor }`;
const ACCOUNT = 'billingAccount { address currency taxRate balance { amountMinor currency } createdAt closedAt }';
const UPCOMING =
  'upcomingInvoice { periodStart periodEnd lines { description amount { amountMinor } } total { amountMinor } }';

interface Money {
  readonly amountMinor: number;
}
interface Invoice {
  readonly invoiceId: string;
  readonly number: string;
  readonly status: string;
  readonly periodStart: string;
  readonly periodEnd: string;
  readonly lines: readonly { readonly description: string; readonly amount: Money }[];
  readonly subtotal: Money;
  readonly total: Money;
}
interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: Invoice }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  readonly totalCount: number;
}

let plane: TestPlane;

beforeEach(async () => {
  plane = await openTestPlane({ start: '2025-01-15T09:00:00.000Z' });
});
afterEach(() => plane.close());

describe('the billing account', () => {
  it('is opened once, and shown with what is open', async () => {
    expect(await command('createBillingAccount', { address: ' Main Street 1 ' })).toBe(true);
    expect(await command('createBillingAccount', { address: 'Elsewhere' })).toBe(true);
    expect(await tenant(ACCOUNT)).toEqual({
      billingAccount: {
        address: 'Main Street 1',
        currency: 'USD',
        taxRate: '0',
        balance: { amountMinor: 0, currency: 'USD' },
        createdAt: '2025-01-15T09:00:00.000Z',
        closedAt: null,
      },
    });
    expect(await tenant(ACCOUNT, { tenantId: OTHER })).toEqual({ billingAccount: null });
  });

  it('needs an address', async () => {
    const [error] = await errors('createBillingAccount', { address: ' ' });
    expect(error?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'address' });
  });

  it('is gone when that is undone, for good', async () => {
    await customer('FREE');
    expect(await command('discardBillingAccount')).toBe(true);
    expect(await command('discardBillingAccount')).toBe(true);
    expect(await tenant(ACCOUNT)).toEqual({ billingAccount: null });
    const [late] = await errors('createBillingAccount', { address: 'Main Street 1' });
    expect(late?.extensions).toEqual({ code: 'FAILED_PRECONDITION' });
    expect(await tenant(ACCOUNT)).toEqual({ billingAccount: null });
    expect(await tenant(UPCOMING, { tierChanges: [], usageToDate: [] })).toEqual({ upcomingInvoice: null });
  });

  it('is kept when there are invoices on it', async () => {
    await customer('FREE');
    await command('issueFinalInvoices', {}, 'wf_2');
    const [error] = await errors('discardBillingAccount');
    expect(error?.extensions).toEqual({ code: 'FAILED_PRECONDITION' });
  });

  it('is closed and opened again, once or twice', async () => {
    await customer('STANDARD');
    plane.clock.set('2025-02-01T00:00:00.000Z');
    for (const at of ['2025-02-01T00:00:00.000Z', '2025-02-02T00:00:00.000Z']) {
      plane.clock.set(at);
      expect(await command('closeBillingAccount')).toBe(true);
      expect(await tenant('billingAccount { closedAt }')).toEqual({
        billingAccount: { closedAt: '2025-02-01T00:00:00.000Z' },
      });
    }
    const [error] = await errors('issueFinalInvoices');
    expect(error?.extensions).toEqual({ code: 'FAILED_PRECONDITION' });
    for (const _ of [1, 2]) {
      expect(await command('reopenBillingAccount')).toBe(true);
      expect(await tenant('billingAccount { closedAt }')).toEqual({ billingAccount: { closedAt: null } });
    }
    const [late] = await errors('closeBillingAccount');
    expect(late?.extensions).toEqual({ code: 'FAILED_PRECONDITION' });
    expect(await tenant('billingAccount { closedAt }')).toEqual({ billingAccount: { closedAt: null } });
    const [none] = await errors('closeBillingAccount', { tenantId: OTHER });
    expect(none?.extensions).toEqual({ code: 'NOT_FOUND' });
    expect(await command('reopenBillingAccount', { tenantId: OTHER })).toBe(true);
  });
});

describe('offboarding', () => {
  it('takes no usage from the last bill on, unless that is taken back', async () => {
    await customer('STANDARD');
    const record = async (id: string) => {
      const source =
        'mutation ($input: RecordUsageInput!) { recordUsage(input: $input) { accepted rejected { code } } }';
      const events = [{ id, tenantId: TENANT, meter: 'apis', value: 1 }];
      return (await plane.data('metrics', ADMINISTRATOR, source, { input: { events } })).recordUsage;
    };
    expect(await record('a')).toEqual({ accepted: 1, rejected: [] });
    await command('issueFinalInvoices');
    expect(await record('b')).toEqual({ accepted: 0, rejected: [{ code: 'UNAVAILABLE' }] });
    await command('voidFinalInvoices');
    expect(await record('c')).toEqual({ accepted: 1, rejected: [] });
    const [late] = await errors('issueFinalInvoices');
    expect(late?.extensions).toEqual({ code: 'FAILED_PRECONDITION' });
    expect(await record('d')).toEqual({ accepted: 1, rejected: [] });
  });

  it('bills every month since a tenant came, however long ago, by what it used', async () => {
    await customer('STANDARD');
    plane.clock.set('2026-03-10T12:00:00.000Z');
    await use('compute', 300_000, '2026-02-20T10:00:00.000Z');
    await use('compute', 50_000, '2026-03-05T10:00:00.000Z');
    const issued = (await command('issueFinalInvoices')) as readonly Invoice[];

    expect(issued.map(({ number }) => number)).toEqual(
      Array.from({ length: 15 }, (_, index) => `2026-${String(index + 1).padStart(6, '0')}`),
    );
    expect(issued.map(({ periodEnd }) => periodEnd).slice(0, -1)).toEqual(
      issued.map(({ periodStart }) => periodStart).slice(1),
    );
    // January: 49.00 × 17/31 = 26.870… February 2026: and 200,000 over what is included, at 0.00005 = 10.00.
    expect(issued.map(({ total }) => total.amountMinor)).toEqual([2687, ...Array(12).fill(4900), 5900, 1670]);
    expect(issued[0]).toMatchObject({ periodStart: '2025-01-01T00:00:00.000Z' });
    expect(issued[14]).toEqual({
      invoiceId: expect.stringMatching(/^inv_/),
      number: '2026-000015',
      status: 'OPEN',
      periodStart: '2026-03-01T00:00:00.000Z',
      periodEnd: '2026-03-11T00:00:00.000Z',
      issuedAt: '2026-03-10T12:00:00.000Z',
      paidAt: null,
      // 49.00 × 10/31 = 15.806…; included are 100,000 × 10/31 = 32,258.06…; the other 17,741.93… at 0.00005 = 0.887…
      lines: [
        line('Standard plan, 10 of 31 days', null, '10', null, 1581),
        line('compute: included', 'compute', '32258.064516', '0', 0),
        line('compute: over 32,258.064516 at 0.00005', 'compute', '17741.935484', '0.00005', 89),
      ],
      subtotal: { amountMinor: 1670, currency: 'USD' },
      tax: { amountMinor: 0 },
      total: { amountMinor: 1670 },
    });
    expect(await command('issueFinalInvoices')).toEqual(issued);
    // 26.87 + 12 × 49.00 + 59.00 + 16.70
    expect(await tenant('billingAccount { balance { amountMinor } }')).toEqual({
      billingAccount: { balance: { amountMinor: 69_057 } },
    });
  });

  it('bills a tenant that changed its tier by the day', async () => {
    await customer('STANDARD', '2026-03-01T09:00:00.000Z');
    plane.clock.set('2026-03-06T00:00:00.000Z');
    await plane.data('tenant', ONBOARDING, mutation('setTier', { tier: 'Tier!' }, '{ tenantId }'), {
      tenantId: TENANT,
      commandId: 'wf_9/SET_TIER',
      tier: 'PREMIUM',
    });
    plane.clock.set('2026-03-10T12:00:00.000Z');
    const [invoice, ...others] = (await command('issueFinalInvoices')) as readonly Invoice[];
    expect(others).toEqual([]);
    // 49.00 × 5/31 = 7.903…; 499.00 × 5/31 = 80.483…
    expect(invoice?.lines.map(({ description, amount }) => `${description} = ${amount.amountMinor}`)).toEqual([
      'Standard plan, 5 of 31 days = 790',
      'Premium plan, 5 of 31 days = 8048',
    ]);
    expect(invoice?.subtotal.amountMinor).toBe(8838);
  });

  it('pays at once what costs nothing, and takes all back when it is undone', async () => {
    await customer('FREE');
    const [invoice] = (await command('issueFinalInvoices')) as readonly Invoice[];
    expect(invoice).toMatchObject({ status: 'PAID', number: '2025-000001', lines: [], total: { amountMinor: 0 } });
    expect(await command('voidFinalInvoices')).toBe(true);
    expect(await command('voidFinalInvoices')).toBe(true);
    expect(await numbersOf('invoices(status: VOID)')).toEqual(['2025-000001']);
    const again = (await command('issueFinalInvoices', {}, 'wf_2')) as readonly Invoice[];
    expect(again.map(({ number, status }) => `${number} ${status}`)).toEqual(['2025-000002 PAID']);
    expect(await numbersOf('invoices')).toEqual(['2025-000002', '2025-000001']);
  });

  it('waits for the tenant service: a tenant that it does not know has no bill', async () => {
    await command('createBillingAccount', { address: 'Main Street 1' });
    const [error] = await errors('issueFinalInvoices');
    expect(error?.extensions).toEqual({ code: 'UNAVAILABLE' });
    expect(await numbersOf('invoices')).toEqual([]);
  });
});

describe('invoices', () => {
  it('are listed newest first, by page and status', async () => {
    await customer('STANDARD');
    plane.clock.set('2025-03-10T12:00:00.000Z');
    const issued = (await command('issueFinalInvoices')) as readonly Invoice[];
    expect(issued).toHaveLength(3);
    const first = await list('first: 2');
    expect(first.edges.map(({ node }) => node.number)).toEqual(['2025-000003', '2025-000002']);
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
    const second = await list(`first: 2, after: "${first.pageInfo.endCursor}"`);
    expect(second.edges.map(({ node }) => node.number)).toEqual(['2025-000001']);
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect((await list('status: OPEN')).totalCount).toBe(3);
    expect((await list('status: PAID')).edges).toEqual([]);
    const page = await plane.execute('billing', ADMINISTRATOR, entities('invoices(first: 101) { totalCount }'), {
      representations: [{ __typename: 'Tenant', tenantId: TENANT }],
    });
    expect(page.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'first' });
  });

  it('are shown to who may see their tenant, and do not exist for others', async () => {
    await customer('STANDARD');
    const [issued] = (await command('issueFinalInvoices')) as readonly Invoice[];
    await command('closeBillingAccount');
    const source = `query ($invoiceId: ID!) { invoice(invoiceId: $invoiceId) { ${INVOICE} } }`;
    const ask = (principal: Principal, invoiceId = issued?.invoiceId) =>
      plane.execute('billing', principal, source, { invoiceId });
    expect((await ask(ADMINISTRATOR)).data).toEqual({ invoice: issued });
    expect((await ask(tenantUser(TENANT))).data).toEqual({ invoice: issued });
    expect(await ask(tenantUser(OTHER))).toEqual(await ask(ADMINISTRATOR, 'inv_none'));
    expect((await ask(tenantUser(OTHER))).data).toEqual({ invoice: null });
    const member = await ask(tenantUser(TENANT, 'TENANT_MEMBER'));
    expect(member.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(await tenant(ACCOUNT, { principal: tenantUser(OTHER) })).toBeNull();
  });
});

describe('what the graph computes for a tenant', () => {
  const tierChanges = [{ tier: 'STANDARD', at: '2026-03-01T09:00:00.000Z' }];
  const usageToDate = [
    {
      meter: 'compute',
      aggregation: 'SUM',
      total: '140000',
      days: [{ start: '2026-03-05T00:00:00.000Z', value: '140000' }],
    },
  ];

  beforeEach(() => plane.clock.set('2026-03-10T12:00:00.000Z'));

  it('is what the plan of its tier gives', async () => {
    const source = 'allowances { meter included quota }';
    expect(await tenant(source, { tier: 'FREE' })).toEqual({
      allowances: [
        { meter: 'compute', included: '10000', quota: '10000' },
        { meter: 'memory', included: '100', quota: '100' },
        { meter: 'apis', included: '10000', quota: '10000' },
      ],
    });
    const missing = await askTenant(source, {});
    expect(missing.errors?.[0]?.extensions).toEqual({ code: 'UNAVAILABLE' });
    expect(missing.data).toEqual({ _entities: [{ allowances: null }] });
  });

  it('is the bill that the month will come to', async () => {
    await command('createBillingAccount', { address: 'Main Street 1' });
    expect(await tenant(UPCOMING, { tierChanges, usageToDate })).toEqual({
      upcomingInvoice: {
        periodStart: '2026-03-01T00:00:00.000Z',
        periodEnd: '2026-04-01T00:00:00.000Z',
        lines: [
          { description: 'Standard plan, 31 of 31 days', amount: { amountMinor: 4900 } },
          { description: 'compute: included', amount: { amountMinor: 0 } },
          { description: 'compute: over 100,000 at 0.00005', amount: { amountMinor: 200 } },
        ],
        total: { amountMinor: 5100 },
      },
    });
    expect(await numbersOf('invoices')).toEqual([]);
  });

  it.each([
    ['the usage did not come', { tierChanges }],
    ['the usage is null', { tierChanges, usageToDate: null }],
    ['the tier history did not come', { usageToDate }],
    ['the tier history is null', { tierChanges: null, usageToDate }],
    ['the usage is of another month', { tierChanges, usageToDate: usageToDate.map(inFebruary) }],
  ])('is UNAVAILABLE, not a smaller bill, when %s', async (_, representation) => {
    await command('createBillingAccount', { address: 'Main Street 1' });
    const answer = await askTenant(UPCOMING, representation);
    expect(answer.errors?.[0]?.extensions).toEqual({ code: 'UNAVAILABLE' });
    expect(answer.data).toEqual({ _entities: [{ upcomingInvoice: null }] });
  });

  it('is no bill without an account, or when that is closed', async () => {
    expect(await tenant(UPCOMING, { tierChanges, usageToDate })).toEqual({ upcomingInvoice: null });
    await command('createBillingAccount', { address: 'Main Street 1' });
    await command('closeBillingAccount');
    expect(await tenant(UPCOMING, { tierChanges, usageToDate })).toEqual({ upcomingInvoice: null });
  });

  function inFebruary(usage: (typeof usageToDate)[0]) {
    return { ...usage, days: [{ start: '2026-02-05T00:00:00.000Z', value: '1' }] };
  }
});

describe('the price list', () => {
  const PLANS = `{ plans { tier name baseFee { amountMinor currency }
    meters { meter included quota bands { upTo unitPrice } } } }`;

  it('is shown to whoever is signed in', async () => {
    const { plans } = await plane.data('billing', tenantUser(TENANT, 'TENANT_MEMBER'), PLANS);
    expect(plans).toEqual(defaultPriceList.plans);
  });

  it('is that of PLANS_FILE where there is one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plans-'));
    const env = { PLANS_FILE: join(folder, 'plans.json') };
    await expect(openTestPlane({ env })).rejects.toThrow('PLANS_FILE is not there');
    const plans = defaultPriceList.plans.map((plan) => ({ ...plan, name: `${plan.name} XL` }));
    await writeFile(env.PLANS_FILE, JSON.stringify({ plans }));
    const other = await openTestPlane({ env });
    expect(await other.data('billing', ADMINISTRATOR, PLANS)).toEqual({ plans });
    await other.close();
    await rm(folder, { recursive: true });
  });
});

/** A tenant that is active, with a billing account, since the day it was onboarded. */
async function customer(tier: string, since = '2025-01-15T09:00:00.000Z'): Promise<void> {
  plane.clock.set(since);
  const variables = { tenantId: TENANT, commandId: 'wf_1/STEP' };
  const create = mutation('createTenant', { name: 'String!', tier: 'Tier!' }, '{ tenantId }');
  await plane.data('tenant', ONBOARDING, create, { ...variables, name: 'Acme', tier });
  await command('createBillingAccount', { address: 'Main Street 1' });
  await plane.data('tenant', ONBOARDING, mutation('activateTenant', {}, '{ tenantId }'), variables);
}

async function use(meter: string, value: number, time: string): Promise<void> {
  const source =
    'mutation ($input: RecordUsageInput!) { recordUsage(input: $input) { accepted rejected { message } } }';
  const events = [{ id: `${meter} ${time}`, tenantId: TENANT, meter, value, time }];
  const data = await plane.data('metrics', ADMINISTRATOR, source, { input: { events } });
  expect(data.recordUsage).toEqual({ accepted: 1, rejected: [] });
}

async function command(name: string, variables: Record<string, unknown> = {}, workflow = 'wf_1'): Promise<unknown> {
  const { data, errors: failures } = await run(name, variables, workflow);
  if (failures !== undefined) throw new Error(JSON.stringify(failures));
  return data?.[name];
}

async function errors(name: string, variables: Record<string, unknown> = {}) {
  const { errors: failures = [] } = await run(name, variables, 'wf_1');
  expect(failures).toHaveLength(1);
  return failures;
}

function run(name: string, variables: Record<string, unknown>, workflow: string) {
  const shown = name === 'issueFinalInvoices' ? `{ ${INVOICE} }` : '';
  const source = mutation(name, 'address' in variables ? { address: 'String!' } : {}, shown);
  return plane.execute('billing', ONBOARDING, source, {
    tenantId: TENANT,
    commandId: `${workflow}/${name}`.replace('void', 'issue').replace('reopen', 'close').replace('discard', 'create'),
    ...variables,
  });
}

function mutation(name: string, more: Record<string, string>, shown: string): string {
  const types = Object.entries({ commandId: 'ID!', tenantId: 'ID!', ...more });
  const declared = types.map(([argument, type]) => `$${argument}: ${type}`).join(', ');
  const given = types.map(([argument]) => `${argument}: $${argument}`).join(', ');
  return `mutation (${declared}) { ${name}(${given}) ${shown} }`;
}

function entities(selection: string): string {
  return `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Tenant { ${selection} } }
  }`;
}

function askTenant(
  selection: string,
  { principal = ADMINISTRATOR, ...fields }: Record<string, unknown> & { principal?: Principal },
) {
  const representations = [{ __typename: 'Tenant', tenantId: TENANT, ...fields }];
  return plane.execute('billing', principal, entities(selection), { representations });
}

async function tenant(selection: string, fields: Parameters<typeof askTenant>[1] = {}): Promise<unknown> {
  const { data, errors: failures } = await askTenant(selection, fields);
  expect(failures).toBeUndefined();
  return (data as { _entities: unknown[] })._entities[0];
}

async function list(args: string): Promise<Page> {
  const selection = `invoices(${args}) {
    totalCount pageInfo { hasNextPage hasPreviousPage endCursor } edges { cursor node { number } }
  }`;
  return ((await tenant(selection)) as { invoices: Page }).invoices;
}

async function numbersOf(field: string): Promise<string[]> {
  const { invoices } = (await tenant(`${field} { edges { node { number } } }`)) as { invoices: Page };
  return invoices.edges.map(({ node }) => node.number);
}

function line(
  description: string,
  meter: string | null,
  quantity: string,
  unitPrice: string | null,
  amountMinor: number,
) {
  return { description, meter, quantity, unitPrice, amount: { amountMinor, currency: 'USD' } };
}
