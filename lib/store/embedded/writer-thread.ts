/**
 * The thread that writes: it alone has the databases open for writing, so that waiting for the disk never blocks the
 * main thread. Each request gets one reply with the same id.
 */
import { DatabaseSync } from 'node:sqlite';
import { parentPort } from 'node:worker_threads';
import { Executor, type Operation, type OperationResult } from './operation.ts';
import { SQLITE_BUSY, SQLITE_IOERR } from './result-code.ts';
import { FORMAT, makeTables, type TableSchema } from './schema.ts';

export type WriterRequest =
  | {
      readonly kind: 'open';
      readonly service: string;
      readonly file: string;
      readonly tables: readonly TableSchema[];
      readonly pageLimit?: number | undefined;
    }
  | { readonly kind: 'write'; readonly service: string; readonly operations: readonly Operation[] }
  | { readonly kind: 'close'; readonly service: string };

/** SQLite's primary result code stands beside the message, 0 where there is none. */
export interface WriterFailure {
  readonly outcome: 'failed';
  readonly message: string;
  readonly code: number;
}

export type WriterReply = WriterFailure | { readonly outcome: 'done' } | WrittenReply;

export interface WrittenReply {
  readonly outcome: 'written';
  readonly results: readonly (OperationResult | WriterFailure)[];
}

interface Writer {
  readonly database: DatabaseSync;
  readonly executor: Executor;
}

const writers = new Map<string, Writer>();

parentPort?.on('message', ({ id, request }: { id: number; request: WriterRequest }) => {
  let reply: WriterReply;
  try {
    reply = answer(request);
  } catch (error) {
    reply = failure(error);
  }
  parentPort?.postMessage({ id, reply });
});

function answer(request: WriterRequest): WriterReply {
  switch (request.kind) {
    case 'open':
      writers.set(request.service, open(request));
      return { outcome: 'done' };
    case 'write':
      return { outcome: 'written', results: writeAll(writerOf(request.service), request.operations) };
    case 'close':
      writerOf(request.service).database.close(); // the last connection to close checkpoints
      writers.delete(request.service);
      return { outcome: 'done' };
  }
}

function open({ service, file, tables, pageLimit }: WriterRequest & { kind: 'open' }): Writer {
  const database = new DatabaseSync(file, { timeout: 2_000 });
  try {
    const format = Number(database.prepare('PRAGMA user_version').get()?.user_version);
    if (format > FORMAT) throw new Error(`its data is of format ${format}, this program knows ${FORMAT}`);
    const journal = database.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode;
    if (journal !== 'wal') throw new Error('the file system takes no write-ahead log');
    database.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA journal_size_limit = 67108864');
    makeTables(database, service, tables);
    if (pageLimit !== undefined) database.exec(`PRAGMA max_page_count = ${pageLimit}`);
  } catch (error) {
    database.close();
    throw error;
  }
  return { database, executor: new Executor(database) };
}

/**
 * One commit for all of them. Where that fails, each again on its own, since one too large for the disk says nothing of
 * the rest; but not where the disk fails or somebody holds the file, which all of them would wait for again.
 */
function writeAll(writer: Writer, operations: readonly Operation[]): readonly (OperationResult | WriterFailure)[] {
  try {
    return commit(writer, operations);
  } catch (error) {
    const failed = failure(error);
    if (operations.length === 1 || failed.code === SQLITE_BUSY || failed.code === SQLITE_IOERR) {
      return operations.map(() => failed);
    }
    return operations.flatMap((operation) => writeAll(writer, [operation]));
  }
}

function commit({ database, executor }: Writer, operations: readonly Operation[]): readonly OperationResult[] {
  database.exec('BEGIN IMMEDIATE');
  try {
    const results = operations.map((operation) => executor.execute(operation));
    database.exec('COMMIT');
    return results;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK'); // SQLite may have rolled back by itself
    throw error;
  }
}

function writerOf(service: string): Writer {
  const writer = writers.get(service);
  if (writer === undefined) throw new Error(`${service} is not open`);
  return writer;
}

function failure(error: unknown): WriterFailure {
  const { message, errcode } = error as { message?: unknown; errcode?: unknown };
  return {
    outcome: 'failed',
    message: String(message ?? error),
    code: typeof errcode === 'number' ? errcode & 0xff : 0,
  };
}
