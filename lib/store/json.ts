const DEEPEST = 100; // what the strictest of the stores takes (BSON)

/**
 * What keeps a value from being stored and read back as it is, or `undefined` where nothing does. Stored are objects
 * without a class, arrays, strings of well-formed Unicode, finite numbers, booleans and null, nested 100 levels at most.
 *
 * @returns the path of the first fault and what it is, such as `.lines[2].amount is NaN`
 */
export function jsonFault(value: unknown, depth = 0): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : ' is not well-formed Unicode';
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : ` is ${value}`;
  if (value === null || typeof value === 'boolean') return undefined;
  if (typeof value !== 'object') return ` is ${typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`}`;
  if (depth >= DEEPEST) return ' is nested too deeply';
  return Array.isArray(value) ? arrayFault(value, depth) : objectFault(value, depth);
}

/** Whether two JSON values are the same: the order of an object's fields does not matter. */
export function jsonEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, position) => jsonEqual(item, right[position]));
  }
  const fields = Object.entries(left);
  if (fields.length !== Object.keys(right).length) return false;
  return fields.every(([name, value]) => Object.hasOwn(right, name) && jsonEqual(value, Reflect.get(right, name)));
}

/** A field of an object, `undefined` where it has none of its own: `constructor` and the like are not fields. */
export function ownField(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? Reflect.get(object, name) : undefined;
}

function arrayFault(items: readonly unknown[], depth: number): string | undefined {
  for (let position = 0; position < items.length; position++) {
    const fault = jsonFault(items[position], depth + 1);
    if (fault !== undefined) return `[${position}]${fault}`;
  }
  return undefined;
}

function objectFault(object: object, depth: number): string | undefined {
  const prototype = Object.getPrototypeOf(object);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    return ` is a ${object.constructor?.name ?? 'class instance'}`;
  }
  for (const name of Object.keys(object)) {
    if (!name.isWellFormed()) return ' has a name that is not well-formed Unicode';
    const fault = jsonFault(Reflect.get(object, name), depth + 1);
    if (fault !== undefined) return `.${name}${fault}`;
  }
  return undefined;
}
