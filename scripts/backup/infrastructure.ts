import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { isAbsent, makeFolder } from '#lib/durable.ts';
import type { ResourceRecord } from '#subgraphs/provisioning/driver.ts';
import { readManifest } from '#subgraphs/provisioning/drivers/local/manifest.ts';
import { manifestOf, placeOf } from '#subgraphs/provisioning/drivers/local.ts';
import type { InfrastructureDocument } from '#subgraphs/provisioning/placement.ts';
import { type Copied, copyTree } from './files.ts';

/** What the local driver has made and somebody may be using. */
export interface LocalPlacement {
  /** Its file or folder. */
  readonly path: string;
  readonly manifest: string;
  /** Which of those that were ever made there. */
  readonly identity: string;
}

const AT_ONCE = 8;

/** The local driver's placements that are `READY`. What is being made or taken away is so by a command that is repeated. */
export function readyPlacements(database: DatabaseSync | undefined): LocalPlacement[] {
  const isThere = database?.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'infrastructures'").get();
  if (database === undefined || isThere === undefined) return [];
  const found: LocalPlacement[] = [];
  for (const { doc } of database.prepare('SELECT doc FROM infrastructures').iterate()) {
    const { tenantId, placements }: InfrastructureDocument = JSON.parse(String(doc));
    for (const { isolation, status, driver, resources } of placements) {
      if (status !== 'READY' || driver !== 'local') continue;
      const [path, manifest] = [placeOf(isolation, tenantId), manifestOf(isolation, tenantId)];
      found.push({ path, manifest, identity: identityOf(resources) });
    }
  }
  return found;
}

/** A copy of what the local driver has made, brought up to date as often as needed. */
export class InfrastructureCopy {
  readonly #from: string;
  readonly #to: string;
  readonly #copies = new Map<string, Copied & { readonly identity: string }>();

  constructor(from: string, to: string) {
    this.#from = from;
    this.#to = to;
  }

  get contents(): readonly Copied[] {
    return [...this.#copies.values()];
  }

  /**
   * Copies what is not copied yet, and removes what is not wanted any more.
   *
   * @returns the placements that are not there, or not those
   */
  async update(wanted: readonly LocalPlacement[], onCopied: () => void): Promise<LocalPlacement[]> {
    const current = new Map(wanted.map((placement) => [placement.path, placement]));
    for (const [path, { identity }] of this.#copies) {
      if (current.get(path)?.identity !== identity) await this.#remove(path);
    }
    const missing: LocalPlacement[] = [];
    const left = wanted.filter(({ path }) => !this.#copies.has(path)).values();
    const failures: unknown[] = [];
    const work = async () => {
      for (const placement of left) {
        if (failures.length > 0) return;
        try {
          if (!(await this.#copy(placement))) missing.push(placement);
        } catch (error) {
          failures.push(error);
        }
        onCopied();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work)); // afterwards nobody writes there any more
    if (failures.length > 0) throw failures[0];
    return missing;
  }

  /** What stands in its place is whole; whether it is still the same is looked at when it has been copied. */
  async #copy({ path, manifest, identity }: LocalPlacement): Promise<boolean> {
    try {
      await makeFolder(join(this.#to, dirname(path)));
      const copied = await copyTree(this.#from, this.#to, path);
      const resources = await readManifest(join(this.#from, manifest), this.#from);
      if (resources !== undefined && identityOf(resources) === identity) {
        this.#copies.set(path, { ...copied, identity });
        return true;
      }
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
    await this.#remove(path);
    return false;
  }

  async #remove(path: string): Promise<void> {
    this.#copies.delete(path);
    await rm(join(this.#to, path), { recursive: true, force: true });
  }
}

function identityOf(resources: readonly ResourceRecord[]): string {
  return resources.map(({ resourceId }) => resourceId).join(' ');
}
