import { createHash, randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname, join, posix, resolve } from 'node:path';
import { isOccupied, makeFolder, move, remove, syncFolder, writeNewFile } from '#lib/durable.ts';
import type { Ids } from '#lib/ids.ts';
import { type Driver, DriverUnavailable, isTenantId, type ResourceRecord } from '../driver.ts';
import type { Isolation } from '../resolvers.generated.ts';
import { readManifest, writeManifest } from './local/manifest.ts';
import { Pool, PoolFailure } from './local/pool.ts';
import { entriesOf, Staging } from './local/staging.ts';
import { createTenantDatabase } from './local/tenant-database.ts';

const INFRASTRUCTURE = 'infrastructure';

/** The database that tenants share; like every path here, from the data folder. */
export const POOL_DATABASE = posix.join(INFRASTRUCTURE, 'pool', 'pool.db');

/** Where what an isolation makes for a tenant stands: a file for the pool, else a folder. */
export function placeOf(isolation: Isolation, tenantId: string): string {
  return posix.join(INFRASTRUCTURE, PLACE[isolation](tenantId));
}

/** The file that says what was made there: the last one of it to be written. */
export function manifestOf(isolation: Isolation, tenantId: string): string {
  const place = placeOf(isolation, tenantId);
  return isolation === 'POOL' ? place : posix.join(place, 'manifest.json');
}

/** Where what an isolation makes for a tenant stands, below the infrastructure folder. */
const PLACE: Readonly<Record<Isolation, (tenantId: string) => string>> = {
  POOL: (tenantId) => `pool/slots/${tenantId}.json`,
  BRIDGE: (tenantId) => `bridge/${tenantId}`,
  SILO: (tenantId) => `silo/${tenantId}`,
};

export interface LocalDriverInit {
  /** The folder below which everything is made, in `infrastructure/`. */
  readonly dataDir: string;
  readonly ids: Ids;
}

/**
 * The driver that makes files and folders on this machine. What is a tenant's own has the tenant id in its path; files have
 * mode 0600, folders 0700. Paths in attributes start from the data folder.
 *
 * - `POOL`: a row in `pool/pool.db`, which all share, and `pool/slots/<tenantId>.json`
 * - `BRIDGE`: `bridge/<tenantId>/` with a database; compute is shared
 * - `SILO`: `silo/<tenantId>/` with a database, a compute configuration, a storage folder and a key
 */
export function createLocalDriver(init: LocalDriverInit): Driver {
  const driver = new LocalDriver(init);
  const checked = (tenantId: string) => {
    if (!isTenantId(tenantId)) throw new TypeError('not a tenant id');
    return tenantId;
  };
  return {
    name: 'local',
    create: (tenantId, isolation) => translated(() => driver.create(checked(tenantId), isolation)),
    destroy: (tenantId, isolation) => translated(() => driver.destroy(checked(tenantId), isolation)),
    list: () => translated(() => driver.list()),
    inspect: (resource) => driver.inspect(resource),
    close: () => driver.close(),
  };
}

class LocalDriver {
  readonly #dataDir: string;
  readonly #root: string;
  readonly #ids: Ids;
  readonly #staging: Staging;
  readonly #pool: Pool;

  constructor({ dataDir, ids }: LocalDriverInit) {
    this.#dataDir = resolve(dataDir);
    this.#root = join(this.#dataDir, INFRASTRUCTURE);
    this.#ids = ids;
    this.#staging = new Staging(join(this.#root, 'staging'));
    this.#pool = new Pool(join(this.#dataDir, POOL_DATABASE));
  }

  async create(tenantId: string, isolation: Isolation): Promise<readonly ResourceRecord[]> {
    if (isolation === 'POOL') await this.#pool.add(tenantId);
    const resources = (await this.#made(tenantId, isolation)) ?? (await this.#makeInPlace(tenantId, isolation));
    await this.#staging.sweep(tenantId, isolation);
    return resources;
  }

  async destroy(tenantId: string, isolation: Isolation): Promise<void> {
    if (isolation === 'POOL') await this.#pool.remove(tenantId);
    await this.#staging.take(this.#place(tenantId, isolation), tenantId, isolation);
    await this.#staging.sweep(tenantId, isolation);
  }

  async list(): Promise<readonly string[]> {
    const slots = await entriesOf(join(this.#root, 'pool', 'slots'));
    const tenants = [
      ...(await this.#staging.tenants()),
      ...(await this.#pool.tenants()),
      ...slots.map((slot) => slot.replace(/\.json$/, '')),
      ...(await entriesOf(join(this.#root, 'bridge'))),
      ...(await entriesOf(join(this.#root, 'silo'))),
    ];
    return [...new Set(tenants.filter(isTenantId))].sort();
  }

  async inspect({ attributes }: ResourceRecord): Promise<Readonly<Record<string, unknown>>> {
    if (typeof attributes.path !== 'string') return attributes;
    const there = await stat(join(this.#dataDir, attributes.path)).catch(() => undefined);
    return there?.isFile() ? { ...attributes, sizeBytes: there.size } : attributes;
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  #place(tenantId: string, isolation: Isolation): string {
    return join(this.#dataDir, placeOf(isolation, tenantId));
  }

  /** What stands in its place and is whole. */
  async #made(tenantId: string, isolation: Isolation): Promise<readonly ResourceRecord[] | undefined> {
    return await readManifest(join(this.#dataDir, manifestOf(isolation, tenantId)), this.#dataDir);
  }

  async #makeInPlace(tenantId: string, isolation: Isolation): Promise<readonly ResourceRecord[]> {
    const place = this.#place(tenantId, isolation);
    const staged = await this.#staging.fresh(tenantId, isolation);
    try {
      const resources = await this.#make[isolation](staged, tenantId);
      await makeFolder(dirname(place));
      try {
        await move(staged, place);
      } catch (error) {
        if (!isOccupied(error)) throw error;
        const made = await this.#made(tenantId, isolation); // another process came first
        if (made !== undefined) return made;
        await this.#staging.take(place, tenantId, isolation);
        await move(staged, place);
      }
      return resources;
    } catch (error) {
      await remove(staged).catch(() => undefined); // the first error is the one to hear of; another attempt sweeps
      throw error;
    }
  }

  /** By isolation: makes at a staged path what is to stand in its place, manifest included. */
  readonly #make = {
    POOL: async (staged: string, tenantId: string) => {
      const resources = [await this.#sharedDatabase(), await this.#sharedCompute()];
      await writeManifest(staged, tenantId, resources);
      return resources;
    },

    BRIDGE: async (staged: string, tenantId: string) => {
      await makeFolder(staged);
      await createTenantDatabase(join(staged, 'tenant.db'), tenantId);
      const resources = [this.#database('BRIDGE', tenantId), await this.#sharedCompute()];
      await writeManifest(join(staged, 'manifest.json'), tenantId, resources);
      await syncFolder(staged);
      return resources;
    },

    SILO: async (staged: string, tenantId: string) => {
      await makeFolder(join(staged, 'storage'));
      await makeFolder(join(staged, 'keys'));
      await createTenantDatabase(join(staged, 'tenant.db'), tenantId);
      const key = randomBytes(32);
      await writeNewFile(join(staged, 'keys', 'data.key'), key);
      const compute = { tenantId, database: 'tenant.db', storage: 'storage', key: 'keys/data.key' };
      await writeNewFile(join(staged, 'compute.json'), `${JSON.stringify(compute, null, 2)}\n`);
      const resources = this.#siloResources(tenantId, key);
      await writeManifest(join(staged, 'manifest.json'), tenantId, resources);
      await syncFolder(join(staged, 'keys'));
      await syncFolder(staged);
      return resources;
    },
  };

  #siloResources(tenantId: string, key: Uint8Array): readonly ResourceRecord[] {
    const fingerprint = createHash('sha256').update(key).digest('hex').slice(0, 16);
    return [
      this.#database('SILO', tenantId),
      this.#own('SILO', tenantId, 'compute', 'compute.json', {}),
      this.#own('SILO', tenantId, 'storage', 'storage', {}),
      this.#own('SILO', tenantId, 'key', 'keys/data.key', { algorithm: 'AES-256', fingerprint }),
    ];
  }

  #database(isolation: Isolation, tenantId: string): ResourceRecord {
    return this.#own(isolation, tenantId, 'database', 'tenant.db', { engine: 'sqlite' });
  }

  #own(
    isolation: Isolation,
    tenantId: string,
    kind: ResourceRecord['kind'],
    name: string,
    attributes: ResourceRecord['attributes'],
  ): ResourceRecord {
    const path = posix.join(placeOf(isolation, tenantId), name);
    return { resourceId: this.#ids.next('res'), kind, name, shared: false, attributes: { ...attributes, path } };
  }

  async #sharedDatabase(): Promise<ResourceRecord> {
    const resourceId = await this.#pool.share('pool.db', this.#ids.next('res'));
    const attributes = { engine: 'sqlite', path: POOL_DATABASE };
    return { resourceId, kind: 'database', name: 'pool.db', shared: true, attributes };
  }

  async #sharedCompute(): Promise<ResourceRecord> {
    const resourceId = await this.#pool.share('compute', this.#ids.next('res'));
    return { resourceId, kind: 'compute', name: 'shared', shared: true, attributes: {} };
  }
}

/** Makes what the operating system or SQLite refused a {@link DriverUnavailable}; what is left is a fault of the program. */
async function translated<T>(use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (cause) {
    const isRefusal =
      cause instanceof PoolFailure ||
      (cause instanceof Error && ('errno' in cause || ('code' in cause && cause.code === 'ERR_SQLITE_ERROR')));
    throw isRefusal ? new DriverUnavailable('the local driver was refused', { cause }) : cause;
  }
}
