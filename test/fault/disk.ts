import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SUBGRAPHS } from '#lib/graphql/subgraph.ts';
import { type Document, DocumentsInFiles, DocumentsInMongodb, type StoredDocuments } from './documents.ts';

/** The documents of a collection that are not tombstones; none where there is no such collection. */
export type DocumentsOf = (service: string, collection: string) => readonly Document[];

/** Reads what is stored, also while the servers run: what the API does not show, since it looks from one side only. */
export class Disk {
  readonly dataDir: string;
  readonly #stored: StoredDocuments;

  /** Of the servers with this environment. */
  constructor({ DATA_DIR, MONGODB_URL }: { readonly DATA_DIR: string; readonly MONGODB_URL?: string }) {
    this.dataDir = DATA_DIR;
    this.#stored = MONGODB_URL === undefined ? new DocumentsInFiles(DATA_DIR) : new DocumentsInMongodb(MONGODB_URL);
  }

  /** The documents of a collection that are not tombstones; none where there is no such collection. */
  async documents(service: string, collection: string): Promise<Document[]> {
    return (await this.#stored.all(service, collection)).filter(isThere);
  }

  /** Those with this value in a field; `input.customerName` is a field of a field. */
  async documentsWith(service: string, collection: string, field: string, value: string): Promise<Document[]> {
    return (await this.#stored.with(service, collection, field, value)).filter(isThere);
  }

  /** All of these collections, by their owners. */
  async read(collections: Readonly<Record<string, readonly string[]>>): Promise<DocumentsOf> {
    const found = new Map<string, Document[]>();
    for (const [service, names] of Object.entries(collections)) {
      for (const name of names) found.set(`${service} ${name}`, await this.documents(service, name));
    }
    return (service, collection) => {
      const documents = found.get(`${service} ${collection}`);
      if (documents === undefined) throw new Error(`${service} ${collection} was not read`);
      return documents;
    };
  }

  /** The workflows of every service that are still under way, or not given back yet. */
  async restless(): Promise<Document[]> {
    const found = await Promise.all(SUBGRAPHS.map((service) => this.#stored.restless(service)));
    return found.flat();
  }

  /** What is wrong with the files themselves; nothing where the store has none. */
  damage(): string[] {
    return this.#stored.damage();
  }

  /** What the local driver has of a tenant: the places with its id in their name, and its row in the pool. */
  infrastructure(tenantId: string): string[] {
    const root = join(this.dataDir, 'infrastructure');
    const places = ['pool/slots', 'bridge', 'silo', 'staging'].filter((place) => existsSync(join(root, place)));
    const paths = places.flatMap((place) => readdirSync(join(root, place)).map((entry) => `${place}/${entry}`));
    const own = paths.filter((path) => path.includes(tenantId)).map((path) => path.replace(tenantId, 'TENANT'));
    return [...own, ...(this.pooled().includes(tenantId) ? ['pool.db'] : [])].sort();
  }

  /** Whoever has anything there. */
  infrastructureOwners(): string[] {
    const root = join(this.dataDir, 'infrastructure');
    if (!existsSync(root)) return [];
    const names = readdirSync(root, { recursive: true }).map(String).join('\n');
    return [...new Set([...(names.match(/ten_\w{32}/g) ?? []), ...this.pooled()])];
  }

  /** The tenants with a row in the database that tenants share. */
  pooled(): string[] {
    const file = join(this.dataDir, 'infrastructure', 'pool', 'pool.db');
    if (!existsSync(file)) return [];
    const database = new DatabaseSync(file, { readOnly: true, timeout: 2_000 });
    try {
      const rows = database.prepare('SELECT tenant_id FROM tenants').all();
      return rows.map(({ tenant_id }) => String(tenant_id));
    } finally {
      database.close();
    }
  }

  async close(): Promise<void> {
    await this.#stored.close();
  }
}

/** What is left at a key so that a straggler finds it taken is as good as nothing. */
function isThere({ goneUntil, discardedAt, placements, closed }: Document): boolean {
  return goneUntil == null && discardedAt == null && placements?.length !== 0 && closed !== true;
}
