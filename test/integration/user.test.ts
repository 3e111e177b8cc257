import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '#lib/auth/principal.ts';
import { failedPrecondition } from '#lib/errors.ts';
import { accept, errorOf, intercepting, PASSWORD, signIn } from '#test/support/identity.ts';
import { SLOWNESS } from '#test/support/mongodb.ts';
import { ADMINISTRATOR, callerOf, ONBOARDING, tenantUser } from '#test/support/plane.ts';
import { whileTimePasses } from '#test/support/ticking.ts';
import { CREATE, type Invited, ids, USER, UserPlane, uniqueEmail } from '#test/support/users.ts';

let plane: UserPlane;

beforeAll(async () => {
  plane = await UserPlane.open();
});
afterAll(() => plane.test.close());

describe('making users', () => {
  it('the first user of a tenant is its admin, later ones are members, whatever the order of their repetitions', async () => {
    const tenantId = await plane.makeTenant();
    const first = { tenantId, userId: 'usr_first', email: 'First@A.example' };
    const second = { tenantId, userId: 'usr_second', email: 'second@a.example' };
    const made = { userId: 'usr_first', email: 'First@A.example', role: 'TENANT_ADMIN', status: 'INVITED' };
    expect(await plane.create(first)).toEqual(made);
    expect(await plane.create(second)).toMatchObject({ role: 'TENANT_MEMBER' });
    expect(await plane.create(first)).toEqual(made);
    expect(await plane.create({ ...first, userId: 'usr_other', email: 'FIRST@a.EXAMPLE' })).toEqual(made);
    expect(await plane.emailsOf(tenantId)).toEqual(['First@A.example', 'second@a.example']);
  });

  it('twenty at once with one address: one tenant wins, all of its callers get the same user', async () => {
    for (let round = 0; round < 5; round++) {
      const tenantIds = [await plane.makeTenant(), await plane.makeTenant()];
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, caller) =>
          plane.create({
            tenantId: tenantIds[caller % 2] ?? '',
            userId: `usr_${round}_${caller}`,
            email: `race${round}@x.example`,
          }),
        ),
      );
      const users = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
      const errors = results.filter((result) => result.status === 'rejected').map(({ reason }) => String(reason));
      expect(users).toHaveLength(10);
      expect(new Set(users.map(({ userId }) => userId)).size).toBe(1);
      expect(errors.every((error) => error.includes('"CONFLICT"'))).toBe(true);
      const lists = await Promise.all(tenantIds.map((tenantId) => plane.emailsOf(tenantId)));
      expect(lists.map(({ length }) => length).sort()).toEqual([0, 1]);
    }
  });

  it('twenty first users at once: one is the admin', async () => {
    const tenantId = await plane.makeTenant();
    const users = await Promise.all(
      Array.from({ length: 20 }, (_, place) =>
        plane.create({ tenantId, userId: `usr_of_20_${place}`, email: `of20-${place}@x.example` }),
      ),
    );
    expect(users.filter(({ role }) => role === 'TENANT_ADMIN')).toHaveLength(1);
  });

  it('a conflict tells nothing of the other tenant', async () => {
    const { admin } = await plane.makeAdmins();
    const tenantId = await plane.makeTenant();
    const error = await errorOf(
      plane.test.execute('user', ONBOARDING, CREATE, {
        commandId: 'wf_x/1',
        tenantId,
        userId: 'usr_x',
        email: admin.email,
      }),
    );
    expect(error).toEqual({ code: 'CONFLICT', message: 'This e-mail address belongs to a user already.' });
  });

  it('discardUser undoes what its workflow made and nothing else; undoing what was never done succeeds', async () => {
    const tenantId = await plane.makeTenant();
    const user = { tenantId, userId: 'usr_discarded', email: 'discarded@x.example' };
    const discard = (commandId: string, userId = user.userId) =>
      plane.test.data(
        'user',
        ONBOARDING,
        `mutation { discardUser(commandId: "${commandId}", ${ids(tenantId, userId)}) }`,
      );
    await discard('wf_a/CREATE_USER', 'usr_never_made');
    await plane.create(user, 'wf_a/CREATE_USER');
    await discard('wf_b/CREATE_USER');
    await discard('wf_a/CREATE_USER', 'usr_somebody_else');
    expect(await plane.emailsOf(tenantId)).toEqual([user.email]);
    await discard('wf_a/CREATE_USER');
    await discard('wf_a/CREATE_USER');
    expect(await plane.emailsOf(tenantId)).toEqual([]);
    const elsewhere = { ...user, tenantId: await plane.makeTenant(), userId: 'usr_elsewhere' };
    expect(await plane.create(elsewhere)).toMatchObject({ userId: 'usr_elsewhere' });
    expect(await plane.create({ ...user, userId: 'usr_next', email: 'next@x.example' })).toMatchObject({
      role: 'TENANT_ADMIN',
    });
  });

  it('an invitation accepted makes a user ACTIVE; one who is disabled is not activated', async () => {
    const { tenantId, admin } = await plane.makeAdmins();
    const { user, invitation } = await plane.invite(tenantId);
    const activate = () =>
      plane.test.execute(
        'user',
        callerOf('user', 'activateUser'),
        `mutation { activateUser(commandId: "w/1", userId: "${user.userId}") ${USER} }`,
      );
    await plane.change('disableUser', user.userId);
    expect(await errorOf(activate())).toMatchObject({ code: 'FAILED_PRECONDITION' });
    expect(await plane.change('enableUser', user.userId)).toMatchObject({ status: 'INVITED' });
    await accept(plane.test, invitation?.token ?? '', PASSWORD);
    expect(await plane.read(user.userId)).toMatchObject({ status: 'ACTIVE' });
    expect((await activate()).data).toMatchObject({ activateUser: { status: 'ACTIVE' } });
    expect(await errorOf(plane.execute('resendInvitation', { userId: user.userId }))).toMatchObject({
      code: 'FAILED_PRECONDITION',
    });
    expect(await plane.read(admin.userId)).toMatchObject({ status: 'INVITED' });
  });

  it('deleteUsers takes thousands, frees their addresses, and can be repeated', async () => {
    const tenantId = await plane.makeTenant();
    const count = 2_000 / SLOWNESS;
    const people = Array.from({ length: count }, (_, place) => ({
      tenantId,
      userId: `usr_thousand_${place}`,
      email: `thousand${place}@x.example`,
    }));
    await Promise.all(people.map((person) => plane.create(person)));
    const total = async () => (await plane.page(tenantId, ADMINISTRATOR, {}))?.totalCount;
    expect(await total()).toBe(count);
    const started = performance.now();
    for (let times = 0; times < 2; times++) {
      await plane.test.data('user', ONBOARDING, `mutation { deleteUsers(commandId: "w/1", tenantId: "${tenantId}") }`);
    }
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(await total()).toBe(0);
    const again = { tenantId: await plane.makeTenant(), userId: 'usr_again', email: `THOUSAND${count - 1}@x.example` };
    expect(await plane.create(again)).toMatchObject({ role: 'TENANT_ADMIN' });
  });
});

describe('the last admin that is not disabled', () => {
  const demote = (userId: string) => plane.execute('setUserRole', { userId, role: 'TENANT_MEMBER' });
  const disable = (userId: string) => plane.execute('disableUser', { userId });
  const remove = (userId: string) => plane.execute('removeUser', { userId });

  it.each([
    ['demoted', demote],
    ['disabled', disable],
    ['removed', remove],
  ])('cannot be %s', async (_, refused) => {
    const { admin, second } = await plane.makeAdmins();
    await plane.change('disableUser', second.userId);
    expect(await errorOf(refused(admin.userId))).toMatchObject({ code: 'FAILED_PRECONDITION' });
    expect(await plane.read(admin.userId)).toMatchObject({ role: 'TENANT_ADMIN', status: 'INVITED' });
    await plane.change('enableUser', second.userId);
    expect((await refused(admin.userId)).errors).toBeUndefined();
  });

  it('two callers at once never both pass: fifty times', async () => {
    const ways = [demote, disable, remove];
    for (let round = 0; round < 50; round++) {
      const { admin, second } = await plane.makeAdmins();
      const [one = demote, other = demote] = [ways[round % 3], ways[Math.floor(round / 3) % 3]];
      const codes = await Promise.all([errorOf(one(admin.userId)), errorOf(other(second.userId))]);
      expect(codes.map(({ code }) => code).sort(), `round ${round}`).toEqual(['FAILED_PRECONDITION', 'NONE']);
    }
  });
});

describe('inviting', () => {
  it('makes an INVITED user who accepts, signs in and is seen by itself', async () => {
    const { tenantId } = await plane.makeAdmins();
    const { user, invitation } = await plane.invite(tenantId, { email: 'Mixed.Case@x.example' });
    expect(user).toMatchObject({ email: 'Mixed.Case@x.example', role: 'TENANT_MEMBER', status: 'INVITED' });
    await accept(plane.test, invitation?.token ?? '', PASSWORD);
    expect((await signIn(plane.test, 'mixed.case@x.example', PASSWORD)).user).toEqual({ userId: user.userId });
    const self = tenantUser(tenantId, 'TENANT_MEMBER', user.userId);
    const { me } = await plane.test.data('user', self, `{ me { userId status tenant { tenantId } } }`);
    expect(me).toEqual({ userId: user.userId, status: 'ACTIVE', tenant: { tenantId } });
  });

  it('an address that has a user is a CONFLICT, in every tenant and case', async () => {
    const { tenantId, admin } = await plane.makeAdmins();
    const email = admin.email.toUpperCase();
    for (const tenant of [tenantId, await plane.makeTenant()]) {
      const error = await errorOf(plane.execute('inviteUser', { tenantId: tenant, email, role: 'TENANT_MEMBER' }));
      expect(error).toEqual({ code: 'CONFLICT', message: 'This e-mail address belongs to a user already.' });
    }
  });

  it('twenty at once with one address: one invitation', async () => {
    const { tenantId } = await plane.makeAdmins();
    const input = { tenantId, email: 'wanted@x.example', role: 'TENANT_MEMBER' };
    const codes = await Promise.all(Array.from({ length: 20 }, () => errorOf(plane.execute('inviteUser', input))));
    expect(codes.filter(({ code }) => code === 'NONE')).toHaveLength(1);
    expect(codes.filter(({ code }) => code === 'CONFLICT')).toHaveLength(19);
  });

  it("an administrator's address is a CONFLICT like any other, by an invitation and by a command, and nothing is made", async () => {
    const { tenantId } = await plane.makeAdmins();
    const before = await plane.emailsOf(tenantId);
    const taken = { code: 'CONFLICT', message: 'This e-mail address belongs to a user already.' };
    for (const email of ['admin@example.com', 'Admin@Example.COM']) {
      const invited = plane.execute('inviteUser', { tenantId, email, role: 'TENANT_MEMBER' });
      expect(await errorOf(invited)).toEqual(taken);
      const command = { commandId: 'wf_adm/CREATE_USER', tenantId, userId: 'usr_adm', email };
      expect(await errorOf(plane.test.execute('user', ONBOARDING, CREATE, command))).toEqual(taken);
    }
    expect(await plane.emailsOf(tenantId)).toEqual(before);
    expect(await plane.read('usr_adm')).toBeNull();
    expect(await signIn(plane.test, 'admin@example.com', 'correct horse battery')).toMatchObject({ user: null });
  });

  it.each(['a new key', 'a key under which it was undone before'])(
    'ten at once under %s: one answer has the invitation, which works, all have the same user',
    async (which) => {
      for (let round = 0; round < 10; round++) {
        const { tenantId } = await plane.makeAdmins();
        const input = { tenantId, email: uniqueEmail('ten'), role: 'TENANT_MEMBER', idempotencyKey: `ten ${tenantId}` };
        if (which !== 'a new key') await undone(() => plane.execute('inviteUser', input));
        const answers = await Promise.all(Array.from({ length: 10 }, () => plane.invite(tenantId, input)));
        expect(new Set(answers.map(({ user }) => user.userId)).size).toBe(1);
        const tokens = answers.flatMap(({ invitation }) => (invitation === null ? [] : [invitation.token]));
        expect(tokens).toHaveLength(1);
        if (round > 0) continue; // a password is worth its time once
        expect(await accept(plane.test, tokens[0] ?? '', PASSWORD)).toHaveProperty('accessToken');
      }
    },
  );

  it('a key whose user is gone is NOT_FOUND, and makes no other', async () => {
    const { tenantId } = await plane.makeAdmins();
    const input = { tenantId, email: uniqueEmail('gone'), role: 'TENANT_MEMBER', idempotencyKey: 'gone' };
    const { user } = await plane.invite(tenantId, input);
    await plane.send('removeUser', { userId: user.userId });
    for (let times = 0; times < 2; times++) {
      expect(await errorOf(plane.execute('inviteUser', input))).toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(await plane.emailsOf(tenantId)).not.toContain(input.email);
  });

  it('the same key answers the same user without the invitation; with another input it is IDEMPOTENCY_CONFLICT', async () => {
    const { tenantId } = await plane.makeAdmins();
    const input = { email: 'keyed@x.example', idempotencyKey: 'key-1' };
    const first = await plane.invite(tenantId, input);
    expect(first.invitation).not.toBeNull();
    expect(await plane.invite(tenantId, input)).toEqual({ user: first.user, invitation: null });
    const other = { tenantId, role: 'TENANT_MEMBER', ...input, email: 'other@x.example' };
    expect(await errorOf(plane.execute('inviteUser', other))).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });

  it.each([
    ['ONBOARDING', ''],
    ['OFFBOARDING', 'activateTenant markOffboarding'],
    ['OFFBOARDED', 'activateTenant markOffboarding closeTenant'],
  ])('a tenant that is %s takes nobody, and the address stays free', async (status, commands) => {
    const tenantId = await plane.registerTenant(commands.split(' ').filter(Boolean));
    const input = { tenantId, email: uniqueEmail('early'), role: 'TENANT_MEMBER' };
    expect(await errorOf(plane.execute('inviteUser', input))).toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining(status),
    });
    const { tenantId: active } = await plane.makeAdmins();
    expect(await plane.invite(active, { email: input.email })).toHaveProperty('user.status', 'INVITED');
  });

  it('an unknown tenant is NOT_FOUND, a bad address, role or length BAD_USER_INPUT with its field', async () => {
    const { tenantId } = await plane.makeAdmins();
    const good = { tenantId, email: 'good@x.example', role: 'TENANT_MEMBER' };
    const refused = (input: object) => errorOf(plane.execute('inviteUser', { ...good, ...input }));
    expect(await refused({ tenantId: 'ten_none' })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refused({ email: 'no-at-sign' })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.email' });
    expect(await refused({ email: `${'a'.repeat(10_000)}@x.example` })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input.email',
    });
    expect(await refused({ role: 'OWNER' })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.role' });
    expect(await refused({ idempotencyKey: '' })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input.idempotencyKey',
    });
  });

  it('a new invitation replaces the old one', async () => {
    const { tenantId } = await plane.makeAdmins();
    const { user, invitation: old } = await plane.invite(tenantId);
    const { invitation } = (await plane.send('resendInvitation', { userId: user.userId })) as Invited;
    await expect(accept(plane.test, old?.token ?? '', PASSWORD)).rejects.toThrow();
    expect(await accept(plane.test, invitation?.token ?? '', PASSWORD)).toMatchObject({
      user: { userId: user.userId },
    });
  });
});

/** Sends an invitation that identity refuses for good. */
async function undone(invite: () => Promise<unknown>): Promise<void> {
  const refuse = async () => {
    throw failedPrecondition('Identity refuses.');
  };
  await intercepting(plane.test, 'identity', 'Mutation', 'createIdentity', refuse, async () => {
    expect(await invite()).toHaveProperty('errors.0.extensions.code', 'FAILED_PRECONDITION');
  });
}

describe('changing users', () => {
  it('disabling ends sessions and sign-in; enabling brings back what the user was', async () => {
    const { tenantId } = await plane.makeAdmins();
    const { user, invitation } = await plane.invite(tenantId);
    const { refreshToken } = await accept(plane.test, invitation?.token ?? '', PASSWORD);
    expect(await plane.change('disableUser', user.userId)).toMatchObject({ status: 'DISABLED' });
    expect(await plane.change('disableUser', user.userId)).toMatchObject({ status: 'DISABLED' });
    await expect(signIn(plane.test, user.email, PASSWORD)).rejects.toThrow('UNAUTHENTICATED');
    const refresh = `mutation { refreshSession(input: { refreshToken: "${refreshToken}" }) { accessToken } }`;
    expect(await errorOf(plane.test.execute('identity', ANONYMOUS, refresh))).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    expect(await plane.change('enableUser', user.userId)).toMatchObject({ status: 'ACTIVE' });
    expect(await signIn(plane.test, user.email, PASSWORD)).toHaveProperty('accessToken');
  });

  it('a removed user is gone with its sign-in, and its address can be invited anew, elsewhere too', async () => {
    const { tenantId } = await plane.makeAdmins();
    const { user, invitation } = await plane.invite(tenantId);
    await accept(plane.test, invitation?.token ?? '', PASSWORD);
    const removal = await plane.send('removeUser', { userId: user.userId });
    expect(removal).toEqual({ userId: user.userId });
    expect(await errorOf(plane.execute('removeUser', { userId: user.userId }))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await plane.read(user.userId)).toBeNull();
    await expect(signIn(plane.test, user.email, PASSWORD)).rejects.toThrow('UNAUTHENTICATED');
    const { tenantId: elsewhere } = await plane.makeAdmins();
    const anew = await plane.invite(elsewhere, { email: user.email });
    expect(anew.user.userId).not.toBe(user.userId);
  });

  it('a role that is changed is read in the next query, and changing it to itself changes nothing', async () => {
    const { second } = await plane.makeAdmins();
    for (const role of ['TENANT_MEMBER', 'TENANT_MEMBER', 'TENANT_ADMIN', 'TENANT_ADMIN']) {
      expect(await plane.change('setUserRole', second.userId, { role })).toMatchObject({ role });
      expect(await plane.read(second.userId)).toMatchObject({ role });
    }
  });
});

describe('while the identity service is down', () => {
  const passing = <T>(work: () => Promise<T>) => whileTimePasses(plane.test.clock, work);

  it('an invitation is UNAVAILABLE and leaves nothing; the same key makes it later', async () => {
    const { tenantId } = await plane.makeAdmins();
    const input = { tenantId, email: uniqueEmail('late'), role: 'TENANT_MEMBER', idempotencyKey: 'late' };
    const invite = () => errorOf(plane.execute('inviteUser', input));
    expect(await passing(() => plane.withoutIdentity(invite))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await plane.emailsOf(tenantId)).not.toContain(input.email);
    plane.test.clock.advance(60_000); // whatever waits for its next attempt is due
    const { user, invitation } = await passing(() => plane.invite(tenantId, input));
    expect(await accept(plane.test, invitation?.token ?? '', PASSWORD)).toMatchObject({
      user: { userId: user.userId },
    });
    expect(await plane.invite(tenantId, input)).toMatchObject({ user: { userId: user.userId }, invitation: null });
  });

  it('without a key the address is free again, here and elsewhere', async () => {
    const { tenantId } = await plane.makeAdmins();
    const email = uniqueEmail('late');
    await passing(() =>
      plane.withoutIdentity(() => plane.execute('inviteUser', { tenantId, email, role: 'TENANT_ADMIN' })),
    );
    const { user } = await plane.invite(await plane.makeTenant(), { email });
    expect(user).toMatchObject({ status: 'INVITED' });
    expect((await plane.invite(tenantId)).user).toMatchObject({ role: 'TENANT_MEMBER' });
  });

  it('a removal takes the user at once, and goes on by itself to free the address and end sign-in', async () => {
    const { tenantId } = await plane.makeAdmins();
    const { user, invitation } = await plane.invite(tenantId);
    await accept(plane.test, invitation?.token ?? '', PASSWORD);
    const remove = () => errorOf(plane.execute('removeUser', { userId: user.userId }));
    expect(await plane.withoutIdentity(remove)).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await plane.read(user.userId)).toBeNull();
    await expect(signIn(plane.test, user.email, PASSWORD)).rejects.toThrow('UNAUTHENTICATED');
    const stranger = await plane.makeManager(await plane.makeTenant());
    expect(await errorOf(plane.execute('removeUser', { userId: user.userId }, stranger))).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await passing(remove), 'the same again waits for it').toMatchObject({ code: 'NONE' });
    expect(await remove()).toMatchObject({ code: 'NOT_FOUND' });
    expect(await plane.invite(tenantId, { email: user.email })).toHaveProperty('user.status', 'INVITED');
  });

  it('a disabled user is enabled again only when its sessions have ended, whatever came of the disabling', async () => {
    const { tenantId } = await plane.makeAdmins();
    const { user, invitation } = await plane.invite(tenantId);
    const { refreshToken } = await accept(plane.test, invitation?.token ?? '', PASSWORD);
    const disable = () => errorOf(plane.execute('disableUser', { userId: user.userId }));
    expect(await plane.withoutIdentity(disable)).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await plane.read(user.userId)).toMatchObject({ status: 'DISABLED' });
    expect(await plane.change('enableUser', user.userId)).toMatchObject({ status: 'ACTIVE' });
    const refresh = `mutation { refreshSession(input: { refreshToken: "${refreshToken}" }) { accessToken } }`;
    expect(await errorOf(plane.test.execute('identity', ANONYMOUS, refresh))).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    const { refreshToken: fresh } = await signIn(plane.test, user.email, PASSWORD);
    // The disabling comes again, and finds that it was overtaken.
    await passing(() => new Promise((resolve) => setTimeout(resolve, 3_000)));
    expect(await plane.read(user.userId)).toMatchObject({ status: 'ACTIVE' });
    const again = `mutation { refreshSession(input: { refreshToken: "${fresh}" }) { accessToken } }`;
    expect(await errorOf(plane.test.execute('identity', ANONYMOUS, again))).toMatchObject({ code: 'NONE' });
  });
});
