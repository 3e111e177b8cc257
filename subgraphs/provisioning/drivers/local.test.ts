import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#lib/clock.ts';
import { createIds } from '#lib/ids.ts';
import { type Driver, DriverUnavailable } from '../driver.ts';
import { ISOLATIONS } from '../isolation.ts';
import { createLocalDriver } from './local.ts';

const ids = createIds(systemClock);
let dataDir: string;
let driver: Driver;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'local-driver-'));
  driver = createLocalDriver({ dataDir, ids });
});
afterEach(async () => {
  await driver.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** Every file and folder below the data folder. */
async function tree(): Promise<string[]> {
  return (await readdir(dataDir, { recursive: true })).sort();
}

/** Where an id still stands: in a path or in the bytes of a file. */
async function traces(tenantId: string): Promise<string[]> {
  const found: string[] = [];
  for (const path of await tree()) {
    const isFile = (await stat(join(dataDir, path))).isFile();
    if (path.includes(tenantId) || (isFile && (await readFile(join(dataDir, path))).includes(tenantId)))
      found.push(path);
  }
  return found;
}

function rows(path: string, table: string): unknown[] {
  const database = new DatabaseSync(join(dataDir, path), { readOnly: true });
  try {
    return database.prepare(`SELECT * FROM ${table}`).all();
  } finally {
    database.close();
  }
}

describe('the local driver', () => {
  it('gives a pooled tenant a row in the shared database and a slot, and nothing of its own', async () => {
    const [first, second] = [await driver.create('ten_a', 'POOL'), await driver.create('ten_b', 'POOL')];
    expect(first.map(({ kind, shared }) => ({ kind, shared }))).toEqual([
      { kind: 'database', shared: true },
      { kind: 'compute', shared: true },
    ]);
    expect(second).toEqual(first);
    expect(rows('infrastructure/pool/pool.db', 'tenants')).toHaveLength(2);
    expect(await tree()).toContain('infrastructure/pool/slots/ten_a.json');
  });

  it('gives a bridged tenant a database of its own on shared compute', async () => {
    const resources = await driver.create('ten_a', 'BRIDGE');
    const other = await driver.create('ten_b', 'BRIDGE');
    expect(resources.map(({ kind, shared }) => [kind, shared])).toEqual([
      ['database', false],
      ['compute', true],
    ]);
    expect(resources[0]?.attributes.path).toBe('infrastructure/bridge/ten_a/tenant.db');
    expect(rows('infrastructure/bridge/ten_a/tenant.db', 'tenants')).toEqual([
      { tenant_id: 'ten_a', schema_version: 1 },
    ]);
    expect(other[0]?.resourceId).not.toBe(resources[0]?.resourceId);
    expect(other[1]).toEqual(resources[1]);
  });

  it('gives a siloed tenant everything of its own, each under its id', async () => {
    const resources = await driver.create('ten_a', 'SILO');
    expect(resources.map(({ kind }) => kind)).toEqual(['database', 'compute', 'storage', 'key']);
    for (const { shared, attributes } of resources) {
      expect(shared).toBe(false);
      expect(attributes.path).toContain('infrastructure/silo/ten_a/');
      await stat(join(dataDir, String(attributes.path)));
    }
    expect(rows('infrastructure/silo/ten_a/tenant.db', 'tenants')).toHaveLength(1);
  });

  it('keeps a password as a memory-hard hash only and tells no secret', async () => {
    const told = JSON.stringify([await driver.create('ten_a', 'BRIDGE'), await driver.create('ten_a', 'SILO')]);
    const credentials = ['bridge', 'silo'].flatMap((kind) =>
      rows(`infrastructure/${kind}/ten_a/tenant.db`, 'credentials'),
    );
    expect(credentials).toHaveLength(2);
    for (const { user_name, password_hash } of credentials as { user_name: string; password_hash: string }[]) {
      expect(password_hash).toMatch(/^\$argon2id\$/);
      expect(told).not.toContain(user_name);
      expect(told).not.toContain(password_hash);
    }
    const key = await readFile(join(dataDir, 'infrastructure/silo/ten_a/keys/data.key'));
    expect(key).toHaveLength(32);
    expect(told).not.toContain(key.toString('hex'));
    expect(told).not.toContain(key.toString('base64'));
  });

  it('lets nobody else read: folders 0700, files 0600', async () => {
    for (const isolation of ISOLATIONS) await driver.create('ten_a', isolation);
    for (const path of await tree()) {
      const entry = await stat(join(dataDir, path));
      expect([path, (entry.mode & 0o777).toString(8)]).toEqual([path, entry.isFile() ? '600' : '700']);
    }
  });

  it.each(ISOLATIONS)('%s made again is the same, with the data in it', async (isolation) => {
    const first = await driver.create('ten_a', isolation);
    const before = await tree();
    expect(await driver.create('ten_a', isolation)).toEqual(first);
    expect(await createLocalDriver({ dataDir, ids }).create('ten_a', isolation)).toEqual(first);
    expect(await tree()).toEqual(before);
  });

  it('says how large a file is now', async () => {
    const [database] = await driver.create('ten_a', 'BRIDGE');
    if (database === undefined) throw new Error('no database');
    const { size } = await stat(join(dataDir, String(database.attributes.path)));
    expect(await driver.inspect(database)).toEqual({ ...database.attributes, sizeBytes: size });
    await driver.destroy('ten_a', 'BRIDGE');
    expect(await driver.inspect(database)).toEqual(database.attributes);
  });

  it.each(ISOLATIONS)(
    '%s that is destroyed leaves no trace, in paths or in files, and can be destroyed again',
    async (isolation) => {
      await driver.create('ten_gone', isolation);
      await driver.create('ten_stays', isolation);
      expect(await traces('ten_gone')).not.toEqual([]);
      await driver.destroy('ten_gone', isolation);
      await driver.destroy('ten_gone', isolation);
      expect(await traces('ten_gone')).toEqual([]);
      expect(await driver.list()).toEqual(['ten_stays']);
    },
  );

  it('of hundreds of pooled tenants that went in any order, no byte is left in the shared database', async () => {
    const tenants = Array.from(
      { length: 400 },
      (_, index) => `ten_${((index * 7919) % 10_007).toString(36)}zzzzzzzzzzzz${index}`,
    );
    await Promise.all(tenants.map((tenantId) => driver.create(tenantId, 'POOL')));
    const [kept, gone] = [tenants.filter((_, index) => index % 9 === 0), tenants.filter((_, index) => index % 9 !== 0)];
    await Promise.all(gone.reverse().map((tenantId) => driver.destroy(tenantId, 'POOL')));
    expect(await driver.list()).toEqual([...kept].sort());
    const bytes = await readFile(join(dataDir, 'infrastructure/pool/pool.db'));
    expect(kept.filter((tenantId) => bytes.includes(tenantId))).toEqual(kept);
    expect(gone.filter((tenantId) => bytes.includes(tenantId))).toEqual([]);
  });

  it('destroying what never was makes nothing', async () => {
    for (const isolation of ISOLATIONS) await driver.destroy('ten_never', isolation);
    expect((await tree()).filter((path) => path !== 'infrastructure' && path !== 'infrastructure/staging')).toEqual([]);
    expect(await driver.list()).toEqual([]);
  });

  it.each(['../../etc', 'ten_a/../ten_b', 'ten_', 'TEN_A', 'ten_a\0', 'ten_a\n', `ten_${'a'.repeat(65)}`, '', '.'])(
    'the tenant id %j is refused before anything is touched',
    async (tenantId) => {
      for (const isolation of ISOLATIONS) {
        await expect(driver.create(tenantId, isolation)).rejects.toThrow(TypeError);
        await expect(driver.destroy(tenantId, isolation)).rejects.toThrow(TypeError);
      }
      expect(await tree()).toEqual([]);
    },
  );
});

describe('after a crash, the local driver', () => {
  const remains: Record<string, () => Promise<void>> = {
    'an empty folder in its place': () => mkdirs('bridge/ten_a'),
    'a folder with half a database': () => write('bridge/ten_a/tenant.db', 'SQLite format 3'),
    'a torn manifest': () => write('bridge/ten_a/manifest.json', '{"resources":['),
    'a manifest without what it names': () => write('bridge/ten_a/manifest.json', MANIFEST_OF_NOTHING),
    'a file where the folder belongs': () => write('bridge/ten_a', ''),
    'a staged folder': () => write('staging/ten_a.BRIDGE.0123/tenant.db', ''),
  };

  it.each(Object.entries(remains))('makes it whole in spite of %s, and keeps no remains', async (_, leave) => {
    await leave();
    expect(await driver.list()).toEqual(['ten_a']);
    await driver.create('ten_a', 'BRIDGE');
    expect(rows('infrastructure/bridge/ten_a/tenant.db', 'tenants')).toHaveLength(1);
    expect(await readdir(join(dataDir, 'infrastructure/staging'))).toEqual([]);
  });

  it.each(Object.entries(remains))('takes away %s', async (_, leave) => {
    await leave();
    await driver.destroy('ten_a', 'BRIDGE');
    expect(await traces('ten_a')).toEqual([]);
    expect(await driver.list()).toEqual([]);
  });

  it('completes a slot of which only the row was written', async () => {
    await driver.create('ten_a', 'POOL');
    await rm(join(dataDir, 'infrastructure/pool/slots/ten_a.json'));
    expect(await driver.list()).toEqual(['ten_a']);
    await driver.create('ten_a', 'POOL');
    expect(await tree()).toContain('infrastructure/pool/slots/ten_a.json');
  });

  const MANIFEST_OF_NOTHING = JSON.stringify({
    tenantId: 'ten_a',
    resources: [
      {
        resourceId: 'res_1',
        kind: 'database',
        name: 'tenant.db',
        shared: false,
        attributes: { path: 'infrastructure/bridge/ten_a/tenant.db' },
      },
    ],
  });

  async function mkdirs(path: string): Promise<void> {
    await mkdir(join(dataDir, 'infrastructure', path), { recursive: true });
  }

  async function write(path: string, content: string): Promise<void> {
    await mkdirs(join(path, '..'));
    await writeFile(join(dataDir, 'infrastructure', path), content);
  }
});

describe('what the operating system refuses', () => {
  it.each([
    ['BRIDGE', 'bridge'],
    ['SILO', 'silo'],
    ['POOL', 'pool'],
  ] as const)('is a passing failure of the driver, and leaves nothing half made: %s', async (isolation, folder) => {
    await mkdir(join(dataDir, 'infrastructure'));
    await writeFile(join(dataDir, 'infrastructure', folder), 'a file where a folder belongs');
    await expect(driver.create('ten_a', isolation)).rejects.toThrow(DriverUnavailable);
    expect(await traces('ten_a')).toEqual([]);
    await rm(join(dataDir, 'infrastructure', folder));
    expect(await driver.create('ten_a', isolation)).not.toEqual([]);
  });

  it('is one when the pool is no database', async () => {
    await mkdir(join(dataDir, 'infrastructure/pool'), { recursive: true });
    await writeFile(
      join(dataDir, 'infrastructure/pool/pool.db'),
      'this is not a database at all, however long it may be',
    );
    await expect(driver.create('ten_a', 'POOL')).rejects.toThrow(DriverUnavailable);
  });
});
