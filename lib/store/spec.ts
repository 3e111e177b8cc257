import { StoreUnusable } from './errors.ts';
import type { CollectionSpec } from './port.ts';

const COLLECTION_NAME = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
const FIELD_NAME = /^[a-zA-Z][a-zA-Z0-9_]*$/;

// biome-ignore lint/suspicious/noExplicitAny: specs of different documents stand in one list
type AnySpec = CollectionSpec<any>;

/**
 * Checks the declarations of one service: every adapter calls it before it makes anything of them.
 *
 * @throws {TypeError} that names the first fault
 */
export function checkSpecs(specs: readonly AnySpec[]): void {
  const seen = new Set<string>();
  for (const spec of specs) {
    if (!COLLECTION_NAME.test(spec.name) || spec.name.startsWith('sqlite_') || spec.name.startsWith('system_')) {
      throw new TypeError(`collection ${JSON.stringify(spec.name)}: not a name`);
    }
    if (seen.has(spec.name)) throw new TypeError(`collection ${spec.name}: declared twice`);
    seen.add(spec.name);
    checkSpec(spec);
  }
}

/** The version of what a collection's documents say. */
export function formatOf(spec: AnySpec): number {
  return spec.format ?? 1;
}

/**
 * Holds what a store has recorded of a service's collections against what the program knows: every adapter calls it when
 * it opens, before it changes anything, and then records the formats that are higher.
 *
 * @param recorded the format of each collection by its name; a collection of which nothing is recorded is new, or of
 *   before formats were recorded
 * @throws {StoreUnusable} with one line for the operator
 */
export function checkFormats(
  service: string,
  collections: readonly { readonly name: string; readonly format: number }[],
  recorded: ReadonlyMap<string, number>,
): void {
  for (const { name, format } of collections) {
    const found = recorded.get(name) ?? 1;
    if (found <= format) continue;
    throw new StoreUnusable(
      `${service}.${name}: the data is of format ${found}, this program knows up to ${format}: ` +
        'start the program that wrote it, or a newer one, or restore a backup that is older',
    );
  }
}

/**
 * The fields of a declared index, in order, without the key that every index ends with.
 *
 * @throws {TypeError} when the index is not declared
 */
export function indexFields(spec: AnySpec, index: string): readonly string[] {
  const fields: readonly string[] | undefined = Object.hasOwn(spec.indexes, index) ? spec.indexes[index] : undefined;
  if (fields === undefined) throw new TypeError(`${spec.name}: there is no index ${index}`);
  return fields;
}

/** Every field that some index of the collection holds, each once. */
export function indexedFields(spec: AnySpec): readonly string[] {
  return [...new Set(Object.values(spec.indexes).flat())];
}

function checkSpec(spec: AnySpec): void {
  if (!FIELD_NAME.test(spec.key) || spec.key === 'version') throw new TypeError(`${spec.name}: the key is misnamed`);
  if (!Number.isSafeInteger(formatOf(spec)) || formatOf(spec) < 1) {
    throw new TypeError(`${spec.name}: the format is not a whole number from 1 on`);
  }
  checkNames(`${spec.name}: index`, Object.keys(spec.indexes));
  checkNames(`${spec.name}: field`, indexedFields(spec));
  for (const [index, fields] of Object.entries(spec.indexes)) {
    if (fields.includes(spec.key)) {
      throw new TypeError(`${spec.name}: index ${index} names the key, which ends every index as it is`);
    }
    if (fields.includes('version')) throw new TypeError(`${spec.name}: index ${index} names the version`);
    if (new Set(fields).size !== fields.length) throw new TypeError(`${spec.name}: index ${index} repeats a field`);
  }
  for (const index of spec.counted ?? []) {
    if (indexFields(spec, index).length === 0)
      throw new TypeError(`${spec.name}: the keys cannot be counted by a field`);
  }
}

/** Names become identifiers of a database, some of which do not tell upper from lower case. */
function checkNames(what: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (!FIELD_NAME.test(name)) throw new TypeError(`${what} ${JSON.stringify(name)}: not a name`);
    const folded = name.toLowerCase();
    if (seen.has(folded)) throw new TypeError(`${what} ${name}: another differs from it only in case`);
    seen.add(folded);
  }
}
