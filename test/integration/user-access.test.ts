import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, type Principal, servicePrincipal } from '#lib/auth/principal.ts';
import { ROLE_SCOPES } from '#lib/auth/scopes.ts';
import { errorOf } from '#test/support/identity.ts';
import { ADMINISTRATOR, tenantUser } from '#test/support/plane.ts';
import { client, ids, MUTATIONS, type Page, UserPlane, uniqueEmail } from '#test/support/users.ts';

let plane: UserPlane;

beforeAll(async () => {
  plane = await UserPlane.open();
});
afterAll(() => plane.test.close());

describe('who may', () => {
  it("a foreign tenant's admin gets NOT_FOUND for every mutation, as for a user that never existed", async () => {
    const { tenantId, second } = await plane.makeAdmins();
    const stranger = await plane.makeManager(await plane.makeTenant());
    for (const name of Object.keys(MUTATIONS)) {
      const role = name === 'setUserRole' ? { role: 'TENANT_MEMBER' } : {};
      const refused = (userId: string, tenant: string) => {
        const invited = { tenantId: tenant, email: 'spy@x.example', role: 'TENANT_MEMBER' };
        return errorOf(plane.execute(name, name === 'inviteUser' ? invited : { userId, ...role }, stranger));
      };
      const error = await refused(second.userId, tenantId);
      expect(error, name).toMatchObject({ code: 'NOT_FOUND' });
      expect(error, name).toEqual(await refused('usr_none', 'ten_none'));
    }
    expect(await plane.read(second.userId)).toMatchObject({ role: 'TENANT_ADMIN', status: 'INVITED' });
    expect(await plane.read(second.userId, stranger)).toBeNull();
  });

  it('nobody without user:write, nobody at all without a token, and commands are for services alone', async () => {
    const { tenantId, admin } = await plane.makeAdmins();
    const member = tenantUser(tenantId, 'TENANT_MEMBER', 'usr_m');
    const input = { userId: admin.userId };
    expect(await errorOf(plane.execute('disableUser', input, member))).toMatchObject({ code: 'FORBIDDEN' });
    expect(await errorOf(plane.execute('disableUser', input, ANONYMOUS))).toMatchObject({ code: 'UNAUTHENTICATED' });
    for (const command of [
      `mutation { createUser(commandId: "w/1", ${ids(tenantId, 'usr_x')}, email: "x@x.example") { userId } }`,
      `mutation { discardUser(commandId: "w/1", ${ids(tenantId, admin.userId)}) }`,
      `mutation { activateUser(commandId: "w/1", userId: "${admin.userId}") { userId } }`,
      `mutation { deleteUsers(commandId: "w/1", tenantId: "${tenantId}") }`,
    ]) {
      for (const principal of [ADMINISTRATOR, tenantUser(tenantId)]) {
        expect(await errorOf(plane.test.execute('user', principal, command))).toMatchObject({ code: 'FORBIDDEN' });
      }
    }
    const byEmail = plane.test.execute('user', ADMINISTRATOR, `{ userByEmail(email: "${admin.email}") { userId } }`);
    expect(await errorOf(byEmail)).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('nobody grants a role beyond its own scopes, also not by renewing the invitation of an admin', async () => {
    const { tenantId, admin, second } = await plane.makeAdmins();
    const weak = client(tenantId, ['user:read', 'user:write', ...ROLE_SCOPES.TENANT_MEMBER]);
    const strong = client(tenantId, ROLE_SCOPES.TENANT_ADMIN);
    const bare = client(tenantId, ['user:write']);
    const input = { tenantId, email: 'grant@x.example', role: 'TENANT_ADMIN' };
    const member = { ...input, email: 'grant-member@x.example', role: 'TENANT_MEMBER' };
    const code = async (principal: Principal, name: string, given: object) =>
      (await errorOf(plane.execute(name, given, principal))).code;
    expect(await code(weak, 'inviteUser', input)).toBe('FORBIDDEN');
    expect(await code(bare, 'inviteUser', member)).toBe('FORBIDDEN');
    expect(await code(weak, 'inviteUser', member)).toBe('NONE');
    expect(await code(strong, 'inviteUser', input)).toBe('NONE');
    expect(await code(weak, 'resendInvitation', { userId: admin.userId })).toBe('FORBIDDEN');
    expect(await code(weak, 'setUserRole', { userId: second.userId, role: 'TENANT_MEMBER' })).toBe('NONE');
    expect(await code(weak, 'setUserRole', { userId: second.userId, role: 'TENANT_ADMIN' })).toBe('FORBIDDEN');
    const manager = await plane.makeManager(tenantId);
    expect(await code(manager, 'setUserRole', { userId: second.userId, role: 'TENANT_ADMIN' })).toBe('NONE');
  });

  it('a user is seen by itself, by readers of its tenant and by services; `me` is null for all who are no user', async () => {
    const { tenantId, admin, second } = await plane.makeAdmins();
    const entity = async (principal: Principal) => {
      const source = `{ _entities(representations: [{ __typename: "User", userId: "${admin.userId}" }]) { ... on User { email } } }`;
      return ((await plane.test.data('user', principal, source))._entities as unknown[])[0];
    };
    const seen = { email: admin.email };
    expect(await entity(tenantUser(tenantId, 'TENANT_MEMBER', admin.userId))).toEqual(seen);
    expect(await entity(tenantUser(tenantId, 'TENANT_ADMIN', second.userId))).toEqual(seen);
    expect(await entity(ADMINISTRATOR)).toEqual(seen);
    expect(await entity(servicePrincipal('identity'))).toEqual(seen);
    expect(await entity(tenantUser(tenantId, 'TENANT_MEMBER', second.userId))).toBeNull();
    expect(await entity(client(tenantId, ['user:write']))).toBeNull();
    expect(await entity(client('ten_other', ['user:read']))).toBeNull();
    expect(await entity(ANONYMOUS)).toBeNull();
    for (const principal of [ADMINISTRATOR, client(tenantId, ['user:read'])]) {
      expect(await plane.test.data('user', principal, '{ me { userId } }')).toEqual({ me: null });
    }
    expect(await errorOf(plane.test.execute('user', ANONYMOUS, '{ me { userId } }'))).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it("a tenant's users are a connection, oldest first, for its readers alone", async () => {
    const { tenantId, admin, second } = await plane.makeAdmins();
    const later = [0, 1, 2].map((place) => ({
      tenantId,
      userId: `usr_page${place}_${tenantId}`,
      email: uniqueEmail('page'),
    }));
    for (const person of later) {
      plane.test.clock.advance(1_000);
      await plane.create(person);
    }
    const reader = tenantUser(tenantId);
    const pages: Page[] = [];
    for (let after: string | null = null; pages.length < 3; after = pages.at(-1)?.pageInfo.endCursor ?? null) {
      const page = await plane.page(tenantId, reader, { first: 2, after });
      if (page !== null) pages.push(page);
    }
    expect(pages.map(({ totalCount }) => totalCount)).toEqual([5, 5, 5]);
    expect(pages.map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, true, false]);
    const emails = pages.flatMap(({ edges }) => edges.map(({ node }) => node.email));
    expect(emails).toEqual([admin, second, ...later].map(({ email }) => email));
    expect(await plane.page(tenantId, tenantUser('ten_other'), {})).toBeNull();
    await expect(plane.page(tenantId, tenantUser(tenantId, 'TENANT_MEMBER'), {})).rejects.toThrow('FORBIDDEN');
    await expect(plane.page(tenantId, reader, { first: 101 })).rejects.toThrow('BAD_USER_INPUT');
    await expect(plane.page(tenantId, reader, { after: 'broken' })).rejects.toThrow('BAD_USER_INPUT');
  });
});
