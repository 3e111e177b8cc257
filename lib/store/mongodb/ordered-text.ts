import { ownField } from '../json.ts';
import type { CollectionSpec, IndexValue, PageQuery, Range, Selection } from '../port.ts';
import { isIndexValue } from '../position.ts';

/**
 * Index values as text whose UTF-8 bytes order as the port says: one range of one field is then every selection and
 * every page, whatever the types in it. (MongoDB compares with a bound only values of the bound's type, and a position
 * in a compound index takes an `$or` for each of its fields.)
 *
 * A value is a digit for its type, its body, and U+0001. In a string U+0000 to U+0002 are written as U+0002 and the next
 * character, so that what ends a value comes before whatever could go on.
 */
const END = '\u0001';
const AFTER_END = '\u0002';

/** A bound of a span of texts; `open` where the bound itself is not in it. */
export interface Bound {
  readonly text: string;
  readonly open: boolean;
}

/** The texts between two bounds; without the upper one, all from the lower on. */
export interface Span {
  readonly lower: Bound;
  readonly upper: Bound | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the documents are
type AnySpec = CollectionSpec<any>;

/**
 * Where a document stands in the index of these fields: its values in order, then its key. What cannot be in an index,
 * since the document is older than it, counts as null.
 */
export function positionText(spec: AnySpec, fields: readonly string[], document: object): string {
  const values = fields.map((field) => {
    const value = ownField(document, field);
    return valueText(isIndexValue(value) ? value : null);
  });
  return values.join('') + String(ownField(document, spec.key));
}

/** The positions of all that a checked query selects, from where its page starts; `undefined` where there can be none. */
export function spanOf(fields: readonly string[], query: Selection & Partial<PageQuery>): Span | undefined {
  const { prefix = [], range = {}, after, order } = query;
  const start = prefix.map(valueText).join('');
  const isKey = prefix.length === fields.length;
  const lowers: Bound[] = [{ text: start, open: false }];
  const uppers: Bound[] = prefix.length === 0 ? [] : [{ text: following(start), open: true }];
  for (const [name, limit] of Object.entries(range) as [keyof Range, IndexValue][]) {
    const bound = isKey ? keyBound(name, start + String(limit)) : valueBound(name, start + valueText(limit));
    (name.startsWith('g') ? lowers : uppers).push(bound);
  }
  if (after !== undefined) {
    const text = after.slice(0, -1).map(valueText).join('') + String(after.at(-1));
    (order === 'desc' ? uppers : lowers).push({ text, open: true });
  }
  const lower = lowers.reduce((narrowest, bound) => (compareBounds(narrowest, bound, 1) < 0 ? bound : narrowest));
  const upper = uppers.reduce<Bound | undefined>(
    (narrowest, bound) => (narrowest === undefined || compareBounds(bound, narrowest, -1) < 0 ? bound : narrowest),
    undefined,
  );
  return upper !== undefined && isEmpty(lower, upper) ? undefined : { lower, upper };
}

function valueText(value: IndexValue): string {
  if (value === null) return `0${END}`;
  if (typeof value === 'number') return `1${numberText(value)}${END}`;
  if (typeof value === 'string') return `2${escaped(value)}${END}`;
  return `${value ? 4 : 3}${END}`;
}

/** The 64 bits of IEEE 754 order as the numbers once the sign is turned round, and with it all bits of the negative ones. */
function numberText(value: number): string {
  const bits = Buffer.alloc(8);
  bits.writeDoubleBE(value === 0 ? 0 : value);
  const ones = value < 0 ? 0xff : 0;
  for (let place = 0; place < bits.length; place++)
    bits[place] = (bits[place] ?? 0) ^ (place === 0 ? ones | 0x80 : ones);
  return bits.toString('hex');
}

function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is escaped
  return text.replace(/[\u0000-\u0002]/g, (char) => AFTER_END + String.fromCharCode(char.charCodeAt(0) + 1));
}

/** All positions with this value come before what is bounded by `gt`, and none of another value that is less. */
function valueBound(name: keyof Range, text: string): Bound {
  switch (name) {
    case 'gte':
      return { text, open: false };
    case 'gt':
      return { text: following(text), open: false };
    case 'lte':
      return { text: following(text), open: true };
    case 'lt':
      return { text, open: true };
  }
}

/** The key stands at the end, as it is. */
function keyBound(name: keyof Range, text: string): Bound {
  return { text, open: name === 'gt' || name === 'lt' };
}

/** What comes after all that begins with these values, and before all that comes after them. */
function following(values: string): string {
  return values.slice(0, -1) + AFTER_END;
}

function compareBounds(left: Bound, right: Bound, openness: 1 | -1): number {
  return compareTexts(left.text, right.text) || openness * (Number(left.open) - Number(right.open));
}

function isEmpty(lower: Bound, upper: Bound): boolean {
  const distance = compareTexts(lower.text, upper.text);
  return distance > 0 || (distance === 0 && (lower.open || upper.open));
}

function compareTexts(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
