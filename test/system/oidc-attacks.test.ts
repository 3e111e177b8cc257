import { request } from 'node:http';
import { decodeJwt } from 'jose';
import * as oauth from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Application,
  CALLBACK,
  type Customer,
  enter,
  type OidcServer,
  PASSWORD,
  RelyingParty,
  SIGNED_OUT,
  startOidcServer,
} from '../support/oidc.ts';
import { hiddenFields, type PlainBrowser } from '../support/plain-browser.ts';

let oidc: OidcServer;
let acme: Customer;
let rival: Customer;
let shop: Application;
let party: RelyingParty;
let rivalParty: RelyingParty;

beforeAll(async () => {
  oidc = await startOidcServer();
  acme = await oidc.makeCustomer('Acme');
  rival = await oidc.makeCustomer('Rival');
  shop = await oidc.createApplication({ tenantId: acme.tenantId, scopes: ['tenant:read'] });
  party = await RelyingParty.discover(oidc.server.url, shop);
  const rivals = await oidc.createApplication({ tenantId: rival.tenantId, confidential: true });
  rivalParty = await RelyingParty.discover(oidc.server.url, rivals);
});
afterAll(() => oidc.close());

const INVALID_GRANT = { error: 'invalid_grant' };

/** An authorization request with some of its parameters changed, taken away (`undefined`) or doubled (a list). */
async function authorizationUrl(changes: Record<string, string | readonly string[] | undefined> = {}) {
  const url = new URL((await party.begin()).url);
  for (const [name, value] of Object.entries(changes)) {
    url.searchParams.delete(name);
    for (const each of value === undefined ? [] : [value].flat()) url.searchParams.append(name, each);
  }
  return url.href;
}

async function token(parameters: Record<string, string> | [string, string][], headers: Record<string, string> = {}) {
  const body = new URLSearchParams(parameters);
  const response = await fetch(`${oidc.server.url}/oauth/token`, { method: 'POST', body, headers });
  return { status: response.status, headers: response.headers, body: (await response.json()) as { error?: string } };
}

const redemption = (callback: URL, pkceCodeVerifier: string) => ({
  grant_type: 'authorization_code',
  client_id: shop.application.applicationId,
  redirect_uri: CALLBACK,
  code: callback.searchParams.get('code') ?? '',
  code_verifier: pkceCodeVerifier,
});

describe('an address that is not the application’s gets nothing', () => {
  it.each([
    ['a suffix', `${CALLBACK}/more`],
    ['a suffix of the host', 'http://127.0.0.1.evil.example:9/callback'],
    ['a user name', 'http://127.0.0.1:9@evil.example/callback'],
    ['the address as a user name', 'http://127.0.0.1:9%2Fcallback@evil.example'],
    ['another port', 'http://127.0.0.1:10/callback'],
    ['another path', 'http://127.0.0.1:9/callback/../other'],
    ['another name of the host', 'http://localhost:9/callback'],
    ['another scheme', 'https://127.0.0.1:9/callback'],
    ['a query', `${CALLBACK}?next=https://evil.example`],
    ['a fragment', `${CALLBACK}#x`],
    ['capital letters', CALLBACK.replace('callback', 'Callback')],
    ['a slash', `${CALLBACK}/`],
    ['a space', `${CALLBACK} `],
    ['no scheme', '//evil.example/callback'],
    ['a script', 'javascript:alert(1)'],
    ['nothing', ''],
  ])('%s', async (_, redirectUri) => {
    const answer = await party.browser().get(await authorizationUrl({ redirect_uri: redirectUri }));
    expect(answer.status).toBe(400);
    expect(new URL(answer.url).origin).toBe(oidc.server.url);
    expect(answer.html).not.toMatch(/<a |<form|http-equiv/);
  });

  it('twice, or not at all', async () => {
    for (const redirect_uri of [[CALLBACK, 'https://evil.example/'], ['https://evil.example/', CALLBACK], undefined]) {
      const answer = await party.browser().get(await authorizationUrl({ redirect_uri }));
      expect(answer).toMatchObject({ status: 400, url: expect.stringContaining(oidc.server.url) });
    }
  });

  it('also after signing out', async () => {
    const { browser, idToken } = await party.signIn(acme);
    const url = (parameters: Record<string, string>) =>
      `${oidc.server.url}/oauth/logout?${new URLSearchParams(parameters)}`;
    const elsewhere = { post_logout_redirect_uri: 'https://evil.example/' };
    const refused = await browser.get(url({ ...elsewhere, id_token_hint: idToken }));
    expect(refused).toMatchObject({ status: 400, html: expect.stringContaining('not registered') });
    // Without an application it is nobody's address.
    const asked = await browser.get(url(elsewhere));
    expect(asked.headers.get('content-security-policy')).not.toContain('evil');
    expect(new URL((await browser.submit(asked, { logout: 'yes' })).url).origin).toBe(oidc.server.url);
    const forged = await browser.get(url({ post_logout_redirect_uri: SIGNED_OUT, id_token_hint: `${idToken}x` }));
    expect(forged.status).toBe(400);
  });
});

describe('an authorization request that asks for less safety is refused', () => {
  it.each<[string, Record<string, string | undefined>, string]>([
    ['no PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['PKCE with the plain method', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['PKCE without a method, which means plain', { code_challenge_method: undefined }, 'invalid_request'],
    ['a challenge that is none', { code_challenge: 'short' }, 'invalid_request'],
    ['the implicit flow', { response_type: 'token' }, 'invalid_request'],
    ['the hybrid flow', { response_type: 'code id_token', response_mode: 'query' }, 'invalid_request'],
    ['the code in a fragment', { response_mode: 'fragment' }, 'invalid_request'],
    ['an unsigned request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
    ['a request from elsewhere', { request_uri: 'https://evil.example/r' }, 'request_uri_not_supported'],
    ['another resource', { resource: 'https://evil.example/' }, 'invalid_target'],
  ])('%s', async (_, changes, error) => {
    const answer = await party.browser().get(await authorizationUrl(changes));
    const { searchParams, hash } = new URL(answer.url);
    expect(searchParams.get('error') ?? new URLSearchParams(hash.slice(1)).get('error')).toBe(error);
    expect(answer.url).not.toMatch(/[?&#]code=/);
  });

  it.each(['client_id', 'scope', 'state', 'code_challenge', 'response_type', 'nonce'])('two of %s', async (name) => {
    const first = new URL((await party.begin()).url).searchParams.get(name) ?? '';
    const answer = await party.browser().get(await authorizationUrl({ [name]: [first, first] }));
    expect(answer.html + answer.url).toContain('invalid_request');
    expect(answer.html).not.toContain('name="password"');
  });

  it('a method other than GET, and text that is none', async () => {
    const url = await authorizationUrl();
    expect((await fetch(url, { method: 'POST', redirect: 'manual' })).status).toBe(404);
    for (const text of ['%00', '%ED%A0%80', '%FF', "'; --", '../../etc/passwd', 'x'.repeat(8_000)]) {
      const answer = await fetch(url.replace(/client_id=[^&]*/, `client_id=${text}`), { redirect: 'manual' });
      expect([text.slice(0, 20), answer.status]).toEqual([text.slice(0, 20), 400]);
    }
  });
});

describe('a code is good for its own application alone', () => {
  it('not for another one, which it is not used up by', async () => {
    const { callback, checks } = await party.authorize(acme);
    const stolen = oauth.authorizationCodeGrant(rivalParty.configuration, callback, checks);
    await expect(stolen).rejects.toMatchObject(INVALID_GRANT);
    const impostor = { ...redemption(callback, checks.pkceCodeVerifier), client_id: rivalId() };
    expect(await token(impostor)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    const tokens = await oauth.authorizationCodeGrant(party.configuration, callback, checks);
    expect(tokens.claims()).toMatchObject({ tenant_id: acme.tenantId });
  });

  it.each<[string, (good: Record<string, string>) => Record<string, string> | [string, string][], string]>([
    ['without the verifier', ({ code_verifier: _, ...rest }) => rest, 'invalid_grant'],
    ['with another verifier', (good) => ({ ...good, code_verifier: oauth.randomPKCECodeVerifier() }), 'invalid_grant'],
    ['with the challenge as the verifier', (good) => ({ ...good, code_verifier: 'x' }), 'invalid_request'],
    ['with another address', (good) => ({ ...good, redirect_uri: `${CALLBACK}2` }), 'invalid_grant'],
    ['without the address', ({ redirect_uri: _, ...rest }) => rest, 'invalid_request'],
    ['with two codes', (good) => [...Object.entries(good), ['code', good.code ?? '']], 'invalid_request'],
    [
      'with two grant types',
      (good) => [...Object.entries(good), ['grant_type', 'client_credentials']],
      'invalid_request',
    ],
    ['with two clients', (good) => [...Object.entries(good), ['client_id', rivalId()]], 'invalid_request'],
  ])('not %s', async (_, change, error) => {
    const { callback, checks } = await party.authorize(acme);
    const good = redemption(callback, checks.pkceCodeVerifier);
    expect(await token(change(good))).toMatchObject({ body: { error } });
    expect(await token(good)).toMatchObject({ status: 200 });
  });

  it('and a refresh token likewise', async () => {
    const { refreshToken } = await party.signIn(acme);
    const stolen = oauth.refreshTokenGrant(rivalParty.configuration, refreshToken);
    await expect(stolen).rejects.toMatchObject(INVALID_GRANT);
    expect(await oauth.refreshTokenGrant(party.configuration, refreshToken)).toHaveProperty('access_token');
  });

  it('a confidential application shows its secret', async () => {
    const { callback, checks } = await rivalParty.authorize(rival);
    const body = { ...redemption(callback, checks.pkceCodeVerifier), client_id: rivalId() };
    expect(await token(body)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    const wrong = { ...body, client_secret: 'wrong' };
    expect(await token(wrong)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(await oauth.authorizationCodeGrant(rivalParty.configuration, callback, checks)).toHaveProperty('id_token');
  });
});

describe('nobody gets more than its role and the application’s scopes', () => {
  it('by what is asked for', async () => {
    const scope = 'openid tenant:read user:write platform:write service:command';
    const { tokens, refreshToken } = await party.signIn(acme, { scope });
    expect(decodeJwt(tokens.access_token)).toMatchObject({ scope: 'tenant:read' });
    const more = oauth.refreshTokenGrant(party.configuration, refreshToken, { scope: 'openid user:write' });
    await expect(more).rejects.toMatchObject({ error: 'invalid_scope' });
  });

  it('an application without scopes signs in and does nothing', async () => {
    const { tokens } = await rivalParty.signIn(rival, { scope: 'openid tenant:read' });
    expect(decodeJwt(tokens.access_token)).toMatchObject({ scope: '' });
    expect(tokens.scope).toBeUndefined();
    const read = (source: string) => oidc.server.query(source, {}, tokens.access_token);
    expect((await read('{ me { email } }')).data.me).toEqual({ email: rival.email });
    expect((await read('{ tenants { totalCount } }')).errors[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('an ID token, a refresh token and a code open nothing of the graph', async () => {
    const { tokens, refreshToken, idToken } = await party.signIn(acme);
    expect((await oidc.server.query('{ me { email } }', {}, tokens.access_token)).status).toBe(200);
    for (const other of [idToken, refreshToken]) {
      expect((await oidc.server.query('{ me { email } }', {}, other)).status).toBe(401);
    }
  });
});

describe('a person of another tenant', () => {
  it('does not exist on an application’s sign-in page', async () => {
    const browser = party.browser();
    const shown = await browser.get((await party.begin()).url);
    const foreign = await enter(browser, shown, rival.email, PASSWORD);
    const wrong = await enter(browser, shown, acme.email, 'wrong password here');
    const nobody = await enter(browser, shown, 'nobody@acme.example', PASSWORD);
    const messages = [foreign, wrong, nobody].map(({ html }) => /role="alert">([^<]*)/.exec(html)?.[1]);
    expect(messages).toEqual(Array.from({ length: 3 }, () => 'The address or the password is wrong.'));
    expect([foreign, wrong, nobody].map(({ status }) => status)).toEqual([401, 401, 401]);
  });

  it('is asked who it is where the browser knows it from elsewhere', async () => {
    const { browser } = await rivalParty.signIn(rival);
    const silent = new URL((await browser.get((await party.begin({ prompt: 'none' })).url)).url);
    expect(silent.searchParams.get('error')).toBe('login_required');
    const { callback, checks } = await party.authorize(acme, {}, browser);
    const tokens = await oauth.authorizationCodeGrant(party.configuration, callback, checks);
    expect(tokens.claims()).toMatchObject({ tenant_id: acme.tenantId });
    const back = new URL((await browser.get((await rivalParty.begin({ prompt: 'none' })).url)).url);
    expect(back.searchParams.get('error')).toBe('login_required');
  });
});

describe('the sign-in form', () => {
  const credentials = () => ({ email: acme.email, password: PASSWORD });

  it('takes nothing from another page, without its secret, or with that of another sign-in', async () => {
    const browser = party.browser();
    const shown = await browser.get((await party.begin()).url);
    const other = await party.browser().get((await party.begin()).url);
    const fields: Record<string, string> = { ...hiddenFields(shown), ...credentials() };
    for (const csrf of ['', 'x', hiddenFields(other).csrf ?? '']) {
      expect(await browser.post(shown.url, { ...fields, csrf })).toMatchObject({ status: 400 });
    }
    const crossSite = await browser.post(shown.url, fields, { 'sec-fetch-site': 'cross-site' });
    expect(crossSite.status).toBe(403);
    const sameSite = await browser.post(shown.url, fields, { 'sec-fetch-site': 'same-site' });
    expect(sameSite.status).toBe(403);
    const twice = new URLSearchParams([...Object.entries(fields), ['csrf', fields.csrf ?? '']]);
    const cookie = browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const polluted = await fetch(shown.url, { method: 'POST', body: twice, headers: { cookie } });
    expect(polluted.status).toBe(400);
    const end = await browser.post(shown.url, fields, { 'sec-fetch-site': 'same-origin' });
    expect(end.url).toContain(`${CALLBACK}?code=`);
  });

  it('is for the browser in which it began', async () => {
    const attacker = party.browser();
    const shown = await attacker.get((await party.begin()).url);
    const victim = party.browser();
    expect(await victim.get(shown.url)).toMatchObject({ status: 400, html: expect.stringContaining('expired') });
    expect((await victim.submit(shown, credentials())).status).toBe(400);
    const own = await victim.get((await party.begin()).url);
    const [uid] = shown.url.split('/').slice(-1);
    const mixed = await victim.post(own.url.replace(/[^/]*$/, uid ?? ''), { ...hiddenFields(shown), ...credentials() });
    expect(mixed.status).toBe(400);
  });

  it('cannot be kept: once used, it leads nowhere', async () => {
    const browser = party.browser();
    const shown = await browser.get((await party.begin()).url);
    await enter(browser, shown, acme.email, PASSWORD);
    expect((await browser.submit(shown, credentials())).status).toBe(400);
  });

  it('leads back where the person does not want to', async () => {
    const browser = party.browser();
    const shown = await browser.get((await party.begin()).url);
    const end = new URL((await browser.submit(shown, { cancel: 'yes' })).url);
    expect(end.href).toContain(CALLBACK);
    expect(end.searchParams.get('error')).toBe('access_denied');
  });

  it('runs no script, loads nothing, and stands in nobody’s frame', async () => {
    const browser = party.browser();
    const hostile = await oidc.createApplication({ name: '"><script>alert(1)</script>' });
    const name = await RelyingParty.discover(oidc.server.url, hostile);
    const shown = await browser.get((await name.begin({ login_hint: '"><script>alert(2)</script>' })).url);
    expect(shown.html).toContain('&lt;script&gt;');
    const mistyped = await browser.submit(shown, { email: '"><script>alert(3)</script>', password: 'x' });
    for (const page of [shown, mistyped]) {
      expect(page.html).not.toContain('<script');
      const policy = page.headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self' http:\/\/127\.0\.0\.1:9; /,
      );
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('script-src');
      expect(Object.fromEntries(page.headers)).toMatchObject({
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
    }
  });

  it('its cookies are for the server alone', async () => {
    const browser = party.browser();
    await party.authorize(acme, {}, browser);
    expect(browser.received.length).toBeGreaterThan(2);
    for (const line of browser.received) {
      expect(line).toMatch(/; path=\/oauth/i);
      if (!line.includes('01 Jan 1970')) expect(line).toMatch(/samesite=lax; httponly/i);
    }
  });
});

describe('a session that somebody else made', () => {
  const session = 'identity_session';
  const plant = (value: string) => {
    const browser = party.browser();
    browser.cookies.push({ name: session, value, path: '/oauth' });
    return browser;
  };
  const sessionOf = (browser: PlainBrowser) => browser.cookies.find(({ name }) => name === session)?.value ?? '';
  const isSignedIn = async (browser: PlainBrowser) =>
    new URL((await browser.get((await party.begin({ prompt: 'none' })).url)).url).searchParams.has('code');

  it('a made-up cookie is not taken over', async () => {
    const victim = plant('made-up-by-somebody');
    await party.authorize(acme, {}, victim);
    expect(sessionOf(victim)).not.toBe('made-up-by-somebody');
    expect(await isSignedIn(victim)).toBe(true);
    expect(await isSignedIn(plant('made-up-by-somebody'))).toBe(false);
  });

  it('the attacker’s own does not become the victim’s', async () => {
    const { browser: attacker } = await party.signIn(acme);
    const planted = sessionOf(attacker);
    const victim = plant(planted);
    const second = await oidc.createApplication({ name: 'Second' });
    const anyone = await RelyingParty.discover(oidc.server.url, second);
    const { tokens } = await anyone.signIn(rival, { prompt: 'login' }, victim);
    expect(tokens.claims()).toMatchObject({ tenant_id: rival.tenantId });
    expect(sessionOf(victim)).not.toBe(planted);
    const silent = await anyone.begin({ prompt: 'none' });
    expect(new URL((await plant(planted).get(silent.url)).url).searchParams.get('error')).toBe('login_required');
  });

  it('signing in again changes the cookie', async () => {
    const { browser } = await party.signIn(acme);
    const before = sessionOf(browser);
    await party.signIn(acme, { prompt: 'login' }, browser);
    expect(sessionOf(browser)).not.toBe(before);
    expect(await isSignedIn(plant(before))).toBe(false);
  });

  it('signing out takes the person’s own click', async () => {
    const { browser } = await party.signIn(acme);
    for (const fields of [{ logout: 'yes' }, { logout: 'yes', xsrf: 'x' }] as Record<string, string>[]) {
      const forged = await browser.post(`${oidc.server.url}/oauth/logout/confirm`, fields);
      expect(forged.status).toBe(400);
    }
    await browser.get(`${oidc.server.url}/oauth/logout`);
    expect(await isSignedIn(browser)).toBe(true);
  });
});

describe('a forged host', () => {
  /** Of a request with any headers: its status, where it leads, and its text. */
  function raw(
    url: string,
    headers: Record<string, string>,
  ): Promise<{ location: string; text: string; cookies: string }> {
    return new Promise((resolve, reject) => {
      const sent = request(url, { headers }, (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({
            location: response.headers.location ?? '',
            text,
            cookies: String(response.headers['set-cookie'] ?? ''),
          }),
        );
      });
      sent.on('error', reject).end();
    });
  }

  it('is in no address, in no form and in no cookie', async () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
    const discovery = await raw(`${oidc.server.url}/.well-known/openid-configuration`, headers);
    const authorize = await raw(await authorizationUrl(), headers);
    const logout = await raw(`${oidc.server.url}/oauth/logout`, headers);
    expect(discovery.text).toContain(oidc.server.url);
    expect(authorize.location).toMatch(/^\/oauth\/sign-in\//);
    expect(logout.text).toContain(`action="${oidc.server.url}/oauth/logout/confirm"`);
    for (const { location, text, cookies } of [discovery, authorize, logout]) {
      expect(location + text + cookies).not.toContain('evil');
      expect(cookies).not.toMatch(/; secure/i);
    }
  });
});

describe('a page of another origin', () => {
  it('reads the token endpoint’s answers for the application that it is, and for no other', async () => {
    const { refreshToken } = await party.signIn(acme);
    const refresh = (origin: string, refresh_token: string) =>
      token({ grant_type: 'refresh_token', client_id: shop.application.applicationId, refresh_token }, { origin });
    const foreign = await refresh('https://evil.example', refreshToken);
    expect(foreign.body.error).toBe('invalid_request');
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    const preflight = await fetch(`${oidc.server.url}/oauth/token`, {
      method: 'OPTIONS',
      headers: { origin: 'http://127.0.0.1:9', 'access-control-request-method': 'POST' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([204, 'POST']);
    const own = await refresh('http://127.0.0.1:9', refreshToken);
    expect(own).toMatchObject({ status: 200 });
    expect(own.headers.get('access-control-allow-origin')).toBe('http://127.0.0.1:9');
  });
});

describe('introspection and revocation', () => {
  const ask = async (path: string, body: Record<string, string>) => {
    const response = await fetch(`${oidc.server.url}/oauth/${path}`, {
      method: 'POST',
      body: new URLSearchParams(body),
    });
    return { status: response.status, text: await response.text() };
  };

  it('take a client that says who it is', async () => {
    const { tokens } = await party.signIn(acme);
    for (const path of ['introspect', 'revoke']) {
      expect(await ask(path, { token: tokens.access_token })).toMatchObject({ status: 401 });
      const impostor = { token: tokens.access_token, client_id: rivalId() };
      expect(await ask(path, impostor)).toMatchObject({ status: 401 });
    }
    expect((await oidc.server.query('{ me { email } }', {}, tokens.access_token)).status).toBe(200);
  });

  it('tell nothing of what is forged', async () => {
    const { tokens, idToken } = await party.signIn(acme);
    const [, payload] = tokens.access_token.split('.');
    const none = Buffer.from('{"alg":"none","typ":"at+jwt","kid":"../../etc/passwd"}').toString('base64url');
    const client_id = shop.application.applicationId;
    for (const forged of [`${none}.${payload}.`, `${tokens.access_token}x`, idToken, 'x', 'a.b.c']) {
      const { status, text } = await ask('introspect', { client_id, token: forged });
      expect([status, JSON.parse(text)]).toEqual([200, { active: false }]);
    }
    const huge = await ask('introspect', { client_id, token: 'x'.repeat(1_000_000) });
    expect(huge.status).toBeGreaterThanOrEqual(400);
    expect(huge.status).toBeLessThan(500);
  });
});

function rivalId(): string {
  return rivalParty.configuration.clientMetadata().client_id;
}
