import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Principal, servicePrincipal } from '#lib/auth/principal.ts';
import { errorOf } from '#test/support/identity.ts';
import { ADMINISTRATOR, ONBOARDING, openTestPlane, type TestPlane, tenantUser } from '#test/support/plane.ts';
import { whileTimePasses } from '#test/support/ticking.ts';
import { client } from '#test/support/users.ts';

interface Tenant {
  readonly tenantId: string;
  readonly name: string;
  readonly status: string;
  readonly suspension: { readonly reason: string; readonly at: string } | null;
}

const TENANT = '{ tenantId name status suspension { reason at } }';

let plane: TestPlane;
let count = 0;

beforeAll(async () => {
  plane = await openTestPlane();
});
afterAll(() => plane.close());

describe('suspending', () => {
  it('keeps the reason and since when; again only the reason changes; resuming lifts it', async () => {
    const tenantId = await makeTenant();
    const at = plane.clock.now().toISOString();
    expect(await suspend(tenantId, '  unpaid ')).toMatchObject({
      status: 'SUSPENDED',
      suspension: { reason: 'unpaid', at },
    });
    plane.clock.advance(60_000);
    expect(await suspend(tenantId, 'fraud')).toMatchObject({
      status: 'SUSPENDED',
      suspension: { reason: 'fraud', at },
    });
    for (let times = 0; times < 2; times++) {
      expect(await resume(tenantId)).toMatchObject({ status: 'ACTIVE', suspension: null });
    }
  });

  it.each([
    ['ONBOARDING', []],
    ['OFFBOARDING', ['activateTenant', 'markOffboarding']],
    ['OFFBOARDED', ['activateTenant', 'markOffboarding', 'closeTenant']],
  ])('a tenant that is %s is neither suspended, resumed nor renamed', async (status, commands) => {
    const tenantId = await makeTenant(commands);
    for (const [name, input] of [
      ['suspendTenant', { reason: 'r' }],
      ['resumeTenant', {}],
      ['renameTenant', { name: `Other ${tenantId}` }],
    ] as const) {
      expect(await errorOf(send(name, { tenantId, ...input })), name).toMatchObject({
        code: 'FAILED_PRECONDITION',
        message: expect.stringContaining(status),
      });
    }
    expect(await find(`Other ${tenantId}`)).toBeNull();
    expect(await plane.data('tenant', ADMINISTRATOR, `{ tenant(tenantId: "${tenantId}") { status } }`)).toEqual({
      tenant: { status },
    });
  });

  it('an offboarding that is called off leaves it suspended as before', async () => {
    const tenantId = await makeTenant();
    await suspend(tenantId, 'unpaid');
    await command('markOffboarding', tenantId);
    await command('restoreTenant', tenantId);
    const { tenant } = await plane.data('tenant', ADMINISTRATOR, `{ tenant(tenantId: "${tenantId}") ${TENANT} }`);
    expect(tenant).toMatchObject({ status: 'SUSPENDED', suspension: { reason: 'unpaid' } });
  });

  it('the tier of a suspended tenant can be set', async () => {
    const tenantId = await makeTenant();
    await suspend(tenantId, 'unpaid');
    const source = `mutation { setTier(commandId: "wf_t/SET_TIER", tenantId: "${tenantId}", tier: PREMIUM) { tier status } }`;
    expect(await plane.data('tenant', ONBOARDING, source)).toEqual({
      setTier: { tier: 'PREMIUM', status: 'SUSPENDED' },
    });
  });

  it('goes on by itself when identity was out of reach', async () => {
    const tenantId = await makeTenant();
    const subgraphs = plane.plane.subgraphs as Map<string, unknown>;
    const identity = subgraphs.get('identity');
    subgraphs.delete('identity');
    const error = await errorOf(send('suspendTenant', { tenantId, reason: 'unpaid' }));
    subgraphs.set('identity', identity);
    expect(error).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('goes on by itself') });
    await whileTimePasses(plane.clock, () => expect.poll(restrictedTenants, { timeout: 10_000 }).toContain(tenantId));
  });

  it('however suspending and resuming mix, registry and identity agree in the end', async () => {
    const tenantIds = await Promise.all(Array.from({ length: 10 }, () => makeTenant()));
    const calls = tenantIds.flatMap((tenantId) =>
      Array.from({ length: 6 }, (_, place) =>
        send(place % 2 === 0 ? 'suspendTenant' : 'resumeTenant', {
          tenantId,
          ...(place % 2 === 0 ? { reason: `r${place}` } : {}),
        }),
      ),
    );
    for (const { errors } of await Promise.all(calls)) expect(errors).toBeUndefined();
    const restricted = await restrictedTenants();
    const statuses = new Set<string>();
    for (const tenantId of tenantIds) {
      const { tenant } = await plane.data('tenant', ADMINISTRATOR, `{ tenant(tenantId: "${tenantId}") ${TENANT} }`);
      const { status, suspension } = tenant as Tenant;
      statuses.add(status);
      expect(restricted.includes(tenantId)).toBe(status === 'SUSPENDED');
      expect(suspension === null).toBe(status === 'ACTIVE');
    }
    expect(statuses.size).toBeGreaterThan(0);
  });
});

describe('renaming', () => {
  it('the tenant is found by its new name, and the old one is free', async () => {
    const tenantId = await makeTenant();
    const [old, name] = [`Tenant ${tenantId}`, `Renamed ${tenantId}`];
    expect(await rename(tenantId, ` ${name} `)).toMatchObject({ tenantId, name });
    expect(await find(name.toUpperCase())).toMatchObject({ tenantId });
    expect(await find(old)).toBeNull();
    const other = await makeTenant();
    expect(await rename(other, old)).toMatchObject({ name: old });
    expect(await find(old)).toMatchObject({ tenantId: other });
  });

  it('a name that another live tenant has is CONFLICT, whatever its case, and nothing changes', async () => {
    const [one, two] = [await makeTenant(), await makeTenant()];
    const error = await errorOf(send('renameTenant', { tenantId: one, name: ` TENANT ${two} ` }));
    expect(error).toEqual({ code: 'CONFLICT', message: 'A live tenant has this name.' });
    expect(await find(`Tenant ${one}`)).toMatchObject({ tenantId: one });
    expect(await find(`Tenant ${two}`)).toMatchObject({ tenantId: two });
  });

  it('to the same name in another case, to itself, and back and forth', async () => {
    const tenantId = await makeTenant();
    await suspend(tenantId, 'unpaid');
    for (const name of [
      `TENANT ${tenantId}`,
      `TENANT ${tenantId}`,
      `B ${tenantId}`,
      `Tenant ${tenantId}`,
      `b ${tenantId}`,
    ]) {
      expect(await rename(tenantId, name)).toMatchObject({ name, status: 'SUSPENDED' });
      expect(await find(name)).toMatchObject({ tenantId, name });
    }
    expect(await find(`Tenant ${tenantId}`)).toBeNull();
  });

  it('two tenants to one name at once: one wins; the other keeps its own', async () => {
    for (let round = 0; round < 20; round++) {
      const tenantIds = [await makeTenant(), await makeTenant(), await makeTenant()];
      const name = `Wanted ${round}`;
      const answers = await Promise.all(tenantIds.map((tenantId) => errorOf(send('renameTenant', { tenantId, name }))));
      expect(answers.map(({ code }) => code).sort()).toEqual(['CONFLICT', 'CONFLICT', 'NONE']);
      for (const [place, tenantId] of tenantIds.entries()) {
        const own = answers[place]?.code === 'NONE' ? name : `Tenant ${tenantId}`;
        expect(await find(own), `round ${round}`).toMatchObject({ tenantId, name: own });
      }
    }
  });

  it('one tenant to many names at once ends with one of them, and the others are free', async () => {
    for (let round = 0; round < 10; round++) {
      const tenantId = await makeTenant();
      const names = Array.from({ length: 6 }, (_, place) => `Many ${round} ${place % 4}`);
      const answers = await Promise.all(names.map((name) => send('renameTenant', { tenantId, name })));
      for (const { errors } of answers) expect(errors).toBeUndefined();
      const { tenant } = await plane.data('tenant', ADMINISTRATOR, `{ tenant(tenantId: "${tenantId}") ${TENANT} }`);
      const { name } = tenant as Tenant;
      expect(await find(name)).toMatchObject({ tenantId });
      for (const other of [...names, `Tenant ${tenantId}`]) {
        if (other === name) continue;
        expect(await find(other), other).toBeNull();
      }
      const free = names.find((other) => other !== name) ?? '';
      expect(await rename(await makeTenant(), free)).toMatchObject({ name: free });
    }
  });
});

describe('who may', () => {
  it('callers across tenants with tenant:write, and nobody of a tenant whatever it holds', async () => {
    const tenantId = await makeTenant();
    const across: Principal = { ...client(tenantId, ['tenant:write', 'tenant:read']), tenantId: null };
    expect(await errorOf(send('renameTenant', { tenantId, name: `R ${tenantId}` }, across))).toEqual({ code: 'NONE' });
    for (const principal of [
      tenantUser(tenantId),
      client(tenantId, ['tenant:write', 'tenant:read']),
      { ...across, scopes: new Set(['tenant:read']) },
    ]) {
      for (const [name, input] of [
        ['suspendTenant', { reason: 'r' }],
        ['resumeTenant', {}],
        ['renameTenant', { name: 'x' }],
      ] as const) {
        expect(await errorOf(send(name, { tenantId, ...input }, principal))).toMatchObject({ code: 'FORBIDDEN' });
      }
    }
  });

  it('an unknown tenant is NOT_FOUND, a bad reason or name BAD_USER_INPUT with its field', async () => {
    const tenantId = await makeTenant();
    expect(await errorOf(send('suspendTenant', { tenantId: 'ten_none', reason: 'r' }))).toMatchObject({
      code: 'NOT_FOUND',
    });
    for (const reason of ['', ' ', 'x'.repeat(501), 'a\u0000b', '\ud800']) {
      expect(await errorOf(send('suspendTenant', { tenantId, reason }))).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'input.reason',
      });
    }
    expect(await errorOf(send('renameTenant', { tenantId, name: ' ' }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input.name',
    });
  });
});

async function makeTenant(commands: readonly string[] = ['activateTenant']): Promise<string> {
  const tenantId = `ten_registry${++count}`;
  const source = `mutation { createTenant(commandId: "wf_${tenantId}/C", tenantId: "${tenantId}", name: "Tenant ${tenantId}", tier: FREE) { status } }`;
  await plane.data('tenant', ONBOARDING, source);
  for (const name of commands) await command(name, tenantId);
  return tenantId;
}

async function command(name: string, tenantId: string): Promise<void> {
  const source = `mutation { ${name}(commandId: "wf_x/${name}", tenantId: "${tenantId}") { status } }`;
  await plane.data('tenant', ONBOARDING, source);
}

function send(name: string, input: object, principal: Principal = ADMINISTRATOR) {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const source = `mutation ($input: ${type}!) { ${name}(input: $input) { tenant ${TENANT} } }`;
  return plane.execute('tenant', principal, source, { input });
}

async function change(name: string, input: object): Promise<Tenant> {
  const { data, errors } = await send(name, input);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  const payload = data?.[name] as { tenant: Tenant };
  return payload.tenant;
}

const suspend = (tenantId: string, reason: string) => change('suspendTenant', { tenantId, reason });
const resume = (tenantId: string) => change('resumeTenant', { tenantId });
const rename = (tenantId: string, name: string) => change('renameTenant', { tenantId, name });

async function find(name: string): Promise<Tenant | null> {
  const source = `query ($name: String!) { tenantByName(name: $name) ${TENANT} }`;
  return (await plane.data('tenant', ADMINISTRATOR, source, { name })).tenantByName as Tenant | null;
}

async function restrictedTenants(): Promise<string[]> {
  const { verification } = await plane.data(
    'identity',
    servicePrincipal('gateway'),
    '{ verification { restrictedTenants } }',
  );
  return (verification as { restrictedTenants: string[] }).restrictedTenants;
}
