import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

type FragmentOf = (name: string) => FragmentDefinitionNode | null | undefined;

/**
 * Refuses operations whose selections, with every fragment put in where it is spread, are more than so many: a document of
 * a kilobyte can stand for millions, and the query planner would look at each. Selections under conditions (`@skip`,
 * `@include` with a variable) multiply plans, and have a limit of their own.
 */
export function expandedSelectionsRule(limits: { selections: number; conditions: number }): ValidationRule {
  return (context) => ({
    OperationDefinition(operation) {
      const count = counter((name) => context.getFragment(name));
      const { selections, conditions } = count(operation.selectionSet);
      if (selections > limits.selections) refuse(context, `${limits.selections} selections`);
      else if (conditions > limits.conditions) refuse(context, `${limits.conditions} conditional selections`);
    },
  });
}

/**
 * How many objects an operation can bring at most: every `first` on the way to a field multiplies. Lists without `first`
 * are short ones and count as one.
 */
export function objectsAtMost(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragmentOf: FragmentOf,
  variables: Readonly<Record<string, unknown>>,
): number {
  const visitSet = (set: SelectionSetNode, type: GraphQLNamedType | undefined, times: number): number =>
    sum(set.selections, (selection) => {
      if (selection.kind === Kind.INLINE_FRAGMENT) return visitSet(selection.selectionSet, type, times);
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragmentOf(selection.name.value);
        return fragment == null ? 0 : visitSet(fragment.selectionSet, type, times);
      }
      const field = isObjectType(type) ? type.getFields()[selection.name.value] : undefined;
      if (field === undefined || selection.selectionSet === undefined) return 0;
      const inner = times * pageSize(field, selection, variables);
      return inner + visitSet(selection.selectionSet, getNamedType(field.type), inner);
    });
  return visitSet(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, 1);
}

interface Count {
  readonly selections: number;
  readonly conditions: number;
}

/** Counts a selection set, each fragment once: what a spread stands for is added, not walked again. */
function counter(fragmentOf: FragmentOf): (set: SelectionSetNode) => Count {
  const fragments = new Map<string, Count>();
  const none: Count = { selections: 0, conditions: 0 };
  const countFragment = (name: string): Count => {
    const known = fragments.get(name);
    if (known !== undefined) return known;
    fragments.set(name, none); // a fragment that spreads itself is refused elsewhere
    const fragment = fragmentOf(name);
    const counted = fragment == null ? none : countSet(fragment.selectionSet);
    fragments.set(name, counted);
    return counted;
  };
  const countSet = (set: SelectionSetNode): Count => {
    let { selections, conditions } = none;
    for (const selection of set.selections) {
      const below =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? countFragment(selection.name.value)
          : selection.selectionSet === undefined
            ? none
            : countSet(selection.selectionSet);
      selections += 1 + below.selections;
      conditions += below.conditions + (selection.directives ?? []).length;
    }
    return { selections, conditions };
  };
  return countSet;
}

function pageSize(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  const argument = field.args.find(({ name }) => name === 'first');
  if (argument === undefined) return 1;
  const given = node.arguments?.find(({ name }) => name.value === 'first')?.value;
  const value =
    given?.kind === Kind.INT
      ? Number(given.value)
      : given?.kind === Kind.VARIABLE
        ? variables[given.name.value]
        : undefined;
  return typeof value === 'number' ? Math.max(value, 1) : Number(argument.defaultValue ?? 1);
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function refuse(context: ValidationContext, what: string): void {
  const extensions = { code: 'OPERATION_TOO_COMPLEX' };
  context.reportError(new GraphQLError(`The operation has more than ${what}, fragments included.`, { extensions }));
}
