import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MONGODB_URL } from '#test/support/mongodb.ts';
import { ADMIN, startTestServer, type TestServer } from '#test/support/server.ts';
import { removeStores, storeEnvironment } from '#test/support/stores.ts';

const script = new URL('../../scripts/admin.ts', import.meta.url).pathname;
const SIGN_IN = 'mutation($input: SignInInput!) { signIn(input: $input) { accessToken refreshToken } }';

let dataDir: string;
let server: TestServer;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'admin-'));
  server = await startTestServer({ dataDir });
});
afterAll(async () => {
  await server.close();
  await removeStores(dataDir);
});

/** Runs the command on the machine that has the data. */
async function admin(args: readonly string[], env: Record<string, string> = storeEnvironment(dataDir)) {
  const child = spawn(process.execPath, [script, ...args], { env: { PATH: process.env.PATH, ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

const signIn = (password: string) => server.query(SIGN_IN, { input: { email: ADMIN.email, password } });

it.runIf(MONGODB_URL === undefined)('while the server has the data it says so, and changes nothing', async () => {
  const { code, stdout, stderr } = await admin(['reset', ADMIN.email]);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^admin: .*in use.*\n$/);
  expect((await signIn(ADMIN.password)).errors).toEqual([]);
});

it('gives an administrator a new password, and ends what it had', { timeout: 60_000 }, async () => {
  const before = (await signIn(ADMIN.password)).data.signIn;
  if (MONGODB_URL === undefined) await server.close();
  const { code, stdout, stderr } = await admin(['reset', ADMIN.email.toUpperCase()]);
  expect([code, stderr]).toEqual([0, '']);
  const password = /Its password +(\S+)/.exec(stdout)?.[1] ?? '';
  expect(password).toHaveLength(24);
  if (MONGODB_URL === undefined) server = await startTestServer({ dataDir });
  expect((await signIn(ADMIN.password)).errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  const after = await signIn(password);
  expect(after.errors).toEqual([]);
  await expect
    .poll(async () => (await server.query('{ meters { name } }', {}, before.accessToken)).status, { timeout: 5_000 })
    .toBe(401);
  const refresh = 'mutation($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken } }';
  const refused = await server.query(refresh, { input: { refreshToken: before.refreshToken } });
  expect(refused.errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  expect((await server.query('{ meters { name } }', {}, after.data.signIn.accessToken)).errors).toEqual([]);
});

it('what it cannot do it says in one line', { timeout: 60_000 }, async () => {
  const empty = await mkdtemp(join(tmpdir(), 'admin-empty-'));
  const malformed = [['reset'], ['reset', 'a@b.example', 'x'], ['remove', ADMIN.email]];
  for (const answer of await Promise.all(malformed.map((args) => admin(args)))) {
    expect(answer).toMatchObject({ code: 1, stderr: expect.stringMatching(/^admin: name the admin[^\n]*\n$/) });
  }
  if (MONGODB_URL === undefined) {
    const nothing = await admin(['reset', ADMIN.email], { DATA_DIR: empty });
    expect(nothing).toMatchObject({ code: 1, stderr: expect.stringMatching(/^admin: .*no data here\n$/) });
    expect(await readdir(empty)).toEqual([]);
    await server.close();
  }
  const badly = admin(['reset', ADMIN.email], { DATA_DIR: dataDir, PORT: 'x' });
  const unknown = await admin(['reset', 'nobody@example.com']);
  expect(unknown.stderr).toBe(`admin: there is no administrator nobody@example.com, but: ${ADMIN.email}\n`);
  expect(await badly).toMatchObject({ code: 78, stdout: '' });
  if (MONGODB_URL === undefined) server = await startTestServer({ dataDir });
});
