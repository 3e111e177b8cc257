/**
 * What a consumer relies on in an answer, as JSON: literal values, or placeholders for what differs from run to run.
 * `["<each>", shape]` is a list of at least one item, each of that shape, and `["<any>", shape]` one that may be empty;
 * any other list is matched item by item.
 * Objects must have exactly the fields named.
 */
const PLACEHOLDERS: Readonly<Record<string, (value: unknown) => boolean>> = {
  '<string>': (value) => typeof value === 'string' && value !== '',
  '<string or null>': (value) => value === null || typeof value === 'string',
  '<boolean>': (value) => typeof value === 'boolean',
  '<integer>': (value) => Number.isSafeInteger(value),
  '<decimal>': isDecimal,
  '<decimal or null>': (value) => value === null || isDecimal(value),
  '<object>': (value) => value !== null && typeof value === 'object' && !Array.isArray(value),
  '<time>': (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value),
  '<jwt>': (value) => typeof value === 'string' && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(value),
};

/** Where a value does not have the shape, a line per place; empty when it does. */
export function mismatches(value: unknown, shape: unknown, path = 'data'): string[] {
  if (typeof shape === 'string' && shape.startsWith('<')) return placeholderMismatch(value, shape, path);
  if (Array.isArray(shape)) return listMismatches(value, shape, path);
  if (shape !== null && typeof shape === 'object') return objectMismatches(value, shape, path);
  return Object.is(value, shape) ? [] : [`${path}: ${JSON.stringify(value)} is not ${JSON.stringify(shape)}`];
}

function placeholderMismatch(value: unknown, shape: string, path: string): string[] {
  const prefix = /^<id (\w+)>$/.exec(shape)?.[1];
  const matches =
    prefix === undefined ? PLACEHOLDERS[shape] : (id: unknown) => typeof id === 'string' && id.startsWith(`${prefix}_`);
  if (matches === undefined) throw new Error(`${shape} is not a placeholder`);
  return matches(value) ? [] : [`${path}: ${JSON.stringify(value)} is not ${shape}`];
}

function listMismatches(value: unknown, shape: readonly unknown[], path: string): string[] {
  if (!Array.isArray(value)) return [`${path}: ${JSON.stringify(value)} is not a list`];
  if (shape[0] === '<each>') {
    return value.length === 0 ? [`${path}: the list is empty`] : everyItem(value, shape[1], path);
  }
  if (shape[0] === '<any>') return everyItem(value, shape[1], path);
  if (value.length !== shape.length) return [`${path}: ${value.length} items instead of ${shape.length}`];
  return shape.flatMap((item, place) => mismatches(value[place], item, `${path}.${place}`));
}

function everyItem(value: readonly unknown[], shape: unknown, path: string): string[] {
  return value.flatMap((item, place) => mismatches(item, shape, `${path}.${place}`));
}

function objectMismatches(value: unknown, shape: object, path: string): string[] {
  if (value === null || typeof value !== 'object') return [`${path}: ${JSON.stringify(value)} is not an object`];
  const wanted = Object.keys(shape);
  const extra = Object.keys(value).filter((key) => !wanted.includes(key));
  return [
    ...extra.map((key) => `${path}.${key}: not expected`),
    ...Object.entries(shape).flatMap(([key, part]) =>
      mismatches((value as Record<string, unknown>)[key], part, `${path}.${key}`),
    ),
  ];
}

function isDecimal(value: unknown): boolean {
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value);
}
