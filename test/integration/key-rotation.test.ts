import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ANONYMOUS, servicePrincipal } from '#lib/auth/principal.ts';
import { createTokenVerifier, type VerificationState } from '#lib/auth/verifier.ts';
import { ManualClock } from '#lib/clock.ts';
import type { Stores } from '#lib/store/port.ts';
import { errorOf, makeUser, PASSWORD, refresh, signIn } from '#test/support/identity.ts';
import { ADMINISTRATOR, openTestPlane, type TestPlane, tenantUser } from '#test/support/plane.ts';
import { openTestStores, removeStores } from '#test/support/stores.ts';

const ROTATIONS = 20;
const ROTATE = 'mutation ($input: RotateSigningKeyInput!) { rotateSigningKey(input: $input) { keyId } }';

let dataDir: string;
let stores: Stores;
let clock: ManualClock;
let here: TestPlane;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rotation-'));
  clock = new ManualClock('2026-03-10T12:00:00.000Z');
  stores = await openTestStores(dataDir);
  here = await openTestPlane({ dataDir, shared: { stores, clock } });
});
afterAll(async () => {
  await here.close();
  await stores.close();
  await removeStores(dataDir);
});

async function rotate(): Promise<string> {
  const { rotateSigningKey } = await here.data('identity', ADMINISTRATOR, ROTATE, { input: { reason: 'a test' } });
  return (rotateSigningKey as { keyId: string }).keyId;
}

/** A verifier of another process: a question takes it some milliseconds there and some back. */
function remoteVerifier(latency: number) {
  return createTokenVerifier({
    issuer: 'http://127.0.0.1:4000',
    audience: 'http://127.0.0.1:4000/graphql',
    clock,
    async refresh() {
      await delay(latency);
      const source = '{ verification { keys revocations { kind subject at } restrictedTenants serviceKeys } }';
      const { verification } = await here.data('identity', servicePrincipal('gateway'), source);
      await delay(latency);
      return verification as VerificationState;
    },
  });
}

it('no request fails while the key is rotated 20 times, however verifiers lag behind', async () => {
  const users = await Promise.all(Array.from({ length: 4 }, () => makeUser(here)));
  const sessions = await Promise.all(users.map(({ email }) => signIn(here, email, PASSWORD)));
  const verifiers = [0, 5, 20, 60].map(remoteVerifier);
  await Promise.all(verifiers.map((verifier) => verifier.start()));
  const failures: unknown[] = [];
  const verifiedKids = new Set<string | undefined>();
  let [stopped, verified] = [false, 0];
  const first = sessions[0]?.accessToken ?? '';

  const callers = sessions.map(async ({ refreshToken }, index) => {
    for (let token = refreshToken; !stopped; ) {
      const next = await refresh(here, token);
      token = next.refreshToken;
      const results = await Promise.allSettled(
        verifiers.flatMap((verifier) => [verifier.verify(next.accessToken), verifier.verify(first)]),
      );
      verified += results.length;
      verifiedKids.add(decodeProtectedHeader(next.accessToken).kid);
      failures.push(...results.filter(({ status }) => status === 'rejected'));
      await delay(index);
    }
  });
  const rotated = new Set<string>();
  for (let count = 0; count < ROTATIONS; count++) {
    const kid = await rotate();
    rotated.add(kid);
    await expect.poll(() => verifiedKids.has(kid), { interval: 10, timeout: 5_000 }).toBe(true);
  }
  stopped = true;
  await Promise.all(callers);
  for (const verifier of verifiers) verifier.stop();

  expect(failures).toEqual([]);
  expect(rotated.size).toBe(ROTATIONS);
  expect(verified).toBeGreaterThan(200);
});

it('a token of a key that was rotated out is refused when its time is over', async () => {
  const { email } = await makeUser(here);
  const { accessToken } = await signIn(here, email, PASSWORD);
  await rotate();
  const verifier = remoteVerifier(0);
  await verifier.refresh();
  await expect(verifier.verify(accessToken)).resolves.toBeDefined();
  clock.advance(16 * 60 * 1000);
  await verifier.refresh();
  await expect(verifier.verify(accessToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

it('only platform:write rotates, and a reason has 500 characters at most', async () => {
  const { tenantId } = await makeUser(here);
  expect(await errorOf(here.execute('identity', ANONYMOUS, ROTATE, { input: {} }))).toMatchObject({
    code: 'UNAUTHENTICATED',
  });
  expect(await errorOf(here.execute('identity', tenantUser(tenantId), ROTATE, { input: {} }))).toMatchObject({
    code: 'FORBIDDEN',
  });
  const long = { input: { reason: 'x'.repeat(501) } };
  expect(await errorOf(here.execute('identity', ADMINISTRATOR, ROTATE, long))).toMatchObject({
    code: 'BAD_USER_INPUT',
    field: 'input.reason',
  });
});
