import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ManualClock } from '#lib/clock.ts';
import { openEmbeddedStores } from '#lib/store/embedded/embedded.ts';
import type { Collection } from '#lib/store/port.ts';
import { openTestPlane } from '#test/support/plane.ts';
import { type CollectionName, requireKnown, TENANT_COLLECTIONS } from './collections.ts';
import { type Files, readFiles } from './files.ts';
import { live, type Shape } from './life.ts';
import { type WatchedStores, watchStores } from './watched-stores.ts';

/** What was left by the life of one tenant. */
export interface Template {
  readonly shape: Shape;
  readonly tenantId: string;
  /** What the services wrote, as JSON texts without versions. */
  readonly documents: Readonly<Record<CollectionName, readonly string[]>>;
  /** What the local driver made for it. */
  readonly files: Files;
}

const PAGE = 1_000;

/** Lives a shape's life on a plane of its own. */
export async function makeTemplate(shape: Shape, now: Date): Promise<Template> {
  const dataDir = await mkdtemp(join(tmpdir(), 'template-'));
  const stores = watchStores(await openEmbeddedStores({ dataDir }));
  try {
    const test = await openTestPlane({ dataDir, shared: { stores, clock: new ManualClock(now.toISOString()) } });
    try {
      const tenantId = await live(test, shape, now);
      return await takeDown({ shape, tenantId, stores, dataDir });
    } finally {
      await test.close();
    }
  } finally {
    await stores.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Takes down what there is of the only tenant in these stores. */
export async function takeDown(lived: {
  readonly shape: Shape;
  readonly tenantId: string;
  readonly stores: WatchedStores;
  readonly dataDir: string;
}): Promise<Template> {
  const { shape, tenantId, stores, dataDir } = lived;
  const { collections } = stores;
  requireKnown(collections.keys());
  await untilFolded(stores);
  const documents: Partial<Record<CollectionName, readonly string[]>> = {};
  for (const name of TENANT_COLLECTIONS) documents[name] = await textsOf(collectionOf(stores, name), tenantId);
  return { shape, tenantId, documents: documents as Template['documents'], files: await readFiles(dataDir, tenantId) };
}

export function collectionOf({ collections }: WatchedStores, name: string): Collection<Record<string, unknown>> {
  const collection = collections.get(name);
  if (collection === undefined) throw new Error(`${name} was not opened`);
  return collection as Collection<Record<string, unknown>>;
}

/** Usage is folded in the background. */
async function untilFolded(stores: WatchedStores): Promise<void> {
  const isDone = async () => {
    const unfolded = await collectionOf(stores, 'metrics.events').count({ index: 'folded', prefix: [false] });
    const { items } = await collectionOf(stores, 'metrics.windows').page({ index: 'hour', limit: PAGE });
    return unfolded === 0 && items.every(({ applied }) => (applied as readonly string[]).length === 0);
  };
  while (!(await isDone())) await delay(10);
}

/** A collection without an index has the tenant's id as its key. */
async function textsOf(collection: Collection<Record<string, unknown>>, tenantId: string): Promise<readonly string[]> {
  const [index] = Object.keys(collection.spec.indexes);
  const found =
    index === undefined
      ? [await collection.get(tenantId)].filter((document) => document !== undefined)
      : (await collection.page({ index, limit: PAGE })).items;
  return found.map(({ version: _, ...document }) => JSON.stringify(document));
}
