import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as oauth from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Application,
  type Customer,
  enter,
  type OidcServer,
  PASSWORD,
  RelyingParty,
  SIGNED_OUT,
  startOidcServer,
} from '../support/oidc.ts';
import { ADMIN } from '../support/server.ts';

/** The contract: revoked tokens are refused 5 seconds later at the latest. */
const SOON = { timeout: 5_000, interval: 100 };

let oidc: OidcServer;
let acme: Customer;
let shop: Application;
let party: RelyingParty;
/** An application of all tenants. */
let anyone: RelyingParty;

const INVALID_GRANT = { error: 'invalid_grant' };

beforeAll(async () => {
  oidc = await startOidcServer();
  acme = await oidc.makeCustomer('Acme');
  shop = await oidc.createApplication({ tenantId: acme.tenantId, scopes: ['tenant:read', 'usage:read'] });
  party = await RelyingParty.discover(oidc.server.url, shop);
  anyone = await RelyingParty.discover(oidc.server.url, await oidc.createApplication({ name: 'Anyone' }));
});
afterAll(() => oidc.close());

const readsTenant = async (token: string) => {
  const { data, status } = await oidc.server.query(`{ tenant(tenantId: "${acme.tenantId}") { name } }`, {}, token);
  return status === 200 ? data.tenant?.name : status;
};
const activeSessions = async () => {
  const source = `{ tenant(tenantId: "${acme.tenantId}") { identity { activeSessions } } }`;
  return (await oidc.server.query(source, {}, oidc.admin)).data.tenant.identity.activeSessions as number;
};

describe('a customer’s application signs its users in by a certified library', () => {
  it('finds the tenant and the role in the ID token, and gets an access token for the graph', async () => {
    const { tokens, idToken } = await party.signIn(acme);
    expect(tokens.claims()).toMatchObject({
      iss: oidc.server.url,
      aud: shop.application.applicationId,
      sub: expect.stringMatching(/^usr_/),
      tenant_id: acme.tenantId,
      roles: ['TENANT_ADMIN'],
      email: acme.email,
      email_verified: true,
    });
    expect(decodeProtectedHeader(idToken)).toMatchObject({ alg: 'ES256' });
    const claims = decodeJwt(tokens.access_token);
    expect(claims).toMatchObject({
      iss: oidc.server.url,
      aud: `${oidc.server.url}/graphql`,
      sub: tokens.claims()?.sub,
      azp: shop.application.applicationId,
      sid: expect.stringMatching(/^ses_/),
      tenant_id: acme.tenantId,
      roles: ['TENANT_ADMIN'],
      scope: 'tenant:read usage:read',
      iat_ms: expect.any(Number),
    });
    expect(claims).not.toHaveProperty('client_id');
    expect(tokens.scope).toBe('tenant:read usage:read');
    expect(await readsTenant(tokens.access_token)).toBe('Acme');
  });
});

describe('a session of the code flow', () => {
  it('goes on by refresh tokens that rotate; a used one ends it, with its access tokens', async () => {
    const { tokens, refreshToken } = await party.signIn(acme);
    const next = await oauth.refreshTokenGrant(party.configuration, refreshToken);
    expect(next.refresh_token).not.toBe(refreshToken);
    expect(decodeJwt(next.access_token)).toMatchObject({ sid: decodeJwt(tokens.access_token).sid });
    expect(next.claims()).toMatchObject({ tenant_id: acme.tenantId, roles: ['TENANT_ADMIN'] });
    expect(await readsTenant(next.access_token)).toBe('Acme');
    await expect(oauth.refreshTokenGrant(party.configuration, refreshToken)).rejects.toMatchObject(INVALID_GRANT);
    const last = next.refresh_token ?? '';
    await expect(oauth.refreshTokenGrant(party.configuration, last)).rejects.toMatchObject(INVALID_GRANT);
    await expect.poll(() => readsTenant(next.access_token), SOON).toBe(401);
    await expect.poll(() => readsTenant(tokens.access_token), SOON).toBe(401);
  });

  it('of 64 refreshes with one token at once, one succeeds, and the session is over', async () => {
    const { refreshToken } = await party.signIn(acme);
    const before = await activeSessions();
    const attempts = Array.from({ length: 64 }, () => oauth.refreshTokenGrant(party.configuration, refreshToken));
    const { fulfilled, rejected } = await settle(attempts);
    expect(fulfilled).toHaveLength(1);
    for (const error of rejected) expect(error).toMatchObject(INVALID_GRANT);
    expect(await activeSessions()).toBe(before - 1);
    const winner = fulfilled[0]?.refresh_token ?? '';
    await expect(oauth.refreshTokenGrant(party.configuration, winner)).rejects.toMatchObject(INVALID_GRANT);
  });

  it('of 64 redemptions of one code at once, one succeeds, and its tokens are worth nothing', async () => {
    const before = await activeSessions();
    const { callback, checks } = await party.authorize(acme);
    const attempts = Array.from({ length: 64 }, () =>
      oauth.authorizationCodeGrant(party.configuration, callback, checks),
    );
    const { fulfilled, rejected } = await settle(attempts);
    expect(fulfilled).toHaveLength(1);
    for (const error of rejected) expect(error).toMatchObject(INVALID_GRANT);
    await expect.poll(() => readsTenant(fulfilled[0]?.access_token ?? ''), SOON).toBe(401);
    expect(await activeSessions()).toBe(before);
  });

  it('a code that is redeemed a second time ends what the first one began', async () => {
    const { callback, checks } = await party.authorize(acme);
    const tokens = await oauth.authorizationCodeGrant(party.configuration, callback, checks);
    expect(await readsTenant(tokens.access_token)).toBe('Acme');
    const again = oauth.authorizationCodeGrant(party.configuration, callback, checks);
    await expect(again).rejects.toMatchObject(INVALID_GRANT);
    const refresh = oauth.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '');
    await expect(refresh).rejects.toMatchObject(INVALID_GRANT);
    await expect.poll(() => readsTenant(tokens.access_token), SOON).toBe(401);
  });

  it('is counted with the tenant’s sessions, from the redemption to the revocation', async () => {
    const before = await activeSessions();
    const { callback, checks } = await party.authorize(acme);
    expect(await activeSessions()).toBe(before);
    const tokens = await oauth.authorizationCodeGrant(party.configuration, callback, checks);
    expect(await activeSessions()).toBe(before + 1);
    await oauth.tokenRevocation(party.configuration, tokens.refresh_token ?? '');
    expect(await activeSessions()).toBe(before);
    await expect.poll(() => readsTenant(tokens.access_token), SOON).toBe(401);
  });

  it('an access token that is revoked ends its session; revoking nothing succeeds', async () => {
    const { tokens, refreshToken } = await party.signIn(acme);
    await oauth.tokenRevocation(party.configuration, tokens.access_token);
    await expect(oauth.refreshTokenGrant(party.configuration, refreshToken)).rejects.toMatchObject(INVALID_GRANT);
    await oauth.tokenRevocation(party.configuration, tokens.access_token);
    await oauth.tokenRevocation(party.configuration, 'nonsense');
    await oauth.tokenRevocation(party.configuration, refreshToken);
  });

  it('its refresh token is none for refreshSession, and that of signIn none for the token endpoint', async () => {
    const { refreshToken } = await party.signIn(acme);
    const source = 'mutation($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken } }';
    const mixed = await oidc.server.query(source, { input: { refreshToken } });
    expect(mixed.errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect(await oauth.refreshTokenGrant(party.configuration, refreshToken)).toHaveProperty('access_token');
    const signIn = 'mutation($input: SignInInput!) { signIn(input: $input) { refreshToken } }';
    const own = await oidc.mutate(signIn, { email: acme.email, password: PASSWORD });
    const refused = oauth.refreshTokenGrant(party.configuration, own.refreshToken);
    await expect(refused).rejects.toMatchObject(INVALID_GRANT);
  });
});

describe('introspection', () => {
  it('tells an application of its tokens, while they are good', async () => {
    const { tokens, refreshToken } = await party.signIn(acme);
    const sub = tokens.claims()?.sub;
    const about = await oauth.tokenIntrospection(party.configuration, tokens.access_token);
    expect(about).toMatchObject({
      active: true,
      client_id: shop.application.applicationId,
      sub,
      scope: 'tenant:read usage:read',
      tenant_id: acme.tenantId,
      token_type: 'Bearer',
    });
    const refresh = await oauth.tokenIntrospection(party.configuration, refreshToken);
    expect(refresh).toMatchObject({ active: true, client_id: shop.application.applicationId, sub });
    await oauth.tokenRevocation(party.configuration, refreshToken);
    expect(await oauth.tokenIntrospection(party.configuration, refreshToken)).toEqual({ active: false });
    expect(await oauth.tokenIntrospection(party.configuration, tokens.access_token)).toEqual({ active: false });
    expect(await oauth.tokenIntrospection(party.configuration, 'nonsense')).toEqual({ active: false });
  });

  it('tells a client of a tenant of its users’ tokens, and nobody else', async () => {
    const { tokens, refreshToken } = await party.signIn(acme);
    const other = await oidc.makeCustomer('Introspector');
    const own = await serviceClient(acme.tenantId);
    const foreign = await serviceClient(other.tenantId);
    expect(await oauth.tokenIntrospection(own, tokens.access_token)).toMatchObject({ active: true });
    expect(await oauth.tokenIntrospection(foreign, tokens.access_token)).toEqual({ active: false });
    const stranger = await RelyingParty.discover(oidc.server.url, await oidc.createApplication());
    expect(await oauth.tokenIntrospection(stranger.configuration, tokens.access_token)).toEqual({ active: false });
    expect(await oauth.tokenIntrospection(stranger.configuration, refreshToken)).toEqual({ active: false });
    await oauth.tokenRevocation(stranger.configuration, refreshToken);
    await oauth.tokenRevocation(stranger.configuration, tokens.access_token).catch(() => undefined);
    expect(await oauth.refreshTokenGrant(party.configuration, refreshToken)).toHaveProperty('access_token');
  });
});

describe('a browser that is signed in', () => {
  it('signs in to a second application without a page, and not at all where nothing may be shown to nobody', async () => {
    const { browser } = await party.signIn(acme);
    const second = await RelyingParty.discover(oidc.server.url, await oidc.createApplication({ name: 'Second' }));
    const { callback } = await second.authorize(acme, { prompt: 'none' }, browser);
    expect(callback.searchParams.get('code')).toEqual(expect.any(String));
    const stranger = await party.begin({ prompt: 'none' });
    const refused = new URL((await party.browser().get(stranger.url)).url);
    expect(refused.searchParams.get('error')).toBe('login_required');
  });

  it('is asked again where the application wants it, and goes on as another person', async () => {
    const { browser, tokens } = await party.signIn(acme);
    const second = await addUser('second@acme.example');
    const { shown, callback, checks } = await party.authorize(second, { prompt: 'login' }, browser);
    expect(shown.html).toContain('Sign in');
    const other = await oauth.authorizationCodeGrant(party.configuration, callback, checks);
    expect(other.claims()?.sub).not.toBe(tokens.claims()?.sub);
    expect(await readsTenant(tokens.access_token)).toBe('Acme');
  });

  it('signs out, where the person says so, of all that was opened with it', async () => {
    const { browser, tokens, refreshToken, idToken } = await party.signIn(acme);
    const elsewhere = await party.signIn(acme);
    const url = oauth.buildEndSessionUrl(party.configuration, {
      id_token_hint: idToken,
      post_logout_redirect_uri: SIGNED_OUT,
      state: 'abc',
    });
    const asked = await browser.get(url.href);
    expect(asked.html).toContain('Sign out');
    expect(asked.html).not.toContain('<script');
    expect(await readsTenant(tokens.access_token)).toBe('Acme');
    const end = await browser.submit(asked, { logout: 'yes' });
    expect(end.url).toBe(`${SIGNED_OUT}?state=abc`);
    await expect(oauth.refreshTokenGrant(party.configuration, refreshToken)).rejects.toMatchObject(INVALID_GRANT);
    await expect.poll(() => readsTenant(tokens.access_token), SOON).toBe(401);
    expect(await readsTenant(elsewhere.tokens.access_token)).toBe('Acme');
    const again = await browser.get((await party.begin()).url);
    expect(again.html).toContain('name="password"');
    const idle = await browser.get(url.href);
    expect(idle.html).toContain('You are signed out');
    expect(idle.html).not.toContain('<script');
    expect((await browser.submit(idle, { logout: 'yes' })).url).toBe(`${SIGNED_OUT}?state=abc`);
  });
});

it('a session that its person ends, of those that are listed, takes the browser’s sign-in with it', async () => {
  const { browser, tokens, refreshToken } = await party.signIn(acme);
  const { sid } = decodeJwt<{ sid: string }>(tokens.access_token);
  const list = '{ mySessions(first: 100) { edges { node { sessionId kind clientId } } } }';
  const signIn = 'mutation($input: SignInInput!) { signIn(input: $input) { accessToken } }';
  const { accessToken } = await oidc.mutate(signIn, { email: acme.email, password: PASSWORD });
  const { mySessions } = (await oidc.server.query(list, {}, accessToken)).data;
  const node = { sessionId: sid, kind: 'APPLICATION', clientId: shop.application.applicationId };
  expect(mySessions.edges).toContainEqual({ node });
  const end = 'mutation($input: EndSessionInput!) { endSession(input: $input) { __typename } }';
  expect((await oidc.server.query(end, { input: { sessionId: sid } }, accessToken)).errors).toEqual([]);
  await expect(oauth.refreshTokenGrant(party.configuration, refreshToken)).rejects.toMatchObject(INVALID_GRANT);
  expect((await browser.get((await party.begin()).url)).html).toContain('name="password"');
});

it('an application does not manage the account of the person that it signed in, but may end its own session', async () => {
  const { tokens } = await party.signIn(acme);
  const elsewhere = decodeJwt<{ sid: string }>((await party.signIn(acme)).tokens.access_token);
  const ask = (source: string, input?: object) =>
    oidc.server.query(source, input === undefined ? {} : { input }, tokens.access_token);
  const end = 'mutation($input: EndSessionInput!) { endSession(input: $input) { __typename } }';
  const change = 'mutation($input: ChangePasswordInput!) { changePassword(input: $input) { __typename } }';
  const refused = await Promise.all([
    ask('{ mySessions { totalCount } }'),
    ask(end, { sessionId: elsewhere.sid }),
    ask(change, { currentPassword: PASSWORD, newPassword: 'another battery staple' }),
  ]);
  expect(refused.map(({ errors }) => errors[0]?.extensions.code)).toEqual(Array(3).fill('FORBIDDEN'));
  const own = decodeJwt<{ sid: string }>(tokens.access_token);
  expect((await ask(end, { sessionId: own.sid })).errors).toEqual([]);
});

it('a password that is changed ends what was signed in with the old one, and what could become a session', async () => {
  const user = await addUser('changing@acme.example');
  const { browser, tokens, refreshToken } = await party.signIn(user);
  const waiting = await party.authorize(user, {}, browser);
  const signIn = 'mutation($input: SignInInput!) { signIn(input: $input) { accessToken } }';
  const { accessToken } = await oidc.mutate(signIn, { email: user.email, password: PASSWORD });
  const change = 'mutation($input: ChangePasswordInput!) { changePassword(input: $input) { __typename } }';
  const input = { currentPassword: PASSWORD, newPassword: 'another battery staple' };
  expect((await oidc.server.query(change, { input }, accessToken)).errors).toEqual([]);
  await expect(oauth.refreshTokenGrant(party.configuration, refreshToken)).rejects.toMatchObject(INVALID_GRANT);
  const late = oauth.authorizationCodeGrant(party.configuration, waiting.callback, waiting.checks);
  await expect(late).rejects.toMatchObject(INVALID_GRANT);
  await expect.poll(() => readsTenant(tokens.access_token), SOON).toBe(401);
  expect((await browser.get((await party.begin()).url)).html).toContain('name="password"');
});

it('a platform administrator signs in where an application is for all tenants, and nowhere else', async () => {
  const page = party.browser();
  const shown = await page.get((await party.begin()).url);
  expect((await enter(page, shown, ADMIN.email, ADMIN.password)).status).toBe(401);
  const browser = anyone.browser();
  const { url, checks } = await anyone.begin();
  const end = await enter(browser, await browser.get(url), ADMIN.email, ADMIN.password);
  const tokens = await oauth.authorizationCodeGrant(anyone.configuration, new URL(end.url), checks);
  expect(tokens.claims()).toMatchObject({ sub: expect.stringMatching(/^adm_/), roles: ['PLATFORM_ADMINISTRATOR'] });
  expect(tokens.claims()).not.toHaveProperty('tenant_id');
  expect(decodeJwt(tokens.access_token)).toMatchObject({ scope: '' });
});

describe('who is shut out gets nothing more', () => {
  it.each([
    ['a user that is disabled', 'disableUser', 'enableUser'],
    ['a user that is removed', 'removeUser', undefined],
  ])('%s: neither by the session, nor by a code, nor by the browser', async (_, shutOut, letIn) => {
    const user = await addUser(`${shutOut.toLowerCase()}@acme.example`);
    const { browser, tokens, refreshToken } = await party.signIn(user);
    const waiting = await party.authorize(user, {}, browser);
    const halfway = party.browser();
    const page = await halfway.get((await party.begin()).url);
    const act = (name: string) =>
      oidc.mutate(
        `mutation($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { __typename } }`,
        {
          userId: tokens.claims()?.sub,
        },
      );
    await act(shutOut);
    await expect(oauth.refreshTokenGrant(party.configuration, refreshToken)).rejects.toMatchObject(INVALID_GRANT);
    await expect.poll(() => readsTenant(tokens.access_token), SOON).toBe(401);
    expect((await enter(halfway, page, user.email, PASSWORD)).status).toBe(401);
    if (letIn !== undefined) await act(letIn);
    const late = oauth.authorizationCodeGrant(party.configuration, waiting.callback, waiting.checks);
    await expect(late).rejects.toMatchObject(INVALID_GRANT);
    expect((await browser.get((await party.begin()).url)).html).toContain('name="password"');
  });

  it('a tenant that is suspended, also after it has been resumed', async () => {
    const customer = await oidc.makeCustomer('Held');
    const { browser, refreshToken } = await anyone.signIn(customer);
    const input = { tenantId: customer.tenantId };
    await oidc.mutate('mutation($input: SuspendTenantInput!) { suspendTenant(input: $input) { __typename } }', {
      ...input,
      reason: 'x',
    });
    await expect(oauth.refreshTokenGrant(anyone.configuration, refreshToken)).rejects.toMatchObject(INVALID_GRANT);
    const shown = await browser.get((await anyone.begin()).url);
    expect((await enter(browser, shown, customer.email, PASSWORD)).status).toBe(401);
    await oidc.mutate('mutation($input: ResumeTenantInput!) { resumeTenant(input: $input) { __typename } }', input);
    await expect(oauth.refreshTokenGrant(anyone.configuration, refreshToken)).rejects.toMatchObject(INVALID_GRANT);
    expect((await browser.get((await anyone.begin()).url)).html).toContain('name="password"');
  });

  it('an application that is revoked', async () => {
    const created = await oidc.createApplication({ tenantId: acme.tenantId, scopes: ['tenant:read'] });
    const revoked = await RelyingParty.discover(oidc.server.url, created);
    const { browser, tokens, refreshToken } = await revoked.signIn(acme);
    const before = await activeSessions();
    const { applicationId } = created.application;
    const revoke = 'mutation($input: RevokeApplicationInput!) { revokeApplication(input: $input) { applicationId } }';
    await oidc.mutate(revoke, { applicationId });
    expect(await activeSessions()).toBe(before - 1);
    await expect.poll(() => readsTenant(tokens.access_token), SOON).toBe(401);
    await expect(oauth.refreshTokenGrant(revoked.configuration, refreshToken)).rejects.toMatchObject({
      error: 'invalid_client',
    });
    const refused = await browser.get((await revoked.begin()).url);
    expect(refused).toMatchObject({ status: 400, html: expect.stringContaining('invalid_client') });
    await oidc.mutate(revoke, { applicationId });
  });
});

const settle = async (attempts: Promise<oauth.TokenEndpointResponse>[]) => {
  const results = await Promise.allSettled(attempts);
  return {
    fulfilled: results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
    rejected: results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])),
  };
};

/** One more member of Acme, with a password. */
async function addUser(email: string): Promise<Customer> {
  const invite = 'mutation($input: InviteUserInput!) { inviteUser(input: $input) { invitation { token } } }';
  const { invitation } = await oidc.mutate(invite, { tenantId: acme.tenantId, email, role: 'TENANT_MEMBER' });
  const accept = 'mutation($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { expiresAt } }';
  await oidc.mutate(accept, { token: invitation.token, password: PASSWORD });
  return { tenantId: acme.tenantId, email };
}

async function serviceClient(tenantId: string): Promise<oauth.Configuration> {
  const source =
    'mutation($input: CreateServiceClientInput!) { createServiceClient(input: $input) { client { clientId } clientSecret } }';
  const { client, clientSecret } = await oidc.mutate(source, { name: 'Api', scopes: ['usage:read'], tenantId });
  const options = { execute: [oauth.allowInsecureRequests] };
  return await oauth.discovery(new URL(oidc.server.url), client.clientId, clientSecret, undefined, options);
}
