import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import type { Store, Stores } from '#lib/store/port.ts';
import { collectionAround, direct } from '#test/support/around.ts';
import { ACME, ONBOARD } from '#test/support/onboarding.ts';
import { ADMINISTRATOR, openTestPlane } from '#test/support/plane.ts';
import { openTestStores, removeStores } from '#test/support/stores.ts';

it('a request whose twin in another process was quicker, refused and is gone, starts the workflow itself', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'same-key-'));
  const real = await openTestStores(dataDir);
  const stores = takenOnce(real);
  const shared = { stores, clock: new ManualClock('2026-03-10T12:00:00.000Z') };
  const plane = await openTestPlane({ dataDir, shared });
  try {
    const input = { ...ACME, idempotencyKey: 'k' };
    const { onboard } = await plane.data('onboarding', ADMINISTRATOR, ONBOARD, { input });
    expect(onboard).toMatchObject({ workflow: { status: 'SUCCEEDED' } });
    expect(stores.refused).toBe(1);
  } finally {
    await plane.close();
    await real.close();
    await removeStores(dataDir);
  }
});

/** Where the first workflow finds its key taken, by one that is not there any more when it is looked for. */
function takenOnce(real: Stores): Stores & { refused: number } {
  const stores = {
    location: real.location,
    exclusive: real.exclusive,
    close: () => real.close(),
    refused: 0,
    async open(service: string, specs: Parameters<Stores['open']>[1]): Promise<Store> {
      const store = await real.open(service, specs);
      if (service !== 'onboarding') return store;
      return {
        ping: () => store.ping(),
        collection(spec) {
          const collection = store.collection(spec);
          if (spec.name !== 'workflows') return collection;
          const insert: typeof collection.insert = async (document) => {
            if (stores.refused > 0) return await collection.insert(document);
            stores.refused += 1;
            throw new KeyTaken(spec.name, String(document[spec.key]));
          };
          return { ...collectionAround(collection, direct), insert };
        },
      };
    },
  };
  return stores;
}
