import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, clientToken, startTestServer, type TestServer } from '../support/server.ts';

const PASSWORD = 'correct horse battery staple';
/** The contract: tokens are refused, and narrowed, 5 seconds later at the latest. */
const SOON = { timeout: 5_000, interval: 100 };

/** A customer is held and let go, over HTTP, in the order of its steps: each test goes on where the one before stopped. */
describe('a tenant that is suspended', () => {
  const known = { tenantId: '', admin: '', user: '', refresh: '', app: '', across: '', appId: '', appSecret: '' };
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer();
    known.admin = await server.signIn();
    const order = { customerName: 'Acme', email: 'a@acme.example', billingAddress: 'x', tier: 'STANDARD' };
    const onboard = `mutation($input: OnboardInput!) { onboard(input: $input) { tenant { tenantId } invitation { token } } }`;
    const { data } = await server.query(onboard, { input: order }, known.admin);
    known.tenantId = data.onboard.tenant.tenantId;
    const accept = `mutation($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { accessToken refreshToken } }`;
    const accepted = await server.query(accept, {
      input: { token: data.onboard.invitation.token, password: PASSWORD },
    });
    known.user = accepted.data.acceptInvitation.accessToken;
    known.refresh = accepted.data.acceptInvitation.refreshToken;
    const scopes = ['tenant:read', 'user:read', 'usage:read', 'usage:write'];
    const app = await makeClient({ scopes, tenantId: known.tenantId });
    known.appId = app.client.clientId;
    known.appSecret = app.clientSecret;
    known.app = await clientToken(server.url, known.appId, known.appSecret);
    const other = await makeClient({ scopes });
    known.across = await clientToken(server.url, other.client.clientId, other.clientSecret);
  });
  afterAll(() => server.close());

  async function makeClient(input: object) {
    const source = `mutation($input: CreateServiceClientInput!) { createServiceClient(input: $input) { client { clientId } clientSecret } }`;
    const { data } = await server.query(source, { input: { name: 'App', ...input } }, known.admin);
    return data.createServiceClient;
  }

  const read = (token: string) => server.query(`{ tenant(tenantId: "${known.tenantId}") { name } }`, {}, token);
  const code = ({ errors }: Answer) => errors[0]?.extensions.code ?? 'NONE';
  const codeOfRead = async (token: string) => code(await read(token));
  const signIn = () =>
    server.query('mutation($input: SignInInput!) { signIn(input: $input) { accessToken } }', {
      input: { email: 'a@acme.example', password: PASSWORD },
    });
  const refresh = () =>
    server.query('mutation($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken } }', {
      input: { refreshToken: known.refresh },
    });
  const record = (token: string, id: string) =>
    server.query(
      'mutation($input: RecordUsageInput!) { recordUsage(input: $input) { accepted } }',
      { input: { events: [{ id, tenantId: known.tenantId, meter: 'apis', value: '1' }] } },
      token,
    );
  const change = (name: string, input: object) => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const source = `mutation($input: ${type}!) { ${name}(input: $input) { tenant { status suspension { reason at } } } }`;
    return server.query(source, { input: { tenantId: known.tenantId, ...input } }, known.admin);
  };

  test('before, its user and its client read', async () => {
    expect(await Promise.all([known.user, known.app, known.across].map(codeOfRead))).toEqual(['NONE', 'NONE', 'NONE']);
  });

  test('says so, with the reason, and its data stays readable for an administrator', async () => {
    const { data, errors } = await change('suspendTenant', { reason: 'unpaid since March' });
    expect(errors).toEqual([]);
    expect(data.suspendTenant.tenant).toMatchObject({
      status: 'SUSPENDED',
      suspension: { reason: 'unpaid since March' },
    });
    const page = `{ tenant(tenantId: "${known.tenantId}") { status suspension { reason } users { totalCount } infrastructure { status } billingAccount { address } } }`;
    expect((await server.query(page, {}, known.admin)).data.tenant).toEqual({
      status: 'SUSPENDED',
      suspension: { reason: 'unpaid since March' },
      users: { totalCount: 1 },
      infrastructure: { status: 'READY' },
      billingAccount: { address: 'x' },
    });
  });

  test('its users cannot sign in or refresh, and their access tokens are refused within 5 seconds', async () => {
    expect(code(await signIn())).toBe('UNAUTHENTICATED');
    expect(code(await refresh())).toBe('UNAUTHENTICATED');
    await expect.poll(() => codeOfRead(known.user), SOON).toBe('UNAUTHENTICATED');
  });

  test("its clients record usage and nothing else within 5 seconds, also with tokens from before; others' are untouched", async () => {
    await expect.poll(() => codeOfRead(known.app), SOON).toBe('FORBIDDEN');
    expect((await record(known.app, 'e1')).data.recordUsage).toEqual({ accepted: 1 });
    const fresh = await clientToken(server.url, known.appId, known.appSecret);
    expect(await codeOfRead(fresh)).toBe('FORBIDDEN');
    expect((await record(fresh, 'e3')).data.recordUsage).toEqual({ accepted: 1 });
    expect(await codeOfRead(known.across)).toBe('NONE');
  });

  test('resumed, its client has its scopes back within 5 seconds; its user signs in again, and the old token stays refused', async () => {
    const { data, errors } = await change('resumeTenant', {});
    expect(errors).toEqual([]);
    expect(data.resumeTenant.tenant).toEqual({ status: 'ACTIVE', suspension: null });
    await expect.poll(() => codeOfRead(known.app), SOON).toBe('NONE');
    expect(await codeOfRead(known.user)).toBe('UNAUTHENTICATED');
    expect(code(await refresh())).toBe('UNAUTHENTICATED');
    const { data: signedIn } = await signIn();
    expect(await codeOfRead(signedIn.signIn.accessToken)).toBe('NONE');
  });

  test('suspended once more, it can be taken out', async () => {
    expect(code(await change('suspendTenant', { reason: 'for good' }))).toBe('NONE');
    const offboard = `mutation($input: OffboardInput!) { offboard(input: $input) { workflow { status } tenant { status suspension { reason } } } }`;
    const { data } = await server.query(offboard, { input: { tenantId: known.tenantId } }, known.admin);
    expect(data.offboard).toEqual({
      workflow: { status: 'SUCCEEDED' },
      tenant: { status: 'OFFBOARDED', suspension: null },
    });
    await expect.poll(() => codeOfRead(known.app), SOON).toBe('UNAUTHENTICATED');
    expect(code(await change('resumeTenant', {}))).toBe('FAILED_PRECONDITION');
  });
});
