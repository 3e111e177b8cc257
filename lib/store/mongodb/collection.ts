import { type Collection as DriverCollection, MongoBulkWriteError } from 'mongodb';
import { BoundedMap } from '../../bounded-map.ts';
import { increased, meetsGuard } from '../change.ts';
import {
  decodeDocument,
  encodeChange,
  encodeDocument,
  encodeGuard,
  encodeIncrement,
  encodeVersioned,
} from '../document.ts';
import { KeyTaken, StoreUnavailable } from '../errors.ts';
import { KeyQueue } from '../key-queue.ts';
import type {
  Collection,
  CollectionSpec,
  DeleteResult,
  Guard,
  Page,
  PageQuery,
  Selection,
  Stored,
  UpdateResult,
} from '../port.ts';
import { checkPage, checkSelection } from '../selection.ts';
import type { Connection } from './connection.ts';
import { DUPLICATE_KEY, isDuplicateKey } from './failure.ts';
import { type Span, spanOf } from './ordered-text.ts';
import { documentOf, positionField, type Row, rowOf } from './row.ts';

/** How often other processes may come first in a row. */
const ATTEMPTS = 64;
/** A row without its positions. */
const ROW = { version: 1, document: 1, write: 1 } as const;
/** How much of each collection a process remembers, in characters of documents. */
const REMEMBERED = 512 * 1024;

/** What a change makes of a row, `undefined` where there is none: the text of its next state, or an end without a write. */
type Change<R> = (row: Row | undefined) => { readonly text: string } | { readonly end: R };

/**
 * One MongoDB collection. A change reads the row, compares and computes here, and replaces the row if no other write
 * came in between; else it does all of it again. It begins with the row that was seen last, where that is remembered:
 * most changes follow a read, and if the row is another by now, replacing it fails and it is read.
 */
export class MongoCollection<D extends object> implements Collection<D> {
  readonly spec: CollectionSpec<D>;
  readonly #connection: Connection;
  readonly #rows: DriverCollection<Row>;
  readonly #queue = new KeyQueue();
  readonly #seen = new BoundedMap<string, Row>(REMEMBERED, (_, { document }) => document.length);

  constructor(spec: CollectionSpec<D>, connection: Connection, rows: DriverCollection<Row>) {
    this.spec = spec;
    this.#connection = connection;
    this.#rows = rows;
  }

  async insert(document: D): Promise<Stored<D>> {
    const { key, text } = encodeDocument(this.spec, document);
    const isInserted = await this.#connection.run(() => this.#insert(rowOf(this.spec, key, text, 1)));
    if (!isInserted) throw new KeyTaken(this.spec.name, key);
    return decodeDocument(text, 1);
  }

  async insertMany(documents: readonly D[], versions?: readonly number[]): Promise<readonly boolean[]> {
    const encoded = encodeVersioned(this.spec, documents, versions);
    const firsts = new Map<string, number>();
    for (const [place, { key }] of encoded.entries()) if (!firsts.has(key)) firsts.set(key, place);
    const places = [...firsts.values()];
    const rows = places.flatMap((place) => {
      const row = encoded[place];
      return row === undefined ? [] : [rowOf(this.spec, row.key, row.text, row.version)];
    });
    if (rows.length === 0) return [];
    const taken = await this.#connection.run(() => this.#insertMany(rows));
    const inserted = new Set(places.filter((_, position) => !taken.has(position)));
    return encoded.map((_, place) => inserted.has(place));
  }

  async get(key: string): Promise<Stored<D> | undefined> {
    const row = await this.#connection.run(() => this.#read(key));
    return row === undefined ? undefined : documentOf<D>(row);
  }

  async getMany(keys: readonly string[]): Promise<readonly (Stored<D> | undefined)[]> {
    const wanted = [...new Set(keys.filter((key) => key.isWellFormed()))];
    const [only] = wanted;
    const filter = wanted.length === 1 && only !== undefined ? { _id: only } : { _id: { $in: wanted } };
    const rows = await this.#connection.run(async () =>
      wanted.length === 0 ? [] : await this.#rows.find(filter, this.#connection.readLimit).toArray(),
    );
    for (const row of rows) this.#seen.set(row._id, row);
    const byKey = new Map(rows.map((row) => [row._id, row]));
    return keys.map((key) => {
      const row = byKey.get(key);
      return row === undefined ? undefined : documentOf<D>(row);
    });
  }

  async update(key: string, guard: Guard<D>, set: Partial<D>): Promise<UpdateResult<D>> {
    const wanted = encodeGuard(this.spec, guard);
    const change = encodeChange(this.spec, key, set);
    const result = await this.#change<UpdateResult<D>>(key, (row) => {
      if (row === undefined) return { end: { outcome: 'absent' } };
      const document = JSON.parse(row.document);
      if (meetsGuard(document, row.version, wanted)) {
        return { text: JSON.stringify({ ...document, ...JSON.parse(change) }) };
      }
      return { end: { outcome: 'missed', document: documentOf(row) } };
    });
    return 'end' in result ? result.end : { outcome: 'updated', document: documentOf(result.row) };
  }

  async delete(key: string, guard: Guard<D> = {}): Promise<DeleteResult<D>> {
    const wanted = encodeGuard(this.spec, guard);
    if (!key.isWellFormed()) return { outcome: 'absent' };
    return await this.#exclusively(key, async (isLate) => {
      if (wanted === '{}') return { outcome: (await this.#delete({ _id: key })) ? 'deleted' : 'absent' };
      const seen = this.#seen.get(key);
      if (seen !== undefined && meetsGuard(JSON.parse(seen.document), seen.version, wanted)) {
        if (await this.#delete({ _id: key, write: seen.write })) return { outcome: 'deleted' };
      }
      for (let attempt = 0; attempt < ATTEMPTS && !isLate(); attempt++) {
        const row = await this.#read(key);
        if (row === undefined) return { outcome: 'absent' };
        if (!meetsGuard(JSON.parse(row.document), row.version, wanted)) {
          return { outcome: 'missed', document: documentOf(row) };
        }
        if (await this.#delete({ _id: key, write: row.write })) return { outcome: 'deleted' };
      }
      throw this.#contended();
    });
  }

  async increment(key: string, add: Partial<Record<keyof D & string, number>>, base: D): Promise<Stored<D>> {
    const numbers = encodeIncrement(this.spec, key, add, base);
    const { text } = encodeDocument(this.spec, base);
    const result = await this.#change<never>(key, (row) => {
      const document = JSON.parse(row?.document ?? text);
      return { text: JSON.stringify(increased(this.spec.name, document, numbers)) };
    });
    return documentOf('end' in result ? result.end : result.row);
  }

  async page(query: PageQuery): Promise<Page<D>> {
    const fields = checkPage(this.spec, query);
    const position = positionField(fields);
    const span = spanOf(fields, query);
    const rows = await this.#connection.run(async () => {
      if (span === undefined) return [];
      const found = this.#rows.find(filterOf(position, span), {
        ...this.#connection.readLimit,
        projection: ROW,
        sort: { [position]: query.order === 'desc' ? -1 : 1 },
        limit: query.limit + 1,
        batchSize: query.limit + 1,
      });
      return await found.toArray();
    });
    for (const row of rows) this.#seen.set(row._id, row);
    return { items: rows.slice(0, query.limit).map((row) => documentOf<D>(row)), hasMore: rows.length > query.limit };
  }

  async count(selection: Selection): Promise<number> {
    const fields = checkSelection(this.spec, selection);
    const span = spanOf(fields, selection);
    return await this.#connection.run(async () =>
      span === undefined
        ? 0
        : await this.#rows.countDocuments(filterOf(positionField(fields), span), this.#connection.readLimit),
    );
  }

  /** Changes or makes the row of a key, as one step. */
  async #change<R>(key: string, change: Change<R>): Promise<{ readonly row: Row } | { readonly end: R }> {
    return await this.#exclusively(key, async (isLate) => {
      const seen = this.#seen.get(key);
      const guess = seen && nextText(change, seen);
      if (seen !== undefined && guess !== undefined) {
        const changed = rowOf(this.spec, key, guess, seen.version + 1);
        if (await this.#replace(seen, changed)) return { row: changed };
      }
      for (let attempt = 0; attempt < ATTEMPTS && !isLate(); attempt++) {
        const row = await this.#read(key);
        const next = change(row);
        if ('end' in next) return next;
        const changed = rowOf(this.spec, key, next.text, (row?.version ?? 0) + 1);
        const isWritten = row === undefined ? await this.#insert(changed) : await this.#replace(row, changed);
        if (isWritten) return { row: changed };
      }
      throw this.#contended();
    });
  }

  /** Waits for those of this process that work on the same key; the time that an operation has runs meanwhile. */
  async #exclusively<T>(key: string, work: (isLate: () => boolean) => Promise<T>): Promise<T> {
    return await this.#connection.run((isLate) => this.#queue.run(key, () => work(isLate)));
  }

  async #read(key: string): Promise<Row | undefined> {
    if (!key.isWellFormed()) return undefined;
    const row = (await this.#rows.findOne({ _id: key }, this.#connection.readLimit)) ?? undefined;
    if (row !== undefined) this.#seen.set(key, row);
    return row;
  }

  async #insert(row: Row): Promise<boolean> {
    try {
      await this.#rows.insertOne(row);
      this.#seen.set(row._id, row);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** @returns the places of the rows whose keys were taken */
  async #insertMany(rows: readonly Row[]): Promise<ReadonlySet<number>> {
    try {
      await this.#rows.insertMany(rows, { ordered: false });
      return new Set();
    } catch (error) {
      if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError() !== undefined) throw error;
      const failures = [error.writeErrors].flat();
      if (failures.length === 0 || !failures.every(({ code }) => code === DUPLICATE_KEY)) throw error;
      return new Set(failures.map(({ index }) => index));
    }
  }

  async #replace(row: Row, next: Row): Promise<boolean> {
    const { _id, ...fields } = next;
    const isReplaced = (await this.#rows.replaceOne({ _id, write: row.write }, fields)).matchedCount === 1;
    if (isReplaced) this.#seen.set(_id, next);
    else this.#seen.delete(_id);
    return isReplaced;
  }

  async #delete(filter: Pick<Row, '_id'> & Partial<Pick<Row, 'write'>>): Promise<boolean> {
    this.#seen.delete(filter._id);
    return (await this.#rows.deleteOne(filter)).deletedCount === 1;
  }

  #contended(): StoreUnavailable {
    return new StoreUnavailable(`${this.spec.name}: too much contention on one document`);
  }
}

/** What a change makes of a row that may be old: an end, or a refusal, must be of the row as it is. */
function nextText<R>(change: Change<R>, row: Row): string | undefined {
  try {
    const next = change(row);
    return 'text' in next ? next.text : undefined;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function filterOf(position: string, { lower, upper }: Span): object {
  return {
    [position]: {
      [lower.open ? '$gt' : '$gte']: lower.text,
      ...(upper !== undefined && { [upper.open ? '$lt' : '$lte']: upper.text }),
    },
  };
}
