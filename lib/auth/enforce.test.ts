import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { Request, RequestContext } from '../graphql/context.ts';
import { executeOperation } from '../graphql/execute.ts';
import { createLog } from '../log.ts';
import { enforceAuthorization, guardReferences } from './enforce.ts';
import { ANONYMOUS, type Principal } from './principal.ts';

const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@requiresScopes"])
  type Tenant @key(fields: "tenantId") { tenantId: ID! open: String secret: String @requiresScopes(scopes: [["a", "b"], ["c"]]) }
  type Guarded @authenticated { value: String }
  input RenameInput { tenantId: ID! name: String! }
  type Query {
    tenant(tenantId: ID!): Tenant @authenticated
    strict(tenantId: ID!): Tenant! @authenticated
    guarded: Guarded
  }
  type Mutation { rename(input: RenameInput!): Tenant @requiresScopes(scopes: [["a"]]) }
`);

let renamed = 0;
const resolvers = {
  Tenant: { __resolveReference: (reference: object) => reference, open: () => 'open', secret: () => 'secret' },
  Guarded: { value: () => 'value' },
  Query: {
    tenant: (_: unknown, { tenantId }: { tenantId: string }) => ({ tenantId }),
    strict: (_: unknown, { tenantId }: { tenantId: string }) => ({ tenantId }),
    guarded: () => ({}),
  },
  Mutation: {
    rename: (_: unknown, { input }: { input: { tenantId: string } }) => ({
      tenantId: input.tenantId,
      renamed: ++renamed,
    }),
  },
};
const schema = enforceAuthorization(
  buildSubgraphSchema([{ typeDefs, resolvers: guardReferences(resolvers) as typeof resolvers }]),
  'tenant',
);
const log = createLog('silent');

const principal = (scopes: string[], tenantId: string | null = null): Principal => ({
  kind: 'user',
  id: 'usr_1',
  tenantId,
  roles: [],
  scopes: new Set(scopes),
});

async function ask(who: Principal, source: string, variables = {}) {
  const context = new RequestContext(new Request({ requestId: 'req_1', log, principal: who }));
  const { data, errors } = await executeOperation(schema, { document: parse(source), variables }, context);
  return {
    data: JSON.parse(JSON.stringify(data ?? null)),
    codes: (errors ?? []).map((error) => error.extensions.code),
  };
}

describe('a field asks for what its SDL says', () => {
  test('nobody is UNAUTHENTICATED, on the field and on every field of a guarded type', async () => {
    expect(await ask(ANONYMOUS, '{ tenant(tenantId: "ten_1") { open } }')).toEqual({
      data: { tenant: null },
      codes: ['UNAUTHENTICATED'],
    });
    expect(await ask(ANONYMOUS, '{ guarded { value } }')).toEqual({
      data: { guarded: { value: null } },
      codes: ['UNAUTHENTICATED'],
    });
  });

  test.each([
    [['a'], 'FORBIDDEN'],
    [['b'], 'FORBIDDEN'],
    [[], 'FORBIDDEN'],
    [['a', 'b'], undefined],
    [['c'], undefined],
  ])('with the scopes %j of [a and b] or [c]: %s', async (scopes, code) => {
    const { data, codes } = await ask(principal(scopes), '{ tenant(tenantId: "ten_1") { secret open } }');
    expect(codes).toEqual(code === undefined ? [] : [code]);
    expect(data.tenant).toEqual({ secret: code === undefined ? 'secret' : null, open: 'open' });
  });
});

describe('another tenant does not exist', () => {
  const own = principal(['a', 'c'], 'ten_1');

  test('for a nullable query it is null, for a non-null one NOT_FOUND', async () => {
    expect(await ask(own, '{ tenant(tenantId: "ten_2") { open } }')).toEqual({ data: { tenant: null }, codes: [] });
    expect((await ask(own, '{ strict(tenantId: "ten_2") { open } }')).codes).toEqual(['NOT_FOUND']);
    expect((await ask(own, '{ tenant(tenantId: "ten_1") { open } }')).data.tenant).toEqual({ open: 'open' });
  });

  test('for a mutation it is NOT_FOUND, and nothing happens', async () => {
    const rename = 'mutation($input: RenameInput!) { rename(input: $input) { tenantId } }';
    expect((await ask(own, rename, { input: { tenantId: 'ten_2', name: 'x' } })).codes).toEqual(['NOT_FOUND']);
    expect(renamed).toBe(0);
    expect((await ask(own, rename, { input: { tenantId: 'ten_1', name: 'x' } })).data.rename).toEqual({
      tenantId: 'ten_1',
    });
    expect(renamed).toBe(1);
  });

  test('an entity reference to it resolves to null', async () => {
    const entities = 'query($r: [_Any!]!) { _entities(representations: $r) { ... on Tenant { secret } } }';
    const r = ['ten_1', 'ten_2'].map((tenantId) => ({ __typename: 'Tenant', tenantId }));
    expect((await ask(own, entities, { r })).data._entities).toEqual([{ secret: 'secret' }, null]);
    expect((await ask(ANONYMOUS, entities, { r })).data._entities).toEqual([null, null]);
  });
});
