import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnusable } from '../errors.ts';
import { SQLITE_BUSY } from './result-code.ts';

/** What nobody else has open. */
export interface Lock {
  release(): void;
}

/**
 * Takes the data of a service in this folder for this process alone: `<service>.lock`. Other services of the folder are
 * free for other processes.
 *
 * @throws {StoreUnusable} when somebody has it; SQLite's own error when the folder cannot be written
 */
export function lockService(folder: string, service: string): Lock {
  const lock = lockFile(join(folder, `${service}.lock`));
  if (lock === undefined) throw new StoreUnusable(`${folder}: the data of ${service} is in use by another process`);
  return lock;
}

/**
 * Takes a file, made where it is not there, for this process alone; `undefined` when somebody has it. The lock is
 * SQLite's own on a database without content: the operating system gives it back when the process ends, however it ends,
 * and within one process SQLite refuses the second itself.
 */
export function lockFile(path: string): Lock | undefined {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    if ((cause as { errcode?: unknown }).errcode !== SQLITE_BUSY) throw cause;
    return undefined;
  }
  return { release: () => database.close() };
}
