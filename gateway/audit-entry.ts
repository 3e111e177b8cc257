import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLInputType,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getVariableValues,
  isEnumType,
  isInputObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { subjectType } from '#lib/graphql/reports.ts';

/** Data, not deeds: 50,000 events a second would drown everything else (docs/decisions/0016-audit-log.md). */
export const LEFT_OUT: ReadonlySet<string> = new Set(['recordUsage']);

/**
 * The types of arguments whose values are written down, and the names of those of type `String`. Of every other one it is
 * only said that it was there, so that a new secret cannot be forgotten.
 */
const RECORDED_TYPES = new Set(['ID', 'Boolean', 'Int', 'Float', 'SafeInt', 'Decimal', 'DateTime', 'Currency']);
const RECORDED_STRINGS = new Set(['customerName', 'name', 'scopes']);
const WITHHELD = '[withheld]';

const LONGEST_VALUE = 200;
const MOST_VALUES = 20;

/** A mutation field of an operation, as the audit log sees it. */
export interface Deed {
  /** The field's key in the answer. */
  readonly key: string;
  readonly action: string;
  readonly targets: readonly { readonly type: string; readonly id: string }[];
  /** The tenant that the input names. */
  readonly tenantId: string | null;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** E-mail addresses by the names of their arguments. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** The mutations of an operation that belong in the audit log; none where its variables do not fit: nothing is carried out then. */
export function deedsOf({ schema, operation, document, request }: GatewayGraphQLRequestContext): readonly Deed[] {
  const mutation = schema.getMutationType();
  if (operation.operation !== 'mutation' || mutation == null) return [];
  const { coerced: variables } = getVariableValues(
    schema,
    operation.variableDefinitions ?? [],
    request.variables ?? {},
  );
  if (variables === undefined) return [];
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  return rootFields(operation.selectionSet, fragments, variables).flatMap(([key, node]) => {
    const field = mutation.getFields()[node.name.value];
    if (field === undefined || LEFT_OUT.has(field.name)) return [];
    const argument = field.args.find(({ name }) => name === 'input');
    const given =
      argument === undefined ? [] : membersOf(argument.type, getArgumentValues(field, node, variables).input);
    return [{ key, action: field.name, ...recorded(given) }];
  });
}

/** The fields at the root that are not left out, by their keys. */
function rootFields(
  { selections }: SelectionSetNode,
  fragments: readonly FragmentDefinitionNode[],
  variables: Record<string, unknown>,
  found = new Map<string, FieldNode>(),
): [string, FieldNode][] {
  for (const node of selections) {
    if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) continue;
    if (getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if === false) continue;
    if (node.kind === Kind.FIELD) {
      const key = node.alias?.value ?? node.name.value;
      if (!found.has(key)) found.set(key, node);
    } else {
      const spread =
        node.kind === Kind.FRAGMENT_SPREAD ? fragments.find(({ name }) => name.value === node.name.value) : node;
      if (spread !== undefined) rootFields(spread.selectionSet, fragments, variables, found);
    }
  }
  return [...found];
}

interface Member {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly value: unknown;
}

/** The members of an input that were given. */
function membersOf(type: GraphQLInputType, input: unknown): Member[] {
  const inputType = getNamedType(type);
  if (!isInputObjectType(inputType) || typeof input !== 'object' || input === null) return [];
  return Object.values(inputType.getFields()).flatMap((member) => {
    const value = (input as Record<string, unknown>)[member.name];
    return value == null ? [] : [{ name: member.name, type: member.type, value }];
  });
}

function recorded(members: readonly Member[]): Omit<Deed, 'key' | 'action'> {
  const strings = members.flatMap(({ name, type, value }) =>
    typeof value === 'string' ? [{ name, type: getNamedType(type).name, value }] : [],
  );
  const ids = strings.filter(({ name, type }) => type === 'ID' && name.endsWith('Id'));
  const tenant = ids.find(({ name }) => name === 'tenantId');
  const addresses = strings.filter(({ type }) => type === 'EmailAddress');
  return {
    targets: ids.map(({ name, value }) => ({ type: subjectType(name), id: shortened(value) })),
    tenantId: tenant === undefined ? null : shortened(tenant.value),
    arguments: Object.fromEntries(members.map((member) => [member.name, shown(member)])),
    addresses: Object.fromEntries(addresses.map(({ name, value }) => [name, value])),
  };
}

function shown({ name, type, value }: Member): unknown {
  if (Array.isArray(value)) return value.slice(0, MOST_VALUES).map((item) => shown({ name, type, value: item }));
  const named = getNamedType(type);
  const harmless =
    named.name === 'String' ? RECORDED_STRINGS.has(name) : RECORDED_TYPES.has(named.name) || isEnumType(named);
  if (!harmless) return WITHHELD;
  if (typeof value === 'string') return shortened(value);
  return typeof value === 'number' || typeof value === 'boolean' ? value : WITHHELD;
}

/** Ids and names of sensible length are whole. A half of a surrogate pair at the end is not kept: stores refuse it. */
function shortened(text: string): string {
  return (text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text).toWellFormed();
}
