import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { readConfig } from '#lib/config.ts';
import type { Services } from '#lib/graphql/services.ts';
import { createIds } from '#lib/ids.ts';
import { createLog } from '#lib/log.ts';
import type { Stores } from '#lib/store/port.ts';
import { openTestStores, removeStores } from '#test/support/stores.ts';
import { createService } from './service.ts';
import { type IdentityStore, openIdentityStore } from './store.ts';

let dataDir: string;
let stores: Stores;
let store: IdentityStore;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'bootstrap-'));
  stores = await openTestStores(dataDir);
  store = await openIdentityStore(stores);
});
afterEach(async () => {
  await stores.close();
  await removeStores(dataDir);
});

const services: Services = { call: () => Promise.reject(new Error('nobody is asked at the start')) };

function processOf(environment: Record<string, string> = {}) {
  const clock = new ManualClock('2026-03-10T12:00:00.000Z');
  const log = createLog('silent');
  return createService({
    config: readConfig(environment),
    store,
    clock,
    ids: createIds(clock),
    services,
    log,
    mailer: { delivers: false, send: async () => undefined },
    exclusive: true,
  });
}

it('processes that start at once make one administrator and one key, and one of them tells the password', async () => {
  const processes = ['first@example.com', 'second@example.com', 'third@example.com'].map((ADMIN_EMAIL) =>
    processOf({ ADMIN_EMAIL }),
  );
  const notices = await Promise.all(processes.map((process) => process.bootstrap()));
  expect(notices.flat()).toHaveLength(1);
  expect(await store.administrators.count({ index: 'id' })).toBe(1);
  const keys = await Promise.all(processes.map((process) => process.signingKeys.publicKeys()));
  expect(keys[0]).toHaveLength(1);
  expect(keys[1]).toEqual(keys[0]);
  expect(keys[2]).toEqual(keys[0]);
});

it('a start that died after its claim is finished by the next', async () => {
  await store.bootstrap.insert({ name: 'first-administrator', holder: 'claimed@example.com' });
  expect(await processOf({ ADMIN_EMAIL: 'claimed@example.com' }).bootstrap()).toHaveLength(1);
  expect(await store.administrators.get('claimed@example.com')).toBeDefined();
  expect(await processOf().bootstrap()).toEqual([]);
});

it('a configured password is not told', async () => {
  expect(await processOf({ ADMIN_PASSWORD: 'correct horse battery' }).bootstrap()).toEqual([]);
  expect(await store.administrators.get('admin@example.com')).toMatchObject({ email: 'admin@example.com' });
});
