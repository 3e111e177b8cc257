import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Graph } from '#test/fault/graph.ts';
import { Journal, TIERS } from '#test/fault/journal.ts';
import { takeSnapshot } from '#test/fault/snapshot.ts';
import { dropDatabases, MONGODB_URL, newPrefix, withPrefix } from '#test/support/mongodb.ts';
import { freePort } from '#test/support/port.ts';
import { startServerProcess } from '#test/support/process.ts';
import { startScript } from '#test/support/script.ts';
import { ADMIN } from '#test/support/server.ts';

const root = await mkdtemp(join(tmpdir(), 'migrate-'));
const prefix = newPrefix();
/** Of all that is asked for, wherever the data is: idempotency keys move too. */
const journal = new Journal();
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
  if (MONGODB_URL !== undefined) await dropDatabases(MONGODB_URL, prefix);
});

/** Where the data goes to: MongoDB, if there is one, else another folder. */
const place = MONGODB_URL === undefined ? join(root, 'moved') : withPrefix(MONGODB_URL, prefix);
const moved: { DATA_DIR: string; MONGODB_URL?: string } =
  MONGODB_URL === undefined ? { DATA_DIR: place } : { DATA_DIR: join(root, 'moved'), MONGODB_URL: place };

it('an installation that was moved answers as before, goes on, and comes back with what happened there', {
  timeout: 120_000,
}, async () => {
  const DATA_DIR = join(root, 'first');
  const before = await working({ DATA_DIR }, 'before', true);

  expect(await migrate(['--from', DATA_DIR, '--to', place], { DATA_DIR })).toMatch(/in all +[1-9][0-9]* /);
  await cp(join(DATA_DIR, 'infrastructure'), join(moved.DATA_DIR, 'infrastructure'), { recursive: true });
  const there = await working(moved, 'there', true);
  expect(there.found).toStrictEqual(before.left);
  expect(there.left.tenants.length).toBe(6);

  const back = join(root, 'back');
  await migrate(['--from', place, '--to', back], { DATA_DIR: back });
  await cp(join(moved.DATA_DIR, 'infrastructure'), join(back, 'infrastructure'), { recursive: true });
  const after = await working({ DATA_DIR: back }, 'after', false);
  expect(after.found).toStrictEqual(there.left);
});

it.each([
  [[], /say where to or where from/],
  [['--to'], /say where to or where from/],
  [['--from', join(root, 'nowhere'), '--to', place], /nowhere: there is no data/],
  [['--from', 'mongodb://', '--to', join(root, 'x')], /MONGODB_URL: not an address of MongoDB/],
])('%j is refused in one line', async (args, reason) => {
  const { code, output } = await startScript('migrate', args, { DATA_DIR: join(root, 'nothing') }).ended;
  expect(output).toMatch(reason);
  expect(output.trim().split('\n')).toHaveLength(1);
  expect(code).toBe(1);
});

async function migrate(args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const { code, output } = await startScript('migrate', args, env).ended;
  expect(code, output).toBe(0);
  return output;
}

/** Starts a server there, looks, lets three customers come if they shall, looks again, and stops it. */
async function working(env: Readonly<Record<string, string>>, name: string, shallGrow: boolean) {
  const server = await startServerProcess({
    ...env,
    PORT: String(await freePort()),
    LOG_LEVEL: 'warn',
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
  });
  try {
    const graph = new Graph(server.url, ADMIN);
    const found = await takeSnapshot(graph);
    for (const tier of shallGrow ? TIERS : []) {
      const customer = `${name} ${tier}`.toLowerCase();
      const email = `${customer.replace(' ', '.')}@first.example`;
      await journal.send(
        graph,
        journal.add('onboard', { customerName: customer, email, billingAddress: '1 Road', tier }),
      );
    }
    expect(journal.requests.every(({ succeeded }) => succeeded)).toBe(true);
    return { found, left: await takeSnapshot(graph) };
  } finally {
    expect(await server.stop()).toBe(0);
  }
}
