import {
  coerceInputValue,
  type DocumentNode,
  GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  TypeInfo,
  typeFromAST,
  type ValueNode,
  type VariableDefinitionNode,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql';

type Variables = Readonly<Record<string, unknown>>;

/**
 * The variables that do not fit their types, each as a `BAD_USER_INPUT` that names the input path. The messages repeat
 * the value at fault at most, never the whole input: there may be a password in it.
 */
export function variableErrors(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  variables: Variables,
): GraphQLError[] {
  return definitions.flatMap((definition) => {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type);
    if (!isInputType(type)) return [];
    const value = variables[name];
    if (value === undefined && definition.defaultValue !== undefined) return [];
    if (value == null && isNonNullType(type)) return [misfit(`A value of type ${type} is needed.`, name)];
    return value === undefined ? [] : [...illFormed(value, name), ...coercionErrors(value, type, name)];
  });
}

/**
 * The input path at which a literal in a document does not fit, when graphql-js refused the argument that it stands in.
 *
 * @returns `undefined` when the error is another one
 */
export function literalError(
  error: GraphQLError,
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Variables,
): GraphQLError | undefined {
  const argument = /^Argument "([^"]+)"/.exec(error.message)?.[1];
  if (argument === undefined) return undefined;
  const node = error.nodes?.[0];
  const type = node === undefined ? undefined : argumentType(schema, document, node);
  const [found] =
    type === undefined ? [] : coercionErrors(valueFromASTUntyped(node as ValueNode, variables), type, argument);
  return found ?? misfit('The value is not acceptable.', argument);
}

function coercionErrors(value: unknown, type: GraphQLInputType, name: string): GraphQLError[] {
  const errors: GraphQLError[] = [];
  coerceInputValue(value, type, (path, _, error) => {
    const missing = /^Field "([^"]+)" (?:of required type|is not defined)/.exec(error.message)?.[1];
    const field = [name, ...path, ...(missing === undefined ? [] : [missing])].join('.');
    errors.push(misfit(error.message, field));
  });
  return errors;
}

/** Strings with half a surrogate pair, which JSON can spell and no store can hold as text. */
function illFormed(value: unknown, path: string): GraphQLError[] {
  if (typeof value === 'string')
    return value.isWellFormed() ? [] : [misfit('The text is not well-formed Unicode.', path)];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => illFormed(inner, `${path}.${key}`));
}

function misfit(message: string, field: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', field } });
}

/** The type of the argument whose value is this node. */
function argumentType(schema: GraphQLSchema, document: DocumentNode, value: unknown): GraphQLInputType | undefined {
  const types = new TypeInfo(schema);
  let found: GraphQLInputType | undefined;
  visit(
    document,
    visitWithTypeInfo(types, {
      Argument(node) {
        if (node.value === value) found = types.getInputType() ?? undefined;
      },
    }),
  );
  return found;
}
