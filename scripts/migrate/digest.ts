import { createHash } from 'node:crypto';
import type { Collection, Stored } from '#lib/store/port.ts';
import type { AnyCollection } from '../collections.ts';

/** What a collection holds, in short. Two that are equal in it hold the same documents at the same versions. */
export interface Digest {
  readonly documents: number;
  /** SHA-256, in hexadecimal digits, over all documents in the order of their keys. */
  readonly sha256: string;
}

/** An index that every collection has, declared or not: the order of the keys. */
export const KEY_ORDER = 'key_order';
/**
 * Documents read at once: at first, and so many that they come to some bytes of JSON afterwards. Few pages, since some
 * servers that speak MongoDB's protocol read all that is there for each.
 */
const FIRST_PAGE = 1_000;
const LARGEST_PAGE = 50_000;
const PAGE_BYTES = 32 * 2 ** 20;

export function inKeyOrder(spec: AnyCollection): AnyCollection {
  return { ...spec, indexes: { ...spec.indexes, [KEY_ORDER]: [] } };
}

/** Reads the whole collection. */
export async function digestOf(collection: Collection<object>, onRead: (documents: number) => void): Promise<Digest> {
  const hash = createHash('sha256');
  let documents = 0;
  for await (const page of pagesOf(collection)) {
    for (const document of page) hash.update(`${canonicalText(document)}\n`);
    documents += page.length;
    onRead(page.length);
  }
  return { documents, sha256: hash.digest('hex') };
}

/** All documents within a range of keys, in their order; the next page is asked for while one is worked on. */
export async function* pagesOf(
  collection: Collection<object>,
  range: { gt?: string; lte?: string } = {},
): AsyncGenerator<readonly Stored<object>[]> {
  let limit = FIRST_PAGE;
  const read = (after?: string) =>
    collection.page({ index: KEY_ORDER, range, limit, ...(after !== undefined && { after: [after] }) });
  let next = read();
  for (;;) {
    const { items, hasMore } = await next;
    const last = items.at(-1);
    if (hasMore && last !== undefined) {
      if (limit === FIRST_PAGE) limit = pageLike(items);
      next = read(keyOf(collection, last));
      next.catch(() => undefined); // it is heard of when it is awaited
    }
    yield items;
    if (!hasMore) return;
  }
}

/** How many documents of this size a page has. */
function pageLike(items: readonly object[]): number {
  const bytes = JSON.stringify(items).length / items.length;
  return Math.min(Math.max(Math.floor(PAGE_BYTES / bytes), FIRST_PAGE), LARGEST_PAGE);
}

export function keyOf({ spec }: Collection<object>, document: object): string {
  return String(Reflect.get(document, spec.key));
}

/** JSON with the fields of every object in one order. */
export function canonicalText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  const fields = Object.keys(value).sort();
  return `{${fields.map((name) => `${JSON.stringify(name)}:${canonicalText(Reflect.get(value, name))}`).join(',')}}`;
}
