import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestStores, removeStores } from '#test/support/stores.ts';
import { ANONYMOUS, type Principal } from './auth/principal.ts';
import { ManualClock } from './clock.ts';
import { conflict, unavailable } from './errors.ts';
import { deleteExpiredClaims, IDEMPOTENCY_CLAIMS, type IdempotencyClaim, idempotent } from './idempotency.ts';
import type { Collection, Stores } from './store/port.ts';

let dataDir: string;
let stores: Stores;
let claims: Collection<IdempotencyClaim>;
let clock: ManualClock;
let made: string[];
let nextId = 0;

const CALLER: Principal = { ...ANONYMOUS, kind: 'client', id: 'cli_1' };

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'idempotency-'));
  stores = await openTestStores(dataDir);
  claims = (await stores.open('test', [IDEMPOTENCY_CLAIMS])).collection(IDEMPOTENCY_CLAIMS);
  clock = new ManualClock('2026-03-10T12:00:00.000Z');
  made = [];
});
afterEach(async () => {
  await stores.close();
  await removeStores(dataDir);
});

interface Attempt {
  readonly id: string;
  readonly finished: boolean;
}

/** Makes a thing once per id, as every caller of `idempotent` does. */
const make = async ({ id, finished }: Attempt) => {
  if (!made.includes(id)) made.push(id);
  return { id, finished };
};

function request(
  over: { key?: string | null; input?: object; principal?: Principal; operation?: string } = {},
  run = make,
) {
  return idempotent({
    claims,
    clock,
    principal: CALLER,
    operation: 'makeThing',
    key: 'key-1',
    input: { name: 'a', tags: ['x', { y: 1, z: null }] },
    newId: () => `id_${++nextId}`,
    run,
    ...over,
  });
}

it('the same key with the same input answers the first result, whatever the order of its fields', async () => {
  const first = await request();
  expect(first.finished).toBe(false);
  const input = { tags: ['x', { z: null, y: 1 }], idempotencyKey: 'key-1', tenantId: null, name: 'a' };
  expect(await request({ input })).toEqual({ id: first.id, finished: true });
  expect(made).toEqual([first.id]);
});

it('the same key with another input is a conflict', async () => {
  await request();
  const conflicting = { code: 'IDEMPOTENCY_CONFLICT' };
  await expect(request({ input: { name: 'a', tags: [{ y: 1 }, 'x'] } })).rejects.toMatchObject(conflicting);
  await expect(request({ input: { name: 'b', tags: ['x', { y: 1 }] } })).rejects.toMatchObject(conflicting);
  expect(made).toHaveLength(1);
});

it('a key is its caller’s and its operation’s own, and without a key nothing is remembered', async () => {
  await request();
  await request({ principal: { ...CALLER, id: 'cli_2' }, input: { name: 'b' } });
  await request({ operation: 'makeOther', input: { name: 'c' } });
  await request({ key: null });
  await request({ key: null });
  expect(new Set(made).size).toBe(5);
});

it('requests at once make one thing', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => request()));
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  expect(made).toHaveLength(1);
});

it('a request that died before or after it made the thing is finished under the same id', async () => {
  const ids: string[] = [];
  const die = async ({ id }: Attempt): Promise<never> => {
    ids.push(id);
    throw new Error('the process died');
  };
  await expect(request({}, die)).rejects.toThrow('died');
  await expect(request({}, die)).rejects.toThrow('died');
  const answer = await request();
  expect(answer).toEqual({ id: ids[0], finished: false });
  expect(ids[1]).toBe(ids[0]);
});

it('a refusal gives the key back, an outage keeps it', async () => {
  await expect(request({}, () => Promise.reject(conflict('taken')))).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await request({ input: { name: 'mended' } })).toMatchObject({ finished: false });
  const other = { key: 'key-2' };
  await expect(request(other, () => Promise.reject(unavailable('down')))).rejects.toMatchObject({
    code: 'UNAVAILABLE',
  });
  await expect(request({ ...other, input: {} })).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
});

it('a refusal does not give back a key under which another request makes the thing', async () => {
  let joined: Promise<Attempt> | undefined;
  const first = request({}, async () => {
    joined = request();
    await joined;
    throw conflict('refused late');
  });
  await expect(first).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await request()).toEqual({ id: (await joined)?.id, finished: true });
});

it('a refusal does not give back a key under which an earlier request makes the thing', async () => {
  const slow = Promise.withResolvers<void>();
  const making = request({}, async (attempt) => {
    await slow.promise;
    return await make(attempt);
  });
  await expect(
    request({}, async () => {
      throw conflict('taken');
    }),
  ).rejects.toMatchObject({ code: 'CONFLICT' });
  slow.resolve();
  const { id } = await making;
  expect(await request()).toEqual({ id, finished: true });
  expect(made).toEqual([id]);
});

it('a refusal to all requests that were made at once gives the key back, in whatever order they are refused', async () => {
  const slow = Promise.withResolvers<void>();
  const refused = [slow.promise, Promise.resolve(), slow.promise].map((until) =>
    request({}, async () => {
      await until;
      throw conflict('taken');
    }).catch(() => slow.resolve()),
  );
  await Promise.all(refused);
  expect(await claims.count({ index: 'expiry' })).toBe(0);
});

it('a refusal that comes late does not give back a key under which it was begun anew', async () => {
  let anew: Promise<Attempt> | undefined;
  const late = request({}, async () => {
    const joined = request({}, () => Promise.reject(conflict('refused at once')));
    await expect(joined).rejects.toMatchObject({ code: 'CONFLICT' });
    const [begun, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    anew = request({}, async (attempt) => {
      begun.resolve();
      await ended.promise;
      return await make(attempt);
    });
    await begun.promise;
    setImmediate(ended.resolve);
    throw conflict('refused late');
  });
  await expect(late).rejects.toMatchObject({ code: 'CONFLICT' });
  const made = await anew;
  expect(await request()).toEqual({ id: made?.id, finished: true });
});

it('a key is remembered for 24 hours at least, and not for ever', async () => {
  const { id } = await request();
  clock.advance(24 * 3_600_000);
  await deleteExpiredClaims(claims, clock);
  expect((await request()).id).toBe(id);
  clock.advance(25 * 3_600_000);
  const next = await request({ input: { name: 'another' } });
  expect(next.id).not.toBe(id);
  clock.advance(49 * 3_600_000);
  await deleteExpiredClaims(claims, clock);
  expect(await claims.count({ index: 'expiry' })).toBe(0);
});

it.each(['', 'x'.repeat(256)])('a key outside 1 to 255 characters is refused', async (key) => {
  await expect(request({ key })).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    details: { field: 'input.idempotencyKey' },
  });
});
