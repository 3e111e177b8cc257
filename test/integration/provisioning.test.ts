import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { servicePrincipal } from '#lib/auth/principal.ts';
import { ADMINISTRATOR, ONBOARDING, openTestPlane, type TestPlane, tenantUser } from '#test/support/plane.ts';

const SHOWN = 'isolation status driver updatedAt resources { resourceId kind name shared attributes }';
const PROVISION = `mutation ($tenantId: ID!, $tier: Tier!, $commandId: ID!) {
  provision(commandId: $commandId, tenantId: $tenantId, tier: $tier) { ${SHOWN} }
}`;
const RELEASE = `mutation ($tenantId: ID!, $tier: Tier!, $commandId: ID!) {
  releaseInfrastructure(commandId: $commandId, tenantId: $tenantId, tier: $tier) { ${SHOWN} }
}`;
const DISCARD = `mutation ($tenantId: ID!, $tier: Tier!, $commandId: ID!) {
  discardInfrastructure(commandId: $commandId, tenantId: $tenantId, tier: $tier)
}`;
const DEPROVISION = `mutation ($tenantId: ID!, $commandId: ID!) {
  deprovision(commandId: $commandId, tenantId: $tenantId)
}`;
const READ = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Tenant { tenantId infrastructure { ${SHOWN} } } }
}`;

interface Resource {
  readonly resourceId: string;
  readonly kind: string;
  readonly shared: boolean;
  readonly attributes: { readonly path?: string; readonly sizeBytes?: number };
}

interface Infrastructure {
  readonly isolation: string;
  readonly status: string;
  readonly driver: string;
  readonly updatedAt: string;
  readonly resources: readonly Resource[];
}

const EVERY_TIER = [
  ['FREE', 'wf_1'],
  ['STANDARD', 'wf_2'],
  ['PREMIUM', 'wf_3'],
] as const;
let plane: TestPlane;
let tenants = 0;
/** Another one for each test. */
let current = '';

beforeAll(async () => {
  plane = await openTestPlane();
});
afterAll(() => plane.close());
beforeEach(() => {
  tenants += 1;
  current = `ten_${String(tenants).padStart(8, '0')}`;
});

async function command(source: string, tier: string | undefined, workflow = 'wf_1', tenantId = current) {
  const variables = { tenantId, commandId: `${workflow}/STEP`, ...(tier === undefined ? {} : { tier }) };
  const data = await plane.data('provisioning', ONBOARDING, source, variables);
  return Object.values(data)[0] as Infrastructure;
}

async function shown(tenantId = current, principal = ADMINISTRATOR): Promise<Infrastructure | null> {
  const representations = [{ __typename: 'Tenant', tenantId }];
  const data = await plane.data('provisioning', principal, READ, { representations });
  const [tenant] = data._entities as ({ infrastructure: Infrastructure | null } | null)[];
  return tenant?.infrastructure ?? null;
}

/** Where a tenant's id still stands in what the driver made: in a path or in a file. */
async function traces(tenantId = current): Promise<string[]> {
  const folder = join(plane.dataDir, 'infrastructure');
  const found: string[] = [];
  for (const path of await readdir(folder, { recursive: true })) {
    const isFile = (await stat(join(folder, path))).isFile();
    if (path.includes(tenantId) || (isFile && (await readFile(join(folder, path))).includes(tenantId)))
      found.push(path);
  }
  return found;
}

describe('provisioning', () => {
  it.each([
    ['FREE', 'POOL', [true, true]],
    ['STANDARD', 'BRIDGE', [false, true]],
    ['PREMIUM', 'SILO', [false, false, false, false]],
  ] as const)('%s makes %s, in use at once', async (tier, isolation, shared) => {
    const made = await command(PROVISION, tier);
    expect(made).toMatchObject({
      isolation,
      status: 'READY',
      driver: 'local',
      updatedAt: plane.clock.now().toISOString(),
    });
    expect(made.resources.map((resource) => resource.shared)).toEqual(shared);
    expect(made.resources.every(({ resourceId }) => /^res_[0-9a-f]{32}$/.test(resourceId))).toBe(true);
    for (const { shared, attributes } of made.resources)
      expect(shared || attributes.path?.includes(current)).toBe(true);
    expect(await shown()).toEqual(made);
  });

  it('a database that was made can be opened and has the tenant in it', async () => {
    for (const [tier, workflow] of EVERY_TIER) {
      const { resources } = await command(PROVISION, tier, workflow);
      const { path, sizeBytes } = resources.find(({ kind }) => kind === 'database')?.attributes ?? {};
      const file = join(plane.dataDir, path ?? '');
      expect(sizeBytes).toBe((await stat(file)).size);
      const database = new DatabaseSync(file, { readOnly: true });
      expect(database.prepare('SELECT tenant_id FROM tenants WHERE tenant_id = ?').all(current)).toHaveLength(1);
      database.close();
    }
  });

  it('the same command ten times at once makes one, and answers the same each time', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => command(PROVISION, 'PREMIUM')));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.resources).toHaveLength(4);
    expect(
      (await readdir(join(plane.dataDir, 'infrastructure'), { recursive: true })).filter((path) =>
        path.endsWith(current),
      ),
    ).toEqual([`silo/${current}`]);
  });

  it('fifty tenants at once each get their own, and leave nothing when they go', async () => {
    const tiers = ['FREE', 'STANDARD', 'PREMIUM'];
    const tenants = Array.from({ length: 50 }, (_, index) => ({
      tenantId: `ten_fifty${index}`,
      tier: tiers[index % 3],
    }));
    const made = await Promise.all(tenants.map(({ tenantId, tier }) => command(PROVISION, tier, 'wf_1', tenantId)));
    expect(made.every(({ status }) => status === 'READY')).toBe(true);
    const own = made.flatMap(({ resources }) => resources.filter(({ shared }) => !shared));
    const common = made.flatMap(({ resources }) => resources.filter(({ shared }) => shared));
    expect(new Set(own.map(({ resourceId }) => resourceId)).size).toBe(17 + 16 * 4);
    expect(new Set(common.map(({ resourceId }) => resourceId)).size).toBe(2);
    await Promise.all(tenants.map(({ tenantId }) => command(DEPROVISION, undefined, 'wf_2', tenantId)));
    expect(await traces('ten_fifty')).toEqual([]);
  });
});

describe('a tier change', () => {
  beforeEach(() => command(PROVISION, 'STANDARD', 'wf_1'));

  it('makes the new beside what is in use, then releases the old', async () => {
    const old = await shown();
    const made = await command(PROVISION, 'PREMIUM', 'wf_2');
    expect(made).toMatchObject({ isolation: 'SILO', status: 'READY' });
    expect(await shown()).toEqual(old);
    plane.clock.advance(1_000);
    const released = await command(RELEASE, 'PREMIUM', 'wf_2');
    expect(released).toEqual({ ...made, updatedAt: plane.clock.now().toISOString() });
    expect(await shown()).toEqual(released);
    expect(await command(RELEASE, 'PREMIUM', 'wf_2')).toEqual(released);
    expect((await traces()).filter((path) => !path.startsWith('silo/') && path !== 'silo')).toEqual([]);
  });

  it('that is undone leaves what was in use before as it was', async () => {
    const old = await shown();
    await command(PROVISION, 'FREE', 'wf_2');
    expect(await command(DISCARD, 'FREE', 'wf_2')).toBe(true);
    expect(await command(DISCARD, 'FREE', 'wf_2')).toBe(true);
    expect(await shown()).toEqual(old);
    expect((await traces()).filter((path) => !path.startsWith('bridge/'))).toEqual([]);
  });

  it('to the tier that the tenant has, undone, removes nothing', async () => {
    const old = await shown();
    expect(await command(PROVISION, 'STANDARD', 'wf_2')).toEqual(old);
    await command(DISCARD, 'STANDARD', 'wf_2');
    expect(await shown()).toEqual(old);
    expect(await command(RELEASE, 'STANDARD', 'wf_3')).toMatchObject({ isolation: 'BRIDGE', status: 'READY' });
    await command(DISCARD, 'STANDARD', 'wf_1');
    expect(await shown()).toMatchObject({ isolation: 'BRIDGE', status: 'READY' });
  });

  it('cannot put in use what was not made', async () => {
    const variables = { tenantId: current, tier: 'PREMIUM', commandId: 'wf_2/STEP' };
    for (const tenantId of [current, 'ten_none']) {
      const { errors } = await plane.execute('provisioning', ONBOARDING, RELEASE, { ...variables, tenantId });
      expect(errors?.[0]?.extensions.code).toBe('FAILED_PRECONDITION');
    }
    expect(await shown()).toMatchObject({ isolation: 'BRIDGE', status: 'READY' });
  });
});

describe('what is taken away', () => {
  it('an onboarding that is undone leaves nothing behind', async () => {
    await command(PROVISION, 'PREMIUM', 'wf_1');
    expect(await traces()).not.toEqual([]);
    await command(DISCARD, 'PREMIUM', 'wf_1');
    expect(await traces()).toEqual([]);
    expect(await shown()).toBeNull();
  });

  it('undoing what never was done succeeds', async () => {
    expect(await command(DISCARD, 'PREMIUM')).toBe(true);
    expect(await command(DEPROVISION, undefined)).toBe(true);
    expect(await shown()).toBeNull();
  });

  it('a tenant that was deprovisioned has nothing, however often it is repeated, and never will', async () => {
    for (const [tier, workflow] of EVERY_TIER) await command(PROVISION, tier, workflow);
    await Promise.all([1, 2, 3].map(() => command(DEPROVISION, undefined, 'wf_4')));
    expect(await traces()).toEqual([]);
    expect(await shown()).toBeNull();
    const variables = { tenantId: current, tier: 'PREMIUM', commandId: 'wf_3/STEP' };
    for (const source of [PROVISION, RELEASE]) {
      const { errors } = await plane.execute('provisioning', ONBOARDING, source, variables);
      expect(errors?.[0]?.extensions).toEqual({ code: 'FAILED_PRECONDITION' });
    }
    expect(await traces()).toEqual([]);
    expect(await shown()).toBeNull();
  });

  it('files without a record go too', async () => {
    const folder = join(plane.dataDir, 'infrastructure/silo', current);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'tenant.db'), 'half made');
    await command(DEPROVISION, undefined);
    expect(await traces()).toEqual([]);
  });

  it('a record without files goes too', async () => {
    await command(PROVISION, 'STANDARD');
    await rm(join(plane.dataDir, 'infrastructure/bridge', current), { recursive: true });
    await command(DEPROVISION, undefined);
    expect(await shown()).toBeNull();
  });
});

describe('who may do what', () => {
  const commands = Object.entries({
    provision: PROVISION,
    release: RELEASE,
    discard: DISCARD,
    deprovision: DEPROVISION,
  });
  const refusal = async (principal: typeof ADMINISTRATOR, source: string, tenantId: string) => {
    const variables = { tenantId, tier: 'FREE', commandId: 'wf_1/STEP' };
    return (await plane.execute('provisioning', principal, source, variables)).errors?.[0];
  };

  it.each(commands)('only services command: %s', async (_, source) => {
    for (const principal of [ADMINISTRATOR, tenantUser(current)]) {
      expect((await refusal(principal, source, current))?.extensions.code).toBe('FORBIDDEN');
    }
  });

  it('a tenant sees its own infrastructure, another one none of it', async () => {
    await command(PROVISION, 'FREE');
    expect(await shown(current, tenantUser(current))).toMatchObject({ isolation: 'POOL' });
    expect(await shown(current, tenantUser('ten_other'))).toBeNull();
    const representations = [{ __typename: 'Tenant', tenantId: current }];
    const member = tenantUser(current, 'TENANT_MEMBER');
    const { errors, data } = await plane.execute('provisioning', member, READ, { representations });
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(data?._entities).toEqual([{ tenantId: current, infrastructure: null }]);
  });

  it('a service that does not ask for it in its calls is refused, whatever its scopes', async () => {
    const representations = [{ __typename: 'Tenant', tenantId: current }];
    const { errors } = await plane.execute('provisioning', servicePrincipal('user'), READ, { representations });
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await refusal(servicePrincipal('billing'), PROVISION, current))?.extensions.code).toBe('FORBIDDEN');
  });

  it.each(['../../etc', 'ten_a/../../b', '/etc/passwd', '', 'ten_A'])(
    'the tenant id %j is refused',
    async (tenantId) => {
      const before = await readdir(plane.dataDir, { recursive: true });
      for (const [, source] of commands) {
        const error = await refusal(ONBOARDING, source, tenantId);
        expect(error?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'tenantId' });
      }
      expect(await readdir(plane.dataDir, { recursive: true })).toEqual(before);
    },
  );

  it('a disk that refuses is UNAVAILABLE, with no path in the message', async () => {
    const place = join(plane.dataDir, 'infrastructure/silo');
    await rm(place, { recursive: true, force: true });
    await writeFile(place, 'a file where the folder belongs');
    const variables = { tenantId: current, tier: 'PREMIUM', commandId: 'wf_1/STEP' };
    const { errors } = await plane.execute('provisioning', ONBOARDING, PROVISION, variables);
    expect(errors?.[0]?.extensions).toEqual({ code: 'UNAVAILABLE' });
    expect(errors?.[0]?.message).not.toContain('/');
    expect(await shown()).toMatchObject({ status: 'FAILED', resources: [] });
    await rm(place);
    expect(await command(PROVISION, 'PREMIUM')).toMatchObject({ status: 'READY' });
  });
});
