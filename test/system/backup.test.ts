import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { startCallers } from '#test/fault/callers.ts';
import { Disk } from '#test/fault/disk.ts';
import { Graph } from '#test/fault/graph.ts';
import { Journal } from '#test/fault/journal.ts';
import { createRandom } from '#test/fault/random.ts';
import { check, repeat, rest } from '#test/fault/round.ts';
import { freePort } from '#test/support/port.ts';
import { startServerProcess } from '#test/support/process.ts';
import { startScript } from '#test/support/script.ts';
import { ADMIN } from '#test/support/server.ts';

/** Requests that have succeeded before the backup begins. */
const ENOUGH = 40;

const root = await mkdtemp(join(tmpdir(), 'backup-'));
afterAll(() => rm(root, { recursive: true, force: true }));

it('a backup taken under load holds all that was acknowledged before it began, and what it restores is sound', {
  timeout: 120_000,
}, async () => {
  const seed = Date.now() % 2 ** 31;
  const random = createRandom(seed);
  const before = await startOn('before');
  const journal = new Journal();
  const callers = startCallers(before.graph, journal, random, 8);
  while (journal.answered().filter(({ succeeded }) => succeeded).length < ENOUGH) await delay(20);
  const promised = structuredClone(journal.answered());
  const backedUp = await startScript('backup', [join(root, 'backup')], { DATA_DIR: before.env.DATA_DIR }).ended;
  expect(backedUp.code, backedUp.output).toBe(0);
  await delay(300); // whoever was answered meanwhile may be in it or not
  await callers.stop();
  await before.server.stop();
  expect(journal.violations, `seed ${seed}: ${before.server.output()}`).toStrictEqual([]);
  expect(promised.filter(({ succeeded }) => succeeded).length).toBeGreaterThanOrEqual(ENOUGH);
  expect(journal.answered().length).toBeGreaterThan(promised.length);

  const dataDir = join(root, 'after');
  const restored = await startScript('restore', [join(root, 'backup')], { DATA_DIR: dataDir }).ended;
  expect(restored.code, restored.output).toBe(0);
  const after = await startOn('after');
  const rebuilt = new Journal();
  for (const { operation, input } of journal.requests) {
    const { idempotencyKey } = input;
    const known = promised.find((request) => request.input.idempotencyKey === idempotencyKey);
    rebuilt.requests.push(known ?? { operation, input, succeeded: false });
  }
  const stage = { disk: new Disk(after.env), graph: after.graph, journal: rebuilt, mayGiveUp: false };
  await rest(stage);
  await repeat(stage, rebuilt.requests);
  await rest(stage);
  expect(await check(stage), `seed ${seed}`).toStrictEqual([]);
  expect(await after.server.stop()).toBe(0);
});

async function startOn(name: string) {
  const env = {
    PORT: String(await freePort()),
    DATA_DIR: join(root, name),
    LOG_LEVEL: 'warn',
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
  };
  const server = await startServerProcess(env);
  return { env, server, graph: new Graph(server.url, ADMIN) };
}
