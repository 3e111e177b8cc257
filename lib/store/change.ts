import { jsonEqual, ownField } from './json.ts';

/** A document as it was read from its JSON. */
type Fields = Readonly<Record<string, unknown>>;

/** Whether a document is what a guard asks for (`encodeGuard`). A field that it lacks is taken for null, as in an index. */
export function meetsGuard(document: Fields, version: number, guard: string): boolean {
  const wanted: Fields = JSON.parse(guard);
  return Object.entries(wanted).every(([field, expected]) => {
    if (field === 'version') return version === expected;
    return jsonEqual(ownField(document, field) ?? null, expected);
  });
}

/**
 * The document with these numbers added, an absent one counting as 0.
 *
 * @throws {TypeError} when a field is no number, or would be none that can be stored
 */
export function increased(collection: string, document: Fields, add: Readonly<Record<string, number>>): Fields {
  const sums: [string, number][] = [];
  for (const [field, number] of Object.entries(add)) {
    const present = ownField(document, field) ?? 0;
    if (typeof present !== 'number') throw new TypeError(`${collection}: ${field} is not a number`);
    const sum = present + number;
    if (!Number.isFinite(sum)) throw new TypeError(`${collection}: ${field} would be ${sum}`);
    sums.push([field, sum]);
  }
  return { ...document, ...Object.fromEntries(sums) };
}
