import type { Collection, CollectionSpec, Store, Stores } from '#lib/store/port.ts';

/** One operation on a store: a round trip, where the store is a server. */
export interface StoreOperation {
  readonly service: string;
  readonly collection: string;
  /** `get`: by key, one or many. `page`: by an index. `count`: walks what it counts. */
  readonly kind: 'get' | 'page' | 'count' | 'write';
  /** Documents that were asked for, answered or written; what was counted. */
  readonly documents: number;
}

// biome-ignore lint/suspicious/noExplicitAny: collections of different documents stand in one map
type AnyCollection = Collection<any>;

export interface WatchedStores extends Stores {
  /** Every collection that was opened, by `service.collection`. */
  readonly collections: ReadonlyMap<string, AnyCollection>;
}

/** Stores that remember which collections were opened, and tell of every operation on them. */
export function watchStores(real: Stores, tell: (operation: StoreOperation) => void = () => undefined): WatchedStores {
  const collections = new Map<string, AnyCollection>();
  return {
    location: real.location,
    exclusive: real.exclusive,
    collections,
    async open(service, specs) {
      const store = await real.open(service, specs);
      for (const spec of specs) {
        const told = (kind: StoreOperation['kind'], documents: number) =>
          tell({ service, collection: spec.name, kind, documents });
        collections.set(`${service}.${spec.name}`, watched(store.collection(spec), told));
      }
      return watchedStore(service, store, collections);
    },
    close: () => real.close(),
  };
}

function watchedStore(service: string, store: Store, collections: ReadonlyMap<string, AnyCollection>): Store {
  return {
    collection<D extends object>(spec: CollectionSpec<D>): Collection<D> {
      return (collections.get(`${service}.${spec.name}`) as Collection<D> | undefined) ?? store.collection(spec);
    },
    ping: () => store.ping(),
  };
}

function watched(
  collection: AnyCollection,
  tell: (kind: StoreOperation['kind'], documents: number) => void,
): AnyCollection {
  return {
    spec: collection.spec,
    get(key) {
      tell('get', 1);
      return collection.get(key);
    },
    getMany(keys) {
      tell('get', keys.length);
      return collection.getMany(keys);
    },
    async page(query) {
      const page = await collection.page(query);
      tell('page', page.items.length);
      return page;
    },
    async count(selection) {
      const count = await collection.count(selection);
      tell('count', count);
      return count;
    },
    insert(document) {
      tell('write', 1);
      return collection.insert(document);
    },
    insertMany(documents) {
      tell('write', documents.length);
      return collection.insertMany(documents);
    },
    update(key, guard, set) {
      tell('write', 1);
      return collection.update(key, guard, set);
    },
    delete(key, guard) {
      tell('write', 1);
      return guard === undefined ? collection.delete(key) : collection.delete(key, guard);
    },
    increment(key, add, base) {
      tell('write', 1);
      return collection.increment(key, add, base);
    },
  };
}
