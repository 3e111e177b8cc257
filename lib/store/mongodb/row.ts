import { ObjectId } from 'mongodb';
import { decodeDocument } from '../document.ts';
import type { CollectionSpec, Stored } from '../port.ts';
import { positionText } from './ordered-text.ts';

/** The form of the rows. Grows when a program of before could not read them. */
export const FORM = 1;

/**
 * A document as it lies in MongoDB. Its JSON is kept as text: BSON has no field names with U+0000, 100 levels at most,
 * and several kinds of numbers. Beside it is, for each index, where the document stands in it (`positionField`).
 */
export interface Row {
  readonly _id: string;
  readonly version: number;
  readonly document: string;
  /**
   * Another with every write: what compare-and-set compares. A version would not do, since a document that was deleted
   * and made again begins at 1 again.
   */
  readonly write: ObjectId;
  readonly [position: `by_${string}`]: string;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the documents are
type AnySpec = CollectionSpec<any>;

/**
 * The field, and the index on it, that holds a position in the index of these fields. It is named after the fields: an
 * index that is declared otherwise than before is another, which the rows of before are not in yet.
 */
export function positionField(fields: readonly string[]): `by_${string}` | '_id' {
  return fields.length === 0 ? '_id' : `by_${fields.join('+')}`;
}

/** Of each index of a collection that is not that of the keys: its field here, and the fields of the documents. */
export function positionFields(spec: AnySpec): ReadonlyMap<`by_${string}`, readonly string[]> {
  const fields = new Map<`by_${string}`, readonly string[]>();
  for (const indexed of Object.values(spec.indexes) as (readonly string[])[]) {
    const name = positionField(indexed);
    if (name !== '_id') fields.set(name, indexed);
  }
  return fields;
}

/** The row of a document at this version, as a new write. */
export function rowOf(spec: AnySpec, key: string, text: string, version: number): Row {
  return { _id: key, version, document: text, write: new ObjectId(), ...positionsOf(spec, text) };
}

/** Where the document of this text stands in each index. */
export function positionsOf(spec: AnySpec, text: string): Record<`by_${string}`, string> {
  const document: object = JSON.parse(text);
  const positions: Record<`by_${string}`, string> = {};
  for (const [name, fields] of positionFields(spec)) positions[name] = positionText(spec, fields, document);
  return positions;
}

export function documentOf<D extends object>(row: Pick<Row, 'document' | 'version'>): Stored<D> {
  return decodeDocument<D>(row.document, row.version);
}
