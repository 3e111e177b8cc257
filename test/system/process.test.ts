import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../support/port.ts';
import { type ServerProcess, startServerProcess } from '../support/process.ts';
import { removeStores, storedAt, storedTexts, storeEnvironment } from '../support/stores.ts';

const main = new URL('../../gateway/main.ts', import.meta.url).pathname;

let folder: string;
let dataDir: string;
const running: ServerProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'process-'));
  dataDir = join(folder, 'data');
});
afterEach(async () => {
  for (const server of running.splice(0)) {
    server.child.kill('SIGKILL');
    if (server.child.exitCode === null && server.child.signalCode === null) await once(server.child, 'exit');
  }
  await removeStores(dataDir);
  await rm(folder, { recursive: true, force: true });
});

async function start(env: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await startServerProcess({ PORT: String(await freePort()), ...storeEnvironment(dataDir), ...env });
  running.push(server);
  return server;
}

/** Runs the server until it ends by itself. */
async function run(env: Record<string, string>): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const [code] = await once(child, 'exit');
  return { code, stderr };
}

async function ask(url: string, query: string, variables = {}, token?: string) {
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query, variables }),
  });
  return await response.json();
}

const SIGN_IN = 'mutation($input: SignInInput!) { signIn(input: $input) { accessToken } }';

describe('npm start', () => {
  test('says where it is, where the data is, who the administrator is, and the password once', async () => {
    const first = await start({ ADMIN_EMAIL: 'root@plane.example' });
    await expect.poll(() => first.output()).toContain('Ctrl-C stops it.');
    expect(first.output()).toContain(`${first.url}/graphql`);
    expect(first.output()).toContain(storedAt(dataDir));
    const password = /password\W+(\S{12,})/i.exec(first.output())?.[1];
    const input = { email: 'root@plane.example', password };
    expect((await ask(first.url, SIGN_IN, { input })).data.signIn.accessToken).toEqual(expect.any(String));
    expect(await first.stop()).toBe(0);

    const second = await start({ ADMIN_EMAIL: 'root@plane.example' });
    await expect.poll(() => second.output()).toContain('Ctrl-C stops it.');
    expect(second.output()).not.toMatch(/password/i);
    expect((await ask(second.url, SIGN_IN, { input })).data.signIn.accessToken).toEqual(expect.any(String));
  });

  test('writes no password and no token anywhere: not to the log, not to the store', async () => {
    const password = 'find-me-if-you-can-1';
    const server = await start({ ADMIN_PASSWORD: password, LOG_LEVEL: 'trace' });
    const { accessToken } = (await ask(server.url, SIGN_IN, { input: { email: 'admin@example.com', password } })).data
      .signIn;
    const onboard = 'mutation($input: OnboardInput!) { onboard(input: $input) { invitation { token } } }';
    const input = { customerName: 'Acme', email: 'a@acme.example', billingAddress: 'x', tier: 'FREE' };
    const { token } = (await ask(server.url, onboard, { input }, accessToken)).data.onboard.invitation;
    await server.stop();
    const texts = await storedTexts(dataDir);
    for (const secret of [password, accessToken, token]) {
      expect(texts.some((text) => text.includes(secret))).toBe(false);
      expect(server.output()).not.toContain(secret);
    }
  });
});

describe('SIGTERM', () => {
  test('lets a request under way finish, refuses new ones, and ends with 0', async () => {
    const server = await start({ ADMIN_PASSWORD: 'correct horse battery' });
    const input = { email: 'admin@example.com', password: 'correct horse battery' };
    await ask(server.url, SIGN_IN, { input });
    const underWay = Promise.all(Array.from({ length: 10 }, () => ask(server.url, SIGN_IN, { input })));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const code = server.stop();
    const answers = await underWay;
    expect(answers.filter((answer) => answer.data?.signIn?.accessToken !== undefined)).toHaveLength(10);
    expect(await code).toBe(0);
    expect(server.output()).toContain('Stopped.');
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  });
});

describe('kill -9', () => {
  test('loses nothing that was answered', async () => {
    const env = { ADMIN_PASSWORD: 'correct horse battery', PORT: String(await freePort()) };
    const input = { email: 'admin@example.com', password: 'correct horse battery' };
    const server = await start(env);
    const token = (await ask(server.url, SIGN_IN, { input })).data.signIn.accessToken;
    const onboard =
      'mutation($input: OnboardInput!) { onboard(input: $input) { workflow { status } tenant { tenantId } } }';
    const customer = { customerName: 'Acme', email: 'a@acme.example', billingAddress: 'x', tier: 'PREMIUM' };
    const { tenant } = (await ask(server.url, onboard, { input: customer }, token)).data.onboard;
    server.child.kill('SIGKILL');
    await once(server.child, 'exit');

    const again = await start(env);
    const page =
      '{ tenantByName(name: "acme") { tenantId status users { totalCount } infrastructure { isolation } billingAccount { address } } }';
    expect((await ask(again.url, page, {}, token)).data.tenantByName).toEqual({
      tenantId: tenant.tenantId,
      status: 'ACTIVE',
      users: { totalCount: 1 },
      infrastructure: { isolation: 'SILO' },
      billingAccount: { address: 'x' },
    });
  });
});

describe('what a person can mend ends the start with a line and no stack', () => {
  test('a bad environment: every fault, exit code 78', async () => {
    const { code, stderr } = await run({
      PORT: 'eighty',
      LOG_LEVEL: 'loud',
      ADMIN_PASSWORD: 'short',
      DATA_DIR: dataDir,
    });
    expect(code).toBe(78);
    expect(
      stderr
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[1])
        .sort(),
    ).toEqual(['ADMIN_PASSWORD', 'LOG_LEVEL', 'PORT']);
  });

  test('a price list that is none: exit code 78', async () => {
    const { code, stderr } = await run({ PORT: '0', DATA_DIR: dataDir, PLANS_FILE: join(folder, 'nothing.json') });
    expect(code).toBe(78);
    expect(stderr).toMatch(/^configuration: PLANS_FILE .+\n$/);
  });

  test('data in the embedded store that another process uses', async () => {
    await start({ MONGODB_URL: '' });
    const { code, stderr } = await run({ PORT: '0', DATA_DIR: dataDir });
    expect([code, stderr.trim().split('\n').length]).toEqual([1, 1]);
    expect(stderr).toContain(dataDir);
  });

  test('a port that is taken', async () => {
    const server = await start();
    const { code, stderr } = await run({ PORT: new URL(server.url).port, DATA_DIR: join(folder, 'other') });
    expect([code, stderr.trim().split('\n').length]).toEqual([1, 1]);
    expect(stderr).toContain('EADDRINUSE');
  });

  test('a MongoDB that is not there: its address without credentials', async () => {
    const MONGODB_URL = 'mongodb://operator:s3cret@127.0.0.1:1/plane?timeoutMS=500';
    const { code, stderr } = await run({ PORT: '0', DATA_DIR: dataDir, MONGODB_URL });
    expect([code, stderr.trim().split('\n').length]).toEqual([1, 1]);
    expect(stderr).toMatch(/^start: .*127\.0\.0\.1:1/);
    expect(stderr).not.toMatch(/operator|s3cret/);
  });

  test('a data folder that cannot be made', async () => {
    await writeFile(join(folder, 'file'), '');
    const { code, stderr } = await run({ PORT: '0', DATA_DIR: join(folder, 'file', 'data') });
    expect([code, stderr.trim().split('\n').length]).toEqual([1, 1]);
  });
});
