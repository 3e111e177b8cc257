import { KeyTaken, StoreUnavailable } from './errors.ts';
import { ownField } from './json.ts';
import { KeyQueue } from './key-queue.ts';
import type { Collection, Stored } from './port.ts';

const ATTEMPTS = 64;

const queues = new WeakMap<object, KeyQueue>();

/**
 * Reads a document, asks `change` what to set, and writes it by compare-and-set on the version, again from the start
 * when another writer came first. `change` must be pure; it may throw to refuse, or return `undefined` to leave the
 * document as it is.
 *
 * @returns the document as it is afterwards, or `undefined` when there is none
 * @throws {StoreUnavailable} when other writers win 64 times in a row
 */
export async function modify<D extends object>(
  collection: Collection<D>,
  key: string,
  change: (document: Stored<D>) => Partial<D> | undefined,
): Promise<Stored<D> | undefined> {
  return await queueOf(collection).run(key, () => modifyInTurn(collection, key, change));
}

/**
 * The same, and where there is no document, makes `base` with what `change` sets in it: one write, whoever else writes
 * under this key.
 *
 * @throws {StoreUnavailable} as `modify` does
 */
export async function modifyOrInsert<D extends object>(
  collection: Collection<D>,
  base: D,
  change: (document: D) => Partial<D> | undefined,
): Promise<Stored<D>> {
  const key = ownField(base, collection.spec.key) as string;
  return await queueOf(collection).run(key, async () => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const modified = await modifyInTurn(collection, key, change);
      if (modified !== undefined) return modified;
      try {
        return await collection.insert({ ...base, ...change(base) });
      } catch (error) {
        if (!(error instanceof KeyTaken)) throw error;
      }
    }
    throw contended(collection);
  });
}

async function modifyInTurn<D extends object>(
  collection: Collection<D>,
  key: string,
  change: (document: Stored<D>) => Partial<D> | undefined,
): Promise<Stored<D> | undefined> {
  let document = await collection.get(key);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (document === undefined) return undefined;
    const set = change(document);
    if (set === undefined) return document;
    const result = await collection.update(key, { version: document.version } as { version: number }, set);
    if (result.outcome === 'updated') return result.document;
    document = result.outcome === 'missed' ? result.document : undefined;
  }
  throw contended(collection);
}

/** Of this process's changes to one collection: they take turns on each key. */
function queueOf(collection: object): KeyQueue {
  let queue = queues.get(collection);
  if (queue === undefined) {
    queue = new KeyQueue();
    queues.set(collection, queue);
  }
  return queue;
}

function contended({ spec }: { readonly spec: { readonly name: string } }): StoreUnavailable {
  return new StoreUnavailable(`${spec.name}: too much contention on one document`);
}
