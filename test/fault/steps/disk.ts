import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SUBGRAPHS } from '#lib/graphql/subgraph.ts';

// biome-ignore lint/suspicious/noExplicitAny: documents of many shapes
export type Document = any;

/** Reads what lies on disk, also while the server runs: what the API does not show, since it looks from one side only. */
export class Disk {
  readonly #dataDir: string;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** The documents of a collection that are not tombstones; none where there is no such collection. */
  documents(service: string, collection: string): Document[] {
    return this.#read(join(this.#dataDir, `${service}.db`), (database) =>
      tablesOf(database).includes(collection)
        ? documentsOf(database, `SELECT doc FROM "${collection}"`).filter(isThere)
        : [],
    );
  }

  /** Those with this value in a field. */
  documentsWith(service: string, collection: string, field: string, value: string): Document[] {
    const sql = `SELECT doc FROM "${collection}" WHERE json_extract(doc, '$.${field}') = ?`;
    return this.#read(join(this.#dataDir, `${service}.db`), (database) =>
      tablesOf(database).includes(collection) ? documentsOf(database, sql, value).filter(isThere) : [],
    );
  }

  /** The workflows of every service that are still under way, or not given back yet. */
  restless(): Document[] {
    return SUBGRAPHS.flatMap((service) => {
      const sql = `SELECT doc FROM workflows WHERE json_extract(doc, '$.nextRunAt') IS NOT NULL`;
      return this.#read(join(this.#dataDir, `${service}.db`), (database) =>
        tablesOf(database).includes('workflows') ? documentsOf(database, sql) : [],
      );
    });
  }

  /** What the local driver has of a tenant: the places with its id in their name, and its row in the pool. */
  infrastructure(tenantId: string): string[] {
    const root = join(this.#dataDir, 'infrastructure');
    const places = ['pool/slots', 'bridge', 'silo', 'staging'].filter((place) => existsSync(join(root, place)));
    const paths = places.flatMap((place) => readdirSync(join(root, place)).map((entry) => `${place}/${entry}`));
    const own = paths.filter((path) => path.includes(tenantId)).map((path) => path.replace(tenantId, 'TENANT'));
    return [...own, ...(this.#pooled().includes(tenantId) ? ['pool.db'] : [])].sort();
  }

  /** Whoever has anything there. */
  infrastructureOwners(): string[] {
    const root = join(this.#dataDir, 'infrastructure');
    if (!existsSync(root)) return [];
    const names = readdirSync(root, { recursive: true }).map(String).join('\n');
    return [...new Set([...(names.match(/ten_\w{32}/g) ?? []), ...this.#pooled()])];
  }

  #pooled(): string[] {
    const file = join(this.#dataDir, 'infrastructure', 'pool', 'pool.db');
    return this.#read(file, (database) =>
      database
        .prepare('SELECT tenant_id FROM tenants')
        .all()
        .map(({ tenant_id }) => String(tenant_id)),
    );
  }

  #read<T>(file: string, read: (database: DatabaseSync) => T[]): T[] {
    if (!existsSync(file)) return [];
    const database = new DatabaseSync(file, { readOnly: true, timeout: 2_000 });
    try {
      return read(database);
    } finally {
      database.close();
    }
  }
}

/** What is left at a key so that a straggler finds it taken is as good as nothing. */
export function isThere({ goneUntil, discardedAt, placements, closed }: Document): boolean {
  return goneUntil == null && discardedAt == null && placements?.length !== 0 && closed !== true;
}

function tablesOf(database: DatabaseSync): unknown[] {
  return database
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`)
    .all()
    .map(({ name }) => name);
}

function documentsOf(database: DatabaseSync, sql: string, ...values: string[]): Document[] {
  return database
    .prepare(sql)
    .all(...values)
    .map(({ doc }) => JSON.parse(String(doc)));
}
