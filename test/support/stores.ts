import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readConfig } from '#lib/config.ts';
import { createLog } from '#lib/log.ts';
import { openStores } from '#lib/store/open.ts';
import type { Stores } from '#lib/store/port.ts';
import { dropDatabases, MONGODB_URL, withDatabases, withPrefix } from './mongodb.ts';

/** What a process needs to have its data where the tests of this run have it: in the folder, or in databases of the folder's own. */
export function storeEnvironment(dataDir: string): { DATA_DIR: string; MONGODB_URL?: string } {
  if (MONGODB_URL === undefined) return { DATA_DIR: dataDir };
  return { DATA_DIR: dataDir, MONGODB_URL: withPrefix(MONGODB_URL, prefixOf(dataDir)) };
}

/** What a person is told about where this data is. */
export function storedAt(dataDir: string): string {
  return MONGODB_URL === undefined ? dataDir : `/${prefixOf(dataDir)}_*`;
}

/** Stores that are new where the folder is. */
export function openTestStores(dataDir: string): Promise<Stores> {
  return openStores(readConfig(storeEnvironment(dataDir)), createLog('silent'));
}

/** Removes the folder, and the databases that stand for it. */
export async function removeStores(dataDir: string): Promise<void> {
  if (MONGODB_URL !== undefined) await dropDatabases(MONGODB_URL, `${prefixOf(dataDir)}_`);
  await rm(dataDir, { recursive: true, force: true });
}

/** The documents of a collection, past the store, which may be open. */
export async function storedDocuments(
  dataDir: string,
  service: string,
  collection: string,
): Promise<Readonly<Record<string, unknown>>[]> {
  const texts = MONGODB_URL === undefined ? inFile() : await inDatabase(MONGODB_URL);
  return texts.map((text) => JSON.parse(text));

  function inFile(): string[] {
    const database = new DatabaseSync(join(dataDir, `${service}.db`), { readOnly: true });
    try {
      return database
        .prepare(`SELECT doc FROM "${collection}" ORDER BY key`)
        .all()
        .map(({ doc }) => String(doc));
    } finally {
      database.close();
    }
  }

  function inDatabase(url: string): Promise<string[]> {
    return withDatabases(url, `${prefixOf(dataDir)}_${service}`, async ([database]) => {
      const rows = await database?.collection(collection).find().sort({ _id: 1 }).toArray();
      return (rows ?? []).map(({ document }) => String(document));
    });
  }
}

/** Everything that is stored, as text to be searched: every file of the folder, and every document of its databases. */
export async function storedTexts(dataDir: string): Promise<string[]> {
  const files = await readdir(dataDir, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'latin1')),
  );
  if (MONGODB_URL === undefined) return texts;
  const documents = await withDatabases(MONGODB_URL, `${prefixOf(dataDir)}_`, async (databases) => {
    const collections = (await Promise.all(databases.map((database) => database.collections()))).flat();
    return (await Promise.all(collections.map((collection) => collection.find().toArray()))).flat();
  });
  return [...texts, ...documents.map((document) => JSON.stringify(document))];
}

function prefixOf(dataDir: string): string {
  return `test_${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`;
}
