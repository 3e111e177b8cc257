import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { readConfig } from '#lib/config.ts';
import { createIds } from '#lib/ids.ts';
import { createLog } from '#lib/log.ts';
import type { Stores } from '#lib/store/port.ts';
import { openTestStores, removeStores } from '#test/support/stores.ts';
import { createService, type Service } from '../service.ts';
import { type IdentityStore, openIdentityStore } from '../store.ts';

const CALLER = { requestId: 'req_test', clientAddress: null };
const CREDENTIALS = { email: 'admin@example.com', password: 'correct horse battery' };

let dataDir: string;
let stores: Stores;
let store: IdentityStore;
let service: Service;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'session-end-'));
  stores = await openTestStores(dataDir);
  store = await openIdentityStore(stores);
  const clock = new ManualClock('2026-03-10T12:00:00.000Z');
  const services = { call: () => Promise.reject(new Error('an administrator is known here')) };
  const config = readConfig({ ADMIN_PASSWORD: CREDENTIALS.password });
  service = createService({
    config,
    store,
    clock,
    ids: createIds(clock),
    services,
    log: createLog('silent'),
    mailer: { delivers: false, send: async () => undefined },
    exclusive: true,
  });
  await service.bootstrap();
});
afterEach(async () => {
  await stores.close();
  await removeStores(dataDir);
});

/** Does something between the revocation of a session's tokens and the session's deletion, once. */
function beforeDeletion(work: () => Promise<void>): void {
  const { sessions } = store;
  const remove = sessions.delete.bind(sessions);
  sessions.delete = async (key, guard) => {
    sessions.delete = remove;
    await work();
    return await remove(key, guard);
  };
}

const signIn = () => service.sessions.signIn(CREDENTIALS, CALLER);
const refresh = (refreshToken: string) => service.sessions.refresh(refreshToken, CALLER);

/** Whether what is published refuses the token by its session. */
async function isRefused(accessToken: string): Promise<boolean> {
  const { sid, iat_ms: issued } = decodeJwt<{ sid: string; iat_ms: number }>(accessToken);
  const { revocations } = await service.verification();
  const until = revocations.find(({ kind, subject }) => kind === 'session' && subject === sid)?.at;
  return until !== undefined && Date.parse(until) >= issued;
}

describe.each([
  ['signing out', (refreshToken: string) => service.sessions.signOut(refreshToken)],
  ['a used refresh token', async (_: string, used: string) => refresh(used).catch(() => true)],
])('a session that is ended by %s', (_, end) => {
  it('answers no token that begins after the revocation, and leaves none that began before', async () => {
    const first = await signIn();
    const second = await refresh(first.refreshToken);
    let tries = 0;
    beforeDeletion(async () => {
      tries++;
      await expect(refresh(second.refreshToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    });
    await end(second.refreshToken, first.refreshToken);
    expect(tries).toBe(1);
    expect(await Promise.all([first, second].map(({ accessToken }) => isRefused(accessToken)))).toEqual([true, true]);
    expect(await isRefused((await signIn()).accessToken)).toBe(false);
  });

  it('is ended whole by the same again when the process died before the session was deleted', async () => {
    const first = await signIn();
    const second = await refresh(first.refreshToken);
    beforeDeletion(() => Promise.reject(new Error('killed')));
    await Promise.resolve(end(second.refreshToken, first.refreshToken)).catch(() => undefined);
    expect(await store.sessions.count({ index: 'expiry' })).toBe(1);
    expect(await service.sessions.signOut(second.refreshToken)).toBe(true);
    expect(await store.sessions.count({ index: 'expiry' })).toBe(0);
    expect(await isRefused(second.accessToken)).toBe(true);
  });
});
