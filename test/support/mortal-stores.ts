import { StoreUnavailable } from '#lib/store/errors.ts';
import type { Collection, CollectionSpec, Store, Stores } from '#lib/store/port.ts';

/** One process's hold on stores that others use too. */
export interface MortalStores extends Stores {
  /** From now on it may write so often; then it is dead, and neither writes nor reads any more. */
  dieAfter(writes: number): void;
  readonly isDead: boolean;
  /** Stands still before the write that comes after so many, until `work` is done. */
  standStillAfter(writes: number, work: () => Promise<unknown>): void;
}

/** Opens each service's store once, and gives every process its own hold on them. */
export function shareStores(real: Stores): { process(): MortalStores } {
  const opened = new Map<string, Promise<Store>>();
  // biome-ignore lint/suspicious/noExplicitAny: as in the port
  const open = (service: string, specs: readonly CollectionSpec<any>[]) => {
    const store = opened.get(service) ?? real.open(service, specs);
    opened.set(service, store);
    return store;
  };
  return {
    process() {
      let left = Number.POSITIVE_INFINITY;
      let untilStill = Number.POSITIVE_INFINITY;
      let meanwhile: () => Promise<unknown> = async () => undefined;
      const before = async (access: 'read' | 'write') => {
        if (access === 'write' && untilStill-- === 0) await meanwhile();
        if (access === 'write') left -= 1;
        if (left < 0) throw new StoreUnavailable('killed');
      };
      return {
        location: real.location,
        exclusive: false,
        async open(service, specs) {
          const store = await open(service, specs);
          return { collection: (spec) => mortal(store.collection(spec), before), ping: () => store.ping() };
        },
        dieAfter(writes) {
          left = writes;
        },
        standStillAfter(writes, work) {
          untilStill = writes;
          meanwhile = work;
        },
        get isDead() {
          return left < 0;
        },
        close: async () => undefined,
      };
    },
  };
}

function mortal<D extends object>(
  collection: Collection<D>,
  before: (access: 'read' | 'write') => Promise<void>,
): Collection<D> {
  return {
    spec: collection.spec,
    get: (key) => before('read').then(() => collection.get(key)),
    getMany: (keys) => before('read').then(() => collection.getMany(keys)),
    page: (query) => before('read').then(() => collection.page(query)),
    count: (selection) => before('read').then(() => collection.count(selection)),
    insert: (document) => before('write').then(() => collection.insert(document)),
    insertMany: (documents, versions) => before('write').then(() => collection.insertMany(documents, versions)),
    update: (key, guard, set) => before('write').then(() => collection.update(key, guard, set)),
    delete: (key, guard) => before('write').then(() => collection.delete(key, guard)),
    increment: (key, add, base) => before('write').then(() => collection.increment(key, add, base)),
  };
}
