import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { isAbsent, makeFolder, syncFile, syncFolder } from '#lib/durable.ts';
import type { PoolOperation, PoolReply, PoolRequest } from './pool-thread.ts';

interface Waiting {
  readonly operation: PoolOperation;
  readonly resolve: (result: readonly string[]) => void;
  readonly reject: (error: unknown) => void;
}

/** SQLite could not do it; `code` is its result code (https://www.sqlite.org/rescode.html). */
export class PoolFailure extends Error {
  override readonly name = 'PoolFailure';
  readonly code: number;

  constructor(message: string, code = 0) {
    super(message);
    this.code = code;
  }
}

/**
 * The database that tenants share: which of them have a slot in it, and the ids of what is shared. What is answered is
 * durable. Its thread starts with the first request and ends with `close`.
 */
export class Pool {
  readonly file: string;
  #worker: Worker | undefined;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;
  /** The ids of what is shared: they never change, and every tenant asks for them. */
  readonly #shared = new Map<string, string>();

  constructor(file: string) {
    this.file = file;
  }

  async add(tenantId: string): Promise<void> {
    await this.#makeFile();
    await this.#request({ kind: 'add', tenantId });
  }

  async remove(tenantId: string): Promise<void> {
    if (await this.#isThere()) await this.#request({ kind: 'remove', tenantId });
  }

  /** In no order. */
  async tenants(): Promise<readonly string[]> {
    return (await this.#isThere()) ? await this.#request({ kind: 'list' }) : [];
  }

  /** The id of something shared: the first that was proposed for it. */
  async share(resource: string, resourceId: string): Promise<string> {
    const known = this.#shared.get(resource);
    if (known !== undefined) return known;
    await this.#makeFile();
    const [first = resourceId] = await this.#request({ kind: 'share', resource, resourceId });
    this.#shared.set(resource, first);
    return first;
  }

  /** Waits for what was asked for, then ends the thread. */
  async close(): Promise<void> {
    await this.#draining;
    await this.#worker?.terminate();
  }

  async #isThere(): Promise<boolean> {
    try {
      return (await stat(this.file)).isFile();
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
  }

  async #makeFile(): Promise<void> {
    if (await this.#isThere()) return;
    await makeFolder(dirname(this.file));
    await syncFile(this.file);
    await syncFolder(dirname(this.file));
  }

  #request(operation: PoolOperation): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ operation, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** One commit at a time, of all that has gathered. */
  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        const results = await this.#commit(batch.map(({ operation }) => operation));
        for (const [index, { resolve }] of batch.entries()) resolve(results[index] ?? []);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#draining = undefined;
  }

  async #commit(operations: readonly PoolOperation[]): Promise<readonly (readonly string[])[]> {
    this.#worker ??= this.#start();
    const worker = this.#worker;
    worker.ref(); // a process does not end before this is answered
    const replied = Promise.withResolvers<PoolReply>();
    const onExit = () => replied.reject(new PoolFailure('the thread of the pool has ended'));
    worker.once('message', replied.resolve).once('exit', onExit);
    try {
      const request: PoolRequest = { file: this.file, operations };
      worker.postMessage(request);
      const reply = await replied.promise;
      if ('failure' in reply) throw new PoolFailure(reply.failure.message, reply.failure.code);
      return reply.results;
    } finally {
      worker.off('message', replied.resolve).off('exit', onExit);
      worker.unref();
    }
  }

  #start(): Worker {
    const worker = new Worker(new URL('./pool-thread.ts', import.meta.url), { name: 'pool', execArgv: [] });
    worker.on('error', () => undefined); // `exit` follows, and the next request starts another
    worker.on('exit', () => {
      this.#worker = undefined;
    });
    return worker;
  }
}
