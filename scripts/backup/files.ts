import { createHash } from 'node:crypto';
import { mkdir, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { syncFolder, writeNewFile } from '#lib/durable.ts';
import type { FileRecord } from './manifest.ts';

/** What was copied, as the manifest lists it. */
export interface Copied {
  readonly files: FileRecord[];
  readonly folders: string[];
  /** What is neither a file nor a folder: it is not copied. */
  readonly leftOut: string[];
}

type Content = Omit<FileRecord, 'path'>;

const PAGES_AT_ONCE = 2_000; // of a database, per step
const LARGEST_IN_MEMORY = 32 * 2 ** 20; // bytes
const BUFFER = 2 ** 18; // bytes

/** Copies a file or a folder with all that is in it, durably but for its entry in the folder above. */
export async function copyTree(from: string, to: string, path: string): Promise<Copied> {
  const copied: Copied = { files: [], folders: [], leftOut: [] };
  if ((await stat(join(from, path))).isDirectory()) await copyFolder(from, to, path, copied);
  else copied.files.push({ path, ...(await copyFile(join(from, path), join(to, path))) });
  return copied;
}

/**
 * Copies a file durably, for its owner alone, and says what it read.
 *
 * @throws when there is something at the target
 */
export async function copyHashed(source: string, target: string): Promise<Content> {
  const from = await open(source, 'r');
  try {
    const to = await open(target, 'wx', 0o600);
    try {
      const hash = createHash('sha256');
      const buffer = Buffer.allocUnsafe(BUFFER);
      let bytes = 0;
      for (;;) {
        const { bytesRead } = await from.read(buffer, 0, BUFFER);
        if (bytesRead === 0) break;
        const part = buffer.subarray(0, bytesRead);
        hash.update(part);
        await to.writeFile(part);
        bytes += bytesRead;
      }
      await to.sync();
      return { bytes, sha256: hash.digest('hex') };
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

/**
 * Copies a database as its connection sees it: in a transaction, as of its beginning. SQLite syncs what it wrote.
 *
 * @param onPages is told how many pages were copied since the last time
 */
export async function copyDatabase(
  database: DatabaseSync,
  target: string,
  onPages: (pages: number) => void = () => undefined,
): Promise<Content> {
  await writeNewFile(target, ''); // SQLite would let others read it
  let left: number | undefined;
  const total = await backup(database, target, {
    rate: PAGES_AT_ONCE,
    progress({ totalPages, remainingPages }) {
      onPages((left ?? totalPages) - remainingPages);
      left = remainingPages;
    },
  });
  onPages(left ?? total);
  return await contentOf(target);
}

async function copyFolder(from: string, to: string, path: string, copied: Copied): Promise<void> {
  await mkdir(join(to, path), { recursive: true, mode: 0o700 });
  copied.folders.push(path);
  const entries = await readdir(join(from, path), { withFileTypes: true });
  const names = new Set(entries.map(({ name }) => name));
  for (const entry of entries) {
    const below = `${path}/${entry.name}`;
    if (entry.isDirectory()) await copyFolder(from, to, below, copied);
    else if (!entry.isFile()) copied.leftOut.push(below);
    else if (!isPartOfDatabase(entry.name, names)) {
      copied.files.push({ path: below, ...(await copyFile(join(from, below), join(to, below))) });
    }
  }
  await syncFolder(join(to, path));
}

/** A database's log and journal are in the copy of the database. */
function isPartOfDatabase(name: string, names: ReadonlySet<string>): boolean {
  const [, database] = /^(.+\.db)-(wal|shm|journal)$/.exec(name) ?? [];
  return database !== undefined && names.has(database);
}

/** A database is copied as of one instant, whoever writes to it; any other file as it is. */
async function copyFile(source: string, target: string): Promise<Content> {
  const database = source.endsWith('.db') ? snapshotOf(source) : undefined;
  if (database === undefined) return await copyHashed(source, target);
  try {
    if ((await stat(source)).size > LARGEST_IN_MEMORY) return await copyDatabase(database, target);
    const content = database.serialize();
    await writeNewFile(target, content);
    return { bytes: content.byteLength, sha256: createHash('sha256').update(content).digest('hex') };
  } finally {
    database.close();
  }
}

/** Nothing where SQLite cannot read it: then it is a file like any other. */
function snapshotOf(file: string): DatabaseSync | undefined {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 2_000 });
  try {
    database.exec('BEGIN; SELECT 1 FROM sqlite_schema');
    return database;
  } catch {
    database.close();
    return undefined;
  }
}

async function contentOf(file: string): Promise<Content> {
  const handle = await open(file, 'r');
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const part of handle.createReadStream({ highWaterMark: BUFFER })) {
    hash.update(part);
    bytes += part.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
