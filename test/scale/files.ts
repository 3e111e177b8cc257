import { mkdirSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Pool } from '#subgraphs/provisioning/drivers/local/pool.ts';

/** What the local driver has of one tenant: its own files by their paths below the data folder, and its place in the pool. */
export interface Files {
  readonly own: readonly { readonly path: string; readonly content: Buffer }[];
  readonly isPooled: boolean;
}

const INFRASTRUCTURE = 'infrastructure';

export async function readFiles(dataDir: string, tenantId: string): Promise<Files> {
  const folder = join(dataDir, INFRASTRUCTURE);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dataDir, join(entry.parentPath, entry.name)))
    .filter((path) => path.includes(tenantId));
  const own = await Promise.all(paths.map(async (path) => ({ path, content: await readFile(join(dataDir, path)) })));
  return { own, isPooled: paths.some((path) => path.includes('/slots/')) };
}

/** Writes them for another tenant, without waiting for the disk. */
export function writeFiles(dataDir: string, { own }: Files, rename: (text: string) => string): void {
  for (const { path, content } of own) {
    const target = join(dataDir, rename(path));
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    writeFileSync(target, path.endsWith('.json') ? rename(content.toString('utf8')) : content, { mode: 0o600 });
  }
}

/** The pool of a data folder: the driver's own. */
export function openPool(dataDir: string): Pool {
  return new Pool(join(dataDir, INFRASTRUCTURE, 'pool', 'pool.db'));
}
