import type { Db, Collection as DriverCollection } from 'mongodb';
import type { CollectionSpec } from '../port.ts';
import { checkFormats, formatOf } from '../spec.ts';
import { codeOf, INDEX_NOT_FOUND, isDuplicateKey, NAMESPACE_NOT_FOUND, opening } from './failure.ts';
import { FORM, positionField, positionFields, positionsOf, type Row } from './row.ts';

/** Where the format of each collection stands, and that of the rows: no collection can have these names. */
export const FORMATS = '_formats';
const ROWS = '_rows';

const BATCH = 200;

interface Format {
  readonly _id: string;
  readonly format: number;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the documents are
type AnySpec = CollectionSpec<any>;

/**
 * Refuses what is of a newer format, then makes the collections of a service, brings their indexes to what is declared,
 * and records their formats. Several processes may do so at once. Collections that are declared no longer are left
 * alone: they are data; so are indexes that are not the store's own.
 *
 * @throws {StoreUnusable | StoreUnavailable} in one line
 */
export async function makeCollections(database: Db, service: string, specs: readonly AnySpec[]): Promise<void> {
  const formats = database.collection<Format>(FORMATS);
  const wanted = [...specs.map((spec) => ({ name: spec.name, format: formatOf(spec) })), { name: ROWS, format: FORM }];
  const recorded = await opening(service, 'the formats cannot be read', () => formats.find().toArray());
  checkFormats(service, wanted, new Map(recorded.map(({ _id, format }) => [_id, format])));
  for (const spec of specs) {
    const rows = database.collection<Row>(spec.name);
    await opening(service, `the indexes of ${spec.name} cannot be made`, () => makeIndexes(rows, spec));
    await opening(service, `the documents of ${spec.name} cannot be indexed`, () => completeRows(rows, spec));
  }
  for (const { name, format } of wanted) {
    if (recorded.some((known) => known._id === name && known.format >= format)) continue;
    await opening(service, 'the formats cannot be recorded', () => raiseFormat(formats, name, format));
  }
}

/**
 * Brings indexes to what is declared once more, while others use the collections too: a program of before may have
 * dropped those that it does not know, and does not write into them.
 */
export async function keepIndexes(database: Db, specs: readonly AnySpec[]): Promise<void> {
  for (const spec of specs) {
    const rows = database.collection<Row>(spec.name);
    await makeMissingIndexes(rows, spec);
    await completeRows(rows, spec);
  }
}

/**
 * Gives a position to the rows that lack it: those of before an index was declared, and those that a program wrote
 * meanwhile that does not know it. The index itself shows them.
 */
async function completeRows(rows: DriverCollection<Row>, spec: AnySpec): Promise<void> {
  for (const name of positionFields(spec).keys()) {
    for (;;) {
      const incomplete = await rows.find({ [name]: null } as object, { limit: BATCH, batchSize: BATCH }).toArray();
      await Promise.all(
        // Who writes the row meanwhile knows the index, or leaves it to be found again.
        incomplete.map(({ _id, write, document }) =>
          rows.updateOne({ _id, write }, { $set: positionsOf(spec, document) }),
        ),
      );
      if (incomplete.length < BATCH) break;
    }
  }
}

async function makeIndexes(rows: DriverCollection<Row>, spec: AnySpec): Promise<void> {
  const wanted = positionFields(spec);
  for (const name of await makeMissingIndexes(rows, spec)) {
    if (!name.startsWith(positionField([''])) || wanted.has(name as `by_${string}`)) continue;
    await rows.dropIndex(name).catch((error: unknown) => {
      if (codeOf(error) !== INDEX_NOT_FOUND) throw error;
    });
  }
}

/** @returns the names of those that were there */
async function makeMissingIndexes(rows: DriverCollection<Row>, spec: AnySpec): Promise<readonly string[]> {
  const present = await namesOfIndexes(rows);
  const missing = [...positionFields(spec).keys()].filter((name) => !present.includes(name));
  if (missing.length > 0) await rows.createIndexes(missing.map((name) => ({ key: { [name]: 1 }, name })));
  return present;
}

async function namesOfIndexes(rows: DriverCollection<Row>): Promise<readonly string[]> {
  try {
    return (await rows.listIndexes().toArray()).map(({ name }) => String(name));
  } catch (error) {
    if (codeOf(error) === NAMESPACE_NOT_FOUND) return [];
    throw error;
  }
}

async function raiseFormat(formats: DriverCollection<Format>, name: string, format: number): Promise<void> {
  try {
    await formats.updateOne({ _id: name }, { $max: { format } }, { upsert: true });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error; // another process recorded it first, for the first time
    await formats.updateOne({ _id: name }, { $max: { format } });
  }
}
