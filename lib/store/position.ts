import { ownField } from './json.ts';
import type { CollectionSpec, IndexValue, Position } from './port.ts';
import { indexFields } from './spec.ts';

/** Where a document stands in one of its collection's indexes: what a cursor holds and `after` takes. */
export function positionOf<D extends object>(spec: CollectionSpec<D>, index: string, document: D): Position {
  return [...indexFields(spec, index), spec.key].map((field) => {
    const value: unknown = ownField(document, field) ?? null;
    if (!isIndexValue(value)) throw new TypeError(`${spec.name}: ${field} cannot be in an index`);
    return value;
  });
}

/** Whether a value from outside, such as a decoded cursor, is a position in this index, whichever document it is of. */
export function isPosition<D extends object>(
  spec: CollectionSpec<D>,
  index: string,
  value: unknown,
): value is Position {
  return (
    Array.isArray(value) &&
    value.length === indexFields(spec, index).length + 1 &&
    value.every(isIndexValue) &&
    typeof value.at(-1) === 'string'
  );
}

export function isIndexValue(value: unknown): value is IndexValue {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isFinite(value);
  return value === null || typeof value === 'boolean';
}

/** The order of index values: null, numbers, strings by their UTF-8 bytes, false, true. Negative, zero or positive. */
export function compareIndexValues(left: IndexValue, right: IndexValue): number {
  const rank = rankOf(left) - rankOf(right);
  if (rank !== 0) return rank;
  if (typeof left === 'string') return Buffer.compare(Buffer.from(left), Buffer.from(String(right)));
  return Number(left) - Number(right);
}

function rankOf(value: IndexValue): number {
  if (value === null) return 0;
  return { number: 1, string: 2, boolean: 3 }[typeof value as 'number' | 'string' | 'boolean'];
}
