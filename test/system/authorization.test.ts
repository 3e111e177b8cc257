import { readFileSync } from 'node:fs';
import { buildSchema, isObjectType, parse } from 'graphql';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ANONYMOUS, type Principal, servicePrincipal } from '#lib/auth/principal.ts';
import { GRANTABLE_SCOPES, isTenantClientScope } from '#lib/auth/scopes.ts';
import { Request, RequestContext } from '#lib/graphql/context.ts';
import { executeOperation } from '#lib/graphql/execute.ts';
import { createLog } from '#lib/log.ts';
import type { Caller } from '../contract/authorization/callers.ts';
import { KEYS, OPEN, WITH_PASSWORD } from '../contract/authorization/decisions.ts';
import { MARK, NEVER, sealable, type Target } from '../contract/authorization/fixture.ts';
import { entityThrough, type Operation, rootOperation } from '../contract/authorization/operations.ts';
import { expectedOf, expectedThrough, outcomeOf, type Where } from '../contract/authorization/outcome.ts';
import { type Answer, clientToken, startTestServer, type TestServer } from '../support/server.ts';

const api = buildSchema(readFileSync(new URL('../../schema/api.graphql', import.meta.url), 'utf8'));
const PASSWORD = 'correct horse battery staple';

/** Somebody who asks by a token of its own. */
interface Bearer extends Caller {
  readonly token: string | undefined;
}

let server: TestServer;
let admin: string;
let own: Target;
let foreign: Target;
let callers: readonly Bearer[];

beforeAll(async () => {
  // What is tried is written down; nothing else is written from then on.
  const seals: (() => void)[] = [];
  server = await startTestServer({
    interceptStores(stores) {
      const sealed = sealable(stores, ['audit_entries']);
      seals.push(sealed.seal);
      return sealed.stores;
    },
  });
  admin = await server.signIn();
  const mine = await makeTenant('giraffe');
  own = mine.target;
  foreign = (await makeTenant(MARK)).target;
  const clients = [
    ['a tenant’s client with all it can hold', GRANTABLE_SCOPES.filter(isTenantClientScope), own.tenantId],
    ['a tenant’s client that reads usage', ['usage:read'], own.tenantId],
    ['a client across tenants that manages users', ['user:read', 'user:write', 'tenant:read', 'usage:read'], undefined],
  ] as const;
  callers = [
    { name: 'nobody', principal: ANONYMOUS, token: undefined },
    { name: 'the administrator', token: admin, principal: principalOf(admin) },
    ...mine.people,
    ...(await Promise.all(clients.map(async ([name, scopes, tenantId]) => await client(name, scopes, tenantId)))),
  ];
  for (const seal of seals) seal();
});
afterAll(() => server.close());

test('every caller gets by its token what the table says, from the graph as a whole', async () => {
  const wrong: string[] = [];
  let tried = 0;
  for (const { operation, expected } of operations()) {
    const attempts = callersFor(operation).flatMap((caller) =>
      placesOf(caller).map(async ([where, target]) => {
        const outcome = outcomeOf(operation, await ask(operation, caller, target));
        const wanted = expected(caller, where);
        tried += 1;
        if (wanted.includes(outcome)) return;
        wrong.push(`${operation.coordinate} for ${caller.name}, ${where}: ${outcome}, not ${wanted.join(' or ')}`);
      }),
    );
    await Promise.all(attempts);
  }
  expect(wrong).toEqual([]);
  expect(tried).toBeGreaterThan(500);
}, 60_000);

test('a foreign tenant is for a tenant’s people and programs as one that never existed', async () => {
  const different: string[] = [];
  for (const { operation } of operations()) {
    const bound = callersFor(operation).filter(({ principal }) => principal.tenantId !== null);
    const attempts = bound.map(async (caller) => {
      const [there, never] = await Promise.all([ask(operation, caller, foreign), ask(operation, caller, NEVER)]);
      const same = withoutIds(there, foreign) === withoutIds(never, NEVER);
      if (!same || there.text.includes(MARK)) different.push(`${operation.coordinate} for ${caller.name}`);
    });
    await Promise.all(attempts);
  }
  expect(different).toEqual([]);
}, 60_000);

interface Tried {
  readonly operation: Operation;
  expected(caller: Caller, where: Where): readonly string[];
}

/** One for each field of the root, and of an entity through the field that answers it. */
function operations(): Tried[] {
  const roots = (['Query', 'Mutation'] as const).flatMap((root) =>
    fieldNames(root).map((name): Tried => {
      const operation = rootOperation(api, root, name);
      return { operation, expected: (caller, where) => expectedOf(undefined, operation, caller, where) };
    }),
  );
  const entities = (['Tenant', 'User'] as const).flatMap((type) => {
    const root = type === 'Tenant' ? 'tenant' : 'user';
    const names = fieldNames(type).filter((name) => !KEYS.includes(`${type}.${name}`));
    return names.map((name): Tried => {
      const operation = entityThrough(api, root, type, name);
      return { operation, expected: (caller, where) => expectedThrough(`Query.${root}`, operation, caller, where) };
    });
  });
  return [...roots, ...entities];
}

function fieldNames(name: string): string[] {
  const type = api.getType(name);
  return isObjectType(type) ? Object.keys(type.getFields()) : [];
}

function callersFor({ coordinate }: Operation): readonly Bearer[] {
  return [...OPEN, ...WITH_PASSWORD].includes(coordinate) ? callers.slice(0, 3) : callers;
}

function placesOf({ principal }: Caller): [Where, Target][] {
  if (principal.tenantId === null) return [['across tenants', foreign]];
  return [
    ['at home', own],
    ['away', foreign],
  ];
}

function ask({ source, variables }: Operation, { token }: Bearer, target: Target): Promise<Answer> {
  return server.query(source, variables(target), token);
}

function withoutIds({ data, errors }: Answer, target: Target): string {
  return Object.values(target).reduce((text, id) => text.replaceAll(id, '…'), JSON.stringify({ data, errors }));
}

function principalOf(token: string): Principal {
  const {
    sub = '',
    tenant_id: tenantId,
    roles,
    scope,
  } = decodeJwt<{ tenant_id?: string; roles: string[]; scope: string }>(token);
  const kind = sub.startsWith('cli_') ? 'client' : tenantId === undefined ? 'administrator' : 'user';
  return { kind, id: sub, tenantId: tenantId ?? null, roles, scopes: new Set(scope.split(' ')) };
}

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape
async function mutate(name: string, selected: string, input: object, token: string | null = admin): Promise<any> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const answer = await server.query(
    `mutation ($input: ${type}!) { ${name}(input: $input) ${selected} }`,
    { input },
    token ?? undefined,
  );
  if (answer.errors.length > 0) throw new Error(`${name}: ${answer.text}`);
  return answer.data[name];
}

async function client(name: string, scopes: readonly string[], tenantId: string | undefined): Promise<Bearer> {
  const made = await mutate('createServiceClient', '{ client { clientId } clientSecret }', {
    name: 'App',
    scopes,
    tenantId,
  });
  const token = await clientToken(server.url, made.client.clientId, made.clientSecret);
  return { name, token, principal: principalOf(token) };
}

/** The tenant's bill so far, as an offboarding would issue it. */
async function invoice(tenantId: string): Promise<string> {
  const billing = server.controlPlane.subgraphs.get('billing');
  if (billing === undefined) throw new Error('no billing');
  const source = 'mutation ($id: ID!) { issueFinalInvoices(commandId: "wf_walk/FINAL", tenantId: $id) { invoiceId } }';
  const request = new Request({
    requestId: 'req_walk',
    log: createLog('silent'),
    principal: servicePrincipal('onboarding'),
  });
  const operation = { document: parse(source), variables: { id: tenantId } };
  const { data } = await executeOperation(billing.schema, operation, new RequestContext(request));
  const [first] = (data?.issueFinalInvoices ?? []) as { invoiceId: string }[];
  if (first === undefined) throw new Error('nothing was invoiced');
  return first.invoiceId;
}

/** A tenant whose texts all have a word in them. */
async function makeTenant(word: string): Promise<{ target: Target; people: Bearer[] }> {
  const order = {
    customerName: `${word} industries`,
    email: `ada@${word}.example`,
    billingAddress: word,
    tier: 'PREMIUM',
  };
  const selected = '{ workflow { workflowId } tenant { tenantId } invitation { token } }';
  const { workflow, tenant, invitation } = await mutate('onboard', selected, order);
  const { tenantId } = tenant;
  const invite = (name: string) =>
    mutate('inviteUser', '{ user { userId } invitation { token } }', {
      tenantId,
      role: 'TENANT_MEMBER',
      email: `${name}@${word}.example`,
    });
  const join = async ({ token }: { token: string }, name: string): Promise<Bearer> => {
    const joined = await mutate('acceptInvitation', '{ accessToken }', { token, password: PASSWORD }, null);
    return { name, token: joined.accessToken, principal: principalOf(joined.accessToken) };
  };
  const people = [
    await join(invitation, 'a TENANT_ADMIN'),
    await join((await invite('member')).invitation, 'a TENANT_MEMBER'),
  ];
  const other = await join((await invite('other')).invitation, 'another member');
  const { user } = await invite('invited');
  const made = await mutate('createServiceClient', '{ client { clientId } }', {
    tenantId,
    name: word,
    scopes: ['usage:read'],
  });
  const redirectUris = [`https://${word}.example/back`];
  const { application } = await mutate('createApplication', '{ application { applicationId } }', {
    tenantId,
    name: word,
    redirectUris,
  });
  const sessions = await server.query('{ mySessions { edges { node { sessionId } } } }', {}, other.token);
  const target: Target = {
    ...NEVER,
    tenantId,
    userId: user.userId,
    workflowId: workflow.workflowId,
    clientId: made.client.clientId,
    applicationId: application.applicationId,
    invoiceId: await invoice(tenantId),
    administratorId: principalOf(admin).id,
    sessionId: sessions.data.mySessions.edges[0].node.sessionId,
    name: order.customerName,
    email: `invited@${word}.example`,
  };
  return { target, people };
}
