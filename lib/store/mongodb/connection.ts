import { MongoClient, type MongoClientOptions } from 'mongodb';
import { withDeadline } from '#lib/deadline.ts';
import { StoreUnavailable, StoreUnusable } from '../errors.ts';
import { type Address, readAddress } from './address.ts';
import { failureOf } from './failure.ts';

/**
 * Milliseconds. An operation that has not been answered by then is given up. The driver's own limits are below, so that
 * what is given up does not go on to hold a connection for long.
 */
const OPERATION = 5_000;
const READ = 4_000;
const REACH = 3_000;

/** What counts for every operation, whatever the address says; why: docs/decisions/0009-mongodb-adapter.md. */
const FIXED: MongoClientOptions = {
  writeConcern: { w: 'majority', journal: true, wtimeoutMS: READ },
  readConcern: { level: 'majority' },
  readPreference: 'primary',
  retryReads: true,
  appName: 'saas-control-plane',
};

/** What the address may set otherwise. */
const DEFAULTS: MongoClientOptions = {
  retryWrites: true,
  maxPoolSize: 50,
  maxConnecting: 4,
  serverSelectionTimeoutMS: REACH,
  connectTimeoutMS: 2_000,
  waitQueueTimeoutMS: REACH,
  socketTimeoutMS: READ,
  heartbeatFrequencyMS: 5_000,
};

/** Limits of what a read may take at the server, in milliseconds. */
export const READ_LIMIT = { maxTimeMS: READ } as const;

/** The connections of a process to a cluster, and what is under way on them. */
export class Connection {
  readonly address: Address;
  readonly client: MongoClient;
  readonly #url: string;
  readonly #underWay = new Set<Promise<unknown>>();
  #patient: MongoClient | undefined;
  #closing: Promise<void> | undefined;

  /** Connects when it is first needed. @throws {StoreUnusable} when the address is none */
  constructor(url: string) {
    this.address = readAddress(url);
    this.#url = url;
    this.client = this.#clientWith({});
  }

  /** For what may take long, as making an index over all that is there. */
  get patient(): MongoClient {
    this.#patient ??= this.#clientWith({ socketTimeoutMS: 0, maxPoolSize: 10 });
    return this.#patient;
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
        OPERATION,
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
    await Promise.all([this.client.close(), this.#patient?.close()]);
  }

  #clientWith(options: MongoClientOptions): MongoClient {
    const defaults = Object.entries(DEFAULTS).filter(([name]) => !this.address.options.has(name.toLowerCase()));
    try {
      return new MongoClient(this.#url, { ...Object.fromEntries(defaults), ...FIXED, ...options });
    } catch (error) {
      // The driver says which option is wrong, and of an address no more than that it is malformed.
      throw new StoreUnusable(`MONGODB_URL: ${error instanceof Error ? error.message : 'not an address of MongoDB'}`);
    }
  }
}
