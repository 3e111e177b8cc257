import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer } from '#test/support/server.ts';
import { removeStores, storeEnvironment } from '#test/support/stores.ts';

const main = new URL('../../gateway/main.ts', import.meta.url).pathname;
const [KEY, OTHER] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];

let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'secret-key-'));
});
afterAll(() => removeStores(dataDir));

/** Starts a server that ends by itself. */
async function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, PORT: '0', ...storeEnvironment(dataDir), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const [code] = await once(child, 'close');
  return { code, stderr };
}

it('data that was encrypted does not open without its key: the start stops in one line, and goes on with the key', {
  timeout: 60_000,
}, async () => {
  const first = await startTestServer({ dataDir, env: { SECRET_KEY: KEY } });
  const token = await first.signIn();
  await first.close();
  for (const [env, line] of [
    [{}, /^configuration: SECRET_KEY is missing[^\n]*\n$/],
    [{ SECRET_KEY: OTHER }, /^configuration: SECRET_KEY is not the key[^\n]*\n$/],
  ] as const) {
    const { code, stderr } = await start(env);
    expect([code, stderr]).toEqual([78, expect.stringMatching(line)]);
    for (const key of [KEY, OTHER]) expect(stderr).not.toContain(key);
  }
  const env = { SECRET_KEY: OTHER, SECRET_KEY_PREVIOUS: KEY };
  const changed = await startTestServer({ dataDir, env });
  expect((await changed.query('{ meters { name } }', {}, token)).status, 'a token of before').toBe(200);
  await changed.close();
  const last = await startTestServer({ dataDir, env: { SECRET_KEY: OTHER } });
  expect((await last.query('{ meters { name } }', {}, token)).status).toBe(200);
  await last.close();
});
