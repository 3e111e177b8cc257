import type { Collection, Stored } from '#lib/store/port.ts';
import { compareIndexValues } from '#lib/store/position.ts';
import { canonicalText, KEY_ORDER, keyOf, pagesOf } from './digest.ts';

/** So many pages are on their way into the target at once. */
const PAGES_UNDER_WAY = 2;
const INSERTED_AT_ONCE = 1_000;
const DELETED_AT_ONCE = 10;

/**
 * Makes the target what the source is: documents are put in with their versions, in the order of their keys, and where the
 * target has some already it is compared and set right. So it goes on wherever it was cut off, also when the source has
 * changed since.
 */
export async function copyCollection(
  source: Collection<object>,
  target: Collection<object>,
  onCopied: (documents: number) => void,
): Promise<void> {
  const { items: greatest } = await target.page({ index: KEY_ORDER, order: 'desc', limit: 1 });
  const end = greatest[0] === undefined ? undefined : keyOf(target, greatest[0]);
  const underWay = new Set<Promise<void>>();
  let after: string | undefined;
  for await (const page of pagesOf(source)) {
    const upTo = page.at(-1);
    if (upTo === undefined) break;
    const last = keyOf(source, upTo);
    const isNew = end === undefined || (after !== undefined && compareIndexValues(after, end) >= 0);
    const range = { ...(after !== undefined && { gt: after }), lte: last };
    const work = (isNew ? insert(target, page) : setRight(target, page, range)).then(() => onCopied(page.length));
    const tracked = work.finally(() => underWay.delete(tracked));
    tracked.catch(() => undefined); // it is heard of by those that wait for it
    underWay.add(tracked);
    if (underWay.size >= PAGES_UNDER_WAY) await Promise.race(underWay);
    after = last;
  }
  await Promise.all(underWay);
  if (end !== undefined) await setRight(target, [], after === undefined ? {} : { gt: after });
}

async function insert(target: Collection<object>, documents: readonly Stored<object>[]): Promise<void> {
  for (let start = 0; start < documents.length; start += INSERTED_AT_ONCE) {
    const part = documents.slice(start, start + INSERTED_AT_ONCE);
    await target.insertMany(
      part,
      part.map(({ version }) => version),
    );
  }
}

async function setRight(
  target: Collection<object>,
  wanted: readonly Stored<object>[],
  range: { gt?: string; lte?: string },
): Promise<void> {
  const missing = new Map(wanted.map((document) => [keyOf(target, document), document]));
  const wrong: string[] = [];
  for await (const page of pagesOf(target, range)) {
    for (const present of page) {
      const key = keyOf(target, present);
      const due = missing.get(key);
      if (due !== undefined && canonicalText(due) === canonicalText(present)) missing.delete(key);
      else wrong.push(key);
    }
  }
  while (wrong.length > 0) await Promise.all(wrong.splice(0, DELETED_AT_ONCE).map((key) => target.delete(key)));
  if (missing.size > 0) await insert(target, [...missing.values()]);
}
