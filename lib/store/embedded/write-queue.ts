import { StoreUnavailable } from '../errors.ts';
import type { Operation, OperationResult } from './operation.ts';
import type { Writer } from './writer.ts';
import type { WriterFailure, WriterReply } from './writer-thread.ts';

const LARGEST_COMMIT = 1_000; // operations

interface Pending {
  readonly operation: Operation;
  readonly resolve: (result: OperationResult) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The writes of one database on their way to the writer. While one commit runs, those that come in gather for the next:
 * the more writers there are, the more of them share the wait for the disk.
 */
export class WriteQueue {
  readonly #service: string;
  readonly #writer: Writer;
  #gathered: Pending[] = [];
  #busy = false;
  #closed = false;
  #onIdle: (() => void) | undefined;

  constructor(service: string, writer: Writer) {
    this.#service = service;
    this.#writer = writer;
  }

  /** @throws {StoreUnavailable} when it was not done, or may not have been */
  write(operation: Operation): Promise<OperationResult> {
    if (this.#closed) return Promise.reject(new StoreUnavailable(`${this.#service}: the store is closed`));
    return new Promise((resolve, reject) => {
      this.#gathered.push({ operation, resolve, reject });
      if (this.#busy) return;
      this.#busy = true;
      setImmediate(() => this.#drain()); // with all that this turn of the event loop brings
    });
  }

  /** Takes no more writes, and resolves when those under way are answered. */
  async close(): Promise<void> {
    this.#closed = true;
    if (!this.#busy) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  async #drain(): Promise<void> {
    while (this.#gathered.length > 0) {
      const batch = this.#gathered.splice(0, LARGEST_COMMIT);
      const operations = batch.map(({ operation }) => operation);
      try {
        settle(batch, await this.#writer.request({ kind: 'write', service: this.#service, operations }));
      } catch (error) {
        for (const { reject } of batch) reject(error as Error);
      }
      await nextTurn(); // whoever was just answered may write again: in the same commit
    }
    this.#busy = false;
    this.#onIdle?.();
  }
}

function settle(batch: readonly Pending[], reply: WriterReply): void {
  for (const [position, { resolve, reject }] of batch.entries()) {
    const result = reply.outcome === 'written' ? reply.results[position] : reply;
    if (result === undefined || result.outcome === 'done') reject(new StoreUnavailable('the writer did not answer'));
    else if (result.outcome === 'failed') reject(unavailable(result));
    else resolve(result);
  }
}

function unavailable({ message, code }: WriterFailure): StoreUnavailable {
  return new StoreUnavailable(`the write failed: ${message} (SQLite ${code})`);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
