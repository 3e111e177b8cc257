import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { readConsumers } from '../contract/consumers.ts';
import { clientToken, startTestServer, type TestServer } from '../support/server.ts';

const ONBOARD = source('administrator/onboard');
const PASSWORD = 'a password of the first user';
const START = '2026-03-10T12:00:00.000Z';

/** One customer's whole life over HTTP, in the order of its steps: each test goes on where the one before stopped. */
describe("one customer's whole life", () => {
  const clock = new ManualClock(START);
  const known = { tenantId: '', admin: '', user: '', invitation: '', app: '', invoiceId: '', workflowId: '' };
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ clock });
    known.admin = await server.signIn();
  });
  afterAll(() => server.close());

  const onboard = (customerName: string, email: string, tier = 'STANDARD') =>
    server.query(ONBOARD, { input: { customerName, email, billingAddress: '1 Acme Road', tier } }, known.admin);

  test('an administrator onboards a customer with a first user', async () => {
    const { data, errors } = await onboard('Acme', 'alice@acme.example');
    expect(errors).toEqual([]);
    expect(data.onboard.workflow).toMatchObject({ kind: 'ONBOARDING', status: 'SUCCEEDED' });
    expect(data.onboard.tenant).toMatchObject({ name: 'Acme', tier: 'STANDARD', status: 'ACTIVE' });
    expect(data.onboard.invitation.expiresAt).toBe('2026-03-17T12:00:00.000Z');
    known.tenantId = data.onboard.tenant.tenantId;
    known.invitation = data.onboard.invitation.token;
  });

  test('a second user under the same name, however it is written, joins the same tenant, and nothing is made twice', async () => {
    const { data } = await onboard(' acme ', 'bob@acme.example');
    expect(data.onboard.tenant.tenantId).toBe(known.tenantId);
    const steps = Object.fromEntries(
      data.onboard.workflow.steps.map((step: { name: string; status: string }) => [step.name, step.status]),
    );
    expect(steps).toEqual({
      CREATE_TENANT: 'SKIPPED',
      CREATE_USER: 'DONE',
      CREATE_IDENTITY: 'DONE',
      CREATE_BILLING_ACCOUNT: 'SKIPPED',
      PROVISION_INFRASTRUCTURE: 'SKIPPED',
      ACTIVATE_TENANT: 'SKIPPED',
    });
  });

  test('the same user again changes nothing and succeeds', async () => {
    const { data, errors } = await onboard('Acme', 'Bob@acme.example');
    expect(errors).toEqual([]);
    expect(data.onboard.workflow.status).toBe('SUCCEEDED');
    expect(data.onboard.invitation).toBeNull();
    const page = await server.query(
      'query($id: ID!) { tenant(tenantId: $id) { users { totalCount } } tenants { totalCount } }',
      { id: known.tenantId },
      known.admin,
    );
    expect(page.data).toEqual({ tenant: { users: { totalCount: 2 } }, tenants: { totalCount: 1 } });
  });

  test('the same name on another tier is FAILED_PRECONDITION', async () => {
    const { data, errors } = await onboard('ACME', 'carol@acme.example', 'PREMIUM');
    expect(data).toBeNull();
    expect(errors[0]?.extensions.code).toBe('FAILED_PRECONDITION');
  });

  test('the first user accepts the invitation, once, and signs in with a token that carries its tenant', async () => {
    const accept = () =>
      server.query(source('customer/accept-invitation'), { input: { token: known.invitation, password: PASSWORD } });
    const { data } = await accept();
    expect(data.acceptInvitation.user).toMatchObject({
      email: 'alice@acme.example',
      role: 'TENANT_ADMIN',
      status: 'ACTIVE',
    });
    expect((await accept()).errors[0]?.extensions.code).toBe('UNAUTHENTICATED');

    const signIn = await server.query(source('administrator/sign-in'), {
      input: { email: 'ALICE@acme.example', password: PASSWORD },
    });
    known.user = signIn.data.signIn.accessToken;
    const claims = decodeJwt(known.user);
    expect(claims).toMatchObject({
      tenant_id: known.tenantId,
      roles: ['TENANT_ADMIN'],
      sub: signIn.data.signIn.user.userId,
    });
  });

  test('the user sees its tenant and no other', async () => {
    const { data: other } = await onboard('Other', 'dave@other.example', 'FREE');
    const otherId = other.onboard.tenant.tenantId;
    const { data, errors } = await server.query(
      'query($other: ID!) { tenants { totalCount edges { node { tenantId } } } tenant(tenantId: $other) { name } tenantByName(name: "Other") { name } me { email } }',
      { other: otherId },
      known.user,
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({
      tenants: { totalCount: 1, edges: [{ node: { tenantId: known.tenantId } }] },
      tenant: null,
      tenantByName: null,
      me: { email: 'alice@acme.example' },
    });
  });

  test('usage counts once, whatever its deliveries, and a bad event is rejected alone', async () => {
    const created = await server.query(
      source('administrator/create-service-client'),
      { input: { name: 'agent', scopes: ['tenant:read', 'usage:read', 'usage:write'], tenantId: known.tenantId } },
      known.admin,
    );
    const { client, clientSecret } = created.data.createServiceClient;
    known.app = await clientToken(server.url, client.clientId, clientSecret);
    const { tenantId } = known;
    const events = [
      { id: 'a', tenantId, meter: 'apis', value: '2400000' },
      { id: 'b', tenantId, meter: 'compute', value: '150000.5', time: '2026-03-10T11:00:00Z' },
      { id: 'a', tenantId, meter: 'apis', value: '2400000' },
      { id: 'c', tenantId, meter: 'coffee', value: '1' },
      { id: 'd', tenantId: 'ten_unknown', meter: 'apis', value: '1' },
      { id: 'e', tenantId, meter: 'apis', value: 'much' },
    ];
    const record = async () =>
      (await server.query(source('internal-app/record-usage'), { input: { events } }, known.app)).data.recordUsage;
    const first = await record();
    expect(first).toMatchObject({ accepted: 2, duplicates: 1 });
    expect(
      first.rejected.map(({ index, id, code }: { index: number; id: string; code: string }) => [index, id, code]),
    ).toEqual([
      [3, 'c', 'BAD_USER_INPUT'],
      [4, 'd', 'NOT_FOUND'],
      [5, 'e', 'BAD_USER_INPUT'],
    ]);
    expect(await record()).toMatchObject({ accepted: 0, duplicates: 3 });
  });

  test('one query reads what five services know of the customer', async () => {
    const { data, errors } = await server.query(
      source('administrator/tenant-page'),
      { tenantId: known.tenantId },
      known.admin,
    );
    expect(errors).toEqual([]);
    const { tenant } = data;
    expect(tenant).toMatchObject({
      name: 'Acme',
      tier: 'STANDARD',
      status: 'ACTIVE',
      users: { totalCount: 2 },
      infrastructure: { isolation: 'BRIDGE', status: 'READY' },
    });
    const used = Object.fromEntries(
      tenant.usage.map(({ meter, total }: { meter: string; total: string }) => [meter, total]),
    );
    expect(used).toEqual({ apis: '2400000', compute: '150000.5', memory: '0' });
    expect(tenant.quotas).toContainEqual({ meter: 'apis', limit: null, used: '2400000', remaining: null });
    expect(tenant.billingAccount).toMatchObject({
      address: '1 Acme Road',
      currency: 'USD',
      taxRate: '0',
      balance: { amountMinor: 0 },
    });
    // Onboarded on March 10: 22 of 31 days. Base 49 × 22/31 = 34.774… → 34.77; apis beyond 1,000,000 × 22/31 at 0.000002:
    // 1,690,322.58… units = 3.3806… → 3.38; compute beyond 100,000 × 22/31 at 0.00005: 79,032.758… units = 3.9516… → 3.95.
    expect(
      tenant.upcomingInvoice.lines.map((line: { amount: { amountMinor: number } }) => line.amount.amountMinor).sort(),
    ).toEqual([0, 0, 338, 3477, 395].sort());
    expect(tenant.upcomingInvoice.total).toEqual({ amountMinor: 4210, currency: 'USD' });
  });

  test('the tier changes: new infrastructure, both tiers in the history, nothing else; the same key is the same workflow', async () => {
    clock.advance(24 * 3_600_000);
    known.admin = await server.signIn();
    const before = (await server.query(source('administrator/tenant-page'), { tenantId: known.tenantId }, known.admin))
      .data.tenant;
    const change = () =>
      server.query(
        source('administrator/change-tier'),
        { input: { tenantId: known.tenantId, tier: 'PREMIUM', idempotencyKey: 'up' } },
        known.admin,
      );
    const { data, errors } = await change();
    expect(errors).toEqual([]);
    expect(data.changeTier.workflow).toMatchObject({ kind: 'TIER_CHANGE', status: 'SUCCEEDED' });
    expect(data.changeTier.tenant).toEqual({
      tier: 'PREMIUM',
      tierChanges: [{ tier: 'STANDARD' }, { tier: 'PREMIUM' }],
      infrastructure: { isolation: 'SILO', status: 'READY' },
    });

    expect((await change()).data.changeTier.workflow).toEqual(data.changeTier.workflow);
    const other = await server.query(
      source('administrator/change-tier'),
      { input: { tenantId: known.tenantId, tier: 'FREE', idempotencyKey: 'up' } },
      known.admin,
    );
    expect(other.errors[0]?.extensions.code).toBe('IDEMPOTENCY_CONFLICT');

    const after = (await server.query(source('administrator/tenant-page'), { tenantId: known.tenantId }, known.admin))
      .data.tenant;
    for (const untouched of ['tenantId', 'name', 'status', 'createdAt', 'users', 'usage', 'billingAccount']) {
      expect(after[untouched]).toEqual(before[untouched]);
    }
    expect(pathsWith(server.dataDir, known.tenantId).some((path) => path.includes('bridge'))).toBe(false);
  });

  test('the customer leaves: final invoice, no users, no infrastructure', async () => {
    const { data, errors } = await server.query(
      source('administrator/offboard'),
      { input: { customerName: ' ACME ' } },
      known.admin,
    );
    expect(errors).toEqual([]);
    expect(data.offboard.workflow).toMatchObject({ status: 'SUCCEEDED' });
    expect(data.offboard.tenant).toMatchObject({
      tenantId: known.tenantId,
      status: 'OFFBOARDED',
      users: { totalCount: 0 },
      infrastructure: null,
    });
    const [invoice] = data.offboard.tenant.invoices.edges;
    expect(invoice.node).toMatchObject({ number: '2026-000001', status: 'OPEN' });
    known.invoiceId = invoice.node.invoiceId;
    expect(pathsWith(server.dataDir, known.tenantId)).toEqual([]);
  });

  test('its tokens, its sign-in and its programs are refused within five seconds', async () => {
    const refused = async (token: string) =>
      (await server.query('{ tenants { totalCount } }', {}, token)).errors[0]?.extensions.code;
    await expect.poll(() => refused(known.user), { timeout: 5_000 }).toBe('UNAUTHENTICATED');
    await expect.poll(() => refused(known.app), { timeout: 5_000 }).toBe('UNAUTHENTICATED');
    const signIn = await server.query(source('administrator/sign-in'), {
      input: { email: 'alice@acme.example', password: PASSWORD },
    });
    expect(signIn.errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  test('its name and its e-mail address are free for a new tenant with a new id', async () => {
    const { data, errors } = await onboard('Acme', 'alice@acme.example', 'FREE');
    expect(errors).toEqual([]);
    expect(data.onboard.tenant.tenantId).not.toBe(known.tenantId);
    expect(data.onboard.invitation.token).toEqual(expect.any(String));
  });

  test('its old invoice can still be read by the administrator', async () => {
    const { data, errors } = await server.query(
      source('administrator/invoice'),
      { invoiceId: known.invoiceId },
      known.admin,
    );
    expect(errors).toEqual([]);
    // March 10 on STANDARD, March 11 on PREMIUM: bases 49/31 = 1.58 and 499/31 = 16.10; the usage of March 10 beyond
    // 1/31 of what STANDARD includes: apis 2,400,000 − 32,258.06… at 0.000002 up to 322,580.65, then 0.000001; compute
    // 150,000.5 − 3,225.81 at 0.00005: 0.5806… → 0.58, 2.0774… → 2.08, 7.3387… → 7.34.
    const amounts = data.invoice.lines.map((line: { amount: { amountMinor: number } }) => line.amount.amountMinor);
    expect(amounts.sort((a: number, b: number) => a - b)).toEqual([0, 0, 58, 158, 208, 734, 1610]);
    expect(data.invoice).toMatchObject({
      periodStart: '2026-03-01T00:00:00.000Z',
      periodEnd: '2026-03-12T00:00:00.000Z',
      total: { amountMinor: 2768 },
    });
  });
});

function source(name: string): string {
  const operation = readConsumers().get(name);
  if (operation === undefined) throw new Error(`no operation ${name}`);
  return operation.source;
}

/** Every path below a folder that has the text in it. */
function pathsWith(folder: string, text: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.includes(text))
    .map((path) => join(folder, path));
}
