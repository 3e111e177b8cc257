import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { ConfigError } from '#lib/config.ts';
import { createSealer } from '#lib/sealing.ts';
import type { Stores } from '#lib/store/port.ts';
import { openTestStores, removeStores, storedTexts } from '#test/support/stores.ts';
import { type IdentityStore, openIdentityStore } from '../store.ts';
import { accessTokenClaims, createSigningKeys } from './signing-keys.ts';
import { createStoreKeys } from './store-key.ts';

const [FIRST, SECOND] = [randomBytes(32), randomBytes(32)] as const;
const OVERLAP = 16 * 60 * 1000;

let dataDir: string;
let stores: Stores;
let store: IdentityStore;
let clock: ManualClock;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'keys-'));
  clock = new ManualClock('2026-03-10T12:00:00.000Z');
  await open();
});
afterEach(async () => {
  await stores.close();
  await removeStores(dataDir);
});

async function open(): Promise<void> {
  stores = await openTestStores(dataDir);
  store = await openIdentityStore(stores);
}

/** The keys as a process sees them that was started with these. */
function processOf(secretKey?: Uint8Array, ...previousSecretKeys: Uint8Array[]) {
  const sealer = createSealer({ secretKey, previousSecretKeys });
  const storeKeys = createStoreKeys(store, sealer);
  const secret = storeKeys.key('invitation-key');
  const keys = createSigningKeys({ store, clock, sealer });
  return { ...keys, secret, start: () => Promise.all([keys.ensure(), storeKeys.ensure()]) };
}

const claims = accessTokenClaims({ issuer: 'https://plane.example', audience: 'x' }, 0, {
  sub: 'usr_1',
  roles: [],
  scope: '',
});
const kidOf = async (keys: { sign: ReturnType<typeof processOf>['sign'] }) =>
  decodeProtectedHeader(await keys.sign(claims)).kid;
const kids = async (keys: { publicKeys: ReturnType<typeof processOf>['publicKeys'] }) =>
  (await keys.publicKeys()).map(({ kid }) => kid);

it('a rotation takes effect at once in every process, and the old key verifies until its last token has expired', async () => {
  const [here, there] = [processOf(), processOf()];
  await here.start();
  await there.start();
  const first = await kidOf(there);
  const second = await here.rotate('spring cleaning');
  expect([await kidOf(here), await kidOf(there)]).toEqual([second, second]);
  expect(await kids(there)).toEqual([second, first]);
  clock.advance(OVERLAP - 1);
  expect(await kids(there)).toEqual([second, first]);
  clock.advance(1);
  expect(await kids(there)).toEqual([second]);
  expect((await here.privateKeys()).map(({ kid }) => kid)).toEqual([second]);
  await there.sweep();
  expect((await store.keyrings.get('access-tokens'))?.keys).toMatchObject([{ reason: 'spring cleaning' }]);
});

it('rotations at once all happen, and one key signs', async () => {
  const keys = processOf();
  await keys.start();
  const made = await Promise.all(Array.from({ length: 10 }, () => processOf().rotate(null)));
  expect(new Set(made).size).toBe(10);
  expect(await kids(keys)).toHaveLength(11);
  expect(made).toContain(await kidOf(keys));
  const signing = (await store.keyrings.get('access-tokens'))?.keys.filter((key) => key.verifiesUntil == null);
  expect(signing).toHaveLength(1);
});

it('a hundred keys are enough: verifiers read them all every second', async () => {
  const keys = processOf();
  await keys.start();
  for (let count = 1; count < 100; count++) await keys.rotate(null);
  await expect(keys.rotate(null)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  clock.advance(OVERLAP);
  await keys.rotate(null);
});

it('with a SECRET_KEY no private key and no derived secret is readable on the disk', async () => {
  const keys = processOf(FIRST);
  await keys.start();
  const kid = await keys.rotate(null);
  const secrets = [...(await keys.privateKeys()).map(({ d }) => d), await keys.secret()];
  expect(secrets).toHaveLength(3);
  await stores.close();
  const stored = (await storedTexts(dataDir)).join();
  expect(stored).toContain(kid);
  for (const secret of secrets) expect(stored).not.toContain(secret);
  await open();
});

it('what is in clear is sealed at the next start with a SECRET_KEY, and goes on signing', async () => {
  const before = processOf();
  await before.start();
  const [kid, secret] = [await kidOf(before), await before.secret()];
  const after = processOf(FIRST);
  await after.start();
  expect([await kidOf(after), await after.secret()]).toEqual([kid, secret]);
  const stored = JSON.stringify([
    await store.keyrings.get('access-tokens'),
    await store.bootstrap.get('invitation-key'),
  ]);
  for (const { d } of await before.privateKeys()) expect(stored).not.toContain(d);
  expect(stored).not.toContain(secret);
  expect(await kidOf(before), 'a process that was started before goes on').toBe(kid);
});

it('SECRET_KEY is changed by naming the former one, which is of no use afterwards', async () => {
  const before = processOf(FIRST);
  await before.start();
  const kid = await kidOf(before);
  const during = processOf(SECOND, FIRST);
  await during.start();
  const after = processOf(SECOND);
  await after.start();
  expect([await kidOf(during), await kidOf(after)]).toEqual([kid, kid]);
  await expect(processOf(FIRST).start()).rejects.toThrow(ConfigError);
});

it.each([
  ['no', undefined, /^SECRET_KEY is missing/],
  ['another', SECOND, /^SECRET_KEY is not the key/],
])('a start with %s SECRET_KEY is refused in one line, and changes nothing', async (_case, secretKey, line) => {
  await processOf(FIRST).start();
  const stored = await store.keyrings.get('access-tokens');
  const error = await processOf(secretKey)
    .start()
    .catch((thrown: unknown) => thrown);
  expect((error as ConfigError).faults).toEqual([expect.stringMatching(line)]);
  expect(await store.keyrings.get('access-tokens')).toEqual(stored);
});
