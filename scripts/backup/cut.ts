import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { SQLITE_BUSY } from '#lib/store/embedded/result-code.ts';
import { Refusal } from '../refusal.ts';

/**
 * All databases of a data folder as of one instant, at which no process was writing to any of them: what would be left if
 * everything had been killed right then (docs/decisions/0012-backup-is-one-instant.md).
 */
export interface Cut {
  /** RFC 3339, UTC. */
  readonly takenAt: string;
  /** For how long nobody could write, in milliseconds. */
  readonly pause: number;
  /** By the names of the files: connections that see that instant until they are closed. */
  readonly snapshots: ReadonlyMap<string, DatabaseSync>;
  /** The content of the database beside them, if it was there. */
  readonly beside: Uint8Array | undefined;
  release(): void;
}

/** Milliseconds. A writer waits for two seconds before it gives up. */
const LONGEST_PAUSE = 1_000;
const PATIENCE = 30_000;
const BETWEEN_ATTEMPTS = 200;

/**
 * Keeps every process from writing, for some milliseconds, and begins to read in all databases meanwhile.
 *
 * @param files the databases by name; they have a write-ahead log, so that to read in them keeps nobody from writing
 * @param beside a small database without one, which is read as a whole
 * @throws {Refusal} when a file is none of the store's, or the writers leave no gap
 */
export async function takeCut(files: ReadonlyMap<string, string>, beside: string): Promise<Cut> {
  const until = performance.now() + PATIENCE;
  for (;;) {
    const cut = attempt(files, beside);
    if (cut !== undefined) return cut;
    if (performance.now() > until) throw new Refusal('the data is being written to without a pause: try again');
    await delay(BETWEEN_ATTEMPTS);
  }
}

function attempt(files: ReadonlyMap<string, string>, beside: string): Cut | undefined {
  const writers: DatabaseSync[] = [];
  const snapshots = new Map<string, DatabaseSync>();
  const release = () => closeAll([...snapshots.values()]);
  let kept = false;
  try {
    for (const [name, file] of files) {
      writers.push(open(file));
      snapshots.set(name, open(file));
    }
    const began = performance.now();
    for (const writer of writers) if (!hold(writer, began + LONGEST_PAUSE)) return undefined;
    for (const snapshot of snapshots.values()) snapshot.exec('BEGIN; SELECT 1 FROM sqlite_schema');
    const content = existsSync(beside) ? contentOf(beside) : undefined;
    const takenAt = new Date().toISOString();
    closeAll(writers.splice(0));
    kept = true;
    return { takenAt, pause: performance.now() - began, snapshots, beside: content, release };
  } catch (error) {
    if (isBusy(error)) return undefined;
    throw error;
  } finally {
    closeAll(writers);
    if (!kept) release();
  }
}

function open(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    const mode = database.prepare('PRAGMA journal_mode').get()?.journal_mode;
    if (mode === 'wal') return database;
    throw new Refusal(`${file}: is no database of the store, or is being made at this moment`);
  } catch (cause) {
    database.close();
    if (cause instanceof Refusal || isBusy(cause)) throw cause;
    throw new Refusal(`${file}: cannot be read as a database (${(cause as Error).message})`);
  }
}

/** Keeps others from writing. SQLite's own waiting sleeps too long to meet the gap between two commits. */
function hold(writer: DatabaseSync, until: number): boolean {
  for (;;) {
    try {
      writer.exec('BEGIN IMMEDIATE');
      return true;
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
    if (performance.now() > until) return false;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  }
}

function contentOf(file: string): Uint8Array {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 200 });
  try {
    database.exec('BEGIN; SELECT 1 FROM sqlite_schema');
    return database.serialize();
  } finally {
    database.close();
  }
}

function closeAll(databases: readonly DatabaseSync[]): void {
  for (const database of databases) if (database.isOpen) database.close();
}

function isBusy(error: unknown): boolean {
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === 'number' && (errcode & 0xff) === SQLITE_BUSY;
}
