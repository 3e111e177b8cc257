import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Graph } from '#test/fault/graph.ts';
import { Journal, TIERS } from '#test/fault/journal.ts';
import { freePort } from '#test/support/port.ts';
import { type ServerProcess, startServerProcess } from '#test/support/process.ts';
import { type Script, startScript } from '#test/support/script.ts';
import { ADMIN } from '#test/support/server.ts';

const root = await mkdtemp(join(tmpdir(), 'restore-'));
/** An installation with customers of every tier, which is backed up once. */
const installation = join(root, 'installation');
const backup = join(root, 'backup');
const journal = new Journal();

beforeAll(async () => {
  const server = await start(installation);
  const graph = new Graph(server.url, ADMIN);
  for (let number = 0; number < 9; number++) {
    const request = journal.add('onboard', {
      customerName: `Customer ${number}`,
      email: `${number}@first.example`,
      billingAddress: '1 First Road',
      tier: TIERS[number % 3] ?? 'FREE',
    });
    await journal.send(graph, request);
  }
  expect(journal.answered()).toHaveLength(9);
  const { code, output } = await startScript('backup', [backup], { DATA_DIR: installation }).ended;
  expect(code, output).toBe(0);
  await server.stop();
}, 60_000);
afterAll(() => rm(root, { recursive: true, force: true }));

describe('npm run backup', () => {
  it('makes a folder for its owner alone, of what the manifest lists and nothing else', async () => {
    const manifest = await manifestOf(backup);
    const paths = await filesIn(backup);
    expect(paths).toStrictEqual([...manifest.files.map(({ path }) => path), 'backup.json'].sort());
    for (const { path, sha256 } of manifest.files) expect(await sha256Of(join(backup, path)), path).toBe(sha256);
    expect(manifest.documents.tenant).toMatchObject({ tenants: 9, names: 9 });
    for (const place of ['pool/pool.db', 'pool/slots', 'bridge', 'silo']) {
      expect(existsSync(join(backup, 'infrastructure', place)), place).toBe(true);
    }
  });

  it.each([
    ['a folder with something in it', () => [backup], /backup: is there and is not an empty folder/],
    ['a folder in the data folder', () => [join(installation, 'b')], /is in the data folder/],
    ['a file', () => [join(backup, 'backup.json')], /backup\.json: is there and is not an empty folder/],
    ['nothing', () => [], /name the folder to be made/],
  ])('refuses %s, in one line', async (_, args, reason) => {
    const { code, output } = await startScript('backup', args(), { DATA_DIR: installation }).ended;
    expect(output).toMatch(reason);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(1);
  });

  it('is refused where the data is in MongoDB', async () => {
    const env = { DATA_DIR: installation, MONGODB_URL: 'mongodb://127.0.0.1:1' };
    const { code, output } = await startScript('backup', [join(root, 'none')], env).ended;
    expect(output).toMatch(/^backup: MONGODB_URL is set/);
    expect(code).toBe(1);
  });

  it('of nothing is refused, and of damaged data', async () => {
    const nothing = await startScript('backup', [join(root, 'none')], { DATA_DIR: join(root, 'nothing') }).ended;
    expect(nothing).toMatchObject({ code: 1, output: expect.stringMatching(/nothing: there is no data\n$/) });
    const damaged = join(root, 'damaged');
    await cp(installation, damaged, { recursive: true });
    const content = await readFile(join(damaged, 'tenant.db'));
    await writeFile(join(damaged, 'tenant.db'), content.fill(0x5a, 5_000, 30_000));
    const { code, output } = await startScript('backup', [join(root, 'none')], { DATA_DIR: damaged }).ended;
    expect(output).toMatch(/tenant\.db: (is damaged|cannot be read as a database)/);
    expect(code).toBe(1);
    expect(readdirSync(root).filter((name) => name.startsWith('none'))).toStrictEqual([]);
  });

  it('that is killed leaves nothing that looks like a backup, and can be run again', { timeout: 60_000 }, async () => {
    const target = join(root, 'killed');
    let killed = 0;
    for (const entries of [1, 4, 6]) {
      const script = startScript('backup', [target], { DATA_DIR: installation });
      await killAt(script, () => entriesOf(`${target}.partial`) >= entries);
      if (!existsSync(target)) killed += 1;
      await rm(target, { recursive: true, force: true }); // it was quicker
      expect(existsSync(join(`${target}.partial`, 'backup.json'))).toBe(false);
    }
    expect(killed).toBeGreaterThan(0);
    expect((await startScript('backup', [target], { DATA_DIR: installation }).ended).code).toBe(0);
    expect(existsSync(`${target}.partial`)).toBe(false);
    expect((await manifestOf(target)).files.map(({ path }) => path).sort()).toStrictEqual(
      (await manifestOf(backup)).files.map(({ path }) => path).sort(),
    );
  });
});

describe('npm run restore', () => {
  it('puts everything in place as it was, but for the sessions, and a server starts on it', {
    timeout: 60_000,
  }, async () => {
    const dataDir = join(root, 'restored');
    const { code, output } = await restoreTo(dataDir);
    expect(code, output).toBe(0);
    expect(output).toMatch(/[1-9][0-9]* sessions were ended/);
    await expectWhole(dataDir);
    const server = await start(dataDir);
    const graph = new Graph(server.url, ADMIN);
    const { tenants } = await graph.read<{ tenants: { totalCount: number } }>('{ tenants { totalCount } }', {});
    expect(tenants.totalCount).toBe(9);
    const again = await restoreTo(dataDir);
    expect(again).toMatchObject({
      code: 1,
      output: expect.stringMatching(/the data of [a-z]+ is in use by another process\n$/),
    });
    expect(await server.stop()).toBe(0);
    const full = await restoreTo(dataDir);
    expect(full).toMatchObject({
      code: 1,
      output: expect.stringMatching(/restored: is not empty \(.*\): move it away first\n$/),
    });
  });

  it.each<[string, (folder: string) => Promise<void>, RegExp]>([
    ['a byte that changed', (folder) => change(join(folder, 'billing.db')), /billing\.db: is not what was backed up/],
    [
      'a file that was cut short',
      (folder) => truncate(join(folder, 'user.db'), 4096),
      /user\.db: is not what was backed up/,
    ],
    ['a file that is gone', (folder) => rm(join(folder, 'identity.db')), /identity\.db: is not there/],
    ['no manifest', (folder) => rm(join(folder, 'backup.json')), /is no whole backup: there is no backup\.json/],
    ['a torn manifest', (folder) => truncate(join(folder, 'backup.json'), 200), /backup\.json is damaged/],
    [
      'a newer format',
      (folder) => edit(folder, { format: 99 }),
      /the backup is of format 99, this program knows up to 1/,
    ],
    [
      'a path that leads out of it',
      (folder) => edit(folder, { files: [{ path: '../x', bytes: 0, sha256: '0'.repeat(64) }] }),
      /backup\.json is damaged/,
    ],
  ])('refuses a backup with %s, in one line, and leaves nothing behind', async (_, spoil, reason) => {
    const folder = await mkdtemp(join(root, 'spoilt-'));
    await cp(backup, folder, { recursive: true });
    await spoil(folder);
    const dataDir = join(folder, 'data');
    const { code, output } = await startScript('restore', [folder], { DATA_DIR: dataDir }).ended;
    expect(output.trim().split('\n').at(-1)).toMatch(reason);
    expect(output).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
    const left = existsSync(dataDir) ? readdirSync(dataDir).filter((name) => !name.endsWith('.lock')) : [];
    expect(left).toStrictEqual([]);
  });

  it('that is killed keeps servers from starting on the half of it, and is finished by running it again', {
    timeout: 120_000,
  }, async () => {
    let halves = 0;
    for (const entries of [1, 5, 8]) {
      const dataDir = join(root, `half-${entries}`);
      const staging = join(dataDir, '.restore');
      const script = startScript('restore', [backup], { DATA_DIR: dataDir });
      await killAt(script, () => entriesOf(staging) >= entries);
      if (existsSync(staging)) {
        halves += 1;
        await expect(start(dataDir)).rejects.toThrow(/a restore was not finished: run it again/);
      }
      if (!existsSync(join(dataDir, 'user.db')) || existsSync(staging)) {
        const { code, output } = await restoreTo(dataDir);
        expect(code, output).toBe(0);
      }
      await expectWhole(dataDir);
    }
    expect(halves).toBeGreaterThan(0);
    const server = await start(join(root, 'half-1'));
    expect(await server.stop()).toBe(0);
  });
});

async function start(dataDir: string): Promise<ServerProcess> {
  return await startServerProcess({
    PORT: String(await freePort()),
    DATA_DIR: dataDir,
    LOG_LEVEL: 'warn',
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
  });
}

function restoreTo(dataDir: string): Script['ended'] {
  return startScript('restore', [backup], { DATA_DIR: dataDir }).ended;
}

/** Every file of the backup is there as it was; identity's, from which the sessions went, is a database. */
async function expectWhole(dataDir: string): Promise<void> {
  for (const { path, sha256 } of (await manifestOf(backup)).files) {
    if (path !== 'identity.db') expect(await sha256Of(join(dataDir, path)), path).toBe(sha256);
  }
  expect((await readFile(join(dataDir, 'identity.db'))).subarray(0, 15).toString()).toBe('SQLite format 3');
  expect(existsSync(join(dataDir, '.restore'))).toBe(false);
}

/** Kills the process as soon as something can be seen, if it has not ended by then. */
async function killAt({ child, ended }: Script, isTime: () => boolean): Promise<void> {
  while (child.exitCode === null && !isTime()) await delay(1);
  child.kill('SIGKILL');
  await ended;
}

function entriesOf(folder: string): number {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name !== '.lock').length : 0;
}

async function manifestOf(folder: string) {
  const manifest: {
    files: { path: string; sha256: string }[];
    documents: Record<string, Record<string, number>>;
  } = JSON.parse(await readFile(join(folder, 'backup.json'), 'utf8'));
  return manifest;
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

async function sha256Of(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

async function change(file: string): Promise<void> {
  const content = await readFile(file);
  content[6_000] = (content[6_000] ?? 0) ^ 1;
  await writeFile(file, content);
}

async function edit(folder: string, fields: object): Promise<void> {
  await writeFile(join(folder, 'backup.json'), JSON.stringify({ ...(await manifestOf(folder)), ...fields }));
}
