import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, servicePrincipal } from '#lib/auth/principal.ts';
import { sendCommand } from '#test/support/commands.ts';
import { accept, errorOf, invite, makeUser, PASSWORD, signIn } from '#test/support/identity.ts';
import { ADMINISTRATOR, openTestPlane, type TestPlane } from '#test/support/plane.ts';

/** Commands that change where a tenant or its people stand, and come again, or after what undid them. */
let plane: TestPlane;

beforeAll(async () => {
  plane = await openTestPlane();
});
afterAll(() => plane.close());

describe("a tenant's status", () => {
  const statusOf = async (tenantId: string) => {
    const { tenant: found } = await plane.data(
      'tenant',
      ADMINISTRATOR,
      `{ tenant(tenantId: "${tenantId}") { status } }`,
    );
    return (found as { status: string }).status;
  };

  it('activateTenant lifts no suspension and calls off no offboarding', async () => {
    const { tenantId } = await makeUser(plane);
    const suspend = `mutation { suspendTenant(input: { tenantId: "${tenantId}", reason: "r" }) { tenant { status } } }`;
    await plane.data('tenant', ADMINISTRATOR, suspend);
    for (const [name, status] of [
      ['activateTenant', 'SUSPENDED'],
      ['markOffboarding', 'OFFBOARDING'],
      ['activateTenant', 'OFFBOARDING'],
      ['closeTenant', 'OFFBOARDED'],
      ['activateTenant', 'OFFBOARDED'],
      ['markOffboarding', 'OFFBOARDED'],
    ] as const) {
      expect(await errorOf(command(name, { tenantId })), name).toEqual({ code: 'NONE' });
      expect(await statusOf(tenantId), name).toBe(status);
    }
  });

  it('markOffboarding that comes after its undo is refused; no workflow undoes what another marked', async () => {
    const { tenantId } = await makeUser(plane);
    const send = (name: string, workflowId: string) => errorOf(command(name, { tenantId }, `${workflowId}/MARK`));
    await send('restoreTenant', 'wf_1');
    expect(await send('markOffboarding', 'wf_1')).toMatchObject({ code: 'FAILED_PRECONDITION' });
    expect(await statusOf(tenantId)).toBe('ACTIVE');
    expect(await send('markOffboarding', 'wf_2')).toEqual({ code: 'NONE' });
    await send('restoreTenant', 'wf_1');
    expect(await statusOf(tenantId)).toBe('OFFBOARDING');
    await send('restoreTenant', 'wf_2');
    expect(await send('markOffboarding', 'wf_2')).toMatchObject({ code: 'FAILED_PRECONDITION' });
    expect(await statusOf(tenantId)).toBe('ACTIVE');
  });
});

describe('shutting people out', () => {
  const restricted = async (tenantId: string) => {
    const source = '{ verification { restrictedTenants } }';
    const { verification } = await plane.data('identity', servicePrincipal('gateway'), source);
    return (verification as { restrictedTenants: string[] }).restrictedTenants.includes(tenantId);
  };

  it('endSessions that comes again ends no session that began since', async () => {
    const { userId, email } = await makeUser(plane);
    await command('endSessions', { userId }, 'wf_1/END_SESSIONS');
    const { refreshToken } = await signIn(plane, email, PASSWORD);
    await command('endSessions', { userId }, 'wf_1/END_SESSIONS');
    const refresh = `mutation { refreshSession(input: { refreshToken: "${refreshToken}" }) { accessToken } }`;
    expect(await errorOf(plane.execute('identity', ANONYMOUS, refresh))).toEqual({ code: 'NONE' });
  });

  it('of restricting and lifting the one with the higher revision counts, in whatever order they come', async () => {
    const { tenantId, email } = await makeUser(plane);
    await command('restrictTenant', { tenantId, revision: 3 });
    await command('liftRestriction', { tenantId, revision: 2 });
    expect(await restricted(tenantId)).toBe(true);
    await command('liftRestriction', { tenantId, revision: 4 });
    const { refreshToken } = await signIn(plane, email, PASSWORD);
    await command('restrictTenant', { tenantId, revision: 3 });
    expect(await restricted(tenantId)).toBe(false);
    const refresh = `mutation { refreshSession(input: { refreshToken: "${refreshToken}" }) { accessToken } }`;
    expect(await errorOf(plane.execute('identity', ANONYMOUS, refresh))).toEqual({ code: 'NONE' });
  });

  it('lifting a restriction that never came revokes what the restriction would have', async () => {
    const { tenantId } = await makeUser(plane);
    const { userId, token } = await invite(plane, tenantId);
    const { accessToken } = await accept(plane, token, PASSWORD);
    expect(accessToken).toBeDefined();
    await command('liftRestriction', { tenantId, revision: 2 });
    const { verification } = await plane.data(
      'identity',
      servicePrincipal('gateway'),
      '{ verification { revocations { kind subject } } }',
    );
    const { revocations } = verification as { revocations: object[] };
    expect(revocations).toContainEqual({ kind: 'tenant-users', subject: tenantId });
    expect(userId).toBeDefined();
  });
});

function command(name: string, variables: Record<string, unknown>, id = `wf_x/${name}`) {
  return sendCommand(plane, name, id, variables);
}
