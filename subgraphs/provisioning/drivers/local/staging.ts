import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Isolation } from '../../resolvers.generated.ts';
import { isAbsent, makeFolder, move, remove, syncFolder } from './durable.ts';

/**
 * Where things are made before they are moved whole to their place, and where they are moved whole before they are
 * removed: what stands in its place is therefore never half of something. Entries are named
 * `<tenantId>.<isolation>.<random>`.
 */
export class Staging {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A path that nobody uses. */
  async fresh(tenantId: string, isolation: Isolation): Promise<string> {
    await makeFolder(this.#folder);
    return join(this.#folder, `${tenantId}.${isolation}.${randomBytes(6).toString('hex')}`);
  }

  /** Takes away what stands at `path`, and what died half made or half removed. */
  async clear(path: string, tenantId: string, isolation: Isolation): Promise<void> {
    await move(path, await this.fresh(tenantId, isolation));
    for (const entry of await this.#entries()) {
      if (entry.startsWith(`${tenantId}.${isolation}.`)) await remove(join(this.#folder, entry));
    }
    await syncFolder(this.#folder);
  }

  /** The tenants of which something is here. */
  async tenants(): Promise<readonly string[]> {
    return (await this.#entries()).map((entry) => entry.split('.', 1)[0] ?? entry);
  }

  async #entries(): Promise<readonly string[]> {
    return await entriesOf(this.#folder);
  }
}

/** The names in a folder; none where it is not there. */
export async function entriesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
