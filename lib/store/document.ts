import { jsonFault, ownField } from './json.ts';
import type { CollectionSpec, Stored } from './port.ts';
import { isIndexValue } from './position.ts';
import { indexedFields } from './spec.ts';

/** A document on its way into the store. */
export interface Encoded {
  readonly key: string;
  /** The document as JSON, without `version`. */
  readonly text: string;
}

/**
 * Checks a document and makes JSON of it.
 *
 * @throws {TypeError} when it is not JSON, lacks its key, or holds an object or array where an index needs a plain value
 */
export function encodeDocument<D extends object>(spec: CollectionSpec<D>, document: D): Encoded {
  const key = ownField(document, spec.key);
  if (typeof key !== 'string') throw new TypeError(`${spec.name}: ${spec.key}, the key, is not a string`);
  return { key, text: encodeFields(spec, document, ['version']) };
}

/**
 * The same of many, with the version at which each begins: 1, or what `versions` says.
 *
 * @throws {TypeError} as `encodeDocument` does, and when the versions are not as many whole numbers from 1 on
 */
export function encodeVersioned<D extends object>(
  spec: CollectionSpec<D>,
  documents: readonly D[],
  versions: readonly number[] = documents.map(() => 1),
): (Encoded & { readonly version: number })[] {
  if (
    versions.length !== documents.length ||
    !versions.every((version) => Number.isSafeInteger(version) && version > 0)
  ) {
    throw new TypeError(`${spec.name}: the versions are not those of as many documents`);
  }
  return documents.map((document, place) => ({ ...encodeDocument(spec, document), version: versions[place] ?? 1 }));
}

/**
 * Checks the fields to be set in the document of this key and makes JSON of them, without `version` and the key.
 *
 * @throws {TypeError} as `encodeDocument` does, and when the key would change
 */
export function encodeChange<D extends object>(spec: CollectionSpec<D>, key: string, set: Partial<D>): string {
  if (Object.hasOwn(set, spec.key) && set[spec.key] !== key) {
    throw new TypeError(`${spec.name}: ${spec.key}, the key, cannot be set`);
  }
  return encodeFields(spec, set, ['version', spec.key]);
}

/**
 * Checks what `increment` is to add, and to what.
 *
 * @throws {TypeError} when it adds to the key or the version, adds what is not a finite number, or `base` is the document
 * of another key or begins a count elsewhere than at 0
 */
export function encodeIncrement<D extends object>(
  spec: CollectionSpec<D>,
  key: string,
  add: Partial<Record<keyof D & string, number>>,
  base: D,
): Readonly<Record<string, number>> {
  if (base[spec.key] !== key) throw new TypeError(`${spec.name}: the base is of another key`);
  for (const [field, number] of Object.entries<unknown>(add)) {
    if (field === 'version' || field === spec.key) throw new TypeError(`${spec.name}: ${field} cannot be added to`);
    if (typeof number !== 'number' || !Number.isFinite(number)) {
      throw new TypeError(`${spec.name}: ${field} is to grow by what is not a number`);
    }
    if ((ownField(base, field) ?? 0) !== 0) throw new TypeError(`${spec.name}: ${field} does not begin at 0`);
  }
  return { ...add } as Record<string, number>;
}

/** Checks the top-level values that a document must still have and makes JSON of them. @throws {TypeError} */
export function encodeGuard<D extends object>(spec: CollectionSpec<D>, guard: object): string {
  const fault = jsonFault(guard);
  if (fault !== undefined) throw new TypeError(`${spec.name}: guard${fault}`);
  return JSON.stringify(guard);
}

/** The document that this JSON holds: a fresh object, the caller's own. */
export function decodeDocument<D extends object>(text: string, version: number): Stored<D> {
  const document: D = JSON.parse(text);
  return Object.assign(document, { version });
}

function encodeFields(spec: CollectionSpec<never>, fields: object, leftOut: readonly string[]): string {
  const fault = jsonFault(fields);
  if (fault !== undefined) throw new TypeError(`${spec.name}: document${fault}`);
  for (const field of indexedFields(spec)) {
    if (!isIndexValue(ownField(fields, field) ?? null)) {
      throw new TypeError(`${spec.name}: ${field} is in an index and must be a plain value`);
    }
  }
  const kept = { ...fields } as Record<string, unknown>;
  for (const field of leftOut) delete kept[field];
  return JSON.stringify(kept);
}
