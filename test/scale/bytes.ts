import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What a collection takes on the disk. */
export interface CollectionBytes {
  /** `service.collection`. */
  readonly collection: string;
  readonly documents: number;
  /** The table, with the order of its keys. */
  readonly tableBytes: number;
  readonly indexBytes: number;
}

/** Measures the databases of a data folder that nobody has open, by their pages. */
export function measureCollections(dataDir: string): readonly CollectionBytes[] {
  return readdirSync(dataDir)
    .filter((file) => file.endsWith('.db'))
    .flatMap((file) => measureDatabase(join(dataDir, file), file.replace('.db', '')));
}

function measureDatabase(file: string, service: string): readonly CollectionBytes[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all();
    const pages = database.prepare(
      `SELECT s.type, s.name, sum(d.pgsize) AS bytes FROM dbstat d JOIN sqlite_schema s ON s.name = d.name
       WHERE s.tbl_name = ? GROUP BY s.name`,
    );
    return tables.map(({ name }) => {
      const objects = pages.all(String(name));
      const bytes = (isIndex: boolean) =>
        objects
          .filter((row) => (row.type === 'index' && !String(row.name).startsWith('sqlite_')) === isIndex)
          .reduce((sum, row) => sum + Number(row.bytes), 0);
      const documents = Number(database.prepare(`SELECT count(*) AS count FROM "${name}"`).get()?.count);
      return { collection: `${service}.${name}`, documents, tableBytes: bytes(false), indexBytes: bytes(true) };
    });
  } finally {
    database.close();
  }
}

/** The space that a folder's files take on the disk, in bytes: whole blocks. */
export function folderBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    bytes += statSync(join(entry.parentPath, entry.name)).blocks * 512;
  }
  return bytes;
}
