import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Filter, MongoClient } from 'mongodb';
import { SUBGRAPHS } from '#lib/graphql/subgraph.ts';
import { readAddress } from '#lib/store/mongodb/address.ts';

// biome-ignore lint/suspicious/noExplicitAny: documents of many shapes
export type Document = any;

/** What lies in a store, read past it; a collection that is not there is empty. */
export interface StoredDocuments {
  all(service: string, collection: string): Promise<Document[]>;
  /** Those with this value in a field. */
  with(service: string, collection: string, field: string, value: string): Promise<Document[]>;
  /** The workflows of a service that have something left to do. */
  restless(service: string): Promise<Document[]>;
  /** What is wrong with the files, as far as they can be read. */
  damage(): string[];
  close(): Promise<void>;
}

/** Of the embedded store. */
export class DocumentsInFiles implements StoredDocuments {
  readonly #dataDir: string;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  async all(service: string, collection: string): Promise<Document[]> {
    return this.#select(service, collection, 'TRUE');
  }

  async with(service: string, collection: string, field: string, value: string): Promise<Document[]> {
    return this.#select(service, collection, `json_extract(doc, '$.${field}') = ?`, value);
  }

  async restless(service: string): Promise<Document[]> {
    return this.#select(service, 'workflows', `json_extract(doc, '$.nextRunAt') IS NOT NULL`);
  }

  damage(): string[] {
    return SUBGRAPHS.flatMap((service) =>
      this.#read(service, (database) => {
        const found = database.prepare('SELECT quick_check FROM pragma_quick_check').all();
        return found.filter(({ quick_check }) => quick_check !== 'ok').map((row) => `${service}: ${row.quick_check}`);
      }),
    );
  }

  async close(): Promise<void> {}

  #select(service: string, collection: string, where: string, ...values: string[]): Document[] {
    return this.#read(service, (database) => {
      const tables = database.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).all();
      if (!tables.some(({ name }) => name === collection)) return [];
      const rows = database.prepare(`SELECT doc FROM "${collection}" WHERE ${where}`).all(...values);
      return rows.map(({ doc }) => JSON.parse(String(doc)));
    });
  }

  #read<T>(service: string, read: (database: DatabaseSync) => T[]): T[] {
    const file = join(this.#dataDir, `${service}.db`);
    if (!existsSync(file)) return [];
    const database = new DatabaseSync(file, { readOnly: true, timeout: 2_000 });
    try {
      return read(database);
    } finally {
      database.close();
    }
  }
}

interface Row {
  readonly _id: string;
  readonly document: string;
}

/** Of the MongoDB store (lib/store/mongodb/row.ts). */
export class DocumentsInMongodb implements StoredDocuments {
  readonly #client: MongoClient;
  readonly #prefix: string;

  constructor(url: string) {
    const { forDriver, prefix } = readAddress(url);
    this.#client = new MongoClient(forDriver);
    this.#prefix = prefix;
  }

  async all(service: string, collection: string): Promise<Document[]> {
    return await this.#find(service, collection, {});
  }

  async with(service: string, collection: string, field: string, value: string): Promise<Document[]> {
    // The text narrows it down, the field decides.
    const text = JSON.stringify(value).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    const found = await this.#find(service, collection, { document: { $regex: text } });
    const fieldOf = (document: Document) => field.split('.').reduce((part, name) => part?.[name], document);
    return found.filter((document) => fieldOf(document) === value);
  }

  async restless(service: string): Promise<Document[]> {
    const found = await this.#find(service, 'workflows', { document: { $not: { $regex: '"nextRunAt":null' } } });
    return found.filter(({ nextRunAt }) => nextRunAt != null);
  }

  damage(): string[] {
    return [];
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #find(service: string, collection: string, filter: Filter<Row>): Promise<Document[]> {
    const rows = this.#client.db(`${this.#prefix}_${service}`).collection<Row>(collection);
    const found = await rows.find(filter, { projection: { document: 1 } }).toArray();
    return found.map(({ document }) => JSON.parse(document));
  }
}
