import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirementOf } from '#lib/auth/enforce.ts';
import type { Principal } from '#lib/auth/principal.ts';
import { errorOf } from '#test/support/identity.ts';
import { tenantUser } from '#test/support/plane.ts';
import { MUTATIONS, UserPlane, uniqueEmail } from '#test/support/users.ts';

let plane: UserPlane;

beforeAll(async () => {
  plane = await UserPlane.open();
});
afterAll(() => plane.test.close());

/** What an admin loses its standing by, and what its old token is worth then. */
const LOSSES = [
  ['demoted', (userId: string) => plane.change('setUserRole', userId, { role: 'TENANT_MEMBER' }), 'FORBIDDEN'],
  ['disabled', (userId: string) => plane.change('disableUser', userId), 'UNAUTHENTICATED'],
  ['removed', (userId: string) => plane.send('removeUser', { userId }), 'UNAUTHENTICATED'],
] as const;

/** Every mutation that is for people, on the user itself and on another. */
function attempts(tenantId: string, self: string, other: string): readonly (readonly [string, object])[] {
  return Object.keys(MUTATIONS).flatMap((name): (readonly [string, object])[] => {
    if (name === 'inviteUser') return [[name, { tenantId, email: uniqueEmail('spy'), role: 'TENANT_ADMIN' }]];
    const role = name === 'setUserRole' ? { role: 'TENANT_ADMIN' } : {};
    return [self, other].map((userId) => [name, { userId, ...role }]);
  });
}

describe('who manages users with a token of before', () => {
  it('every mutation that takes user:write is tried below', () => {
    const mutation = plane.test.plane.subgraphs.get('user')?.schema.getMutationType();
    if (mutation == null) throw new Error('there are no mutations');
    const managing = Object.values(mutation.getFields()).filter((field) =>
      requirementOf(mutation, field.astNode)?.scopes.some((scopes) => scopes.includes('user:write')),
    );
    expect(managing.map(({ name }) => name).sort()).toEqual(Object.keys(MUTATIONS).sort());
  });

  it.each(LOSSES)('an admin who was %s is refused everything, and nothing happens', async (_, lose, code) => {
    const { tenantId, second } = await plane.makeAdmins();
    const manager = await plane.makeManager(tenantId);
    const { user: invited } = await plane.invite(tenantId);
    await lose(manager.id);
    const before = await people(tenantId);
    for (const other of [second.userId, invited.userId]) {
      for (const [name, input] of attempts(tenantId, manager.id, other)) {
        expect(await errorOf(plane.execute(name, input, manager)), name).toMatchObject({ code });
      }
    }
    expect(await people(tenantId)).toEqual(before);
  });

  it('a token of another tenant than its user is worth nothing, nor one of a user who was never there or not active', async () => {
    const { tenantId, second } = await plane.makeAdmins();
    const elsewhere = await plane.makeManager(await plane.makeTenant());
    const liars: readonly Principal[] = [
      { ...elsewhere, tenantId },
      tenantUser(tenantId, 'TENANT_ADMIN', 'usr_never'),
      tenantUser(tenantId, 'TENANT_ADMIN', second.userId),
    ];
    for (const principal of liars) {
      const refused = plane.execute('disableUser', { userId: second.userId }, principal);
      expect(await errorOf(refused)).toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    expect(await plane.read(second.userId)).toMatchObject({ status: 'INVITED' });
  });

  it('an admin who is one still manages the others and itself', async () => {
    const { tenantId, second } = await plane.makeAdmins();
    const manager = await plane.makeManager(tenantId);
    const allowed = async (name: string, input: object) =>
      expect(await errorOf(plane.execute(name, input, manager)), name).toEqual({ code: 'NONE' });
    await allowed('disableUser', { userId: second.userId });
    await allowed('enableUser', { userId: second.userId });
    await allowed('enableUser', { userId: manager.id });
    await allowed('resendInvitation', { userId: second.userId });
    await allowed('inviteUser', { tenantId, email: uniqueEmail('by-manager'), role: 'TENANT_ADMIN' });
    await allowed('setUserRole', { userId: manager.id, role: 'TENANT_MEMBER' });
  });
});

async function people(tenantId: string): Promise<readonly unknown[]> {
  const emails = await plane.emailsOf(tenantId);
  const page = await plane.page(tenantId, tenantUser(tenantId), { first: 100 });
  expect(page?.edges).toHaveLength(emails.length);
  return page?.edges.map(({ node }) => node) ?? [];
}
