import type { DatabaseSync } from 'node:sqlite';
import type { CollectionSpec } from '../port.ts';
import { indexFields } from '../spec.ts';

/** A table of figures that SQLite keeps with every write: how many documents have which values before an index's last field. */
export interface CountTable {
  readonly name: string;
  /** What makes it, its triggers last. */
  readonly statements: readonly string[];
  /** What fills it, before it has triggers. */
  readonly fill: string;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the documents are
type AnySpec = CollectionSpec<any>;

/** Whether an index's counts are kept. */
export function isCounted(spec: AnySpec, index: string): boolean {
  return spec.counted?.includes(index) ?? false;
}

/** The name of an index's table of figures: no collection can have it. */
export function countTableName({ name }: AnySpec, index: string): string {
  return `_count.${name}.${index}`;
}

/** The tables of figures of a collection. `columnOf` names the column of a field. */
export function countTables(spec: AnySpec, columnOf: (field: string) => string): readonly CountTable[] {
  return (spec.counted ?? []).map((index) => {
    const columns = indexFields(spec, index)
      .slice(0, -1)
      .map((field) => `"${columnOf(field)}"`);
    return countTable(countTableName(spec, index), spec.name, columns);
  });
}

/** Drops what is declared no longer, or otherwise than before: before the columns are altered that it stands on. */
export function dropOldCounts(database: DatabaseSync, collection: string, wanted: readonly CountTable[]): void {
  const present = database
    .prepare(`SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name GLOB ?`)
    .all(`_count.${collection}.*`);
  for (const { name, sql } of present) {
    if (wanted.some((table) => table.name === name && table.statements[0] === sql)) continue;
    for (const event of EVENTS) database.exec(`DROP TRIGGER IF EXISTS "${name}.${event}"`);
    database.exec(`DROP TABLE "${name}"`);
  }
}

/** Makes the tables that are missing, and counts for each what is there. */
export function makeCounts(database: DatabaseSync, wanted: readonly CountTable[]): void {
  const isThere = database.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?`);
  for (const { name, statements, fill } of wanted) {
    if (isThere.get(name) !== undefined) continue;
    const [create = '', ...triggers] = statements;
    for (const statement of [create, fill, ...triggers]) database.exec(statement);
  }
}

const EVENTS = ['insert', 'update', 'delete'] as const;

/** An index whose last field is its only one has one figure, under no value. */
function countTable(name: string, collection: string, columns: readonly string[]): CountTable {
  const keys = columns.length === 0 ? ['"all"'] : columns;
  const values = (row: string) => (columns.length === 0 ? ['1'] : columns.map((column) => `${row}.${column}`));
  const more =
    `INSERT INTO "${name}" VALUES (${values('NEW').join(', ')}, 1) ` +
    'ON CONFLICT DO UPDATE SET documents = documents + 1;';
  const isOld = keys.map((key, place) => `${key} = ${values('OLD')[place]}`).join(' AND ');
  const less =
    `UPDATE "${name}" SET documents = documents - 1 WHERE ${isOld}; ` +
    `DELETE FROM "${name}" WHERE ${isOld} AND documents = 0;`;
  const differs =
    columns.length === 0 ? '0' : columns.map((column) => `NEW.${column} IS NOT OLD.${column}`).join(' OR ');
  const source = columns.length === 0 ? '1' : columns.join(', ');
  return {
    name,
    statements: [
      `CREATE TABLE "${name}" (${keys.join(' NOT NULL, ')} NOT NULL, documents INTEGER NOT NULL, PRIMARY KEY (${keys.join(', ')})) WITHOUT ROWID`,
      `CREATE TRIGGER "${name}.insert" AFTER INSERT ON "${collection}" BEGIN ${more} END`,
      `CREATE TRIGGER "${name}.update" AFTER UPDATE ON "${collection}" WHEN ${differs} BEGIN ${less} ${more} END`,
      `CREATE TRIGGER "${name}.delete" AFTER DELETE ON "${collection}" BEGIN ${less} END`,
    ],
    fill: `INSERT INTO "${name}" SELECT ${source}, count(*) FROM "${collection}" GROUP BY ${source} HAVING count(*) > 0`,
  };
}
