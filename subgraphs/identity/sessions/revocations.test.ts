import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import type { Stores } from '#lib/store/port.ts';
import { openTestStores, removeStores } from '#test/support/stores.ts';
import { openIdentityStore } from '../store.ts';
import { createRevocations, type Revocations } from './revocations.ts';

const USER = { kind: 'user', subject: 'usr_1' } as const;

let dataDir: string;
let stores: Stores;
let clock: ManualClock;
let revocations: Revocations;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'revocations-'));
  stores = await openTestStores(dataDir);
  clock = new ManualClock('2026-03-10T12:00:00.000Z');
  revocations = createRevocations({ store: await openIdentityStore(stores), clock });
});
afterEach(async () => {
  await stores.close();
  await removeStores(dataDir);
});

async function revoke(commandId: string): Promise<number> {
  return Date.parse(await revocations.revoke(USER, commandId));
}

it('a revocation reaches every token begun before it and none begun after it, though the clock stands still', async () => {
  for (const round of [1, 2, 3, 4, 5]) {
    const before = revocations.begin();
    const at = await revoke(`w/${round}`);
    const after = revocations.begin();
    expect(at).toBeGreaterThanOrEqual(before);
    expect(after).toBeGreaterThan(at);
    expect(await revocations.revokedSince(before, [USER])).toBe(true);
    expect(await revocations.revokedSince(after, [USER])).toBe(false);
  }
});

it('also when the clock steps back', async () => {
  const before = revocations.begin();
  clock.advance(-5_000);
  revocations.begin();
  const at = await revoke('w/1');
  expect(at).toBeGreaterThanOrEqual(before);
  expect(revocations.begin()).toBeGreaterThan(at);
});

it('a revocation of one subject orders the tokens of another that shares them', async () => {
  await revoke('w/1');
  const begun = revocations.begin();
  const tenant = { kind: 'tenant', subject: 'ten_1' } as const;
  await revocations.revoke(tenant, 'w/2');
  expect(await revocations.revokedSince(begun, [USER, tenant])).toBe(true);
});

it('a repeated command answers its first instant, another command a later one', async () => {
  const first = await revoke('w/1');
  clock.advance(1_000);
  expect(await revoke('w/1')).toBe(first);
  expect(await revoke('w/2')).toBe(first + 1_000);
});

it('commands at once leave the latest instant standing', async () => {
  const instants = await Promise.all(
    Array.from({ length: 10 }, (_, index) => {
      clock.advance(1);
      return revoke(`w/${index}`);
    }),
  );
  expect(await revocations.revokedSince(Math.max(...instants), [USER])).toBe(true);
  expect(await revocations.revokedSince(Math.max(...instants) + 1, [USER])).toBe(false);
});
