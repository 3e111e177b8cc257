import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnusable } from '../errors.ts';
import { SQLITE_BUSY } from './result-code.ts';

/** A folder that nobody else has open. */
export interface Lock {
  release(): void;
}

/**
 * Takes the folder for this process alone. The lock is SQLite's own on a database without content: the operating system
 * gives it back when the process ends, however it ends, and within one process SQLite refuses the second itself.
 *
 * @throws {StoreUnusable} when somebody has it; SQLite's own error when the folder cannot be written
 */
export function lockFolder(folder: string): Lock {
  const database = new DatabaseSync(join(folder, '.lock'), { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    if ((cause as { errcode?: unknown }).errcode !== SQLITE_BUSY) throw cause;
    throw new StoreUnusable(`${folder}: the data folder is in use by another process`, { cause });
  }
  return { release: () => database.close() };
}
