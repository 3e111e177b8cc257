import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import type { Stores } from '#lib/store/port.ts';
import { openIdentityStore } from '#subgraphs/identity/store.ts';
import {
  accept,
  errorOf,
  invite,
  makeTenant,
  makeUser,
  PASSWORD,
  refresh,
  signIn,
  verifierOf,
} from '#test/support/identity.ts';
import { type MailServer, startMailServer, startSilentServer } from '#test/support/mail-server.ts';
import { shareStores } from '#test/support/mortal-stores.ts';
import { isGood, requestReset, resetPassword, tokenIn } from '#test/support/people.ts';
import { ADMINISTRATOR, ONBOARDING, openTestPlane, type TestPlane } from '#test/support/plane.ts';
import { openTestStores, removeStores, storedTexts } from '#test/support/stores.ts';
import { whileTimePasses } from '#test/support/ticking.ts';

const NEW = 'a password that is new';
const REFUSED = { code: 'UNAUTHENTICATED' };
const ACCEPTED = { data: { requestPasswordReset: { accepted: true } } };

let mail: MailServer;
let stores: Stores;
let shared: ReturnType<typeof shareStores>;
let dataDir: string;
let test: TestPlane;

beforeAll(async () => {
  mail = await startMailServer();
  dataDir = await mkdtemp(join(tmpdir(), 'reset-'));
  stores = await openTestStores(dataDir);
  shared = shareStores(stores);
  const clock = new ManualClock('2026-03-10T12:00:00.000Z');
  const env = { SMTP_URL: mail.url, MAIL_FROM: 'plane@example.com' };
  test = await openTestPlane({ dataDir, env, shared: { stores: shared.process(), clock } });
});
afterAll(async () => {
  await test.close();
  await mail.close();
  await stores.close();
  await removeStores(dataDir);
});
afterEach(() => test.clock.advance(60 * 60_000)); // with it all budgets are whole again

const messagesTo = (email: string) => mail.received.filter(({ to }) => to.includes(email));

/** The token of the last message to an address, when there are so many. */
async function tokenOf(email: string, messages = 1): Promise<string> {
  await expect.poll(() => messagesTo(email).length, { timeout: 5_000 }).toBe(messages);
  return tokenIn(messagesTo(email).at(-1)?.raw ?? '');
}

/** Waits until no message is under way. */
async function atRest(): Promise<void> {
  const { outbox } = await openIdentityStore(shared.process());
  await expect.poll(() => outbox.count({ index: 'ended', prefix: ['RUNNING'] }), { timeout: 5_000 }).toBe(0);
}

/** A user who has no invitation in its mailbox that would be counted. */
async function mailedUser() {
  const user = await makeUser(test);
  await atRest();
  return { ...user, before: messagesTo(user.email).length };
}

describe('resetPassword', () => {
  it('sets the password by the secret of the message, once, and ends all sessions', async () => {
    const { email, before } = await mailedUser();
    const tokens = await signIn(test, email, PASSWORD);
    expect(await requestReset(test, email)).toEqual(ACCEPTED);
    const token = await tokenOf(email, before + 1);
    expect(await resetPassword(test, token, NEW)).toEqual({ data: { resetPassword: { reset: true } } });
    expect(await errorOf(refresh.raw(test, tokens.refreshToken))).toMatchObject(REFUSED);
    expect(await isGood(await verifierOf(test), tokens.accessToken)).toBe(false);
    expect(await errorOf(signIn.raw(test, email, PASSWORD))).toMatchObject(REFUSED);
    expect(await signIn(test, email, NEW)).toBeDefined();
    expect(await errorOf(resetPassword(test, token, 'yet another password'))).toMatchObject(REFUSED);
    expect(await signIn(test, email, NEW)).toBeDefined();
  });

  it('the secret is good for an hour, and the last one counts', async () => {
    const { email, before } = await mailedUser();
    await requestReset(test, email);
    const first = await tokenOf(email, before + 1);
    await requestReset(test, email);
    const second = await tokenOf(email, before + 2);
    expect(await errorOf(resetPassword(test, first, NEW))).toMatchObject(REFUSED);
    test.clock.advance(60 * 60_000);
    expect(await errorOf(resetPassword(test, second, NEW))).toMatchObject(REFUSED);
    expect(await signIn(test, email, PASSWORD)).toBeDefined();
  });

  it('presented by many at once it sets one password', async () => {
    const { email, before } = await mailedUser();
    await requestReset(test, email);
    const token = await tokenOf(email, before + 1);
    const passwords = Array.from({ length: 6 }, (_, index) => `the new password no. ${index}`);
    const answers = await Promise.all(passwords.map((password) => resetPassword(test, token, password)));
    const told = passwords.filter((_, index) => answers[index]?.errors === undefined);
    expect(told).toHaveLength(1);
    expect(await signIn(test, email, told[0] ?? '')).toBeDefined();
  });

  it('made-up secrets, and those of another, open nothing', async () => {
    const [{ email, userId, before }, other] = [await mailedUser(), await mailedUser()];
    await requestReset(test, email);
    const token = await tokenOf(email, before + 1);
    const secret = token.split('.')[1];
    for (const bad of [
      '',
      'x',
      `${userId}.`,
      `${userId}.${'A'.repeat(43)}`,
      `${other.userId}.${secret}`,
      `${token}.x`,
    ]) {
      expect(await errorOf(resetPassword(test, bad, NEW))).toMatchObject(REFUSED);
    }
    expect(await errorOf(accept.raw(test, token, NEW)), 'it is no invitation').toMatchObject(REFUSED);
    expect(await errorOf(resetPassword(test, token, 'short'))).toMatchObject({ field: 'input.password' });
    expect((await resetPassword(test, token, NEW)).errors).toBeUndefined();
  });

  it('is of no use to a user who was disabled meanwhile', async () => {
    const { email, tenantId, before } = await mailedUser();
    await makeUser(test, tenantId, 'TENANT_ADMIN');
    await requestReset(test, email);
    const token = await tokenOf(email, before + 1);
    await setDisabled(email, true);
    expect(await errorOf(resetPassword(test, token, NEW))).toMatchObject(REFUSED);
    await setDisabled(email, false);
    expect((await resetPassword(test, token, NEW)).errors).toBeUndefined();
  });
});

describe('requestPasswordReset', () => {
  it('answers everybody the same, and writes only to users who are active', async () => {
    const [invited, disabled, suspended] = [await invite(test), await makeUser(test), await makeUser(test)];
    await makeUser(test, disabled.tenantId, 'TENANT_ADMIN');
    await setDisabled(disabled.email, true);
    const suspend = `mutation { suspendTenant(input: { tenantId: "${suspended.tenantId}", reason: "x" }) { tenant { status } } }`;
    await test.data('tenant', ADMINISTRATOR, suspend);
    await atRest();
    const before = mail.received.length;
    for (const email of [invited.email, disabled.email, suspended.email, 'nobody@example.com', 'admin@example.com']) {
      expect(await requestReset(test, email)).toEqual(ACCEPTED);
    }
    await atRest();
    expect(mail.received.length).toBe(before);
  });

  it('goes to the address as it is known, not as it was asked for', async () => {
    const { email, before } = await mailedUser();
    // The Kelvin sign's small letter is a plain k: two addresses that count as one need not be one mailbox.
    await requestReset(test, email.toUpperCase());
    await tokenOf(email, before + 1);
  });

  it('an address gets five messages in an hour, and nobody is told that more were asked for', async () => {
    const { email, before } = await mailedUser();
    for (let count = 0; count < 8; count++) {
      expect(await requestReset(test, email, { clientAddress: `10.0.0.${count}` })).toEqual(ACCEPTED);
    }
    await atRest();
    expect(messagesTo(email)).toHaveLength(before + 5);
  });

  it('a network that asks for many is told to wait, whoever it asks for', async () => {
    const from = { clientAddress: '192.0.2.7' };
    for (let count = 0; count < 30; count++) await requestReset(test, `nobody${count}@example.com`, from);
    expect(await errorOf(requestReset(test, 'another@example.com', from))).toMatchObject({ code: 'RATE_LIMITED' });
    expect(await requestReset(test, 'another@example.com', { clientAddress: '192.0.2.8' })).toEqual(ACCEPTED);
  });

  it('the secret is nowhere on the disk', async () => {
    const { email, before } = await mailedUser();
    await requestReset(test, email);
    const secret = (await tokenOf(email, before + 1)).split('.')[1] ?? '';
    await atRest();
    const stored = (await storedTexts(dataDir)).join();
    expect(secret).toHaveLength(43);
    expect(stored).toContain(email);
    expect(stored).not.toContain(secret);
  });
});

describe('the mail server', () => {
  it('one that hangs or refuses holds up nobody, and the message comes when there is one again', async () => {
    const silent = await startSilentServer();
    const refusing = await startMailServer({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error('later'), { responseCode: 451 })),
    });
    for (const { url, close } of [silent, refusing]) {
      const { email, before } = await mailedUser();
      const hampered = await openTestPlane({
        dataDir,
        env: { SMTP_URL: url, MAIL_FROM: 'plane@example.com' },
        shared: { stores: shared.process(), clock: test.clock },
      });
      const begun = performance.now();
      expect(await requestReset(hampered, email)).toEqual(ACCEPTED);
      expect(performance.now() - begun).toBeLessThan(1_000);
      await hampered.close();
      expect(performance.now() - begun, 'a stop does not wait for it').toBeLessThan(6_000);
      await close();
      expect(messagesTo(email)).toHaveLength(before);
      const token = await whileTimePasses(test.clock, () => tokenOf(email, before + 1));
      expect((await resetPassword(test, token, NEW)).errors).toBeUndefined();
    }
  });
});

describe('an invitation', () => {
  it('is mailed when the tenant is active, can be accepted from the message, and is mailed again when it is sent again', async () => {
    const tenantId = 'ten_mailed';
    const create = `mutation { createTenant(commandId: "w/t", tenantId: "${tenantId}", name: "Mailed", tier: FREE) { status } }`;
    await test.data('tenant', ONBOARDING, create);
    const email = 'first@mailed.example';
    const person = `tenantId: "${tenantId}", userId: "usr_mailed"`;
    await test.data(
      'user',
      ONBOARDING,
      `mutation { createUser(commandId: "w/u", ${person}, email: "${email}") { userId } }`,
    );
    const identity = `mutation { createIdentity(commandId: "w/i", ${person}) { token } }`;
    await test.data('identity', ONBOARDING, identity);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(messagesTo(email), 'an onboarding may yet be undone').toHaveLength(0);
    await test.data(
      'tenant',
      ONBOARDING,
      `mutation { activateTenant(commandId: "w/a", tenantId: "${tenantId}") { status } }`,
    );
    const token = await whileTimePasses(test.clock, () => tokenOf(email));
    expect(messagesTo(email)[0]?.raw).toMatch(/Mailed/);
    const { createIdentity } = await test.data('identity', ONBOARDING, identity);
    expect(token, 'the answer and the message say the same').toBe((createIdentity as { token: string }).token);
    await test.data(
      'user',
      ADMINISTRATOR,
      'mutation { resendInvitation(input: { userId: "usr_mailed" }) { user { userId } } }',
    );
    const second = await tokenOf(email, 2);
    expect(await errorOf(accept.raw(test, token, PASSWORD))).toMatchObject(REFUSED);
    expect(await accept(test, second, PASSWORD)).toHaveProperty('accessToken');
  });

  it('that was given up before its message could be sent is not mailed', async () => {
    const tenantId = await makeTenant(test);
    const { userId, email } = await invite(test, tenantId, 'TENANT_MEMBER');
    await atRest();
    const before = messagesTo(email).length;
    const silent = await startSilentServer();
    const hampered = await openTestPlane({
      dataDir,
      env: { SMTP_URL: silent.url, MAIL_FROM: 'plane@example.com' },
      shared: { stores: shared.process(), clock: test.clock },
    });
    await hampered.data(
      'user',
      ADMINISTRATOR,
      `mutation { resendInvitation(input: { userId: "${userId}" }) { user { userId } } }`,
    );
    await hampered.data('user', ADMINISTRATOR, `mutation { removeUser(input: { userId: "${userId}" }) { userId } }`);
    await hampered.close();
    await silent.close();
    await whileTimePasses(test.clock, atRest);
    expect(messagesTo(email)).toHaveLength(before);
  });
});

async function setDisabled(email: string, disabled: boolean): Promise<void> {
  const { userByEmail } = await test.data('user', ONBOARDING, `{ userByEmail(email: "${email}") { userId } }`);
  const { userId } = userByEmail as { userId: string };
  const name = disabled ? 'disableUser' : 'enableUser';
  await test.data('user', ADMINISTRATOR, `mutation { ${name}(input: { userId: "${userId}" }) { user { status } } }`);
}
