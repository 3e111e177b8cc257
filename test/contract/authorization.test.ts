import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema, type GraphQLObjectType, type GraphQLSchema, isObjectType, isUnionType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requirementOf } from '#lib/auth/enforce.ts';
import type { Principal } from '#lib/auth/principal.ts';
import { ManualClock } from '#lib/clock.ts';
import { Request, RequestContext } from '#lib/graphql/context.ts';
import { executeOperation } from '#lib/graphql/execute.ts';
import { SUBGRAPHS, type SubgraphName } from '#lib/graphql/subgraph.ts';
import { createLog } from '#lib/log.ts';
import { openEmbeddedStores } from '#lib/store/embedded/embedded.ts';
import type { Stores } from '#lib/store/port.ts';
import { openTestPlane, type TestPlane } from '#test/support/plane.ts';
import { type Caller, callersOf } from './authorization/callers.ts';
import {
  FOUND_IN,
  GRANTS,
  KEYS,
  OF_NO_TENANT,
  OF_OTHERS,
  OPEN,
  SCOPES,
  WITH_PASSWORD,
  WITH_THEIR_FIELD,
} from './authorization/decisions.ts';
import {
  administratorId,
  MARK,
  NEVER,
  type Populated,
  populate,
  sealable,
  type Target,
} from './authorization/fixture.ts';
import { entityOperation, type Operation, rootOperation } from './authorization/operations.ts';
import { expectedOf, outcomeOf, type Where } from './authorization/outcome.ts';

const api = buildSchema(readFileSync(new URL('../../schema/api.graphql', import.meta.url), 'utf8'));
const log = createLog('silent');

let dataDir: string;
let stores: Stores;
let plane: TestPlane;
let own: Populated;
let foreign: Populated;
let callers: Caller[];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'authorization-'));
  stores = await openEmbeddedStores({ dataDir });
  const sealed = sealable(stores);
  const clock = new ManualClock('2026-03-10T12:00:00.000Z');
  plane = await openTestPlane({ dataDir, shared: { stores: sealed.stores, clock } });
  own = await populate(plane, 'giraffe');
  foreign = await populate(plane, MARK);
  callers = callersOf(own, await administratorId(plane));
  sealed.seal();
});
afterAll(async () => {
  await plane.close();
  await stores.close();
  await rm(dataDir, { recursive: true, force: true });
});

describe('every field has a decision', () => {
  test('of the root and of entities, and where it asks for scopes of its own', () => {
    const decided = new Set([...Object.keys(SCOPES), ...OPEN, ...KEYS]);
    const undecided = objectTypes(api).flatMap((type) => {
      const withField = WITH_THEIR_FIELD[type.name] ?? [];
      return Object.keys(type.getFields())
        .filter((field) => !decided.has(`${type.name}.${field}`) && !withField.includes(field))
        .map((field) => `${type.name}.${field}`);
    });
    expect(undecided).toEqual([]);
  });

  test('and every decision is about a field', () => {
    const fields = new Set(
      objectTypes(api).flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`)),
    );
    const decided = [
      ...Object.keys(SCOPES),
      ...OPEN,
      ...KEYS,
      ...OF_NO_TENANT,
      ...Object.keys(GRANTS),
      ...Object.keys(OF_OTHERS),
      ...WITH_PASSWORD,
      ...Object.entries(WITH_THEIR_FIELD).flatMap(([type, names]) => names.map((name) => `${type}.${name}`)),
    ];
    expect(decided.filter((coordinate) => !fields.has(coordinate))).toEqual([]);
  });

  test.each(SUBGRAPHS)('what goes with its field in %s asks for nothing, and is no entity', (name) => {
    const schema = schemaOf(name);
    for (const type of objectTypes(schema)) {
      for (const field of Object.values(type.getFields())) {
        const coordinate = `${type.name}.${field.name}`;
        if (!WITH_THEIR_FIELD[type.name]?.includes(field.name)) continue;
        expect([coordinate, requirementOf(type, field.astNode)]).toEqual([coordinate, undefined]);
        expect([coordinate, entitiesOf(schema)]).not.toEqual([coordinate, expect.arrayContaining([type.name])]);
      }
    }
  });
});

describe('every caller gets what the table says, from each service directly', () => {
  test.each(SUBGRAPHS)('%s', async (name) => {
    const schema = schemaOf(name);
    const wrong: string[] = [];
    let tried = 0;
    for (const operation of operationsOf(schema)) {
      for (const caller of callersFor(operation)) {
        for (const [where, target] of placesOf(caller)) {
          const outcome = outcomeOf(operation, await run(schema, operation, caller.principal, target));
          const expected = expectedOf(name, operation, caller, where);
          tried += 1;
          if (!expected.includes(outcome)) {
            wrong.push(
              `${operation.coordinate} for ${caller.name}, ${where}: ${outcome}, not ${expected.join(' or ')}`,
            );
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(300);
  });
});

describe('a foreign tenant is as one that never existed', () => {
  test.each(SUBGRAPHS)('%s answers the same but for ids, and nothing of it', async (name) => {
    const schema = schemaOf(name);
    const different: string[] = [];
    for (const operation of operationsOf(schema)) {
      for (const caller of callersFor(operation)) {
        if (caller.principal.tenantId === null) continue;
        const there = await run(schema, operation, caller.principal, foreign);
        const never = await run(schema, operation, caller.principal, NEVER);
        const same = withoutIds(there, foreign) === withoutIds(never, NEVER);
        if (!same || JSON.stringify(there).includes(MARK)) different.push(`${operation.coordinate} for ${caller.name}`);
      }
    }
    expect(different).toEqual([]);
  });
});

/** One for each field of the root, of an entity, and with scopes of its own. */
function operationsOf(schema: GraphQLSchema): Operation[] {
  const roots = (['Query', 'Mutation'] as const).flatMap((root) =>
    Object.keys(schema.getType(root) === undefined ? {} : fieldsOf(schema, root))
      .filter((name) => !name.startsWith('_'))
      .map((name) => rootOperation(schema, root, name)),
  );
  const entities = entitiesOf(schema).flatMap((type) =>
    Object.values(fieldsOf(schema, type))
      .filter((field) => !isExternal(field) && !KEYS.includes(`${type}.${field.name}`))
      .map((field) => entityOperation(schema, type, field.name)),
  );
  const inner = Object.keys(SCOPES).flatMap((coordinate) => {
    const [type = '', name = ''] = coordinate.split('.');
    const [, outer] = FOUND_IN[type]?.split('.') ?? [];
    const here = outer !== undefined && fieldsOf(schema, 'Query')[outer] !== undefined;
    return here ? [rootOperation(schema, 'Query', outer, name)] : [];
  });
  return [...roots, ...entities, ...inner];
}

/** What looks at a password takes its time, and is not asked by each kind of client. */
function callersFor({ coordinate }: Operation): readonly Caller[] {
  return [...OPEN, ...WITH_PASSWORD].includes(coordinate)
    ? callers.filter(({ principal }) => principal.kind !== 'client')
    : callers;
}

function placesOf({ principal }: Caller): [Where, Target][] {
  if (principal.tenantId === null) return [['across tenants', foreign]];
  return [
    ['at home', own],
    ['away', foreign],
  ];
}

async function run(schema: GraphQLSchema, { document, variables }: Operation, principal: Principal, target: Target) {
  const context = new RequestContext(new Request({ requestId: 'req_walk', log, principal }));
  const { data, errors } = await executeOperation(schema, { document, variables: variables(target) }, context);
  return { data, errors: errors?.map(({ message, path, extensions }) => ({ message, path, extensions })) };
}

function withoutIds(answer: unknown, target: Target): string {
  return Object.values(target).reduce((text, id) => text.replaceAll(id, '…'), JSON.stringify(answer));
}

function schemaOf(name: SubgraphName): GraphQLSchema {
  const schema = plane.plane.subgraphs.get(name)?.schema;
  if (schema === undefined) throw new Error(`no subgraph ${name}`);
  return schema;
}

function objectTypes(schema: GraphQLSchema): GraphQLObjectType[] {
  return Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && !type.name.startsWith('_'),
  ) as GraphQLObjectType[];
}

function fieldsOf(schema: GraphQLSchema, name: string) {
  const type = schema.getType(name);
  return isObjectType(type) ? type.getFields() : {};
}

/** The entities that a subgraph resolves by a reference. */
function entitiesOf(schema: GraphQLSchema): string[] {
  const union = schema.getType('_Entity');
  return isUnionType(union) ? union.getTypes().map(({ name }) => name) : [];
}
function isExternal(field: {
  astNode?: { directives?: readonly { name: { value: string } }[] | undefined } | null | undefined;
}): boolean {
  return field.astNode?.directives?.some(({ name }) => name.value === 'external') ?? false;
}
