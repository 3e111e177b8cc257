import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { openEmbeddedStores } from '#lib/store/embedded/embedded.ts';
import { openTestPlane } from '#test/support/plane.ts';
import { type AnyCollection, COLLECTIONS } from './collections.ts';

it('the list of what is stored names every collection that a service opens, and no other', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'collections-'));
  const stores = await openEmbeddedStores({ dataDir });
  const opened = new Map<string, readonly AnyCollection[]>();
  const clock = new ManualClock('2026-03-10T12:00:00.000Z');
  const recording = {
    location: stores.location,
    exclusive: stores.exclusive,
    open(service: string, collections: readonly AnyCollection[]) {
      opened.set(service, collections);
      return stores.open(service, collections);
    },
    close: () => stores.close(),
  };
  const plane = await openTestPlane({ dataDir, shared: { stores: recording, clock } });
  await plane.close();
  await stores.close();
  await rm(dataDir, { recursive: true });
  expect(opened.size).toBe(7);
  expect(Object.fromEntries(opened)).toStrictEqual({ ...COLLECTIONS });
});
