/**
 * The store port: what every service may ask of a store, and what every adapter promises.
 *
 * The words are those of documents. No operation spans two documents (docs/decisions/0002-one-document.md), there is no
 * query language, and nothing here can be done by one adapter only. A write that was answered is durable; the next read
 * in any process sees it.
 *
 * Every operation rejects with `StoreUnavailable` when the store cannot answer: a write may or may not have happened
 * then. What no store could do (a document that is not JSON, a collection or an index that is not declared, a position
 * of another index) is a fault in the program and rejects with a `TypeError`; what comes from outside is checked before.
 */

/**
 * A value that an index can hold and order: null, then numbers, then strings by their UTF-8 bytes, then false and true.
 * A field that a document lacks stands as null.
 */
export type IndexValue = string | number | boolean | null;

/**
 * A document is JSON: objects without a class, arrays, strings of well-formed Unicode, finite numbers, booleans and null,
 * at most 100 levels deep; `undefined` is none of these, not even as the value of a field. -0 is stored as 0. Times are
 * RFC 3339 strings.
 */
export type JsonValue = IndexValue | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** A document as it is stored: `version` starts at 1 and grows by one with every change. It belongs to the store, which leaves it out of what it is given. */
export type Stored<D> = D & { readonly version: number };

/** What a collection is: declared once, in the `store.ts` of the service that owns it. */
export interface CollectionSpec<D extends object> {
  /** Lower-case words joined by `_`: the table's or the collection's name. */
  readonly name: string;
  /** The field that holds the key: a string, never changed, the only thing that is unique. */
  readonly key: keyof D & string;
  /**
   * By name: the fields of an index, in order; each holds an `IndexValue` or is absent. The key is always the last part
   * of an index and not named, so that an order is total; an index without fields is the order of the keys.
   */
  readonly indexes: Readonly<Record<string, readonly (keyof D & string)[]>>;
  /**
   * Indexes whose documents are counted all the time, by the fields before the last, which must have few values: where a
   * store can keep such figures in the commit that changes a document, `count` of a prefix costs the same however many
   * there are; elsewhere it costs what it counts.
   */
  readonly counted?: readonly string[];
  /**
   * The version of what the documents say, a whole number from 1 on; 1 where nothing is said. Raised when a program of
   * before could not work with what this one writes. The store keeps the highest with which the collection was opened.
   */
  readonly format?: number;
}

/** Bounds on the index field after the prefix: strings, where that is the key. */
export interface Range {
  readonly gte?: IndexValue;
  readonly gt?: IndexValue;
  readonly lte?: IndexValue;
  readonly lt?: IndexValue;
}

/** Documents of one index whose first fields equal `prefix`, within `range` on the field after it. */
export interface Selection {
  readonly index: string;
  readonly prefix?: readonly IndexValue[];
  readonly range?: Range;
}

/**
 * Where a document stands in an index: the values of the index's fields, then the key (`positionOf`). Survives the
 * document's deletion. One that comes from outside, in a cursor, is checked with `isPosition` first.
 */
export type Position = readonly IndexValue[];

export interface PageQuery extends Selection {
  /** At least 1. */
  readonly limit: number;
  /** Only documents that come after this position in the order asked for. */
  readonly after?: Position;
  /** `asc` where nothing is said. */
  readonly order?: 'asc' | 'desc';
}

export interface Page<D> {
  readonly items: readonly Stored<D>[];
  /** Whether more documents follow the last item in the order asked for. */
  readonly hasMore: boolean;
}

/**
 * What a document must still be for a change to happen: its version, or the values of some of its top-level fields,
 * compared as JSON. A field that it lacks equals null; an empty guard lets every change happen.
 */
export type Guard<D> = { readonly version: number } | Partial<D>;

/** `updated`: it happened. `missed`: the document is there, as given, and does not meet the guard. `absent`: it is not there. */
export type UpdateResult<D> =
  | { readonly outcome: 'updated'; readonly document: Stored<D> }
  | { readonly outcome: 'missed'; readonly document: Stored<D> }
  | { readonly outcome: 'absent' };

export type DeleteResult<D> =
  | { readonly outcome: 'deleted' }
  | { readonly outcome: 'missed'; readonly document: Stored<D> }
  | { readonly outcome: 'absent' };

/** What is answered is the caller's own: changing it changes nothing in the store. */
export interface Collection<D extends object> {
  readonly spec: CollectionSpec<D>;
  /** @throws {KeyTaken} when a document with this key is there */
  insert(document: D): Promise<Stored<D>>;
  /**
   * Inserts what is not there yet and leaves the rest alone. Answers, in order, whether each was inserted; of two with one
   * key, the first. `versions` says at which each begins, in order, where that is not 1: so that what moves here from
   * another store goes on as it was there. Without them, a document's own `version` counts for nothing, as in `insert`.
   */
  insertMany(documents: readonly D[], versions?: readonly number[]): Promise<readonly boolean[]>;
  get(key: string): Promise<Stored<D> | undefined>;
  /** In the order of the keys, `undefined` where there is none: the shape that a DataLoader wants. */
  getMany(keys: readonly string[]): Promise<readonly (Stored<D> | undefined)[]>;
  /** Compare-and-set: replaces the top-level fields named in `set` if the document meets the guard. The key cannot be set to another. */
  update(key: string, guard: Guard<D>, set: Partial<D>): Promise<UpdateResult<D>>;
  /** Deletes the document if it meets the guard; without a guard, whatever it is. */
  delete(key: string, guard?: Guard<D>): Promise<DeleteResult<D>>;
  /**
   * Adds to numeric fields in one step, an absent one counting as 0. Where there is no document, `base`, of the same key
   * and with 0 or nothing in these fields, is made and added to. Not safe to send again.
   */
  increment(key: string, add: Partial<Record<keyof D & string, number>>, base: D): Promise<Stored<D>>;
  page(query: PageQuery): Promise<Page<D>>;
  count(selection: Selection): Promise<number>;
}

/** The collections of one service. */
export interface Store {
  collection<D extends object>(spec: CollectionSpec<D>): Collection<D>;
  /** Resolves when the store can read and write. @throws {StoreUnavailable} */
  ping(): Promise<void>;
}

/** Opens the store of each service; one per process. */
export interface Stores {
  /** What a person is told about where the data is: a folder, or a cluster's address without credentials. */
  readonly location: string;
  /** Whether a service that is open here can be open nowhere else: then what a former process held of it, it holds no more. */
  readonly exclusive: boolean;
  /**
   * Opens a service's own store, once, with its collections and their indexes made, the indexes that are declared no
   * longer removed, and the format of each collection recorded. Only these collections may be asked for afterwards.
   *
   * @throws {StoreUnusable} when its data is of a kind that this program does not know: where one of the collections is of
   *   a newer format (`checkFormats`), before anything is changed
   * @throws {StoreUnavailable}
   */
  // biome-ignore lint/suspicious/noExplicitAny: specs of different documents stand in one list
  open(service: string, collections: readonly CollectionSpec<any>[]): Promise<Store>;
  /** Waits for the writes under way, then closes every store. */
  close(): Promise<void>;
}
