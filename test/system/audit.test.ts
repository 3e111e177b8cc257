import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StoreUnavailable } from '#lib/store/errors.ts';
import type { Stores } from '#lib/store/port.ts';
import { collectionAround } from '../support/around.ts';
import { askForAudit, readAudit } from '../support/audit.ts';
import { ADMIN, clientToken, startTestServer, type TestServer } from '../support/server.ts';

const ONBOARD =
  'mutation ($input: OnboardInput!) { onboard(input: $input) { workflow { status } tenant { tenantId } invitation { token } } }';
const SIGN_IN =
  'mutation ($input: SignInInput!) { signIn(input: $input) { accessToken refreshToken user { userId } } }';
const ACCEPT =
  'mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { accessToken user { userId } } }';
const RENAME = 'mutation ($input: RenameTenantInput!) { renameTenant(input: $input) { tenant { name } } }';
const PASSWORD = 'correct horse battery staple';

let server: TestServer;
let admin: string;
/** How many writes of the audit log fail from now on: of beginnings, and of ends. */
let failures = { begin: 0, end: 0 };
/** Called when a mutation arrives at a service. */
let onMutation: () => void | Promise<void> = () => undefined;
let count = 0;

beforeAll(async () => {
  server = await startTestServer({
    interceptStores: failingStores,
    interceptDataSource: (name, dataSourceOf) => {
      const inner = dataSourceOf(name);
      return {
        async process(options) {
          if (options.request.query?.startsWith('mutation')) await onMutation();
          return await inner.process(options);
        },
      };
    },
  });
  admin = await server.signIn();
});
afterAll(() => server.close());

/** A customer with an admin who is signed in. */
async function makeTenant(): Promise<{ tenantId: string; email: string; userId: string; token: string }> {
  const customerName = `Customer ${++count}`;
  const email = `ada${count}@customer.example`;
  const { data } = await server.query(
    ONBOARD,
    { input: { customerName, email, billingAddress: 'x', tier: 'FREE' } },
    admin,
  );
  const { tenant, invitation } = data.onboard;
  const accepted = await server.query(ACCEPT, { input: { token: invitation.token, password: PASSWORD } });
  const { accessToken, user } = accepted.data.acceptInvitation;
  return { tenantId: tenant.tenantId, email, userId: user.userId, token: accessToken };
}

describe('the audit log', () => {
  test('says who did what to whom, from where, in which request, when, and what became of it', async () => {
    const { tenantId } = await makeTenant();
    const answer = await server.query(RENAME, { input: { tenantId, name: `Renamed ${count}` } }, admin);
    const [entry] = await readAudit(server, admin);
    expect(entry).toEqual({
      entryId: expect.stringMatching(/^aud_/),
      action: 'renameTenant',
      result: 'DONE',
      errorCode: null,
      actor: {
        kind: 'ADMINISTRATOR',
        actorId: expect.stringMatching(/^adm_/),
        tenantId: null,
        clientId: null,
        address: '127.0.0.1',
      },
      tenantId,
      targets: [{ type: 'Tenant', id: tenantId }],
      arguments: { tenantId, name: `Renamed ${count}` },
      requestId: answer.headers.get('x-request-id'),
      begunAt: expect.any(String),
      endedAt: expect.any(String),
    });
    expect(Date.parse(entry?.endedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(entry?.begunAt ?? ''));
  });

  test('has a mutation before it is carried out, and its end before it is answered', async () => {
    const { tenantId } = await makeTenant();
    let before: unknown;
    onMutation = async () => {
      before = (await readAudit(server, admin))[0];
    };
    await server.query(RENAME, { input: { tenantId, name: `Before ${count}` } }, admin);
    onMutation = () => undefined;
    expect(before).toMatchObject({ action: 'renameTenant', result: 'PENDING', tenantId, endedAt: null });
    expect((await readAudit(server, admin))[0]).toMatchObject({ action: 'renameTenant', result: 'DONE', tenantId });
  });

  test('knows what a mutation brought forth, whatever of it was selected', async () => {
    const input = {
      customerName: `Customer ${++count}`,
      email: `x${count}@x.example`,
      billingAddress: 'x',
      tier: 'FREE',
    };
    await server.query('mutation ($input: OnboardInput!) { onboard(input: $input) { __typename } }', { input }, admin);
    const [entry] = await readAudit(server, admin);
    expect(entry?.targets.map(({ type }) => type).sort()).toEqual(['Tenant', 'Workflow']);
    expect(entry?.tenantId).toBe(entry?.targets.find(({ type }) => type === 'Tenant')?.id);
    expect(entry?.arguments).toEqual({
      customerName: input.customerName,
      email: expect.stringMatching(/^email:[\w-]{22}$/),
      billingAddress: '[withheld]',
      tier: 'FREE',
    });
  });

  test('has refused attempts, with their code', async () => {
    const { token, userId, tenantId } = await makeTenant();
    const other = await makeTenant();
    await server.query(RENAME, { input: { tenantId: other.tenantId, name: 'Mine' } }, token);
    await server.query('mutation { disableUser(input: { userId: "usr_none" }) { user { userId } } }', {}, token);
    await server.query('mutation { disableUser(input: { userId: "usr_none" }) { user { userId } } }');
    const [nobody, missing, forbidden] = await readAudit(server, admin);
    expect(nobody).toMatchObject({
      result: 'FAILED',
      errorCode: 'UNAUTHENTICATED',
      actor: { kind: 'ANONYMOUS', actorId: null },
    });
    expect(missing).toMatchObject({ result: 'FAILED', errorCode: 'NOT_FOUND', tenantId });
    // The other tenant is not told of it.
    expect(forbidden).toMatchObject({
      result: 'FAILED',
      errorCode: 'FORBIDDEN',
      tenantId,
      actor: { kind: 'USER', actorId: userId },
    });
  });

  test('has sign-ins as those of who signed in, and failed ones with whose address it was', async () => {
    const { email, userId, tenantId } = await makeTenant();
    await server.query(SIGN_IN, { input: { email, password: PASSWORD } });
    await server.query(SIGN_IN, { input: { email: email.toUpperCase(), password: 'not the password' } });
    await server.query(SIGN_IN, { input: { email: 'nobody@nowhere.example', password: 'not the password' } });
    await server.query(SIGN_IN, { input: { email: ADMIN.email, password: 'not the password' } });
    const [staff, nobody, wrong, right] = await readAudit(server, admin, { action: 'signIn' });
    expect(right).toMatchObject({ result: 'DONE', tenantId, actor: { kind: 'USER', actorId: userId, tenantId } });
    expect(wrong).toMatchObject({
      result: 'FAILED',
      errorCode: 'UNAUTHENTICATED',
      tenantId,
      targets: [{ type: 'User', id: userId }],
    });
    expect(wrong).toMatchObject({ actor: { kind: 'ANONYMOUS', actorId: null } });
    expect(nobody).toMatchObject({ result: 'FAILED', tenantId: null, targets: [] });
    expect(staff).toMatchObject({ result: 'FAILED', tenantId: null, targets: [{ type: 'Administrator' }] });
    expect(right?.arguments.email).toBe(wrong?.arguments.email);
    expect(right?.arguments.email).not.toBe(nobody?.arguments.email);
  });

  test('tells the fields of one request apart: done, failed, not begun', async () => {
    const { tenantId } = await makeTenant();
    const user = 'disableUser(input: { userId: "usr_none" }) { user { userId } }';
    const { errors } = await server.query(
      `mutation ($t: ID!, $no: Boolean!) {
        first: renameTenant(input: { tenantId: $t, name: "First ${count}" }) { tenant { name } }
        second: ${user} third: ${user}
        fourth: renameTenant(input: { tenantId: $t, name: "Fourth" }) @include(if: $no) { tenant { name } }
      }`,
      { t: tenantId, no: false },
      admin,
    );
    expect(errors).toHaveLength(1);
    const entries = await readAudit(server, admin, { first: 3 });
    expect(entries.reverse().map(({ action, result, errorCode }) => [action, result, errorCode])).toEqual([
      ['renameTenant', 'DONE', null],
      ['disableUser', 'FAILED', 'NOT_FOUND'],
      ['disableUser', 'SKIPPED', null],
    ]);
  });

  test('calls done what was done, although something that was selected failed', async () => {
    const { token, userId } = await makeTenant();
    const { errors } = await server.query(
      `mutation { setUserRole(input: { userId: "${userId}", role: TENANT_ADMIN }) { user { tenant { upcomingInvoice { total { amountMinor } } name
        users(first: 1000) { totalCount } } } } }`,
      {},
      token,
    );
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect((await readAudit(server, admin))[0]).toMatchObject({
      action: 'setUserRole',
      result: 'DONE',
      errorCode: null,
    });
  });

  test('has no usage, and no request that does not fit', async () => {
    const { tenantId } = await makeTenant();
    const [last] = await readAudit(server, admin);
    const events = [{ id: 'e', tenantId, meter: 'apis', value: '1' }];
    await server.query(
      'mutation ($e: [UsageEventInput!]!) { recordUsage(input: { events: $e }) { accepted } }',
      { e: events },
      admin,
    );
    await server.query(RENAME, { input: { tenantId } }, admin);
    await server.query('mutation { renameTenant { tenant { name } } }', {}, admin);
    expect((await readAudit(server, admin))[0]).toEqual(last);
  });
});

describe('when the audit log cannot be written', () => {
  test('nothing is carried out, and the caller can send it again', async () => {
    const { tenantId } = await makeTenant();
    let arrived = 0;
    onMutation = () => {
      arrived += 1;
    };
    failures = { begin: 1, end: 0 };
    const refused = await server.query(RENAME, { input: { tenantId, name: `Refused ${count}` } }, admin);
    expect(refused.errors.map(({ extensions }) => extensions.code)).toEqual(['UNAVAILABLE']);
    expect(refused.data).toBeNull();
    expect(arrived).toBe(0);
    const again = await server.query(RENAME, { input: { tenantId, name: `Refused ${count}` } }, admin);
    expect(again.errors).toEqual([]);
    expect(arrived).toBe(1);
    onMutation = () => undefined;
  });

  test('what was done is answered all the same, stands there as pending, and is completed when that is possible', async () => {
    const { tenantId } = await makeTenant();
    failures = { begin: 0, end: 1 };
    const { errors } = await server.query(RENAME, { input: { tenantId, name: `Pending ${count}` } }, admin);
    expect(errors).toEqual([]);
    expect((await readAudit(server, admin))[0]).toMatchObject({
      action: 'renameTenant',
      result: 'PENDING',
      endedAt: null,
    });
    await expect.poll(async () => (await readAudit(server, admin))[0]?.result, { timeout: 5_000 }).toBe('DONE');
  });

  test('queries and usage are answered', async () => {
    const { tenantId } = await makeTenant();
    failures = { begin: Number.POSITIVE_INFINITY, end: 0 };
    const events = [{ id: 'e', tenantId, meter: 'apis', value: '1' }];
    const usage = await server.query(
      'mutation ($e: [UsageEventInput!]!) { recordUsage(input: { events: $e }) { accepted } }',
      { e: events },
      admin,
    );
    const query = await server.query('{ tenants { totalCount } }', {}, admin);
    failures = { begin: 0, end: 0 };
    expect([usage.errors, query.errors]).toEqual([[], []]);
  });
});

describe('who reads the audit log', () => {
  test('a tenant’s admin reads what concerns its tenant, of the platform’s staff without who it was', async () => {
    const { tenantId, token, userId } = await makeTenant();
    const other = await makeTenant();
    await server.query(RENAME, { input: { tenantId, name: `By staff ${count}` } }, admin);
    const entries = await readAudit(server, token);
    expect(entries.map(({ action }) => action)).toEqual(['renameTenant', 'acceptInvitation', 'onboard']);
    expect(new Set(entries.map((entry) => entry.tenantId))).toEqual(new Set([tenantId]));
    expect(entries[0]?.actor).toEqual({
      kind: 'ADMINISTRATOR',
      actorId: null,
      tenantId: null,
      clientId: null,
      address: null,
    });
    expect(entries[1]?.actor).toMatchObject({ kind: 'USER', actorId: userId, address: '127.0.0.1' });
    expect(await readAudit(server, token, { tenantId })).toEqual(entries);
    const foreign = await askForAudit(server, token, { tenantId: other.tenantId });
    const never = await askForAudit(server, token, { tenantId: 'ten_never' });
    expect(foreign.errors).toEqual(never.errors);
    expect(foreign.errors[0]?.extensions.code).toBe('NOT_FOUND');
  });

  test('by asking for one of the staff a tenant’s admin does not learn who it was', async () => {
    const { tenantId, token, userId } = await makeTenant();
    const [onboarding] = await readAudit(server, admin, { tenantId, action: 'onboard' });
    const staff = onboarding?.actor.actorId;
    expect(staff).toMatch(/^adm_/);
    const asked = await askForAudit(server, token, { actorId: staff });
    expect([asked.data.auditLog.edges, asked.data.auditLog.totalCount]).toEqual([[], 0]);
    expect(await readAudit(server, token, { actorId: userId })).toHaveLength(1);
    expect(await readAudit(server, admin, { actorId: staff, tenantId })).toHaveLength(1);
  });

  test('a tenant’s member, and a client without audit:read, do not', async () => {
    const { tenantId } = await makeTenant();
    const create = `mutation ($input: CreateServiceClientInput!) { createServiceClient(input: $input) { client { clientId } clientSecret } }`;
    const make = async (scopes: string[]) => {
      const { data } = await server.query(create, { input: { name: 'App', scopes, tenantId } }, admin);
      const { client, clientSecret } = data.createServiceClient;
      return { clientId: client.clientId, token: await clientToken(server.url, client.clientId, clientSecret) };
    };
    const reader = await make(['audit:read']);
    expect((await readAudit(server, reader.token))[0]).toMatchObject({
      action: 'createServiceClient',
      tenantId,
      targets: [
        { type: 'Tenant', id: tenantId },
        { type: 'ServiceClient', id: reader.clientId },
      ],
    });
    const blind = await make(['tenant:read', 'identity:read']);
    expect((await askForAudit(server, blind.token)).errors[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await askForAudit(server, '')).errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  test('every set of filters finds what it names, newest first, page by page', async () => {
    const { tenantId, userId, token } = await makeTenant();
    const other = await makeTenant();
    const invite = 'mutation ($input: InviteUserInput!) { inviteUser(input: $input) { user { userId } } }';
    for (const n of [1, 2, 3]) {
      await server.query(
        invite,
        { input: { tenantId, email: `i${n}.${count}@x.example`, role: 'TENANT_MEMBER' } },
        token,
      );
      await server.query(RENAME, { input: { tenantId, name: `Filter ${count} ${n}` } }, token);
      await server.query(RENAME, { input: { tenantId: other.tenantId, name: `Other ${count} ${n}` } }, admin);
    }
    const all = (await readAudit(server, admin)).filter(({ begunAt }) => begunAt !== '');
    const fields = { tenantId, actorId: userId, action: 'renameTenant' } as const;
    const times = all.map(({ begunAt }) => begunAt);
    const [from, to] = [times[6], times[1]];
    for (const set of subsets(Object.keys(fields) as (keyof typeof fields)[])) {
      for (const range of [{}, { from }, { to }, { from, to }] as { from?: string; to?: string }[]) {
        const filter = { ...Object.fromEntries(set.map((name) => [name, fields[name]])), ...range };
        const wanted = all.filter(
          (entry) =>
            set.every((name) => (name === 'actorId' ? entry.actor.actorId : entry[name]) === fields[name]) &&
            (range.from === undefined || entry.begunAt >= range.from) &&
            (range.to === undefined || entry.begunAt < range.to),
        );
        const found = await readAudit(server, admin, filter);
        expect(found.slice(0, wanted.length), JSON.stringify(filter)).toEqual(wanted);
        const { data } = await askForAudit(server, admin, { ...filter, first: 2 });
        const { pageInfo, totalCount } = data.auditLog;
        expect(totalCount).toBe(found.length);
        if (!pageInfo.hasNextPage) continue;
        expect(await readAudit(server, admin, { ...filter, first: 2, after: pageInfo.endCursor })).toEqual(
          found.slice(2, 4),
        );
      }
    }
  });
});

function failingStores(stores: Stores): Stores {
  return {
    ...stores,
    close: () => stores.close(),
    async open(service, specs) {
      const store = await stores.open(service, specs);
      return {
        ping: () => store.ping(),
        collection(spec) {
          const collection = store.collection(spec);
          if (spec.name !== 'audit_entries') return collection;
          const fails = async <T>(kind: 'begin' | 'end', work: () => Promise<T>): Promise<T> => {
            if (failures[kind]-- > 0) throw new StoreUnavailable('no room');
            return await work();
          };
          return {
            ...collectionAround(collection, (_, work) => work()),
            insertMany: (documents) => fails('begin', () => collection.insertMany(documents)),
            update: (key, guard, set) => fails('end', () => collection.update(key, guard, set)),
          };
        },
      };
    },
  };
}

function subsets<T>(items: readonly T[]): T[][] {
  const sets: T[][] = [[]];
  for (const item of items) sets.push(...sets.map((set) => [...set, item]));
  return sets;
}
