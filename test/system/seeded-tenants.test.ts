import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildClientSchema, type GraphQLSchema, getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { openEmbeddedStores } from '#lib/store/embedded/embedded.ts';
import type { Store, Stores } from '#lib/store/port.ts';
import { openBillingStore } from '#subgraphs/billing/store.ts';
import { everythingOf } from '#test/scale/all-fields.ts';
import { COLLECTIONS, requireKnown } from '#test/scale/collections.ts';
import { LATEST_SHIFT, live, type Marks, SHAPES } from '#test/scale/life.ts';
import { makeTemplates, seedTenants } from '#test/scale/seed.ts';
import { watchStores } from '#test/scale/watched-stores.ts';
import { PASSWORD } from '#test/support/identity.ts';
import { openTestPlane } from '#test/support/plane.ts';
import { startTestServer, type TestServer } from '#test/support/server.ts';

const NOW = new Date('2026-03-10T12:00:00.000Z');
const COUNT = 100;

interface Subject extends Marks {
  readonly tenantId: string;
  readonly shift: number;
}

/** By shape: one that lived, and some that were seeded after its example. */
const real = new Map<string, Subject>();
const seeded = new Map<string, Subject[]>();
let dataDir: string;
let server: TestServer;
let token: string;
let schema: GraphQLSchema;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'seeded-'));
  const clock = new ManualClock(NOW.toISOString());
  await fillFolder(clock);
  clock.set(NOW.toISOString());
  server = await startTestServer({ dataDir, clock });
  token = await server.signIn();
  schema = buildClientSchema((await ask(getIntrospectionQuery())) as never);
}, 60_000);

afterAll(async () => {
  await server?.close();
  await rm(dataDir, { recursive: true, force: true });
});

describe('the seeder', () => {
  it('fails when a service has a collection that it does not know', async () => {
    const stores = watchStores(await openEmbeddedStores({ dataDir: join(dataDir, 'other') }));
    const more = { name: 'coupons', key: 'couponId', indexes: {} };
    await openBillingStore(withMore(stores, more));
    expect(() => requireKnown(stores.collections.keys())).toThrow('the seeder does not know: billing.coupons');
    expect(() => requireKnown(Object.keys(COLLECTIONS).slice(1))).toThrow('tenant.tenants');
    await stores.close();
  });

  it('makes tenants of every shape', () => {
    expect([...seeded].map(([name, subjects]) => [name, subjects.length])).toStrictEqual(
      SHAPES.map(({ name, weight }) => [name, weight]),
    );
  });
});

describe('a seeded tenant and one that was really onboarded', () => {
  it.each(SHAPES)('answer every query alike: $name', async ({ name }) => {
    const expected = await everything(subject(name));
    expect(JSON.stringify(expected).length).toBeGreaterThan(3_000);
    expect(JSON.stringify(expected)).not.toContain('"errors":[{');
    for (const one of (seeded.get(name) ?? []).slice(0, 2)) expect(await everything(one)).toStrictEqual(expected);
  });

  it('take their places in the lists alike', async () => {
    const source = 'query($search: String!) { tenants(search: $search) { totalCount edges { node { tenantId } } } }';
    for (const one of [subject('standard'), ...(seeded.get('standard') ?? []).slice(0, 3)]) {
      const { tenants } = await ask(source, { search: one.name });
      expect(tenants).toStrictEqual({ totalCount: 1, edges: [{ node: { tenantId: one.tenantId } }] });
    }
    const { all, offboarded, free } = await ask(`{
      all: tenants { totalCount } offboarded: tenants(status: OFFBOARDED) { totalCount } free: tenants(tier: FREE) { totalCount }
    }`);
    expect([all.totalCount, offboarded.totalCount, free.totalCount]).toStrictEqual([106, 5, 67]);
  });

  it('have invoices that are numbered without a gap', async () => {
    const numbers: string[] = [];
    for (const one of [...real.values(), ...[...seeded.values()].flat()]) {
      const source = 'query($id: ID!) { tenant(tenantId: $id) { invoices { edges { node { number } } } } }';
      const { tenant } = await ask(source, { id: one.tenantId });
      for (const { node } of tenant.invoices.edges) numbers.push(node.number);
    }
    for (const year of ['2025', '2026']) {
      const taken = numbers.filter((number) => number.startsWith(year)).sort();
      expect(taken).toStrictEqual(taken.map((_, index) => `${year}-${String(index + 1).padStart(6, '0')}`));
      expect(taken.length).toBeGreaterThan(100);
    }
  });

  it.each(['free', 'standard', 'premium'])('go on alike: %s', { timeout: 60_000 }, async (name) => {
    const tier = name === 'standard' ? 'PREMIUM' : 'STANDARD';
    const [one] = (seeded.get(name) ?? []).slice(-1);
    const expected = await goOn(subject(name), tier);
    expect(JSON.stringify(expected)).not.toContain('errors');
    if (one !== undefined) expect(await goOn(one, tier)).toStrictEqual(expected);
  });
});

async function fillFolder(clock: ManualClock): Promise<void> {
  const stores = watchStores(await openEmbeddedStores({ dataDir }));
  const test = await openTestPlane({ dataDir, shared: { stores, clock } });
  for (const shape of SHAPES) {
    const marks = { name: `Real ${shape.name}`, nameKey: `real ${shape.name}`, domain: `real-${shape.name}.example` };
    real.set(shape.name, { ...marks, tenantId: await live(test, shape, NOW, marks), shift: 0 });
  }
  const templates = await makeTemplates(NOW);
  const { tenants } = await seedTenants({ stores, dataDir, templates, count: COUNT });
  for (const { shape, tenantId, name, domain, number } of tenants) {
    const shift = Math.floor((LATEST_SHIFT / COUNT) * number);
    const one = { tenantId, name, nameKey: name.toLowerCase(), domain, shift };
    seeded.set(shape, [...(seeded.get(shape) ?? []), one]);
  }
  for (const { name } of SHAPES) seeded.set(name, pick(name)); // in the order of the shapes
  await test.close();
  await stores.close();
}

function pick(name: string): Subject[] {
  const found = seeded.get(name) ?? [];
  seeded.delete(name);
  return found;
}

function subject(shape: string): Subject {
  const found = real.get(shape);
  if (found === undefined) throw new Error(`nobody lived ${shape}`);
  return found;
}

function withMore(stores: Stores, more: { name: string; key: string; indexes: object }): Stores {
  const open = (service: string, specs: Parameters<Stores['open']>[1]): Promise<Store> =>
    stores.open(service, [...specs, more as never]);
  return { location: stores.location, exclusive: stores.exclusive, open, close: () => stores.close() };
}

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape
type Data = any;

async function ask(source: string, variables: Record<string, unknown> = {}, as: string | null = token) {
  const { data, errors } = await server.query(source, variables, as ?? undefined);
  if (errors.length > 0) throw new Error(`${source}: ${JSON.stringify(errors)}`);
  return data as Data;
}

/** By query of the graph: how it is asked about one tenant. A query that is not here fails the test. */
const QUERIES: Readonly<Record<string, (about: Found) => Record<string, unknown> | null>> = {
  plans: () => null,
  meters: () => null,
  me: () => null,
  mySessions: () => null,
  administrators: () => null,
  serviceClients: () => null,
  auditLog: ({ tenantId }) => ({ tenantId }),
  tenant: ({ tenantId }) => ({ tenantId }),
  tenantByName: ({ name }) => ({ name }),
  tenants: ({ name }) => ({ search: name }),
  user: ({ userId }) => ({ userId }),
  invoice: ({ invoiceId }) => ({ invoiceId }),
  workflow: ({ workflowId }) => ({ workflowId }),
  workflows: ({ tenantId }) => ({ tenantId }),
  previewTierChange: ({ tenantId, mayChange }) => (mayChange ? { tenantId, tier: 'PREMIUM' } : null),
};

interface Found extends Subject {
  readonly userId: string | undefined;
  readonly invoiceId: string | undefined;
  readonly workflowId: string | undefined;
  readonly mayChange: boolean;
}

/** All that the graph says of a tenant, with what is the tenant's own replaced. */
async function everything(about: Subject): Promise<unknown> {
  const found = await find(about);
  const answers: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(schema.getQueryType()?.getFields() ?? {})) {
    const given = QUERIES[name];
    if (given === undefined) throw new Error(`say how ${name} is asked about one tenant`);
    const values = given(found);
    if (values === null || Object.values(values).includes(undefined)) continue;
    const type = String(field.type).replace(/[[\]!]/g, '');
    const args = Object.keys(values).map((arg) => ({
      arg,
      type: String(field.args.find((candidate) => candidate.name === arg)?.type),
    }));
    const declared = args.map(({ arg, type: of }) => `$${arg}: ${of}`).join(', ');
    const passed = args.map(({ arg }) => `${arg}: $${arg}`).join(', ');
    for (const part of partsOf(type)) {
      const source = `query(${declared}) { ${name}(${passed}) { ${part} } }`;
      const { data, errors } = await server.query(source, values, token);
      answers[`${name} ${part}`] = { data, errors: errors.map(({ message, path }) => ({ message, path })) };
    }
  }
  return JSON.parse(plain(JSON.stringify(answers), about));
}

/** The fields of a type one by one: all of them at once would be too much for one operation. */
function partsOf(type: string): readonly string[] {
  const all = everythingOf(schema, type).slice(2, -2);
  const parts: string[] = [];
  let depth = 0;
  for (const word of all.split(' ')) {
    if (depth === 0 && word !== '{') parts.push(word);
    else parts.push(`${parts.pop() ?? ''} ${word}`);
    if (word === '{') depth += 1;
    if (word === '}') depth -= 1;
  }
  return parts;
}

async function find(about: Subject): Promise<Found> {
  const source = `query($id: ID!) { tenant(tenantId: $id) { status
    users { edges { node { userId } } } invoices { edges { node { invoiceId } } } workflows { edges { node { workflowId } } } } }`;
  const { tenant } = await ask(source, { id: about.tenantId });
  return {
    ...about,
    userId: tenant.users.edges[0]?.node.userId,
    invoiceId: tenant.invoices.edges[0]?.node.invoiceId,
    workflowId: tenant.workflows.edges[0]?.node.workflowId,
    mayChange: tenant.status === 'ACTIVE',
  };
}

/** An answer without what is the tenant's own: ids by their order, times as if it had lived when its example did. */
function plain(text: string, { name, nameKey, domain, shift }: Subject): string {
  const ids = new Map<string, string>();
  return (
    text
      .replaceAll(
        /"(?:cursor|startCursor|endCursor)":"([\w-]+)"/g,
        (_, cursor: string) => `"cursor":${JSON.stringify(Buffer.from(cursor, 'base64url').toString('utf8'))}`,
      )
      .replaceAll(/\b([a-z]{2,3})_[0-9a-f]{32}\b/g, (id, prefix: string) => {
        ids.set(id, ids.get(id) ?? `${prefix}#${ids.size}`);
        return ids.get(id) ?? id;
      })
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (time) =>
        time.endsWith(':00:00.000Z') ? time : new Date(Date.parse(time) - shift).toISOString(),
      )
      // A sign-in is dated apart from every other one of the moment, and found by a hash.
      .replaceAll(/\{[^{}]*"sessionId"[^{}]*\}/g, (session) =>
        session.replace(/"startedAt":"[^"]*"/, '"startedAt":"THEN"'),
      )
      .replaceAll(/"cursor":"\[\\"sessions\\"[^\]]*\]"/g, '"cursor":"SESSION"')
      .replaceAll(/"fingerprint":"\w{16}"/g, '"fingerprint":"KEY"')
      .replaceAll(name, 'NAME')
      .replaceAll(nameKey, 'KEY')
      .replaceAll(domain, 'DOMAIN')
      .replaceAll(/\b20\d\d-\d{6}\b/g, 'NUMBER')
  );
}

/** What a tenant does after today: every mutation's answer, without the tenant's own and the secrets. */
async function goOn(about: Subject, tier: string): Promise<unknown> {
  const { tenantId, domain } = about;
  const users = `{ tenant(tenantId: "${tenantId}") { users { edges { node { userId } } } identity { activeSessions serviceClients { clientId } } } }`;
  const { tenant } = await ask(users);
  const [ada, bob] = tenant.users.edges.map(({ node }: Data) => node.userId);
  const signedIn = await ask(
    'mutation($input: SignInInput!) { signIn(input: $input) { accessToken refreshToken user { userId email } } }',
    { input: { email: `ada@${domain}`, password: PASSWORD } },
    null,
  );
  const events = [
    { id: 'apis-0', tenantId, meter: 'apis', value: '100', time: '2026-03-08T23:30:00.123Z' },
    { id: 'apis-new', tenantId, meter: 'apis', value: '7', time: '2026-03-10T11:59:00.000Z' },
  ];
  const answers = [
    signedIn.signIn.user,
    await ask('{ me { userId email role status tenant { name } } }', {}, signedIn.signIn.accessToken),
    await mutate('inviteUser', '{ user { email role status } }', {
      tenantId,
      email: `cy@${domain}`,
      role: 'TENANT_ADMIN',
    }),
    await mutate('disableUser', '{ user { status } }', { userId: ada }),
    await mutate('setUserRole', '{ user { role status } }', { userId: bob, role: 'TENANT_ADMIN' }),
    await mutate('recordUsage', '{ accepted duplicates rejected { id code } }', { events }),
    await mutate('suspendTenant', '{ tenant { status } }', { tenantId, reason: 'A while' }),
    await mutate('resumeTenant', '{ tenant { status } }', { tenantId }),
    await mutate('changeTier', WORKFLOW, { tenantId, tier }),
    await mutate('offboard', WORKFLOW, { tenantId }),
  ];
  const left = `{ tenant(tenantId: "${tenantId}") { status invoices { totalCount } infrastructure { status } users { totalCount } } }`;
  return JSON.parse(plain(JSON.stringify([...answers, await ask(left)]), { ...about, shift: 0 }));
}

const WORKFLOW = '{ workflow { status steps { name status attempts error { code message } } } tenant { tier status } }';

async function mutate(name: string, payload: string, input: Record<string, unknown>): Promise<unknown> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  return await ask(`mutation($input: ${type}!) { ${name}(input: $input) ${payload} }`, { input });
}
