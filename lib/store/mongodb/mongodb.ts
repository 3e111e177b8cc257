import type { Collection, CollectionSpec, Store, Stores } from '../port.ts';
import { checkSpecs } from '../spec.ts';
import { MongoCollection } from './collection.ts';
import { Connection } from './connection.ts';
import { failureOf, isDuplicateKey, opening } from './failure.ts';
import type { Row } from './row.ts';
import { FORMATS, keepIndexes, makeCollections } from './schema.ts';

// biome-ignore lint/suspicious/noExplicitAny: specs of different documents stand in one list
type AnySpec = CollectionSpec<any>;

export interface MongoOptions {
  /** A connection string. Its default database is the prefix of the databases' names, `control_plane` where it has none. */
  readonly url: string;
  /** Is told what is tried again later; a pino logger fits. */
  readonly log?: { warn(fields: object, message: string): void };
}

/** Milliseconds from one look at the indexes to the next. */
const UPKEEP_INTERVAL = 30_000;

/**
 * The stores of one process on a MongoDB cluster: a database per service, `<prefix>_<service>`, with a collection per
 * spec. Connects when the first is opened.
 *
 * @throws {StoreUnusable} when the address is none
 */
export function openMongoStores({ url, log }: MongoOptions): Stores {
  return new MongoStores(new Connection(url), log);
}

class MongoStores implements Stores {
  readonly location: string;
  readonly exclusive = false;
  readonly #connection: Connection;
  readonly #log: MongoOptions['log'];
  readonly #services = new Set<string>();
  readonly #stores: MongoStore[] = [];

  constructor(connection: Connection, log: MongoOptions['log']) {
    this.location = connection.address.location;
    this.#connection = connection;
    this.#log = log;
  }

  async open(service: string, collections: readonly AnySpec[]): Promise<Store> {
    if (!/^[a-z][a-z0-9_-]{0,11}$/.test(service)) throw new TypeError(`service ${JSON.stringify(service)}: not a name`);
    if (this.#services.has(service)) throw new TypeError(`service ${service}: opened twice`);
    checkSpecs(collections);
    this.#services.add(service);
    try {
      const name = `${this.#connection.address.prefix}_${service}`;
      await this.#connection.runPatiently(async () => {
        const client = await opening(service, `${this.location} cannot be reached`, () => this.#connection.connect());
        await makeCollections(client.db(name), service, collections);
      });
      const store = new MongoStore(service, name, collections, this.#connection, this.#log);
      this.#stores.push(store);
      return store;
    } catch (error) {
      this.#services.delete(service);
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const store of this.#stores) store.stop();
    await this.#connection.close();
  }
}

/** The database of one service. */
class MongoStore implements Store {
  readonly #service: string;
  readonly #database: string;
  readonly #connection: Connection;
  readonly #collections = new Map<string, Collection<object>>();
  readonly #upkeep: NodeJS.Timeout;
  #isStopped = false;

  constructor(
    service: string,
    database: string,
    specs: readonly AnySpec[],
    connection: Connection,
    log: MongoOptions['log'],
  ) {
    this.#service = service;
    this.#database = database;
    this.#connection = connection;
    for (const spec of specs) {
      const rows = connection.client.db(database).collection<Row>(spec.name);
      this.#collections.set(spec.name, new MongoCollection<object>(spec, connection, rows));
    }
    this.#upkeep = setInterval(() => {
      const connected = connection.connect();
      const kept = connected.then((client) => keepIndexes(client.db(database), specs));
      kept.catch((error: unknown) => {
        if (this.#isStopped) return;
        const err = failureOf(error);
        log?.warn({ err, service }, 'the indexes could not be looked after; it is tried again');
      });
    }, UPKEEP_INTERVAL).unref();
  }

  collection<D extends object>(spec: CollectionSpec<D>): Collection<D> {
    const collection = this.#collections.get(spec.name);
    if (collection === undefined) throw new TypeError(`${this.#service}: collection ${spec.name} is not declared`);
    return collection as unknown as Collection<D>;
  }

  /** Writes, since a primary without its majority still reads. */
  async ping(): Promise<void> {
    const formats = this.#connection.client.db(this.#database).collection<{ _id: string; at?: Date }>(FORMATS);
    await this.#connection.run(async () => {
      try {
        await formats.updateOne({ _id: '_ping' }, { $set: { at: new Date(), format: 1 } }, { upsert: true });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error; // another process has just written it for the first time
      }
    });
  }

  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#upkeep);
  }
}
