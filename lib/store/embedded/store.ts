import { StoreUnavailable } from '../errors.ts';
import type { Collection, CollectionSpec, Store } from '../port.ts';
import { EmbeddedCollection } from './collection.ts';
import type { Reader } from './reader.ts';
import { WriteQueue } from './write-queue.ts';
import type { Writer } from './writer.ts';

/** The database of one service. */
export class EmbeddedStore implements Store {
  readonly #service: string;
  readonly #collections: ReadonlyMap<string, Collection<object>>;
  readonly #reader: Reader;
  readonly #writer: Writer;
  readonly #queue: WriteQueue;

  // biome-ignore lint/suspicious/noExplicitAny: specs of different documents stand in one list
  constructor(service: string, specs: readonly CollectionSpec<any>[], reader: Reader, writer: Writer) {
    this.#service = service;
    this.#reader = reader;
    this.#writer = writer;
    this.#queue = new WriteQueue(service, writer);
    this.#collections = new Map(
      specs.map((spec) => [spec.name, new EmbeddedCollection<object>(spec, reader, this.#queue)]),
    );
  }

  collection<D extends object>(spec: CollectionSpec<D>): Collection<D> {
    const collection = this.#collections.get(spec.name);
    if (collection === undefined) throw new TypeError(`${this.#service}: collection ${spec.name} is not declared`);
    return collection as unknown as Collection<D>;
  }

  async ping(): Promise<void> {
    await this.#queue.write({ kind: 'ping' });
    this.#reader.all('SELECT 1', []);
  }

  /** Waits for the writes under way, then closes the database, its log moved into it. */
  async close(): Promise<void> {
    await this.#queue.close();
    this.#reader.close();
    const reply = await this.#writer.request({ kind: 'close', service: this.#service });
    if (reply.outcome === 'failed') throw new StoreUnavailable(`${this.#service}: ${reply.message}`);
  }
}
