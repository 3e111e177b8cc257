import { Worker } from 'node:worker_threads';
import { StoreUnavailable } from '../errors.ts';
import type { WriterReply, WriterRequest } from './writer-thread.ts';

/** Milliseconds. Opening makes new indexes over all that is there. */
const PATIENCE = { open: 600_000, write: 20_000, close: 20_000 };

interface Waiting {
  readonly resolve: (reply: WriterReply) => void;
  readonly reject: (error: Error) => void;
  readonly overdue: NodeJS.Timeout;
}

/** The main thread's end of the thread that writes. */
export class Writer {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #gone: StoreUnavailable | undefined;

  /** @param onGone is told once, when the thread has ended without being asked to. It is not started again. */
  constructor(onGone: (error: Error) => void) {
    this.#worker = new Worker(new URL('./writer-thread.ts', import.meta.url), { name: 'store-writer', execArgv: [] });
    this.#worker.on('message', ({ id, reply }: { id: number; reply: WriterReply }) => this.#take(id)?.resolve(reply));
    let cause: unknown;
    this.#worker.on('error', (error) => {
      cause = error;
    });
    this.#worker.on('exit', (code) => {
      if (this.#gone === undefined) {
        this.#gone = new StoreUnavailable(`the store's writer has ended (${code})`, { cause });
        onGone(this.#gone);
      }
      for (const id of [...this.#waiting.keys()]) this.#take(id)?.reject(this.#gone);
    });
    this.#worker.unref();
  }

  /** @throws {StoreUnavailable} when the thread is gone, goes before it has replied, or does not reply in time */
  request(request: WriterRequest): Promise<WriterReply> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      const overdue = setTimeout(() => {
        this.#take(id)?.reject(new StoreUnavailable("the store's disk does not answer"));
      }, PATIENCE[request.kind]);
      this.#waiting.set(id, { resolve, reject, overdue });
      if (this.#waiting.size === 1) this.#worker.ref(); // a process does not end before its writes are answered
      this.#worker.postMessage({ id, request });
    });
  }

  async stop(): Promise<void> {
    this.#gone ??= new StoreUnavailable('the store is closed');
    await this.#worker.terminate();
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    clearTimeout(waiting?.overdue);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    return waiting;
  }
}
