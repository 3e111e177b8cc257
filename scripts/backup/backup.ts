import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { makeFolder, syncFolder, writeNewFile } from '#lib/durable.ts';
import { type Lock, lockFile } from '#lib/store/embedded/lock.ts';
import { POOL_DATABASE } from '#subgraphs/provisioning/drivers/local.ts';
import type { Progress } from '../progress.ts';
import { Refusal } from '../refusal.ts';
import { type Cut, takeCut } from './cut.ts';
import { copyDatabase } from './files.ts';
import { InfrastructureCopy, type LocalPlacement, readyPlacements } from './infrastructure.ts';
import { type FileRecord, MANIFEST_FILE, type Manifest, newManifest } from './manifest.ts';

export interface BackupInit {
  /** The data folder: processes may be working in it. */
  readonly dataDir: string;
  /** Where the backup is to stand: a folder that is not there yet, or is empty. */
  readonly target: string;
  /** The version of this program. */
  readonly program: string;
  readonly progress: Progress;
}

const LOCK = '.lock';
/** A cut is taken again when infrastructure was taken away between it and the copy; so often at most. */
const CUTS = 5;
const LISTED = 10; // of what is missing

/**
 * Copies an embedded installation while it runs: all databases as of one instant, and the local driver's infrastructure
 * that goes with them. What stands at the target is whole, or is not there.
 *
 * @throws {Refusal}
 */
export async function backUp(init: BackupInit): Promise<Manifest> {
  const { dataDir, target } = { dataDir: resolve(init.dataDir), target: resolve(init.target) };
  const files = databasesIn(dataDir);
  await requireRoom(target, dataDir);
  const partial = `${target}.partial`;
  const lock = await takePartial(partial, target);
  try {
    const manifest = await fill({ ...init, dataDir, target: partial }, files);
    await rename(partial, target);
    lock.release();
    await rm(join(target, LOCK), { force: true });
    await syncFolder(dirname(target));
    return manifest;
  } catch (error) {
    lock.release();
    await rm(partial, { recursive: true, force: true });
    const { code } = error as { code?: unknown };
    if (code === 'ENOTEMPTY' || code === 'EEXIST') throw notEmpty(target);
    throw error;
  }
}

/** The databases of the services, by name. */
function databasesIn(dataDir: string): ReadonlyMap<string, string> {
  const names = existsSync(dataDir) ? readdirSync(dataDir).filter((name) => /^[a-z][a-z0-9_-]*\.db$/.test(name)) : [];
  if (names.length === 0) throw new Refusal(`${dataDir}: there is no data`);
  return new Map(names.sort().map((name) => [name, join(dataDir, name)]));
}

async function requireRoom(target: string, dataDir: string): Promise<void> {
  if (!relative(dataDir, target).startsWith('..')) throw new Refusal(`${target}: is in the data folder`);
  await makeFolder(dirname(target));
  if (!existsSync(target)) return;
  if (!(await stat(target)).isDirectory() || (await readdir(target)).length > 0) throw notEmpty(target);
  if ((await stat(target)).dev !== (await stat(dirname(target))).dev) {
    throw new Refusal(`${target}: is a mount point, where nothing can be put whole: name a new folder in it`);
  }
}

function notEmpty(target: string): Refusal {
  return new Refusal(`${target}: is there and is not an empty folder: name a new one`);
}

/** Where it is made; what a backup that was cut off has left there goes. */
async function takePartial(partial: string, target: string): Promise<Lock> {
  await makeFolder(partial);
  const lock = lockFile(join(partial, LOCK));
  if (lock === undefined) throw new Refusal(`${target}: another backup is on its way there`);
  for (const entry of await readdir(partial)) {
    if (entry !== LOCK) await rm(join(partial, entry), { recursive: true, force: true });
  }
  return lock;
}

async function fill(init: BackupInit, files: ReadonlyMap<string, string>): Promise<Manifest> {
  const { dataDir, target, progress, program } = init;
  const infrastructure = new InfrastructureCopy(dataDir, target);
  const cut = await cutWithInfrastructure(init, files, infrastructure);
  try {
    progress.line(`as of ${cut.takenAt}, writers waited for ${cut.pause.toFixed(0)} ms`);
    const databases: FileRecord[] = [];
    const documents: Manifest['documents'] = {};
    for (const [name, snapshot] of cut.snapshots) {
      requireSound(join(dataDir, name), snapshot);
      documents[name.replace(/\.db$/, '')] = countsIn(snapshot);
      progress.begin(name, Number(snapshot.prepare('PRAGMA page_count').get()?.page_count), 'pages');
      const content = await copyDatabase(snapshot, join(target, name), progress.advance);
      databases.push({ path: name, ...content });
    }
    const { contents } = infrastructure;
    for (const path of contents.flatMap(({ leftOut }) => leftOut)) progress.line(`left out: ${path} is no file`);
    const manifest = newManifest({
      program,
      takenAt: cut.takenAt,
      files: [...databases, ...(await writePool(cut, target)), ...contents.flatMap((copied) => copied.files)],
      folders: contents.flatMap(({ folders }) => folders),
      documents,
    });
    await syncFolders(target, manifest);
    await writeNewFile(join(target, MANIFEST_FILE), `${JSON.stringify(manifest, null, 1)}\n`);
    await syncFolder(target);
    return manifest;
  } finally {
    cut.release();
    progress.end();
  }
}

/**
 * The bulk of the infrastructure is copied before the cut, and what changed meanwhile right after it: then nothing of what
 * the cut knows as ready is missing, unless it was taken away in that moment. Then there is another cut. What was missing
 * before the cut is missing from the installation itself.
 */
async function cutWithInfrastructure(
  { dataDir, progress }: BackupInit,
  files: ReadonlyMap<string, string>,
  infrastructure: InfrastructureCopy,
): Promise<Cut> {
  const before = await takeCut(onlyProvisioning(files), join(dataDir, POOL_DATABASE));
  const ready = readyPlacements(before.snapshots.get(PROVISIONING));
  before.release();
  progress.begin('infrastructure', ready.length, 'placements');
  let missing = await infrastructure.update(ready, () => progress.advance(1));
  for (let cuts = 1; ; cuts++) {
    const cut = await takeCut(files, join(dataDir, POOL_DATABASE));
    const missingBefore = new Set(missing.map(({ identity }) => identity));
    try {
      missing = await infrastructure.update(readyPlacements(cut.snapshots.get(PROVISIONING)), () => undefined);
    } catch (error) {
      cut.release();
      throw error;
    }
    if (missing.every(({ identity }) => missingBefore.has(identity)) || cuts === CUTS) {
      sayMissing(missing, progress);
      return cut;
    }
    cut.release();
  }
}

function sayMissing(missing: readonly LocalPlacement[], progress: Progress): void {
  for (const { path } of missing.slice(0, LISTED)) {
    progress.line(`left out: ${path} is READY and not there, or not whole`);
  }
  if (missing.length > LISTED) progress.line(`left out: ${missing.length - LISTED} more that are not there`);
}

const PROVISIONING = 'provisioning.db';

function onlyProvisioning(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...files].filter(([name]) => name === PROVISIONING));
}

async function writePool({ beside }: Cut, target: string): Promise<FileRecord[]> {
  if (beside === undefined) return [];
  await makeFolder(join(target, dirname(POOL_DATABASE)));
  await writeNewFile(join(target, POOL_DATABASE), beside);
  const sha256 = createHash('sha256').update(beside).digest('hex');
  return [{ path: POOL_DATABASE, bytes: beside.byteLength, sha256 }];
}

/** @throws {Refusal} when the database is damaged: a copy of it would be none to rely on */
function requireSound(file: string, snapshot: DatabaseSync): void {
  const found = snapshot.prepare('PRAGMA quick_check(1)').get()?.quick_check;
  if (found !== 'ok') throw new Refusal(`${file}: is damaged (${found}): restore an older backup`);
}

function countsIn(snapshot: DatabaseSync): Record<string, number> {
  const tables = snapshot
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB '[a-z]*' AND name NOT LIKE 'sqlite_%'`)
    .all()
    .map(({ name }) => String(name));
  return Object.fromEntries(
    tables.sort().map((table) => [table, Number(snapshot.prepare(`SELECT count(*) AS n FROM "${table}"`).get()?.n)]),
  );
}

/** The folders above what was copied; those that were copied are synced. */
async function syncFolders(target: string, { files, folders }: Manifest): Promise<void> {
  const above = new Set([...files.map(({ path }) => path), ...folders].map((path) => dirname(path)));
  for (const folder of folders) above.delete(folder);
  for (const folder of above) await syncFolder(join(target, folder));
}
