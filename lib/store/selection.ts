import type { CollectionSpec, PageQuery, Selection } from './port.ts';
import { isIndexValue, isPosition } from './position.ts';
import { indexFields } from './spec.ts';

// biome-ignore lint/suspicious/noExplicitAny: whatever the documents are
type AnySpec = CollectionSpec<any>;

/**
 * Checks that an index can answer a selection.
 *
 * @returns the index's fields, without the key
 * @throws {TypeError}
 */
export function checkSelection(spec: AnySpec, { index, prefix = [], range = {} }: Selection): readonly string[] {
  const fields = indexFields(spec, index);
  if (prefix.length > fields.length) throw new TypeError(`${spec.name}: the prefix is longer than index ${index}`);
  const limits = Object.values(range);
  if (![...prefix, ...limits].every(isIndexValue)) {
    throw new TypeError(`${spec.name}: a value that index ${index} cannot hold`);
  }
  if (prefix.length === fields.length && !limits.every((limit) => typeof limit === 'string')) {
    throw new TypeError(`${spec.name}: a range of keys needs strings`);
  }
  return fields;
}

/** The same of a page. */
export function checkPage(spec: AnySpec, query: PageQuery): readonly string[] {
  if (!Number.isSafeInteger(query.limit) || query.limit < 1) throw new TypeError(`${spec.name}: limit is below 1`);
  const fields = checkSelection(spec, query);
  if (query.after !== undefined && !isPosition(spec, query.index, query.after)) {
    throw new TypeError(`${spec.name}: after is not a position of index ${query.index}`);
  }
  return fields;
}
