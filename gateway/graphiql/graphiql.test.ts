import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Fastify, { type FastifyInstance } from 'fastify';
import { buildSchema, graphql } from 'graphql';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findBrowser, launchBrowser, requireBrowser } from '#test/support/browser.ts';
import { contentSecurityPolicy, graphiqlRoutes, sendGraphiqlPage } from './page.ts';

const EMAIL = 'ada@acme.example';
const PASSWORD = 'correct horse battery';
const ACCESS_TOKEN = 'access-token-of-ada';
const REFRESH_TOKEN = 'refresh-token-of-ada';

const schema = buildSchema(`
  type Query { me: User authorization: String greeting(name: String!): String! }
  type Mutation {
    signIn(input: SignInInput!): SignInPayload!
    signOut(input: SignOutInput!): SignOutPayload!
  }
  input SignInInput { email: String! password: String! }
  input SignOutInput { refreshToken: String! }
  type SignInPayload { accessToken: String! refreshToken: String! expiresAt: String! user: User }
  type SignOutPayload { signedOut: Boolean! }
  type User { userId: ID! email: String role: String tenant: Tenant }
  type Tenant { name: String! }
`);

const user = { userId: 'usr_1', email: EMAIL, role: 'TENANT_ADMIN', tenant: { name: 'Acme' } };
const ended: string[] = [];

const rootValue = {
  greeting: ({ name }: { name: string }) => `hello ${name}`,
  authorization: (_: unknown, context: { authorization?: string }) => context.authorization,
  me: (_: unknown, context: { authorization?: string }) =>
    context.authorization === `Bearer ${ACCESS_TOKEN}` ? user : null,
  signIn: ({ input }: { input: { email: string; password: string } }) => {
    if (input.email !== EMAIL || input.password !== PASSWORD) throw new Error('The e-mail or the password is wrong.');
    const expiresAt = new Date(Date.now() + 900_000).toISOString();
    return { accessToken: ACCESS_TOKEN, refreshToken: REFRESH_TOKEN, expiresAt, user };
  },
  signOut: ({ input }: { input: { refreshToken: string } }) => {
    ended.push(input.refreshToken);
    return { signedOut: true };
  },
};

let bundle: string;
let app: FastifyInstance;
let address: string;

beforeAll(async () => {
  bundle = await mkdtemp(join(tmpdir(), 'graphiql-'));
  await buildPage(bundle);
  app = serve(bundle);
  address = await app.listen({ port: 0, host: '127.0.0.1' });
}, 60_000);

afterAll(async () => {
  await app?.close();
  await rm(bundle, { recursive: true, force: true });
});

describe('the page over HTTP', () => {
  it('comes with a policy that allows nothing but its own files, and holds no inline script or style', async () => {
    const page = await app.inject({ url: '/graphql', headers: { accept: 'text/html' } });
    expect(page.statusCode).toBe(200);
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    });
    expect(contentSecurityPolicy).not.toMatch(/script-src[^;]*unsafe|https?:|\*/);
    expect(page.body).toContain('<title>SaaS control plane</title>');
    expect(page.body).not.toMatch(/<script(?![^>]* src=)|<style|style=|\son\w+=/);
    expect(page.body).not.toMatch(/(src|href)="(?!\/graphiql\/assets\/)/);
  });

  it('has assets that are cached for ever, compressed for who takes it, under the same policy', async () => {
    const page = await app.inject({ url: '/graphql' });
    const script = /src="([^"]+)"/.exec(page.body)?.[1] ?? '';
    const asset = await app.inject({ url: script, headers: { 'accept-encoding': 'gzip' } });
    expect(asset.headers).toMatchObject({
      'content-type': expect.stringContaining('javascript'),
      'content-encoding': 'gzip',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
    });
    const plain = await app.inject({ url: script });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.rawPayload.length).toBeGreaterThan(asset.rawPayload.length);
  });

  it.each(['/graphiql/assets/..%2findex.html', '/graphiql/assets/%2e%2e/index.html', '/graphiql/assets/none.js'])(
    'answers %s with nothing',
    async (url) => {
      expect((await app.inject({ url })).statusCode).toBeGreaterThanOrEqual(400);
    },
  );

  it('says which command builds it where it was never built', async () => {
    const bare = serve(join(bundle, 'nowhere'));
    const page = await bare.inject({ url: '/graphql', headers: { accept: 'text/html' } });
    await bare.close();
    expect(page.statusCode).toBe(503);
    expect(page.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(page.body).toContain('npm run postinstall');
  });
});

describe('the page in a browser', () => {
  requireBrowser();

  let browser: Browser;
  let page: Page;
  let origins: Set<string>;
  let complaints: string[];

  beforeAll(async () => {
    if (findBrowser()) browser = await launchBrowser();
  });

  afterAll(async () => browser?.close());

  beforeEach(async () => {
    ended.length = 0;
    origins = new Set();
    complaints = [];
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on('request', (request) => origins.add(new URL(request.url()).origin));
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(`${address}/graphql`);
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  });

  afterEach(async () => {
    await page?.close();
  });

  it('shows the scenario as tabs, with its variables, and loads nothing from elsewhere', async () => {
    expect(await page.title()).toBe('SaaS control plane');
    const tabs = [
      'SignIn',
      'Onboard',
      'AcceptInvitation',
      'Customer',
      'RecordUsage',
      'ChangeTier',
      'Offboard',
      'Workflows',
    ];
    expect(await page.locator('.graphiql-tab-button').allTextContents()).toEqual(tabs);
    expect(await page.locator('.graphiql-tab-close title').allTextContents()).toEqual(tabs.map(() => 'close icon'));
    await expect.poll(() => text(page, '.graphiql-editor-tool')).toContain('admin@example.com');
    await page.getByRole('tab', { name: 'Onboard' }).click();
    await expect.poll(() => text(page, '.graphiql-editor-tool')).toContain('ada@acme.example');
    expect([...origins]).toEqual([address]);
  });

  it('works within its policy, workers and all, and the policy stops what is not in the build', async () => {
    await run(page, 'query Hello { greeting(name: "x") }');
    await expect.poll(() => page.workers().length).toBeGreaterThanOrEqual(3);
    expect(page.workers().map((worker) => worker.url())).toEqual(
      page.workers().map(() => expect.stringMatching(`^${address}/graphiql/assets/.*worker`)),
    );
    expect(complaints).toEqual([]);
    await page.evaluate(() => document.body.append(Object.assign(document.createElement('script'), { text: '1' })));
    await expect.poll(() => complaints.join()).toContain('Content Security Policy');
  });

  it('runs an operation and shows the answer', async () => {
    await run(page, 'query Hello { greeting(name: "world") }');
    await expect.poll(() => text(page, '.result-window')).toContain('"greeting": "hello world"');
  });

  it('completes field names from the schema', async () => {
    await type(page, '{ gree');
    await page.keyboard.press('Control+Space');
    await expect.poll(() => text(page, '.suggest-widget')).toContain('greeting');
  });

  it('sends the token of who signed in with each request, and none after signing out', async () => {
    await run(page, 'query Before { authorization }');
    await expect.poll(() => text(page, '.result-window')).toContain('"authorization": null');
    await signIn(page, PASSWORD);
    await expect
      .poll(() => page.getByRole('banner').getByRole('status').textContent())
      .toBe(`Signed in as ${EMAIL}tenant admin of Acme`);
    await run(page, 'query After { authorization me { email } }');
    await expect.poll(() => text(page, '.result-window')).toContain(`"authorization": "Bearer ${ACCESS_TOKEN}"`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await run(page, 'query Out { signedOut: authorization }');
    await expect.poll(() => text(page, '.result-window')).toContain('"signedOut": null');
    expect(ended).toEqual([REFRESH_TOKEN]);
    expect(complaints).toEqual([]);
  });

  it('leaves neither tokens nor request headers nor the password in the browser', async () => {
    await signIn(page, PASSWORD);
    await page.getByRole('banner').getByRole('status').waitFor();
    await page.getByRole('button', { name: 'Headers', exact: true }).click();
    await type(
      page,
      '{ "authorization": "Bearer typed-by-hand" }',
      '.graphiql-editor-tool .graphiql-editor:not(.hidden)',
    );
    await run(page, 'query Before { authorization }');
    await expect.poll(() => text(page, '.result-window')).toContain('Bearer typed-by-hand');
    await expect.poll(() => storedQuery(page)).toBe('query Before { authorization }');
    const stored = await storedTexts(page);
    for (const secret of [ACCESS_TOKEN, REFRESH_TOKEN, PASSWORD, 'typed-by-hand']) expect(stored).not.toContain(secret);
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
    expect(await page.context().cookies()).toEqual([]);
  });

  it('says why signing in failed, and signs nobody in', async () => {
    await signIn(page, 'wrong');
    await expect
      .poll(() => page.getByRole('banner').getByRole('alert').textContent())
      .toBe('The e-mail or the password is wrong.');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await page.getByRole('banner').getByRole('status').count()).toBe(0);
  });

  it('keeps what was edited over a reload, and opens no tab twice', async () => {
    await type(page, 'query Mine { greeting(name: "again") }');
    await page.getByRole('tab', { name: 'Mine' }).waitFor();
    await expect.poll(() => storedQuery(page)).toBe('query Mine { greeting(name: "again") }');
    await page.reload();
    await page.getByRole('tab', { name: 'Mine' }).waitFor();
    expect(await page.getByRole('tab').count()).toBe(8);
  });
});

function serve(directory: string): FastifyInstance {
  const server = Fastify();
  server.register(graphiqlRoutes, { bundle: directory });
  server.get('/graphql', (_request, reply) => sendGraphiqlPage(reply, { bundle: directory }));
  server.post<{ Body: { query: string; variables?: Record<string, unknown>; operationName?: string } }>(
    '/graphql',
    ({ body, headers }) =>
      graphql({
        schema,
        rootValue,
        source: body.query,
        variableValues: body.variables ?? null,
        operationName: body.operationName ?? null,
        contextValue: { authorization: headers.authorization },
      }),
  );
  return server;
}

/** Builds the page as installation does, from the sources as they are now. */
async function buildPage(directory: string): Promise<void> {
  const vite = join(import.meta.dirname, '../../node_modules/vite/bin/vite.js');
  const config = join(import.meta.dirname, 'vite.config.ts');
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    ...[vite, 'build', '--config', config],
    ...['--outDir', directory, '--emptyOutDir'],
  ]);
  expect(stdout + stderr).toBe('');
}

async function type(page: Page, operation: string, editor = '.graphiql-query-editor'): Promise<void> {
  await page.locator(`${editor} .view-lines`).click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(operation);
  // Monaco closes an open bracket by itself: what stands behind the cursor is not ours.
  await page.keyboard.press('Control+Shift+End');
  await page.keyboard.press('Delete');
}

async function run(page: Page, operation: string): Promise<void> {
  await type(page, operation);
  // The editor takes up what was typed a tenth of a second later: the tab then bears the operation's name.
  await page.locator('.graphiql-tab-active', { hasText: /^query (\w+)/.exec(operation)?.[1] ?? '' }).waitFor();
  await page.getByRole('button', { name: /^Execute query/ }).click();
}

async function signIn(page: Page, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** The editor's text; Monaco writes spaces as no-break spaces. */
async function text(page: Page, selector: string): Promise<string> {
  const parts = await page.locator(`${selector} .view-line, ${selector} .monaco-list-row`).allTextContents();
  return parts.join('\n').replaceAll('\u00a0', ' ');
}

function storedTexts(page: Page): Promise<string> {
  return page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]));
}

/** The first tab's operation as a reload would find it: GraphiQL stores tabs half a second after an edit. */
async function storedQuery(page: Page): Promise<string | undefined> {
  const state = await page.evaluate(() => sessionStorage.getItem('graphiql:tabState'));
  return state === null ? undefined : JSON.parse(state).tabs[0]?.query;
}
