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

/** Where in an input something does not fit: the names and places from its top on, and what is wrong there. */
interface Misfit {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** How deep a variable may nest; no input of the schema nests deeper than 4. */
const DEEPEST = 50;
/** How much of a value at fault a message repeats. */
const LONGEST_MESSAGE = 300;

/**
 * The variables of an operation that do not fit their types, each as a `BAD_USER_INPUT` that names the input path of its
 * first fault: where the variable is used (`input.email`), and below it. One fault a variable: a list of a million wrong
 * values must not cost a million errors. The messages repeat the value at fault at most, never the whole input: there
 * may be a password in it.
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
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined && definition.defaultValue !== undefined) return [];
    const misfit = variableMisfit(value, type);
    return misfit === undefined ? [] : [badInput(misfit, usageOf(operation, name) ?? name)];
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
  const value = valueFromASTUntyped(node as ValueNode, variables);
  const misfit = type === undefined ? undefined : firstMisfit(value, type);
  return badInput(misfit ?? { path: [], message: 'The value is not acceptable.' }, argument);
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

function variableMisfit(value: unknown, type: GraphQLInputType): Misfit | undefined {
  if (value == null && isNonNullType(type)) return { path: [], message: `A value of type ${type} is needed.` };
  if (value === undefined) return undefined;
  return unstorable(value) ?? firstMisfit(value, type);
}

/** What no type allows: half a surrogate pair, which JSON can spell and no store can hold as text, and endless nesting. */
function unstorable(input: unknown): Misfit | undefined {
  const stack: { value: unknown; path: Misfit['path'] }[] = [{ value: input, path: [] }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { value, path } = top;
    if (typeof value === 'string' && !value.isWellFormed())
      return { path, message: 'The text is not well-formed Unicode.' };
    if (value === null || typeof value !== 'object') continue;
    if (path.length >= DEEPEST) return { path: path.slice(0, 1), message: 'The value nests too deep.' };
    for (const [key, inner] of Object.entries(value)) stack.push({ value: inner, path: [...path, key] });
  }
  return undefined;
}

/** The first place at which a value does not fit; the rest is not looked at. */
function firstMisfit(value: unknown, type: GraphQLInputType): Misfit | undefined {
  const found = new (class extends Error {})();
  let misfit: Misfit | undefined;
  try {
    coerceInputValue(value, type, (path, _, { message }) => {
      const missing = /^Field "([^"]+)" (?:of required type|is not defined)/.exec(message)?.[1];
      misfit = { path: missing === undefined ? path : [...path, missing], message };
      throw found;
    });
  } catch (error) {
    if (error !== found) throw error;
  }
  return misfit;
}

function badInput({ path, message }: Misfit, top: string): GraphQLError {
  const text = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
  return new GraphQLError(text, { extensions: { code: 'BAD_USER_INPUT', field: [top, ...path].join('.') } });
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
