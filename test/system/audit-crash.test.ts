import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditOnDisk } from '../support/audit.ts';
import { freePort } from '../support/port.ts';
import { startServerProcess } from '../support/process.ts';
import { ADMIN } from '../support/server.ts';

const ROUNDS = 3;
const CALLERS = 8;
const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }';
const CREATE =
  'mutation ($input: CreateServiceClientInput!) { createServiceClient(input: $input) { client { clientId } } }';

let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'audit-crash-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

test('what was answered as done is in the audit log as done, also after kill -9; what was not is there or was never begun', async () => {
  const answered: string[] = [];
  const sent = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const env = {
      PORT: String(await freePort()),
      DATA_DIR: dataDir,
      ADMIN_PASSWORD: ADMIN.password,
      LOG_LEVEL: 'silent',
    };
    const server = await startServerProcess(env);
    const send = async (query: string, input: object, requestId: string, token = '') => {
      sent.add(requestId);
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-request-id': requestId,
          ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query, variables: { input } }),
      });
      const answer = (await response.json()) as { data?: Record<string, never>; errors?: unknown };
      if (answer.errors === undefined) answered.push(requestId);
      return answer.data;
    };
    const session = await send(SIGN_IN, ADMIN, `sign-in-${round}`);
    const token = (session as { signIn: { accessToken: string } } | undefined)?.signIn.accessToken;
    const caller = async (_: unknown, place: number) => {
      for (let turn = 0; ; turn++) {
        await send(CREATE, { name: 'App', scopes: ['usage:read'] }, `create-${round}-${place}-${turn}`, token);
      }
    };
    const callers = Promise.allSettled(Array.from({ length: CALLERS }, caller));
    await new Promise((resolve) => setTimeout(resolve, 700 + 200 * round));
    const exit = once(server.child, 'exit');
    server.child.kill('SIGKILL');
    await Promise.all([exit, callers]);
  }

  const entries = new Map(auditOnDisk(dataDir).map((entry) => [entry.requestId, entry]));
  expect(answered.length).toBeGreaterThan(ROUNDS * CALLERS);
  expect(answered.filter((requestId) => entries.get(requestId)?.result !== 'DONE')).toEqual([]);
  const open = [...entries.values()].filter(({ result }) => result === 'PENDING').map(({ requestId }) => requestId);
  expect(open.filter((requestId) => !sent.has(requestId) || answered.includes(requestId))).toEqual([]);
  expect(open.length).toBeLessThanOrEqual(ROUNDS * CALLERS);
}, 60_000);
