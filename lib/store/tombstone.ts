import type { Clock } from '../clock.ts';
import type { Collection } from './port.ts';

/** How long a tombstone stands: longer than any command can be on its way. */
const KEPT_MILLISECONDS = 7 * 24 * 60 * 60 * 1000;

/**
 * A document that may be a tombstone: what is left at a key whose document was taken away, or must never be made. A
 * command that comes late after its undo finds the key taken: its one insert decides. Collections of these have
 * `goneUntil` among their lists' index fields, so that lists do not see tombstones, and `TOMBSTONE_INDEX` to sweep them.
 */
export interface Mortal {
  /** RFC 3339, UTC: until when the tombstone stands. Null, or absent, while the document lives. */
  readonly goneUntil: string | null;
}

export const TOMBSTONE_INDEX = { gone: ['goneUntil'] } as const;

export function isGone(document: Mortal): boolean {
  return document.goneUntil != null;
}

/** The document where it lives; `undefined` for a tombstone as for nothing. */
export function alive<D extends Mortal>(document: D | undefined): D | undefined {
  return document === undefined || isGone(document) ? undefined : document;
}

/** What makes a document a tombstone from now on. */
export function tombstone(clock: Clock): { readonly goneUntil: string } {
  return { goneUntil: new Date(clock.now().getTime() + KEPT_MILLISECONDS).toISOString() };
}

/** Forgets tombstones whose time is over. */
export async function deleteOldTombstones<D extends Mortal>(collection: Collection<D>, clock: Clock): Promise<void> {
  const range = { gt: '', lte: clock.now().toISOString() };
  for (;;) {
    const { items, hasMore } = await collection.page({ index: 'gone', range, limit: 100 });
    for (const item of items) await collection.delete(String(item[collection.spec.key]), { version: item.version });
    if (!hasMore) return;
  }
}
