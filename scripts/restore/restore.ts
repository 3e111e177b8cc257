import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isAbsent, makeFolder, syncFolder } from '#lib/durable.ts';
import { SUBGRAPHS } from '#lib/graphql/subgraph.ts';
import { type Lock, lockService } from '#lib/store/embedded/lock.ts';
import { UNFINISHED } from '#lib/store/embedded/unfinished.ts';
import { SESSIONS } from '#subgraphs/identity/store.ts';
import { copyHashed } from '../backup/files.ts';
import { type Manifest, readManifestOf } from '../backup/manifest.ts';
import type { Progress } from '../progress.ts';
import { Refusal } from '../refusal.ts';

export interface RestoreInit {
  /** A whole backup. */
  readonly source: string;
  /** The data folder: not there, or empty. */
  readonly dataDir: string;
  readonly progress: Progress;
}

export interface Restored {
  readonly manifest: Manifest;
  /** How many sessions were ended: who ended theirs after the backup must not find them open again. */
  readonly endedSessions: number;
}

const IDENTITY = 'identity.db';

/**
 * Puts a backup in place as a data folder, whole or not at all: until the last step no server starts on it, and running
 * it again goes on.
 *
 * @throws {Refusal} @throws {StoreUnusable} when a process has the data folder in use
 */
export async function restore({ source, dataDir: folder, progress }: RestoreInit): Promise<Restored> {
  const dataDir = resolve(folder);
  const manifest = await readManifestOf(source);
  const places = [...new Set([...manifest.files.map((file) => file.path), ...manifest.folders].map(firstPart))];
  await makeFolder(dataDir);
  await requireEmpty(dataDir, places);
  const locks = lockAll(dataDir, places);
  try {
    await requireEmpty(dataDir, places);
    const staging = join(dataDir, UNFINISHED);
    await mkdir(staging, { recursive: true, mode: 0o700 });
    await syncFolder(dataDir);
    for (const name of [...(await readdir(staging)).map((entry) => join(UNFINISHED, entry)), ...places]) {
      await rm(join(dataDir, name), { recursive: true, force: true });
    }
    const endedSessions = await stage(source, staging, manifest, progress);
    for (const name of places) await rename(join(staging, name), join(dataDir, name));
    await syncFolder(dataDir);
    await rmdir(staging);
    await syncFolder(dataDir);
    return { manifest, endedSessions };
  } finally {
    progress.end();
    for (const lock of locks) lock.release();
  }
}

function firstPart(path: string): string {
  return path.split('/', 1)[0] ?? path;
}

/** What a restore that was cut off has put there is its own; anything else is somebody's. */
async function requireEmpty(dataDir: string, places: readonly string[]): Promise<void> {
  const all = await readdir(dataDir);
  const entries = all.filter((entry) => !/\.lock(-journal)?$/.test(entry));
  const own = new Set(entries.includes(UNFINISHED) ? [UNFINISHED, ...places] : []);
  const strangers = entries.filter((entry) => !own.has(entry));
  if (strangers.length === 0) return;
  const services = all.filter((entry) => entry.endsWith('.lock')).map((entry) => entry.replace(/\.lock$/, ''));
  for (const service of services) lockService(dataDir, service).release(); // to say so where it is in use
  throw new Refusal(`${dataDir}: is not empty (${strangers.sort().slice(0, 3).join(', ')}): move it away first`);
}

/** @throws {StoreUnusable} when one of the services is in use */
function lockAll(dataDir: string, places: readonly string[]): Lock[] {
  const databases = places.filter((name) => name.endsWith('.db')).map((name) => name.replace(/\.db$/, ''));
  const locks: Lock[] = [];
  try {
    for (const service of new Set([...SUBGRAPHS, ...databases])) locks.push(lockService(dataDir, service));
    return locks;
  } catch (error) {
    for (const lock of locks) lock.release();
    throw error;
  }
}

/** Copies everything, and checks on the way that it is what was backed up. Leaves nothing behind where it is not. */
async function stage(source: string, staging: string, manifest: Manifest, progress: Progress): Promise<number> {
  try {
    for (const folder of manifest.folders) await mkdir(join(staging, folder), { recursive: true, mode: 0o700 });
    progress.begin('copied and checked', manifest.files.length, 'files');
    for (const { path, bytes, sha256 } of manifest.files) {
      await mkdir(join(staging, dirname(path)), { recursive: true, mode: 0o700 });
      const copied = await copyHashed(join(source, path), join(staging, path)).catch((error: unknown) => {
        if (isAbsent(error)) throw new Refusal(`${join(source, path)}: is not there: the backup is not whole`);
        throw error;
      });
      if (copied.bytes !== bytes || copied.sha256 !== sha256) {
        throw new Refusal(`${join(source, path)}: is not what was backed up (its SHA-256 is another)`);
      }
      progress.advance(1);
    }
    const endedSessions = endSessions(join(staging, IDENTITY));
    await syncFolders(staging, manifest);
    return endedSessions;
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error;
  }
}

function endSessions(file: string): number {
  if (!existsSync(file)) return 0;
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
    const isThere = database.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(SESSIONS.name);
    if (isThere === undefined) return 0;
    return Number(database.prepare(`DELETE FROM "${SESSIONS.name}"`).run().changes);
  } finally {
    database.close(); // moves the log into the file
  }
}

async function syncFolders(staging: string, { files, folders }: Manifest): Promise<void> {
  const paths = [...files.map(({ path }) => path), ...folders].flatMap(above);
  for (const folder of new Set(['.', ...folders, ...paths])) await syncFolder(join(staging, folder));
}

/** The folders that a path leads through. */
function above(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, place) => parts.slice(0, place + 1).join('/'));
}
