import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StoreUnusable } from '../errors.ts';

/**
 * The folder in a data folder where a restore gathers what it is about to put in place. While it is there, what stands
 * beside it is not whole: nobody may start on it.
 */
export const UNFINISHED = '.restore';

/** @throws {StoreUnusable} with one line for the operator */
export function requireFinished(folder: string): void {
  if (!existsSync(join(folder, UNFINISHED))) return;
  throw new StoreUnusable(`${folder}: a restore was not finished: run it again`);
}
