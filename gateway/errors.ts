import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLFormattedError,
  Kind,
  OperationTypeNode,
} from 'graphql';
import { isErrorCode } from '#lib/errors.ts';
import { variableErrors } from '#lib/graphql/misfit.ts';
import { objectsAtMost } from './complexity.ts';
import type { GatewayContext } from './data-source/in-process.ts';
import { LIMITS } from './limits.ts';

/** What `extensions` may hold on its way out; `serviceName`, stacks and everything else stays inside. */
const PUBLIC_EXTENSIONS = ['code', 'field', 'retryAfterSeconds', 'workflowId', 'requestId'] as const;

const LONGEST_MESSAGE = 500;

/** The one way by which errors leave the gateway: with a code of the registry, or masked. */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { code, ...details } = publicExtensions(formatted, error);
  if (!isErrorCode(code) || code === 'INTERNAL_SERVER_ERROR') return masked(formatted, details.requestId);
  return { ...formatted, message: shortened(formatted.message), extensions: { code, ...details } };
}

/**
 * Refuses a request that is too much or names no operation or whose variables do not fit, logs what is masked, and tells
 * the caller the id by which the log finds it.
 */
export const errorPlugin: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation, document, request, schema }) {
        if (operation === undefined) throw unresolved(request.operationName);
        if (operation.operation === OperationTypeNode.SUBSCRIPTION) throw noSubscriptions();
        const variables = request.variables ?? {};
        const [misfit] = variableErrors(schema, operation, variables);
        if (misfit !== undefined) throw badRequest(misfit.message, misfit.extensions);
        const objects = objectsAtMost(schema, operation, fragmentsOf(document), variables);
        if (objects > LIMITS.objects) throw tooComplex(`${LIMITS.objects} objects, by the first of its lists`);
      },
      async didEncounterErrors(context) {
        for (const error of context.errors) logUnexpected(context, error);
      },
      async willSendResponse({ response, contextValue }) {
        if (response.body.kind !== 'single') return;
        const result = response.body.singleResult;
        if (result.errors === undefined) return;
        result.errors = withoutUnasked(result.errors, result.data).map((error) =>
          error.extensions?.code === 'INTERNAL_SERVER_ERROR'
            ? { ...error, extensions: { ...error.extensions, requestId: contextValue.request.requestId } }
            : error,
        );
      },
    };
  },
};

function publicExtensions(formatted: GraphQLFormattedError, error: unknown): Record<string, unknown> {
  const source = { ...formatted.extensions, ...codeOf(error) };
  return Object.fromEntries(
    PUBLIC_EXTENSIONS.filter((name) => source[name] !== undefined).map((name) => [name, source[name]]),
  );
}

/** Messages of graphql-js and of the query planner that say that an operation is too much. */
const TOO_COMPLEX = [
  /^Syntax Error: Document contains more tha[nt] \d+ tokens/,
  /^Exceeded maximum recursive selections/,
  /^Number of non-local selections exceeds limit/,
  /^Maximum call stack size exceeded$/,
];

/** The code of errors that Apollo Server or graphql-js raise by themselves and name otherwise, or not at all. */
function codeOf(error: unknown): Record<string, unknown> {
  if (!(error instanceof GraphQLError)) return {};
  if (TOO_COMPLEX.some((pattern) => pattern.test(error.message))) return { code: 'OPERATION_TOO_COMPLEX' };
  if (String(error.extensions.code).startsWith('PERSISTED_QUERY_')) return { code: 'BAD_REQUEST' };
  // What a validation rule of ours reported: Apollo Server wraps it and puts its own code over ours.
  const inner = error.originalError instanceof GraphQLError ? error.originalError.extensions.code : undefined;
  return isErrorCode(inner) ? { code: inner } : {};
}

/** graphql-js repeats values in its messages, however long they are. */
function shortened(message: string): string {
  return message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
}

function masked(formatted: GraphQLFormattedError, requestId: unknown): GraphQLFormattedError {
  return {
    message: 'Something went wrong on the server.',
    ...(formatted.path === undefined ? {} : { path: formatted.path }),
    extensions: { code: 'INTERNAL_SERVER_ERROR', ...(requestId === undefined ? {} : { requestId }) },
  };
}

function logUnexpected(context: GraphQLRequestContext<GatewayContext>, error: GraphQLError): void {
  const { code } = publicExtensions(error.toJSON(), error);
  const answeredBySubgraph = error.extensions.serviceName !== undefined && isErrorCode(error.extensions.code);
  if (answeredBySubgraph || (isErrorCode(code) && code !== 'INTERNAL_SERVER_ERROR')) return;
  const { request } = context.contextValue;
  request.log.error(
    { requestId: request.requestId, operation: context.operationName, err: error },
    'an operation failed',
  );
}

/**
 * Leaves out what went wrong with a field that the operation does not ask for: another service required it, and says so
 * at a field of its own beside it.
 */
function withoutUnasked(errors: readonly GraphQLFormattedError[], data: unknown): readonly GraphQLFormattedError[] {
  const asked = errors.filter(({ path }) => path === undefined || isAsked(path, data));
  return asked.length === 0 ? errors : asked;
}

/** Whether an answer has a place for what stands at a path; below a null nobody knows. */
function isAsked(path: readonly (string | number)[], data: unknown): boolean {
  let value = data;
  for (const key of path) {
    if (value === null || typeof value !== 'object') return true;
    if (!(key in value)) return false;
    value = (value as Record<string | number, unknown>)[key];
  }
  return true;
}

function unresolved(operationName: string | undefined): GraphQLError {
  const message = operationName
    ? `There is no operation ${operationName}.`
    : 'The document has several operations: say which.';
  return badRequest(message, { code: 'OPERATION_RESOLUTION_FAILURE' });
}

function badRequest(message: string, extensions: Record<string, unknown>): GraphQLError {
  return new GraphQLError(message, { extensions: { ...extensions, http: { status: 400 } } });
}

function noSubscriptions(): GraphQLError {
  return badRequest('This graph has no subscriptions.', { code: 'BAD_REQUEST' });
}

/** @param limit for a person: how much of what */
export function tooComplex(limit: string): GraphQLError {
  return badRequest(`The operation has more than ${limit}.`, { code: 'OPERATION_TOO_COMPLEX' });
}

function fragmentsOf(document: DocumentNode): (name: string) => FragmentDefinitionNode | undefined {
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const byName = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  return (name) => byName.get(name);
}
