import { MongoClient, type MongoClientOptions } from 'mongodb';
import { withDeadline } from '#lib/deadline.ts';
import { StoreUnavailable, StoreUnusable } from '../errors.ts';
import { type Address, readAddress } from './address.ts';
import { failureOf } from './failure.ts';
import { type EndWatch, watchHeartbeats } from './heartbeat.ts';

/** What counts for every operation, whatever the address says; why: docs/decisions/0009-mongodb-adapter.md. */
function fixedOptions({ timeout }: Address): MongoClientOptions {
  return {
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: shareOf(timeout) },
    readConcern: { level: 'majority' },
    readPreference: 'primary',
    retryReads: true,
    appName: 'saas-control-plane',
  };
}

/**
 * What the address may set otherwise. The limits are below the time that an operation has, so that one which was given up
 * does not go on to hold a connection.
 */
function defaultOptions({ timeout }: Address): MongoClientOptions {
  return {
    retryWrites: true,
    maxPoolSize: 50,
    maxConnecting: 4,
    serverSelectionTimeoutMS: shareOf(timeout),
    connectTimeoutMS: 2_000,
    waitQueueTimeoutMS: shareOf(timeout),
    socketTimeoutMS: shareOf(timeout),
    heartbeatFrequencyMS: 5_000,
  };
}

function shareOf(timeout: number): number {
  return Math.floor(timeout * 0.8);
}

/** The connections of a process to a cluster, and what is under way on them. */
export class Connection {
  readonly address: Address;
  readonly client: MongoClient;
  /** What a read may take at the server. */
  readonly readLimit: { readonly maxTimeMS: number };
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #watches: EndWatch[] = [];
  #patient: MongoClient | undefined;
  #closing: Promise<void> | undefined;

  /** Connects to nobody yet. @throws {StoreUnusable} when the address is none */
  constructor(url: string) {
    this.address = readAddress(url);
    this.readLimit = { maxTimeMS: shareOf(this.address.timeout) };
    this.client = this.#clientWith({});
  }

  /**
   * Reaches the cluster. Explicitly, since a client of which the first operation finds nobody never connects again.
   *
   * @returns a client for what may take long, as making an index over all that is there
   */
  async connect(): Promise<MongoClient> {
    this.#patient ??= this.#clientWith({ socketTimeoutMS: 0, maxPoolSize: 10 });
    await this.client.connect();
    return await this.#patient.connect();
  }

  /**
   * Does work on the cluster within the time that an operation has.
   *
   * @param work is told whether the time is over: then nothing waits for it, and it shall not go on to write
   * @throws {StoreUnavailable} when it fails or is late, or the store is closed
   */
  async run<T>(work: (isLate: () => boolean) => Promise<T>): Promise<T> {
    let late = false;
    return await this.runPatiently(() =>
      withDeadline(
        work(() => late),
        this.address.timeout,
        () => {
          late = true;
          return new StoreUnavailable('the database does not answer in time');
        },
      ),
    );
  }

  /** The same for as long as it takes. */
  async runPatiently<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) throw new StoreUnavailable('the store is closed');
    const working = work();
    this.#underWay.add(working);
    try {
      return await working;
    } catch (error) {
      throw failureOf(error);
    } finally {
      this.#underWay.delete(working);
    }
  }

  /** Refuses new work, waits for what is under way, then disconnects. */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    await Promise.all(this.#watches.map((end) => end()));
    await Promise.all([this.client.close(), this.#patient?.close()]);
  }

  #clientWith(options: MongoClientOptions): MongoClient {
    const defaults = Object.entries(defaultOptions(this.address)).filter(
      ([name]) => !this.address.options.has(name.toLowerCase()),
    );
    try {
      const all = { ...Object.fromEntries(defaults), ...fixedOptions(this.address), ...options };
      const client = new MongoClient(this.address.forDriver, all);
      this.#watches.push(watchHeartbeats(client));
      return client;
    } catch (error) {
      // The driver says which option is wrong, and of an address no more than that it is malformed.
      throw new StoreUnusable(`MONGODB_URL: ${error instanceof Error ? error.message : 'not an address of MongoDB'}`);
    }
  }
}
