import {
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
} from 'graphql';
import { KEYS, SCOPES } from './decisions.ts';
import type { Target } from './fixture.ts';

/** An operation that asks for one field. */
export interface Operation {
  /** `Type.field`. */
  readonly coordinate: string;
  /** The field of the root by which it is asked. */
  readonly asks: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly document: DocumentNode;
  readonly source: string;
  /** Known-good values that name the things of a target. */
  variables(target: Target): Record<string, unknown>;
}

type Root = 'Query' | 'Mutation';

/** Asks for a field of the root, or for one field of what such a field answers. */
export function rootOperation(schema: GraphQLSchema, root: Root, name: string, inner?: string): Operation {
  const field = fieldOf(schema, root, name);
  const below = inner === undefined ? undefined : fieldOf(schema, getNamedType(field.type).name, inner);
  const selected = below === undefined ? selection(field.type) : `{ ${below.name} ${selection(below.type)} }`;
  return operation({
    coordinate: below === undefined ? `${root}.${name}` : `${getNamedType(field.type).name}.${inner}`,
    asks: name,
    field: below ?? field,
    source: `${root.toLowerCase()} ${declared(field)} { ${name} ${given(field)} ${selected} }`,
    variables: (target) => values(field, target),
  });
}

/** Asks for a field of an entity by a reference, as an insider would. */
export function entityOperation(schema: GraphQLSchema, type: string, name: string): Operation {
  const field = fieldOf(schema, type, name);
  const key = keyOf(type);
  const declarations = ['$representations: [_Any!]!', ...field.args.map((argument) => declaration(argument))];
  return operation({
    coordinate: `${type}.${name}`,
    asks: '_entities',
    field,
    source: `query (${declarations.join(', ')}) { _entities(representations: $representations) { ... on ${type} { ${name} ${given(field)} ${selection(field.type)} } } }`,
    variables: (target) => ({
      ...values(field, target),
      representations: [{ __typename: type, [key]: target[key as keyof Target] }],
    }),
  });
}

/** Asks for a field of an entity through the field of the root that answers it. */
export function entityThrough(schema: GraphQLSchema, root: string, type: string, name: string): Operation {
  const outer = fieldOf(schema, 'Query', root);
  const field = fieldOf(schema, type, name);
  const declarations = [...outer.args, ...field.args].map((argument) => declaration(argument));
  return operation({
    coordinate: `${type}.${name}`,
    asks: root,
    field,
    source: `query (${declarations.join(', ')}) { ${root} ${given(outer)} { ${name} ${given(field)} ${selection(field.type)} } }`,
    variables: (target) => ({ ...values(outer, target), ...values(field, target) }),
  });
}

function operation(init: Omit<Operation, 'document'>): Operation {
  return { ...init, document: parse(init.source, { noLocation: true }) };
}

function fieldOf(schema: GraphQLSchema, type: string, name: string): GraphQLField<unknown, unknown> {
  const object = schema.getType(type);
  const field = isObjectType(object) ? object.getFields()[name] : undefined;
  if (field === undefined) throw new Error(`there is no ${type}.${name}`);
  return field;
}

function keyOf(type: string): string {
  const key = KEYS.find((coordinate) => coordinate.startsWith(`${type}.`));
  if (key === undefined) throw new Error(`the key of ${type} is not known`);
  return key.slice(type.length + 1);
}

type Arguments = { readonly args: readonly Pick<GraphQLArgument, 'name' | 'type' | 'defaultValue'>[] };

function declaration({ name, type }: { name: string; type: GraphQLInputType }): string {
  return `$${name}: ${String(type)}`;
}

function declared({ args }: Arguments): string {
  return args.length === 0 ? '' : `(${args.map(declaration).join(', ')})`;
}

function given({ args }: Arguments): string {
  return args.length === 0 ? '' : `(${args.map(({ name }) => `${name}: $${name}`).join(', ')})`;
}

/** Everything below that asks for no more than the field does, but of an entity its key alone. */
function selection(type: GraphQLOutputType, depth = 5): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return '';
  const key = KEYS.find((coordinate) => coordinate.startsWith(`${named.name}.`));
  if (key !== undefined) return `{ ${key.slice(named.name.length + 1)} }`;
  const fields = Object.values(named.getFields()).flatMap((field) => {
    if (SCOPES[`${named.name}.${field.name}`] !== undefined || field.args.some(({ type }) => isNonNullType(type)))
      return [];
    if (!isObjectType(getNamedType(field.type))) return [field.name];
    return depth === 0 ? [] : [`${field.name} ${selection(field.type, depth - 1)}`];
  });
  return `{ ${fields.length === 0 ? '__typename' : fields.join(' ')} }`;
}

function values({ args }: Arguments, target: Target): Record<string, unknown> {
  return Object.fromEntries(
    args.flatMap(({ name, type, defaultValue }) => {
      const value = defaultValue === undefined ? goodValue(name, type, target) : undefined;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Of a type that may be left out: what names a thing, and nothing else. */
function goodValue(name: string, type: GraphQLInputType, target: Target): unknown {
  const nullable = getNullableType(type);
  const named = getNamedType(type);
  if (!isNonNullType(type) && (named.name !== 'ID' || !(name in target))) return undefined;
  if (isListType(nullable)) return [goodValue(name, nullable.ofType, target) ?? plainValue(name, named.name, target)];
  if (isInputObjectType(nullable)) return values({ args: Object.values(nullable.getFields()) }, target);
  if (isEnumType(nullable)) return VALUES[name] ?? nullable.getValues().at(0)?.name;
  return plainValue(name, named.name, target);
}

function plainValue(name: string, type: string, target: Target): unknown {
  const value = target[name as keyof Target] ?? VALUES[name] ?? VALUES[type];
  if (value === undefined) throw new Error(`no value is known for ${name}: ${type}`);
  return value;
}

/** Known-good values, by the names of arguments or by their types. */
const VALUES: Readonly<Record<string, unknown>> = {
  role: 'TENANT_MEMBER',
  scopes: 'identity:write',
  meter: 'apis',
  redirectUris: 'https://walk.example/back',
  postLogoutRedirectUris: 'https://walk.example/out',
  newPassword: 'another horse battery staple',
  password: 'correct horse battery staple',
  commandId: 'wf_walk/STEP',
  id: 'evt_walk',
  entryId: 'aud_walk',
  String: 'walk',
  EmailAddress: 'walk@walk.example',
  DateTime: '2026-03-10T00:00:00.000Z',
  Decimal: '1',
  Int: 1,
  Boolean: true,
  JSONObject: {},
};
