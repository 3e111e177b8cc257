import type { DatabaseSync } from 'node:sqlite';
import type { CollectionSpec } from '../port.ts';
import { checkFormats, formatOf, indexedFields, indexFields } from '../spec.ts';
import { type CountTable, countTables, dropOldCounts, makeCounts } from './counts.ts';

/** The form of the tables, the columns and the values in them. Grows when a program of before could not read them. */
export const FORMAT = 1;

/** Where the format of each collection stands: no collection can have this name. */
const FORMATS = '_formats';

/** What a collection needs of the database: plain data, so that it can be sent to the writer's thread. */
export interface TableSchema {
  readonly name: string;
  /** The version of what the documents say. */
  readonly format: number;
  /** Column names, by what they are derived from. */
  readonly columns: Readonly<Record<string, string>>;
  /** `CREATE INDEX` statements, by name. */
  readonly indexes: Readonly<Record<string, string>>;
  readonly counts: readonly CountTable[];
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the documents are
export function tableSchema(spec: CollectionSpec<any>): TableSchema {
  const columns: Record<string, string> = {};
  for (const field of indexedFields(spec)) columns[indexColumn(field)] = columnExpression(field);
  const indexes: Record<string, string> = {};
  for (const index of Object.keys(spec.indexes)) {
    const fields = indexFields(spec, index);
    if (fields.length === 0) continue; // the order of the keys, which the table has already
    const name = databaseIndex(spec, index);
    const parts = [...fields.map(indexColumn), 'key'].map((column) => `"${column}"`);
    indexes[name] = `CREATE INDEX "${name}" ON "${spec.name}"(${parts.join(', ')})`;
  }
  return { name: spec.name, format: formatOf(spec), columns, indexes, counts: countTables(spec, indexColumn) };
}

/** The name that the database has for an index; one without fields is the table's own index of keys. */
// biome-ignore lint/suspicious/noExplicitAny: whatever the documents are
export function databaseIndex(spec: CollectionSpec<any>, index: string): string {
  return indexFields(spec, index).length === 0 ? `sqlite_autoindex_${spec.name}_1` : `${spec.name}.${index}`;
}

/** The generated column that holds a field's value as an index orders it. */
export function indexColumn(field: string): string {
  return `by_${field}`;
}

/**
 * Makes the tables of a service, brings their indexes to what is declared, and records their formats. Tables that are
 * declared no longer are left alone: they are data.
 *
 * @throws {StoreUnusable} when a table is of a newer format
 */
export function makeTables(database: DatabaseSync, service: string, tables: readonly TableSchema[]): void {
  checkFormats(service, tables, recordedFormats(database));
  database.exec('BEGIN IMMEDIATE');
  database.exec(`CREATE TABLE IF NOT EXISTS "${FORMATS}" (name TEXT NOT NULL PRIMARY KEY, format INTEGER NOT NULL)`);
  const record = database.prepare(
    `INSERT INTO "${FORMATS}" VALUES (?, ?) ON CONFLICT DO UPDATE SET format = excluded.format WHERE format < excluded.format`,
  );
  for (const table of tables) {
    database.exec(
      `CREATE TABLE IF NOT EXISTS "${table.name}" (key TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, doc TEXT NOT NULL)`,
    );
    record.run(table.name, table.format);
    dropOldCounts(database, table.name, table.counts);
    dropIndexes(database, table);
    alterColumns(database, table);
    for (const create of Object.values(table.indexes)) {
      database.exec(create.replace('CREATE INDEX', 'CREATE INDEX IF NOT EXISTS'));
    }
    makeCounts(database, table.counts);
  }
  database.exec(`PRAGMA user_version = ${FORMAT}`);
  database.exec('COMMIT');
}

/**
 * A virtual column rather than an index on an expression: only over columns does SQLite seek by a row value, which is
 * what a page after a position needs. Every value is of a storage class that orders as the port says: null becomes
 * minus infinity (a NULL would fail every comparison), numbers are REAL (the integer 97602893156155660 in the text
 * stands for a double that is not that integer), booleans become blobs, which come after text.
 */
function columnExpression(field: string): string {
  const value = `json_extract(doc, '$.${field}')`;
  return (
    `CASE json_type(doc, '$.${field}') WHEN 'true' THEN x'01' WHEN 'false' THEN x'00' ` +
    `WHEN 'integer' THEN CAST(${value} AS REAL) ELSE coalesce(${value}, -9e999) END`
  );
}

/** The format of each collection that was ever opened, by its name. */
function recordedFormats(database: DatabaseSync): ReadonlyMap<string, number> {
  const isThere = database.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(FORMATS) !== undefined;
  const rows = isThere ? database.prepare(`SELECT name, format FROM "${FORMATS}"`).all() : [];
  return new Map(rows.map(({ name, format }) => [String(name), Number(format)]));
}

function dropIndexes(database: DatabaseSync, table: TableSchema): void {
  const present = database
    .prepare(`SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL`)
    .all(table.name);
  for (const { name, sql } of present) {
    if (table.indexes[String(name)] !== sql) database.exec(`DROP INDEX "${name}"`);
  }
}

function alterColumns(database: DatabaseSync, table: TableSchema): void {
  const present = new Set(
    database
      .prepare(`SELECT name FROM pragma_table_xinfo(?) WHERE name LIKE 'by\\_%' ESCAPE '\\'`)
      .all(table.name)
      .map((row) => String(row.name)),
  );
  for (const column of present) {
    if (!Object.hasOwn(table.columns, column)) database.exec(`ALTER TABLE "${table.name}" DROP COLUMN "${column}"`);
  }
  for (const [column, expression] of Object.entries(table.columns)) {
    if (present.has(column)) continue;
    database.exec(`ALTER TABLE "${table.name}" ADD COLUMN "${column}" GENERATED ALWAYS AS (${expression}) VIRTUAL`);
  }
}
