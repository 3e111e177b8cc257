import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { openEmbeddedStores } from '#lib/store/embedded/embedded.ts';
import type { Stores } from '#lib/store/port.ts';
import { makeUser, PASSWORD } from '#test/support/identity.ts';
import { shareStores } from '#test/support/mortal-stores.ts';
import { hiddenFields, PlainBrowser } from '#test/support/plain-browser.ts';
import { ADMINISTRATOR, openTestPlane, type TestPlane } from '#test/support/plane.ts';

const PUBLIC_URL = 'http://127.0.0.1:4000';
const CALLBACK = 'https://shop.example/callback';
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const DAY = 24 * 60 * 60 * 1000;

let dataDir: string;
let stores: Stores;
let shared: ReturnType<typeof shareStores>;
let clock: ManualClock;
/** Two processes of everything on one store. */
let planes: TestPlane[];
let apps: FastifyInstance[];
let addresses: string[];
let email: string;
let clientId: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'oidc-'));
  stores = await openEmbeddedStores({ dataDir });
  shared = shareStores(stores);
  clock = new ManualClock('2026-03-10T12:00:00.000Z');
  planes = [];
  apps = [];
  addresses = [];
  for (let process = 0; process < 2; process++) {
    const plane = await openTestPlane({ dataDir, shared: { stores: shared.process(), clock } });
    const app = Fastify();
    await plane.plane.subgraphs.get('identity')?.routes?.(app);
    addresses.push(await app.listen({ host: '127.0.0.1', port: 0 }));
    planes.push(plane);
    apps.push(app);
  }
  const user = await makeUser(first());
  email = user.email;
  const source = `mutation ($input: CreateApplicationInput!) { createApplication(input: $input) { application { applicationId } } }`;
  const input = { name: 'Shop', redirectUris: [CALLBACK], tenantId: user.tenantId };
  const { createApplication } = await first().data('identity', ADMINISTRATOR, source, { input });
  clientId = (createApplication as { application: { applicationId: string } }).application.applicationId;
});
afterAll(async () => {
  for (const app of apps) await app.close();
  for (const plane of planes) await plane.close();
  await stores.close();
  await rm(dataDir, { recursive: true, force: true });
});

let turn = 0;
/** Each request to the other process than the one before. */
const inTurn = () => addresses[turn++ % 2] ?? '';
const first = () => planes[0] as TestPlane;
const newBrowser = () => new PlainBrowser(PUBLIC_URL, inTurn);

function authorizeUrl(parameters: Record<string, string> = {}): string {
  const code_challenge = createHash('sha256').update(VERIFIER).digest('base64url');
  const pkce = { code_challenge, code_challenge_method: 'S256' };
  const base = { client_id: clientId, redirect_uri: CALLBACK, response_type: 'code', scope: 'openid' };
  return `${PUBLIC_URL}/oauth/authorize?${new URLSearchParams({ ...base, ...pkce, ...parameters })}`;
}

async function newCode(browser = newBrowser()): Promise<string> {
  const shown = await browser.get(authorizeUrl());
  const end = 'csrf' in hiddenFields(shown) ? await browser.submit(shown, { email, password: PASSWORD }) : shown;
  const code = new URL(end.url).searchParams.get('code');
  if (code === null) throw new Error(`no code at ${end.url}: ${end.html}`);
  return code;
}

interface TokenAnswer {
  readonly status: number;
  readonly error?: string;
  readonly access_token?: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
}

async function token(parameters: Record<string, string>): Promise<TokenAnswer> {
  const body = new URLSearchParams({ client_id: clientId, ...parameters });
  const response = await fetch(`${inTurn()}/oauth/token`, { method: 'POST', body });
  return { ...((await response.json()) as TokenAnswer), status: response.status };
}

const redeem = (code: string) =>
  token({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: VERIFIER });
const refresh = (refresh_token = '') => token({ grant_type: 'refresh_token', refresh_token });
const refused = { status: 400, error: 'invalid_grant' };

async function keys(): Promise<JSONWebKeySet> {
  return (await (await fetch(`${inTurn()}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
}

describe('several processes on one store', () => {
  it('carry one sign-in on between them, and the session that comes of it', async () => {
    const tokens = await redeem(await newCode());
    expect(tokens).toMatchObject({ status: 200, access_token: expect.any(String), id_token: expect.any(String) });
    const next = await refresh(tokens.refresh_token);
    expect(next).toMatchObject({ status: 200 });
    expect(await refresh(next.refresh_token)).toMatchObject({ status: 200 });
  });

  it('let one of many redemptions, and one of many refreshes, succeed', async () => {
    const code = await newCode();
    const redeemed = await Promise.all(Array.from({ length: 32 }, () => redeem(code)));
    expect(redeemed.filter(({ status }) => status === 200)).toHaveLength(1);
    const { refresh_token } = await redeem(await newCode());
    const refreshed = await Promise.all(Array.from({ length: 32 }, () => refresh(refresh_token)));
    expect(refreshed.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of [...redeemed, ...refreshed]) if (answer.status !== 200) expect(answer).toMatchObject(refused);
  });

  it('rotate the keys between two steps of one sign-in: nothing fails, and what was signed stays good', async () => {
    const browser = newBrowser();
    const before = await redeem(await newCode(browser));
    const shown = await newBrowser().get(authorizeUrl());
    expect(shown.status).toBe(200);
    const code = await newCode(browser);
    await first().data('identity', ADMINISTRATOR, 'mutation { rotateSigningKey(input: {}) { keyId } }');
    clock.advance(10_000); // a new key is known everywhere before it signs
    const after = await redeem(code);
    const last = await refresh(before.refresh_token);
    expect([before, after, last].map(({ status }) => status)).toEqual([200, 200, 200]);
    const known = createLocalJWKSet(await keys());
    for (const { access_token, id_token } of [before, after, last]) {
      const options = { currentDate: clock.now() };
      await expect(jwtVerify(access_token ?? '', known, options)).resolves.toHaveProperty('payload');
      await expect(jwtVerify(id_token ?? '', known)).resolves.toHaveProperty('payload');
    }
    const kids = [before, after, last].map(({ access_token }) => decodeProtectedHeader(access_token ?? '').kid);
    expect(new Set(kids).size).toBe(2);
    expect(await redeem(await newCode(browser))).toMatchObject({ status: 200 });
  });
});

describe('a store that does not answer', () => {
  it('is told as an outage, and nothing of it is shown', async () => {
    const held = shared.process();
    const plane = await openTestPlane({ dataDir, shared: { stores: held, clock } });
    const app = Fastify();
    await plane.plane.subgraphs.get('identity')?.routes?.(app);
    const ask = async (method: 'GET' | 'POST', url: string) => {
      const { statusCode, body } = await app.inject({ method, url });
      expect(body).not.toMatch(/killed|\.ts/);
      return [url, statusCode];
    };
    const asked = [
      ['POST', '/oauth/token', 401],
      ['GET', '/.well-known/jwks.json', 200],
      ['GET', `/oauth/authorize?client_id=${clientId}`, 400],
      ['GET', '/oauth/sign-in/x', 400],
    ] as const;
    for (const [method, url, status] of asked) expect(await ask(method, url)).toEqual([url, status]);
    held.dieAfter(-1);
    for (const [method, url] of asked) expect(await ask(method, url)).toEqual([url, 503]);
    await app.close();
    await plane.close();
  });
});

describe('everything comes to its end', () => {
  it('a code after a minute', async () => {
    const [early, late] = [await newCode(), await newCode()];
    clock.advance(59_000);
    expect(await redeem(early)).toMatchObject({ status: 200 });
    clock.advance(1_000);
    expect(await redeem(late)).toMatchObject(refused);
  });

  it('a sign-in page after half an hour', async () => {
    const browser = newBrowser();
    const shown = await browser.get(authorizeUrl());
    clock.advance(30 * 60_000);
    const answer = await browser.submit(shown, { email, password: PASSWORD });
    expect(answer).toMatchObject({ status: 400, html: expect.stringContaining('expired') });
  });

  it('a browser’s sign-in after twelve hours without use', async () => {
    const browser = newBrowser();
    await newCode(browser);
    clock.advance(11 * 60 * 60_000);
    expect((await browser.get(authorizeUrl({ prompt: 'none' }))).url).toContain('code=');
    clock.advance(11 * 60 * 60_000);
    expect((await browser.get(authorizeUrl({ prompt: 'none' }))).url).toContain('code=');
    clock.advance(12 * 60 * 60_000);
    expect((await browser.get(authorizeUrl({ prompt: 'none' }))).url).toContain('error=login_required');
  });

  it('a session after thirty days without use, however old it is', async () => {
    let tokens = await redeem(await newCode());
    for (let month = 0; month < 3; month++) {
      clock.advance(29 * DAY);
      tokens = await refresh(tokens.refresh_token);
      expect(tokens).toMatchObject({ status: 200 });
    }
    clock.advance(30 * DAY);
    expect(await refresh(tokens.refresh_token)).toMatchObject(refused);
  });
});

it('nothing that opens something is stored as it is', async () => {
  const browser = newBrowser();
  const code = await newCode(browser);
  const waiting = await newCode(browser);
  const tokens = await redeem(code);
  const cookies = browser.cookies.map(({ value }) => value).filter((value) => value.length > 20);
  const database = await storedText(dataDir);
  expect(database).toContain(clientId);
  expect(cookies.length).toBeGreaterThan(0);
  const secrets = [code, waiting, ...(tokens.refresh_token ?? '').split('.'), tokens.access_token ?? '', ...cookies];
  for (const secret of secrets) expect(database.includes(secret)).toBe(false);
});

/** All that stands in the files of a folder. */
async function storedText(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, 'latin1')))).join('');
}
