import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { increased, meetsGuard } from '../change.ts';

/** A write, as it goes to the writer's thread. Documents, guards and changes are JSON, checked before. */
export type Operation =
  | { readonly kind: 'insert'; readonly table: string; readonly rows: readonly NewRow[] }
  | {
      readonly kind: 'update';
      readonly table: string;
      readonly key: string;
      readonly guard: string;
      readonly set: string;
    }
  | { readonly kind: 'delete'; readonly table: string; readonly key: string; readonly guard: string }
  | {
      readonly kind: 'increment';
      readonly table: string;
      readonly key: string;
      readonly add: Readonly<Record<string, number>>;
      readonly base: string;
    }
  | { readonly kind: 'ping' };

export interface NewRow {
  readonly key: string;
  readonly version: number;
  readonly text: string;
}

export interface Row {
  readonly version: number;
  readonly doc: string;
}

/** What became of an operation. `invalid`: it asked for what cannot be done, whenever it is asked. */
export type OperationResult =
  | { readonly outcome: 'inserted'; readonly inserted: readonly boolean[] }
  | { readonly outcome: 'updated' | 'missed'; readonly row: Row }
  | { readonly outcome: 'deleted' | 'absent' | 'pong' }
  | { readonly outcome: 'invalid'; readonly message: string };

/** Executes operations on one database, inside whatever transaction the caller has begun. */
export class Executor {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  execute(operation: Operation): OperationResult {
    switch (operation.kind) {
      case 'insert':
        return this.#insert(operation);
      case 'update':
        return this.#update(operation);
      case 'delete':
        return this.#delete(operation);
      case 'increment':
        return this.#increment(operation);
      case 'ping':
        return { outcome: 'pong' };
    }
  }

  #insert({ table, rows }: Operation & { kind: 'insert' }): OperationResult {
    const insert = this.#prepare(`INSERT INTO "${table}" (key, version, doc) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`);
    const inserted = rows.map(({ key, version, text }) => Number(insert.run(key, version, text).changes) === 1);
    return { outcome: 'inserted', inserted };
  }

  #update({ table, key, guard, set }: Operation & { kind: 'update' }): OperationResult {
    const row = this.#read(table, key);
    if (row === undefined) return { outcome: 'absent' };
    const document = parse(row.doc);
    if (!meetsGuard(document, row.version, guard)) return { outcome: 'missed', row };
    return this.#write(table, key, { ...document, ...parse(set) }, row.version + 1);
  }

  #delete({ table, key, guard }: Operation & { kind: 'delete' }): OperationResult {
    const row = this.#read(table, key);
    if (row === undefined) return { outcome: 'absent' };
    if (!meetsGuard(parse(row.doc), row.version, guard)) return { outcome: 'missed', row };
    this.#prepare(`DELETE FROM "${table}" WHERE key = ?`).run(key);
    return { outcome: 'deleted' };
  }

  #increment({ table, key, add, base }: Operation & { kind: 'increment' }): OperationResult {
    const row = this.#read(table, key);
    const document = parse(row?.doc ?? base);
    try {
      return this.#write(table, key, increased(table, document, add), (row?.version ?? 0) + 1);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return { outcome: 'invalid', message: error.message };
    }
  }

  #read(table: string, key: string): Row | undefined {
    const row = this.#prepare(`SELECT version, doc FROM "${table}" WHERE key = ?`).get(key);
    return row === undefined ? undefined : { version: Number(row.version), doc: String(row.doc) };
  }

  #write(table: string, key: string, document: object, version: number): OperationResult {
    const doc = JSON.stringify(document);
    this.#prepare(
      `INSERT INTO "${table}" (key, version, doc) VALUES (?, ?, ?) ` +
        'ON CONFLICT DO UPDATE SET version = excluded.version, doc = excluded.doc',
    ).run(key, version, doc);
    return { outcome: 'updated', row: { version, doc } };
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function parse(text: string): Record<string, unknown> {
  return JSON.parse(text);
}
