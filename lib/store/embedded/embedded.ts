import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { StoreUnavailable, StoreUnusable } from '../errors.ts';
import type { CollectionSpec, Store, Stores } from '../port.ts';
import { checkSpecs } from '../spec.ts';
import { type Lock, lockService } from './lock.ts';
import { Reader } from './reader.ts';
import { SQLITE_BUSY, SQLITE_FULL, SQLITE_IOERR } from './result-code.ts';
import { tableSchema } from './schema.ts';
import { EmbeddedStore } from './store.ts';
import { requireFinished } from './unfinished.ts';
import { Writer } from './writer.ts';
import type { WriterFailure } from './writer-thread.ts';

// biome-ignore lint/suspicious/noExplicitAny: specs of different documents stand in one list
type AnySpec = CollectionSpec<any>;

export interface EmbeddedOptions {
  /** The folder of the database files, made (mode 0700) where it is not there. */
  readonly dataDir: string;
  /** Is told when the store can write no more; a pino logger fits. */
  readonly log?: { error(fields: object, message: string): void };
  /** The most pages of 4 KiB that a database may have: how a test fills the disk. */
  readonly pageLimit?: number;
}

/**
 * The stores of one process on `node:sqlite`: a database file per service, `<service>.db`, in `dataDir`. Two threads
 * write for all of them, and what was answered is synced to the disk; reads are answered in the main thread. (One thread
 * does half as much where every service writes; one for each costs 20 MB and 25 ms of the start a piece.) A service is
 * open once, in this process or another; different services of one folder may be open in different processes.
 *
 * @throws {StoreUnusable} when the folder cannot be used
 */
export async function openEmbeddedStores(options: EmbeddedOptions): Promise<Stores> {
  const folder = resolve(options.dataDir);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unusable(folder, cause);
  }
  return new EmbeddedStores(folder, options);
}

class EmbeddedStores implements Stores {
  readonly location: string;
  /** Each service's lock sees to it. */
  readonly exclusive = true;
  readonly #locks = new Map<string, Lock>();
  readonly #writers: readonly [Writer, Writer];
  readonly #pageLimit: number | undefined;
  readonly #stores = new Map<string, Promise<EmbeddedStore>>();
  #closing: Promise<void> | undefined;

  constructor(folder: string, { log, pageLimit }: EmbeddedOptions) {
    this.location = folder;
    this.#pageLimit = pageLimit;
    const onGone = (error: Error) => log?.error({ err: error }, 'the store cannot write any more');
    this.#writers = [new Writer(onGone), new Writer(onGone)];
  }

  async open(service: string, collections: readonly AnySpec[]): Promise<Store> {
    if (this.#closing !== undefined) throw new StoreUnavailable('the store is closed');
    if (!/^[a-z][a-z0-9_-]*$/.test(service)) throw new TypeError(`service ${JSON.stringify(service)}: not a name`);
    if (this.#stores.has(service)) throw new TypeError(`service ${service}: opened twice`);
    checkSpecs(collections);
    const writer = this.#writers[this.#stores.size % 2 === 0 ? 0 : 1];
    this.#locks.set(service, takeService(this.location, service));
    const opening = this.#open(service, collections, writer);
    this.#stores.set(service, opening);
    opening.catch(() => {
      this.#stores.delete(service);
      this.#locks.get(service)?.release();
      this.#locks.delete(service);
    });
    return opening;
  }

  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #open(service: string, collections: readonly AnySpec[], writer: Writer): Promise<EmbeddedStore> {
    const file = join(this.location, `${service}.db`);
    try {
      closeSync(openSync(file, 'a', 0o600)); // SQLite gives its other files the mode of this one
    } catch (cause) {
      throw new StoreUnusable(`${file}: cannot be written`, { cause });
    }
    const tables = collections.map(tableSchema);
    const reply = await writer.request({ kind: 'open', service, file, tables, pageLimit: this.#pageLimit });
    if (reply.outcome === 'failed') throw notOpened(file, reply);
    return new EmbeddedStore(service, collections, new Reader(file), writer);
  }

  async #close(): Promise<void> {
    const stores = await Promise.allSettled(this.#stores.values());
    await Promise.allSettled(stores.map((store) => (store.status === 'fulfilled' ? store.value.close() : undefined)));
    await Promise.all(this.#writers.map((writer) => writer.stop()));
    for (const lock of this.#locks.values()) lock.release();
  }
}

/** @throws {StoreUnusable} */
function takeService(folder: string, service: string): Lock {
  let lock: Lock | undefined;
  try {
    lock = lockService(folder, service);
    requireFinished(folder);
    return lock;
  } catch (cause) {
    lock?.release();
    throw cause instanceof StoreUnusable ? cause : unusable(folder, cause);
  }
}

function unusable(folder: string, cause: unknown): StoreUnusable {
  return new StoreUnusable(`${folder}: cannot be used as the data folder (${reasonOf(cause)})`, { cause });
}

/** Of a disk that is full or fails, another attempt may do better; of data that is not ours, none will. */
function notOpened(file: string, { message, code }: WriterFailure): Error {
  const passing = [SQLITE_BUSY, SQLITE_IOERR, SQLITE_FULL].includes(code);
  return passing ? new StoreUnavailable(`${file}: ${message}`) : new StoreUnusable(`${file}: ${message}`);
}

function reasonOf(cause: unknown): string {
  const { code, message } = cause as { code?: unknown; message?: unknown };
  return String(code === 'ERR_SQLITE_ERROR' ? message : (code ?? message));
}
