import {
  type ASTNode,
  BREAK,
  coerceInputValue,
  type DocumentNode,
  GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  typeFromAST,
  type ValueNode,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql';

type Variables = Readonly<Record<string, unknown>>;

/**
 * The variables of an operation that do not fit their types, each as a `BAD_USER_INPUT` that names the input path: where
 * the variable is used (`input.email`), and below it. The messages repeat the value at fault at most, never the whole
 * input: there may be a password in it.
 */
export function variableErrors(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode | undefined,
  variables: Variables,
): GraphQLError[] {
  return (operation?.variableDefinitions ?? []).flatMap((definition) => {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type);
    if (!isInputType(type)) return [];
    const value = variables[name];
    if (value === undefined && definition.defaultValue !== undefined) return [];
    const errors =
      value == null && isNonNullType(type)
        ? [misfit(`A value of type ${type} is needed.`, '')]
        : value === undefined
          ? []
          : [...illFormed(value, ''), ...coercionErrors(value, type, '')];
    return errors.length === 0 ? [] : errors.map((error) => below(usageOf(operation, name) ?? name, error));
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
    const field = [name, ...path, ...(missing === undefined ? [] : [missing])].filter((part) => part !== '').join('.');
    errors.push(misfit(error.message, field));
  });
  return errors;
}

/** Where an operation uses a variable: `input` in `onboard(input: $in)`, `input.email` in `onboard(input: { email: $e })`. */
function usageOf(operation: OperationDefinitionNode | undefined, name: string): string | undefined {
  let found: string | undefined;
  if (operation === undefined) return undefined;
  visit(operation.selectionSet, {
    Variable(node, _key, parent, _path, ancestors) {
      if (node.name.value !== name) return undefined;
      found = inputPath([...ancestors, parent]);
      return BREAK;
    },
  });
  return found;
}

/** The input path of a value in a document: the names of its argument and of the fields between, from the nodes above it. */
export function inputPath(above: readonly (ASTNode | readonly ASTNode[] | undefined)[]): string {
  const nodes = above.filter((node): node is ASTNode => node !== undefined && 'kind' in node);
  const argument = nodes.findLastIndex(({ kind }) => kind === Kind.ARGUMENT);
  return nodes
    .slice(Math.max(argument, 0))
    .flatMap((node) => (node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD ? [node.name.value] : []))
    .join('.');
}

function below(path: string, error: GraphQLError): GraphQLError {
  const field = String(error.extensions.field);
  return misfit(error.message, field === '' ? path : `${path}.${field}`);
}

/** Strings with half a surrogate pair, which JSON can spell and no store can hold as text. */
function illFormed(value: unknown, path: string): GraphQLError[] {
  if (typeof value === 'string')
    return value.isWellFormed() ? [] : [misfit('The text is not well-formed Unicode.', path)];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => illFormed(inner, path === '' ? key : `${path}.${key}`));
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
