import { KeyTaken } from '#lib/store/errors.ts';
import type { Stored } from '#lib/store/port.ts';
import type { EventDocument } from './event.ts';
import { type MetricsStore, someEvents } from './store.ts';
import { addEvents, type WindowDocument, windowKeyOf } from './window.ts';

/** The most events that one round takes: bounds what a window's `applied` holds. */
const BATCH = 500;

export type Folding = ReturnType<typeof createFolding>;

/**
 * Folds stored events into the windows that count them, each exactly once, whoever else folds at the same time and
 * wherever it is cut off. Why that is so stands in the README, "Folding".
 */
export function createFolding(store: MetricsStore) {
  /** Folds a bounded number of a tenant's events. Answers whether it found any. */
  async function foldSome(tenantId: string): Promise<boolean> {
    const unfolded = await someEvents(store, tenantId, { folded: false, limit: BATCH });
    const byWindow = Map.groupBy(unfolded, windowKeyOf);
    await Promise.all([...byWindow].map(([windowKey, events]) => foldWindow(store, windowKey, keysOf(events))));
    return unfolded.length > 0;
  }

  return { foldSome };
}

/**
 * The order of these steps is the protocol. Where another folder writes the window first, nothing is written: the events
 * that it left out are still unfolded and come again.
 */
async function foldWindow(store: MetricsStore, windowKey: string, candidates: readonly string[]): Promise<void> {
  let window = await store.windows.get(windowKey);
  await markFolded(store, window?.applied ?? []);
  // Read after the window and after the marks: what is unfolded now was in no version of the window up to this one.
  const [first, ...others] = (await store.events.getMany(candidates)).filter(isUnfolded);
  if (first !== undefined) {
    window = await writeWindow(store, window, addEvents(window, [first, ...others]));
    await markFolded(store, window?.applied ?? []);
  }
  if (window === undefined || window.applied.length === 0) return;
  await store.windows.update(windowKey, { version: window.version }, { applied: [] });
}

/** Writes a window over the version that it was made of. Answers `undefined` when another folder came first. */
async function writeWindow(
  { windows }: MetricsStore,
  before: Stored<WindowDocument> | undefined,
  after: WindowDocument,
): Promise<Stored<WindowDocument> | undefined> {
  if (before !== undefined) {
    const result = await windows.update(before.windowKey, { version: before.version }, after);
    return result.outcome === 'updated' ? result.document : undefined;
  }
  try {
    return await windows.insert(after);
  } catch (error) {
    if (error instanceof KeyTaken) return undefined;
    throw error;
  }
}

async function markFolded({ events }: MetricsStore, eventKeys: readonly string[]): Promise<void> {
  await Promise.all(eventKeys.map((eventKey) => events.update(eventKey, { folded: false }, { folded: true })));
}

function isUnfolded(event: Stored<EventDocument> | undefined): event is Stored<EventDocument> {
  return event !== undefined && !event.folded;
}

function keysOf(events: readonly EventDocument[]): readonly string[] {
  return events.map(({ eventKey }) => eventKey);
}
