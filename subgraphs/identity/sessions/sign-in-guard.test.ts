import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import type { Stores } from '#lib/store/port.ts';
import { openTestStores, removeStores } from '#test/support/stores.ts';
import { createInvitationSecrets } from '../people/invitation-secrets.ts';
import { type IdentityStore, openIdentityStore } from '../store.ts';
import { createSignInGuard, SIGN_IN_BUDGETS, type SignInGuard } from './sign-in-guard.ts';
import { createThrottle } from './throttle.ts';

const QUARTER = 15 * 60_000;
const DAY = 24 * 60 * 60_000;
const { pair, network, strangers } = SIGN_IN_BUDGETS;
const VICTIM = 'victim@example.com';
const HOME = '198.51.100.1';

let dataDir: string;
let stores: Stores;
let store: IdentityStore;
let clock: ManualClock;
/** Of two processes on one store. */
let guards: readonly [SignInGuard, SignInGuard];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'guard-'));
  stores = await openTestStores(dataDir);
  store = await openIdentityStore(stores);
  clock = new ManualClock('2026-03-10T12:00:00.000Z');
  const secretOf = createInvitationSecrets(async () => 'a key');
  const process = () => {
    const throttle = createThrottle({ throttles: store.throttles, clock, secretOf });
    return createSignInGuard({ throttle, known: store.knownNetworks, clock, secretOf });
  };
  guards = [process(), process()];
});
afterEach(async () => {
  await stores.close();
  await removeStores(dataDir);
});

let turn = 0;
const guard = () => guards[turn++ % 2] ?? guards[0];

/** How many of so many failed attempts were let through, one after the other. */
async function fail(times: number, email: (index: number) => string, address: (index: number) => string | null) {
  let through = 0;
  for (let index = 0; index < times; index++) {
    const attempt = await guard()
      .enter(email(index), address(index))
      .catch(() => undefined);
    if (attempt === undefined) continue;
    through += 1;
    await guard().failed(attempt);
  }
  return through;
}

async function succeed(email: string, address: string | null): Promise<void> {
  await guard().succeeded(await guard().enter(email, address));
}

const refusal = { code: 'RATE_LIMITED', details: { retryAfterSeconds: expect.any(Number) } };

it('guesses on an account from one network come to an end, and begin anew after a quarter of an hour', async () => {
  expect(
    await fail(
      pair.limit + 20,
      () => VICTIM,
      () => HOME,
    ),
  ).toBe(pair.limit);
  await expect(guard().enter(VICTIM, HOME)).rejects.toMatchObject(refusal);
  await expect(guard().enter(VICTIM.toUpperCase(), `::ffff:${HOME}`)).rejects.toMatchObject(refusal);
  await succeed('another@example.com', HOME);
  await succeed(VICTIM, '198.51.100.2');
  clock.advance(QUARTER);
  await succeed(VICTIM, HOME);
});

it('whatever others do, an account stays open to where somebody has signed in to it before', async () => {
  await succeed(VICTIM, HOME);
  const through = await fail(
    strangers.limit + 20,
    () => VICTIM,
    (index) => `10.${index}.0.1`,
  );
  expect(through).toBe(strangers.limit);
  await expect(guard().enter(VICTIM, '203.0.113.1'), 'where nobody is known').rejects.toMatchObject(refusal);
  for (let again = 0; again < 5; again++) await succeed(VICTIM, HOME);
  clock.advance(QUARTER);
  await succeed(VICTIM, '203.0.113.1');
});

it('a network from which many accounts are tried is stopped, also with a new address of the same /64', async () => {
  const through = await fail(
    network.limit + 10,
    (index) => `nobody${index % 20}@example.com`,
    (index) => `2001:db8::${index.toString(16)}`,
  );
  expect(through).toBe(network.limit);
  await expect(guard().enter(VICTIM, '2001:db8::ffff:1')).rejects.toMatchObject(refusal);
  await succeed(VICTIM, '2001:db8:0:1::1');
});

it('an attempt that is refused uses nothing up of what is left to others', async () => {
  await fail(
    pair.limit + 200,
    () => VICTIM,
    () => HOME,
  );
  expect(
    await fail(
      strangers.limit,
      () => VICTIM,
      (index) => `10.${index}.0.1`,
    ),
  ).toBe(strangers.limit - pair.limit);
});

it('attempts that succeed use nothing up, however many there are at once', async () => {
  const attempts = await Promise.all(Array.from({ length: 400 }, () => guard().enter(VICTIM, HOME)));
  await Promise.all(attempts.map((attempt) => guard().succeeded(attempt)));
  await succeed(VICTIM, HOME);
});

it('attempts that came at once are asked again when their turn comes', async () => {
  const attempts = await Promise.all(Array.from({ length: 200 }, () => guard().enter(VICTIM, HOME)));
  let through = 0;
  for (const attempt of attempts) {
    const admitted = await guard()
      .check(attempt)
      .then(
        () => true,
        () => false,
      );
    if (!admitted) continue;
    through += 1;
    await guard().failed(attempt);
  }
  expect(through).toBe(pair.limit);
});

it('where the client’s address is not known the account has its budget all the same', async () => {
  expect(
    await fail(
      pair.limit + 10,
      () => VICTIM,
      () => null,
    ),
  ).toBe(pair.limit);
  await succeed(VICTIM, HOME);
});

it('twenty networks are remembered, the latest, for ninety days from when they were used', async () => {
  const addresses = Array.from({ length: 25 }, (_, index) => `198.51.100.${index}`);
  for (const address of addresses) await succeed(VICTIM, address);
  await succeed(VICTIM, addresses[5] ?? '');
  await fail(
    strangers.limit,
    () => VICTIM,
    (index) => `10.${index}.0.1`,
  );
  const open = await Promise.all(
    addresses.map((address) =>
      guard()
        .enter(VICTIM, address)
        .then(
          () => true,
          () => false,
        ),
    ),
  );
  expect(open.flatMap((isOpen, index) => (isOpen ? [index] : []))).toEqual(Array.from({ length: 20 }, (_, i) => i + 5));
  clock.advance(91 * DAY);
  await fail(
    strangers.limit,
    () => VICTIM,
    (index) => `10.${index}.0.1`,
  );
  await expect(guard().enter(VICTIM, addresses[24] ?? '')).rejects.toMatchObject(refusal);
});

it('what is counted and remembered says neither whom nor where', async () => {
  await fail(
    1,
    () => VICTIM,
    () => HOME,
  );
  await succeed(VICTIM, HOME);
  const all = await Promise.all(
    [store.throttles, store.knownNetworks].map(async (collection) => {
      return (await collection.page({ index: 'expiry', limit: 100 })).items;
    }),
  );
  expect(all.map((items) => items.length)).toEqual([3, 1]);
  for (const secret of [VICTIM, 'example.com', HOME]) expect(JSON.stringify(all)).not.toContain(secret);
});
