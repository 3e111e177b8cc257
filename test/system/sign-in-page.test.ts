import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, requireBrowser } from '../support/browser.ts';
import { type Customer, type OidcServer, PASSWORD, startOidcServer } from '../support/oidc.ts';

/** The least that WCAG 2.2 asks for (2.5.8 is 24), in CSS pixels; what a thumb hits is more. */
const TARGET = 44;
const NARROW = { width: 320, height: 640 };

describe('the pages of the sign-in, in a browser', () => {
  requireBrowser();

  let oidc: OidcServer;
  let acme: Customer;
  let browser: Browser;
  /** The application: another origin, to which the form leads in the end. */
  let application: Server;
  let callback: string;
  let clientId: string;

  beforeAll(async () => {
    oidc = await startOidcServer();
    acme = await oidc.makeCustomer('Acme');
    application = createServer((_request, response) => response.end('<title>Shop</title>You are in the shop.'));
    await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
    callback = `http://127.0.0.1:${(application.address() as AddressInfo).port}/callback`;
    const created = await oidc.createApplication({
      name: 'The Acme Shop',
      tenantId: acme.tenantId,
      redirectUris: [callback],
      postLogoutRedirectUris: [callback],
    });
    clientId = created.application.applicationId;
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    application?.close();
    await oidc?.close();
  });

  /** A fresh browser, and what its console complains of. */
  async function open(options: Parameters<Browser['newContext']>[0] = {}) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    return { context, page, complaints };
  }

  const authorizeUrl = (parameters: Record<string, string> = {}) => {
    const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
    const base = { client_id: clientId, redirect_uri: callback, response_type: 'code', scope: 'openid', state: 'abc' };
    const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
    return `${oidc.server.url}/oauth/authorize?${new URLSearchParams({ ...base, ...pkce, ...parameters })}`;
  };

  const focused = (page: Page) => page.evaluate('document.activeElement.id') as Promise<string>;
  const overflows = (page: Page) =>
    page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth') as Promise<boolean>;

  async function signIn(page: Page, password = PASSWORD): Promise<void> {
    await page.getByLabel('E-mail address').fill(acme.email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  it.each([true, false])(
    'a person signs in and gets to the application (JavaScript: %s)',
    async (javaScriptEnabled) => {
      const { context, page, complaints } = await open({ javaScriptEnabled });
      await page.goto(authorizeUrl());
      expect(await page.title()).toBe('Sign in to The Acme Shop');
      await signIn(page);
      await page.waitForURL(`${callback}?**`);
      expect(new URL(page.url()).searchParams.get('code')).toEqual(expect.any(String));
      expect(new URL(page.url()).searchParams.get('state')).toBe('abc');
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  it.each([true, false])('a wrong password is told, where a screen reader finds it (JavaScript: %s)', async (js) => {
    const { context, page } = await open({ javaScriptEnabled: js });
    await page.goto(authorizeUrl());
    await signIn(page, 'not the password at all');
    expect(await page.title()).toBe('Error: Sign in to The Acme Shop');
    const alert = page.getByRole('alert');
    expect(await alert.textContent()).toBe('The address or the password is wrong.');
    const password = page.getByLabel('Password', { exact: true });
    expect(await password.getAttribute('aria-invalid')).toBe('true');
    expect(await password.getAttribute('aria-describedby')).toBe(await alert.getAttribute('id'));
    expect(await password.inputValue()).toBe('');
    expect(await page.getByLabel('E-mail address').inputValue()).toBe(acme.email);
    await signIn(page);
    await page.waitForURL(`${callback}?**`);
    await context.close();
  });

  it('is done by keyboard alone, from the field that has the focus', async () => {
    const { context, page } = await open();
    await page.goto(authorizeUrl());
    expect(await focused(page)).toBe('email');
    await page.keyboard.type(acme.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${callback}?**`);
    await page.goto(authorizeUrl({ prompt: 'login', login_hint: acme.email }));
    expect(await focused(page)).toBe('password');
    await context.close();
  });

  it('helps password managers, and says in which language it is', async () => {
    const { context, page } = await open();
    await page.goto(authorizeUrl());
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.getByLabel('E-mail address').getAttribute('autocomplete')).toBe('username');
    expect(await page.getByLabel('Password', { exact: true }).getAttribute('autocomplete')).toBe('current-password');
    expect(await page.getByRole('main').count()).toBe(1);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    await context.close();
  });

  it.each(['light', 'dark'] as const)('fits 320 pixels, and a thumb (%s)', async (colorScheme) => {
    const { context, page, complaints } = await open({ viewport: NARROW, colorScheme });
    await page.goto(authorizeUrl());
    await signIn(page, 'not the password at all');
    expect(await overflows(page)).toBe(false);
    for (const button of await page.getByRole('button').all()) {
      expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(TARGET);
    }
    // The style is let in by its hash: without it the page would be white.
    const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(background).toBe(colorScheme === 'light' ? 'rgb(242, 244, 247)' : 'rgb(17, 20, 23)');
    expect(complaints.filter((text) => text.includes('Content Security Policy'))).toEqual([]);
    await context.close();
  });

  it('leads back to the application without signing in', async () => {
    const { context, page } = await open();
    await page.goto(authorizeUrl());
    await page.getByRole('button', { name: 'Back to The Acme Shop' }).click();
    await page.waitForURL(`${callback}?**`);
    expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied');
    await context.close();
  });

  it('signs out after a click', async () => {
    const { context, page } = await open({ javaScriptEnabled: false });
    await page.goto(authorizeUrl());
    await signIn(page);
    await page.waitForURL(`${callback}?**`);
    const leave = new URLSearchParams({ client_id: clientId, post_logout_redirect_uri: callback });
    await page.goto(`${oidc.server.url}/oauth/logout?${leave}`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(callback);
    await page.goto(authorizeUrl());
    expect(await page.title()).toBe('Sign in to The Acme Shop');
    await context.close();
  });

  it('an invited person chooses a password by the link, and signs in with it', async () => {
    const email = 'invited@acme.example';
    const invite = 'mutation($input: InviteUserInput!) { inviteUser(input: $input) { invitation { token } } }';
    const { invitation } = await oidc.mutate(invite, { tenantId: acme.tenantId, email, role: 'TENANT_MEMBER' });
    const { context, page } = await open({ javaScriptEnabled: false, viewport: NARROW });
    const choose = async (first: string, second: string) => {
      await page.getByLabel('New password', { exact: true }).fill(first);
      await page.getByLabel('New password again').fill(second);
      await page.getByRole('button', { name: 'Set password' }).click();
    };
    await page.goto(`${oidc.server.url}/oauth/invitation?token=${invitation.token}`);
    expect(await page.title()).toBe('Choose your password');
    expect(await overflows(page)).toBe(false);
    await choose('a much better password', 'a much worse password');
    expect(await page.getByRole('alert').textContent()).toBe('The two passwords are not the same.');
    await choose('short', 'short');
    expect(await page.getByRole('alert').textContent()).toBe('A password has 12 characters at least.');
    const field = page.getByLabel('New password', { exact: true });
    expect(await field.getAttribute('aria-describedby')).toBe('password-hint error');
    await choose('a much better password', 'a much better password');
    expect(await page.getByRole('heading').textContent()).toBe('Your password is set');
    await page.goto(authorizeUrl());
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password', { exact: true }).fill('a much better password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${callback}?**`);
    await page.goto(`${oidc.server.url}/oauth/invitation?token=${invitation.token}`);
    await choose('yet another password', 'yet another password');
    expect(await page.getByRole('alert').textContent()).toBe('The invitation is not valid any more.');
    await context.close();
  });

  it('who forgot the password asks for a link, and is told the same whoever it is', async () => {
    const { context, page } = await open({ javaScriptEnabled: false });
    const said: (string | null)[] = [];
    for (const email of [acme.email, 'nobody@acme.example']) {
      await page.goto(authorizeUrl());
      await page.getByRole('link', { name: 'Forgot your password?' }).click();
      await page.getByLabel('E-mail address').fill(email);
      await page.getByRole('button', { name: 'Send the link' }).click();
      said.push(await page.getByRole('main').textContent());
    }
    expect(said[0]).toContain('a link to choose a new password is on its way');
    expect(said[1]).toBe(said[0]);
    await context.close();
  });

  it('a browser refuses to show them in a frame of another page', async () => {
    const { context, page } = await open();
    await page.goto(callback);
    await page.setContent(`<iframe src="${authorizeUrl()}"></iframe>`);
    await expect.poll(() => page.frames().at(1)?.url()).toMatch(/^chrome-error:/);
    await context.close();
  });
});
