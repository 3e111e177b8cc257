import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Principal } from '#lib/auth/principal.ts';
import { GRANTABLE_SCOPES, isTenantClientScope } from '#lib/auth/scopes.ts';
import { Request, RequestContext } from '#lib/graphql/context.ts';
import { executeOperation } from '#lib/graphql/execute.ts';
import { createLog } from '#lib/log.ts';
import type { SubgraphName } from '#lib/service-name.ts';
import { NEVER, type Populated, populate, type Target } from '#test/contract/authorization/fixture.ts';
import { entityOperation, type Operation, rootOperation } from '#test/contract/authorization/operations.ts';
import { openTestPlane, type TestPlane } from '#test/support/plane.ts';
import { compareTimes } from '#test/support/timing.ts';

/** An argon2id hash takes some 20 ms: what takes as long as one, to a quarter, tells nothing. */
const WITH_A_HASH = { samples: 15, share: 0.25, floor: 2 };
/** A read more or less of a document takes some hundredths of a millisecond, which no network lets through. */
const WITHOUT = { samples: 80, share: 0.2, floor: 0.5 };

let plane: TestPlane;
let own: Populated;
let foreign: Populated;

beforeAll(async () => {
  plane = await openTestPlane();
  own = await populate(plane, 'giraffe');
  foreign = await populate(plane, 'zebra');
});
afterAll(() => plane.close());

const log = createLog('silent');
let requests = 0;

/** Each request comes from a network of its own, so that no throttle has its say. */
async function ask(name: SubgraphName, principal: Principal, document: Operation['document'], variables: object) {
  const schema = plane.plane.subgraphs.get(name)?.schema;
  if (schema === undefined) throw new Error(`no subgraph ${name}`);
  requests += 1;
  const clientAddress = `10.${requests >> 16}.${(requests >> 8) & 255}.${requests & 255}`;
  const context = new RequestContext(new Request({ requestId: 'req_time', log, principal, clientAddress }));
  return await executeOperation(schema, { document, variables: variables as Record<string, unknown> }, context);
}

describe('users cannot be told apart by time, nor by the answer', () => {
  const mutation = (name: string, type: string, selected: string) => {
    const document = parse(`mutation ($input: ${type}!) { ${name}(input: $input) { ${selected} } }`);
    return async (input: object) => {
      const { data, errors } = await ask('identity', ANONYMOUS, document, { input });
      return { data, errors: errors?.map(({ message, extensions }) => ({ message, extensions })) };
    };
  };
  const signIn = mutation('signIn', 'SignInInput', 'accessToken');
  const accept = mutation('acceptInvitation', 'AcceptInvitationInput', 'accessToken');
  const requestReset = mutation('requestPasswordReset', 'RequestPasswordResetInput', 'accepted');
  const reset = mutation('resetPassword', 'ResetPasswordInput', 'reset');
  const password = 'not the password of anybody';
  const secret = 'x'.repeat(43);

  test('signIn: a wrong password and an unknown address', async () => {
    const known = () => signIn({ email: 'ada@zebra.example', password });
    const unknown = () => signIn({ email: 'nobody@zebra.example', password });
    expect(await known()).toEqual(await unknown());
    expect(await compareTimes(quarterly(known), quarterly(unknown), WITH_A_HASH)).toMatchObject({ alike: true });
  }, 60_000);

  test('signIn: one who is invited, one who is disabled, and an administrator', async () => {
    const unknown = () => signIn({ email: 'nobody@zebra.example', password });
    for (const email of ['invited@zebra.example', 'disabled@zebra.example', 'admin@example.com']) {
      const known = () => signIn({ email, password });
      expect(await known()).toEqual(await unknown());
      const options = { ...WITH_A_HASH, samples: 9 };
      expect([email, await compareTimes(quarterly(known), quarterly(unknown), options)]).toMatchObject([
        email,
        { alike: true },
      ]);
    }
  }, 60_000);

  test('requestPasswordReset: a user and an unknown address', async () => {
    const known = () => requestReset({ email: 'ada@zebra.example' });
    const unknown = () => requestReset({ email: 'nobody@zebra.example' });
    expect(await known()).toEqual(await unknown());
    const options = { ...WITHOUT, samples: 15, floor: 3 };
    expect(await compareTimes(daily(known), daily(unknown), options)).toMatchObject({ alike: true });
  });

  test('acceptInvitation and resetPassword: a user’s id and one that never was, with a wrong secret', async () => {
    for (const present of [accept, reset]) {
      const known = () => present({ token: `${foreign.userId}.${secret}`, password });
      const unknown = () => present({ token: `${NEVER.userId}.${secret}`, password });
      expect(await known()).toEqual(await unknown());
      expect(await compareTimes(known, unknown, WITHOUT)).toMatchObject({ alike: true });
    }
  });
});

describe('a foreign tenant cannot be told from one that never existed by time', () => {
  const FIELDS: [SubgraphName, 'Query' | 'Mutation' | 'Tenant' | 'User', string][] = [
    ['tenant', 'Query', 'tenant'],
    ['tenant', 'Query', 'tenantByName'],
    ['tenant', 'Tenant', 'name'],
    ['user', 'Query', 'user'],
    ['user', 'User', 'email'],
    ['user', 'Tenant', 'users'],
    ['user', 'Mutation', 'disableUser'],
    ['user', 'Mutation', 'removeUser'],
    ['identity', 'Tenant', 'identity'],
    ['identity', 'Mutation', 'revokeServiceClient'],
    ['identity', 'Mutation', 'endUserSessions'],
    ['identity', 'Mutation', 'createServiceClient'],
    ['identity', 'Query', 'auditLog'],
    ['onboarding', 'Query', 'workflow'],
    ['onboarding', 'Query', 'previewTierChange'],
    ['onboarding', 'Mutation', 'changeTier'],
    ['billing', 'Query', 'invoice'],
    ['billing', 'Tenant', 'invoices'],
    ['provisioning', 'Tenant', 'infrastructure'],
    ['metrics', 'Tenant', 'usage'],
  ];

  test.each(FIELDS)('%s: %s.%s', async (name, type, field) => {
    const schema = plane.plane.subgraphs.get(name)?.schema;
    if (schema === undefined) throw new Error(`no subgraph ${name}`);
    const isRoot = type === 'Query' || type === 'Mutation';
    const { document, variables } = isRoot ? rootOperation(schema, type, field) : entityOperation(schema, type, field);
    const scopes = new Set(GRANTABLE_SCOPES.filter(isTenantClientScope));
    const caller: Principal = { kind: 'client', id: 'cli_time', tenantId: own.tenantId, roles: [], scopes };
    const at = (target: Target) => () => ask(name, caller, document, variables(target));
    expect(await compareTimes(at(foreign), at(NEVER), WITHOUT)).toMatchObject({ alike: true });
  });
});

/** A quarter of an hour later each time, so that no account is throttled. */
function quarterly(work: () => Promise<unknown>): () => Promise<unknown> {
  return () => {
    plane.clock.advance(16 * 60 * 1000);
    return work();
  };
}

function daily(work: () => Promise<unknown>): () => Promise<unknown> {
  return () => {
    plane.clock.advance(25 * 60 * 60 * 1000);
    return work();
  };
}
