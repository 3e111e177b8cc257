import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type DirectiveNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  parse,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { readSdl, SUBGRAPHS } from '#lib/graphql/subgraph.ts';
import { SCOPES } from './authorization/decisions.ts';

const api = buildSchema(readFileSync(new URL('../../schema/api.graphql', import.meta.url), 'utf8'));
const supergraph = buildSchema(readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'), {
  assumeValidSDL: true,
});

describe('the API schema', () => {
  test('describes every type, field, argument and value', () => {
    expect(undescribed(api)).toEqual([]);
  });

  test('has mutations that take one input and answer one payload', () => {
    for (const field of Object.values(api.getMutationType()?.getFields() ?? {})) {
      expect([field.name, field.args.map((argument) => argument.name)]).toEqual([field.name, ['input']]);
      expect(String(field.type)).toMatch(/Payload!$/);
    }
  });

  test('has no command between services, and no type that only they use', () => {
    expect(Object.keys(api.getMutationType()?.getFields() ?? {})).not.toContain('createTenant');
    expect(api.getType('Verification')).toBeUndefined();
  });
});

describe('the SDL files', () => {
  test.each(SUBGRAPHS)('%s: a field that another subgraph adds to an entity is nullable', (name) => {
    const entities = objectTypes(name).filter((type) => type.name.value === 'Tenant' || type.name.value === 'User');
    const owner = { Tenant: 'tenant', User: 'user' } as const;
    for (const type of entities) {
      if (owner[type.name.value as keyof typeof owner] === name) continue;
      const strict = (type.fields ?? []).filter(
        (field) => field.type.kind === Kind.NON_NULL_TYPE && !has(field, 'external'),
      );
      expect(
        strict.map((field) => field.name.value).filter((field) => !['tenantId', 'userId'].includes(field)),
      ).toEqual([]);
    }
  });

  test.each(SUBGRAPHS)(
    '%s: what @requires names takes no arguments, at any depth (a client could change them)',
    (name) => {
      for (const type of objectTypes(name)) {
        for (const field of type.fields ?? []) {
          const fields = argumentOf(field, 'requires', 'fields');
          if (typeof fields !== 'string') continue;
          const selection = parse(`{ ${fields} }`).definitions[0];
          expect(selection?.kind).toBe(Kind.OPERATION_DEFINITION);
          if (selection?.kind !== Kind.OPERATION_DEFINITION) return;
          expect(withArguments(selection.selectionSet, type.name.value)).toEqual([]);
        }
      }
    },
  );

  test.each(SUBGRAPHS)('%s: a command is hidden from the API and asks for service:command', (name) => {
    const mutation = objectTypes(name).find((type) => type.name.value === 'Mutation');
    const commands = (mutation?.fields ?? []).filter((field) =>
      field.arguments?.some((argument) => argument.name.value === 'commandId'),
    );
    for (const command of commands) {
      expect([command.name.value, has(command, 'inaccessible')]).toEqual([command.name.value, true]);
      expect(argumentOf(command, 'requiresScopes', 'scopes')).toEqual([['service:command']]);
    }
  });
});

describe('the scopes of the contract stand in the supergraph', () => {
  test.each(Object.entries(SCOPES))('%s', (coordinate, scopes) => {
    const node = fieldNode(supergraph, coordinate);
    expect(argumentOf(node, 'requiresScopes', 'scopes') ?? []).toEqual(scopes);
    if (scopes.length === 0) expect(has(node, 'authenticated')).toBe(true);
  });
});

function undescribed(schema: GraphQLSchema): string[] {
  const missing: string[] = [];
  const note = (thing: { description?: string | null | undefined }, name: string) => {
    if (!thing.description?.trim()) missing.push(name);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || (isScalarType(type) && isSpecifiedScalarType(type))) continue;
    if (!['Query', 'Mutation'].includes(type.name)) note(type, type.name);
    if (isEnumType(type)) for (const value of type.getValues()) note(value, `${type.name}.${value.name}`);
    if (!isObjectType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      note(field, `${type.name}.${field.name}`);
      if (!('args' in field)) continue;
      for (const argument of field.args)
        if (argument.name !== 'input') note(argument, `${type.name}.${field.name}(${argument.name})`);
    }
  }
  return missing;
}

function objectTypes(name: (typeof SUBGRAPHS)[number]) {
  return parse(readSdl(name)).definitions.filter((definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION);
}

function fieldNode(schema: GraphQLSchema, coordinate: string): FieldDefinitionNode {
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  const type = schema.getType(typeName);
  const node = isObjectType(type) ? type.getFields()[fieldName]?.astNode : undefined;
  if (node == null) throw new Error(`there is no ${coordinate}`);
  return node;
}

function has(node: { readonly directives?: readonly DirectiveNode[] | undefined }, directive: string): boolean {
  return node.directives?.some(({ name }) => name.value === directive) ?? false;
}

function argumentOf(
  node: { readonly directives?: readonly DirectiveNode[] | undefined },
  directive: string,
  argument: string,
): unknown {
  const value = node.directives
    ?.find(({ name }) => name.value === directive)
    ?.arguments?.find(({ name }) => name.value === argument)?.value;
  return value === undefined ? undefined : valueFromASTUntyped(value);
}

/** The fields of a selection that take arguments in the API schema. */
function withArguments(selection: SelectionSetNode, typeName: string): string[] {
  const type = api.getType(typeName);
  if (!isObjectType(type)) return [];
  return selection.selections.flatMap((node) => {
    if (node.kind !== Kind.FIELD) return [];
    const field = type.getFields()[node.name.value];
    if (field === undefined) return [`${typeName}.${node.name.value}: unknown`];
    const here = field.args.length > 0 ? [`${typeName}.${field.name}`] : [];
    return node.selectionSet === undefined
      ? here
      : [...here, ...withArguments(node.selectionSet, getNamedType(field.type).name)];
  });
}
