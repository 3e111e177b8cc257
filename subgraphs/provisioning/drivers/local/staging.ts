import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent, makeFolder, move, remove, syncFolder } from '#lib/durable.ts';
import type { Isolation } from '../../resolvers.generated.ts';

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

  /** Takes what stands at `path` in, whole, to be swept; nothing where it is not there. */
  async take(path: string, tenantId: string, isolation: Isolation): Promise<void> {
    try {
      await move(path, await this.fresh(tenantId, isolation));
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }

  /** Removes what was taken in and what died half made. */
  async sweep(tenantId: string, isolation: Isolation): Promise<void> {
    const remains = (await this.#entries()).filter((entry) => entry.startsWith(`${tenantId}.${isolation}.`));
    if (remains.length === 0) return;
    for (const entry of remains) await remove(join(this.#folder, entry));
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
