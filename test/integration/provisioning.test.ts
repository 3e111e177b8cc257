import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

const TENANT = 'ten_0192f0c4a1b2';
const EVERY_TIER = [
  ['FREE', 'wf_1'],
  ['STANDARD', 'wf_2'],
  ['PREMIUM', 'wf_3'],
] as const;
let plane: TestPlane;

beforeEach(async () => {
  plane = await openTestPlane();
});
afterEach(() => plane.close());

async function command(source: string, tier: string | undefined, workflow = 'wf_1', tenantId = TENANT) {
  const variables = { tenantId, commandId: `${workflow}/STEP`, ...(tier === undefined ? {} : { tier }) };
  const data = await plane.data('provisioning', ONBOARDING, source, variables);
  return Object.values(data)[0] as Infrastructure;
}

async function shown(tenantId = TENANT, principal = ADMINISTRATOR): Promise<Infrastructure | null> {
  const representations = [{ __typename: 'Tenant', tenantId }];
  const data = await plane.data('provisioning', principal, READ, { representations });
  const [tenant] = data._entities as ({ infrastructure: Infrastructure | null } | null)[];
  return tenant?.infrastructure ?? null;
}

/** Where a tenant's id still stands in what the driver made: in a path or in a file. */
async function traces(tenantId = TENANT): Promise<string[]> {
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
    expect(made).toMatchObject({ isolation, status: 'READY', driver: 'local', updatedAt: '2026-03-10T12:00:00.000Z' });
    expect(made.resources.map((resource) => resource.shared)).toEqual(shared);
    expect(made.resources.every(({ resourceId }) => /^res_[0-9a-f]{32}$/.test(resourceId))).toBe(true);
    for (const { shared, attributes } of made.resources) expect(shared || attributes.path?.includes(TENANT)).toBe(true);
    expect(await shown()).toEqual(made);
  });

  it('a database that was made can be opened and has the tenant in it', async () => {
    for (const [tier, workflow] of EVERY_TIER) {
      const { resources } = await command(PROVISION, tier, workflow);
      const { path, sizeBytes } = resources.find(({ kind }) => kind === 'database')?.attributes ?? {};
      const file = join(plane.dataDir, path ?? '');
      expect(sizeBytes).toBe((await stat(file)).size);
      const database = new DatabaseSync(file, { readOnly: true });
      expect(database.prepare('SELECT tenant_id FROM tenants').all()).toEqual([{ tenant_id: TENANT }]);
      database.close();
    }
  });

  it('the same command ten times at once makes one, and answers the same each time', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => command(PROVISION, 'PREMIUM')));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.resources).toHaveLength(4);
    expect(await readdir(join(plane.dataDir, 'infrastructure/silo'))).toEqual([TENANT]);
  });

  it('fifty tenants at once each get their own, and leave nothing when they go', async () => {
    const tiers = ['FREE', 'STANDARD', 'PREMIUM'];
    const tenants = Array.from({ length: 50 }, (_, index) => ({ tenantId: `ten_${index}`, tier: tiers[index % 3] }));
    const made = await Promise.all(tenants.map(({ tenantId, tier }) => command(PROVISION, tier, 'wf_1', tenantId)));
    expect(made.every(({ status }) => status === 'READY')).toBe(true);
    const own = made.flatMap(({ resources }) => resources.filter(({ shared }) => !shared));
    const common = made.flatMap(({ resources }) => resources.filter(({ shared }) => shared));
    expect(new Set(own.map(({ resourceId }) => resourceId)).size).toBe(17 + 16 * 4);
    expect(new Set(common.map(({ resourceId }) => resourceId)).size).toBe(2);
    await Promise.all(tenants.map(({ tenantId }) => command(DEPROVISION, undefined, 'wf_2', tenantId)));
    expect(await traces('ten_')).toEqual([]);
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
    expect(released).toEqual({ ...made, updatedAt: '2026-03-10T12:00:01.000Z' });
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
    const variables = { tenantId: TENANT, tier: 'PREMIUM', commandId: 'wf_2/STEP' };
    for (const tenantId of [TENANT, 'ten_none']) {
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

  it('a tenant that was deprovisioned has nothing, however often it is repeated, and can be provisioned anew', async () => {
    for (const [tier, workflow] of EVERY_TIER) await command(PROVISION, tier, workflow);
    await Promise.all([1, 2, 3].map(() => command(DEPROVISION, undefined, 'wf_4')));
    expect(await traces()).toEqual([]);
    expect(await shown()).toBeNull();
    expect(await command(PROVISION, 'FREE', 'wf_5')).toMatchObject({ isolation: 'POOL', status: 'READY' });
  });

  it('files without a record go too', async () => {
    const folder = join(plane.dataDir, 'infrastructure/silo', TENANT);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'tenant.db'), 'half made');
    await command(DEPROVISION, undefined);
    expect(await traces()).toEqual([]);
  });

  it('a record without files goes too', async () => {
    await command(PROVISION, 'STANDARD');
    await rm(join(plane.dataDir, 'infrastructure'), { recursive: true });
    await command(DEPROVISION, undefined);
    expect(await shown()).toBeNull();
  });
});

describe('who may do what', () => {
  const variables = { tenantId: TENANT, tier: 'FREE', commandId: 'wf_1/STEP' };
  const commands = Object.entries({
    provision: PROVISION,
    release: RELEASE,
    discard: DISCARD,
    deprovision: DEPROVISION,
  });
  /** GraphQL refuses variables of which an operation knows nothing only when it validates, which an insider does not. */
  const refusal = async (principal: typeof ADMINISTRATOR, source: string, tenantId = TENANT) =>
    (await plane.execute('provisioning', principal, source, { ...variables, tenantId })).errors?.[0];

  it.each(commands)('only services command: %s', async (_, source) => {
    for (const principal of [ADMINISTRATOR, tenantUser(TENANT)]) {
      expect((await refusal(principal, source))?.extensions.code).toBe('FORBIDDEN');
    }
  });

  it('a tenant sees its own infrastructure, another one none of it', async () => {
    await command(PROVISION, 'FREE');
    expect(await shown(TENANT, tenantUser(TENANT))).toMatchObject({ isolation: 'POOL' });
    expect(await shown(TENANT, tenantUser('ten_other'))).toBeNull();
    for (const principal of [tenantUser(TENANT, 'TENANT_MEMBER'), servicePrincipal('user')]) {
      const representations = [{ __typename: 'Tenant', tenantId: TENANT }];
      const { errors, data } = await plane.execute('provisioning', principal, READ, { representations });
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
      expect(data?._entities).toEqual([{ tenantId: TENANT, infrastructure: null }]);
    }
  });

  it.each(['../../etc', 'ten_a/../../b', '/etc/passwd', '', 'ten_A'])(
    'the tenant id %j is refused',
    async (tenantId) => {
      for (const [, source] of commands) {
        const error = await refusal(ONBOARDING, source, tenantId);
        expect(error?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'tenantId' });
      }
      expect(await readdir(plane.dataDir)).not.toContain('infrastructure');
    },
  );

  it('a disk that refuses is UNAVAILABLE, with no path in the message', async () => {
    await writeFile(join(plane.dataDir, 'infrastructure'), 'a file where the folder belongs');
    const error = await refusal(ONBOARDING, PROVISION);
    expect(error?.extensions).toEqual({ code: 'UNAVAILABLE' });
    expect(error?.message).not.toContain('/');
    expect(await shown()).toMatchObject({ status: 'FAILED', resources: [] });
  });
});
