import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuditEntry, readAudit } from '../support/audit.ts';
import {
  type Application,
  type Customer,
  enter,
  type OidcServer,
  PASSWORD,
  RelyingParty,
  startOidcServer,
} from '../support/oidc.ts';

let oidc: OidcServer;
let customer: Customer;
let application: Application;
let party: RelyingParty;

beforeAll(async () => {
  oidc = await startOidcServer();
  customer = await oidc.makeCustomer('Acme');
  application = await oidc.createApplication();
  party = await RelyingParty.discover(oidc.server.url, application);
});
afterAll(() => oidc.close());

const entries = (action: string) => readAudit(oidc.server, oidc.admin, { action });

/** What is written down without anybody waiting for it. */
async function noted(action: string, count: number): Promise<AuditEntry[]> {
  await expect
    .poll(async () => (await entries(action)).filter(({ result }) => result !== 'PENDING').length)
    .toBe(count);
  return await entries(action);
}

test('a sign-in on the page is in the audit log as that of who signed in, with the application; a failed one too', async () => {
  const { url } = await party.begin();
  const browser = party.browser();
  const shown = await browser.get(url);
  const again = await enter(browser, shown, customer.email, 'not the password at all');
  await enter(browser, again, customer.email, PASSWORD);
  const { applicationId } = application.application;
  const [done, failed] = await entries('signIn');
  expect(done).toMatchObject({
    result: 'DONE',
    tenantId: customer.tenantId,
    actor: { kind: 'USER', tenantId: customer.tenantId, clientId: applicationId, address: '127.0.0.1' },
    arguments: { email: expect.stringMatching(/^email:/) },
  });
  expect(done?.actor.actorId).toMatch(/^usr_/);
  expect(failed).toMatchObject({
    result: 'FAILED',
    errorCode: 'UNAUTHENTICATED',
    tenantId: customer.tenantId,
    targets: [{ type: 'User', id: done?.actor.actorId }],
    actor: { kind: 'ANONYMOUS', actorId: null, clientId: applicationId },
    arguments: done?.arguments,
  });
});

test('what a person does through an application is in the audit log with the application', async () => {
  const scopes = ['user:write', 'tenant:read', 'usage:read'];
  const trusted = await oidc.createApplication({ scopes });
  const relying = await RelyingParty.discover(oidc.server.url, trusted);
  const { tokens } = await relying.signIn(customer, { scope: ['openid', ...scopes].join(' ') });
  const invite = 'mutation($input: InviteUserInput!) { inviteUser(input: $input) { user { userId } } }';
  const input = { tenantId: customer.tenantId, email: 'eve@acme.example', role: 'TENANT_MEMBER' };
  const { errors } = await oidc.server.query(invite, { input }, tokens.access_token);
  expect(errors).toEqual([]);
  expect((await entries('inviteUser'))[0]).toMatchObject({
    result: 'DONE',
    actor: { kind: 'USER', tenantId: customer.tenantId, clientId: trusted.application.applicationId },
  });
});

test('an invitation that is accepted on the page is in the audit log; so is one that is refused', async () => {
  const invite =
    'mutation($input: InviteUserInput!) { inviteUser(input: $input) { user { userId } invitation { token } } }';
  const input = { tenantId: customer.tenantId, email: 'bob@acme.example', role: 'TENANT_MEMBER' };
  const { user, invitation } = await oidc.mutate(invite, input);
  const accept = (token: string) =>
    fetch(`${oidc.server.url}/oauth/invitation`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({ token, password: PASSWORD, repeated: PASSWORD }),
    });
  expect((await accept(`${invitation.token}x`)).status).toBe(401);
  expect((await accept(invitation.token)).status).toBe(200);
  const [done, refused] = await entries('acceptInvitation');
  expect(done).toMatchObject({
    result: 'DONE',
    tenantId: customer.tenantId,
    actor: { kind: 'USER', actorId: user.userId },
  });
  expect(refused).toMatchObject({ result: 'FAILED', errorCode: 'UNAUTHENTICATED', actor: { kind: 'ANONYMOUS' } });
});

test('whom the token endpoint refuses is in the audit log, with the client where there is one', async () => {
  const create =
    'mutation($input: CreateServiceClientInput!) { createServiceClient(input: $input) { client { clientId } } }';
  const { client } = await oidc.mutate(create, { name: 'App', scopes: ['usage:read'], tenantId: customer.tenantId });
  const ask = (id: string) =>
    fetch(`${oidc.server.url}/oauth/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${id}:guessed-secret`).toString('base64')}`,
        'x-request-id': `ask-${id}`,
      },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
  expect((await ask(client.clientId)).status).toBe(401);
  expect((await ask('cli_none')).status).toBe(401);
  const [unknown, known] = (await noted('oauthToken', 2)).sort(
    (left, right) => left.targets.length - right.targets.length,
  );
  expect(known).toMatchObject({
    result: 'FAILED',
    errorCode: 'UNAUTHENTICATED',
    tenantId: customer.tenantId,
    targets: [{ type: 'ServiceClient', id: client.clientId }],
    arguments: { grantType: 'client_credentials', error: 'invalid_client' },
    requestId: `ask-${client.clientId}`,
    actor: { kind: 'ANONYMOUS', actorId: null, address: '127.0.0.1' },
  });
  expect(unknown).toMatchObject({ tenantId: null, targets: [], requestId: 'ask-cli_none' });
});
