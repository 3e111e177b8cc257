import type { GraphQLSchema, ValueNode } from 'graphql';
import { coerceInputValue, GraphQLError, isInputType, valueFromASTUntyped } from 'graphql';
import { AppError, isErrorCode } from '../errors.ts';
import type { Logger } from '../log.ts';
import { StoreUnavailable } from '../store/errors.ts';

/** What an answer needs to mask and log an error. */
export interface AnswerContext {
  readonly requestId: string;
  readonly log: Logger;
}

/**
 * The one way by which errors leave a service: an expected failure with its code and details, a value that does not fit
 * its type as `BAD_USER_INPUT`, and anything else logged and masked, so that no stack, driver message or path gets out.
 */
export function answerError(error: GraphQLError, context: AnswerContext): GraphQLError {
  const original = error.originalError;
  if (original instanceof AppError) return coded(error, original.message, { code: original.code, ...original.details });
  if (original instanceof StoreUnavailable) {
    context.log.error({ requestId: context.requestId, err: original }, 'the store is unavailable');
    return coded(error, 'The store is out of reach; the request can be sent again.', { code: 'UNAVAILABLE' });
  }
  if (original === undefined || original === null || original instanceof GraphQLError) {
    if (isErrorCode(error.extensions.code) && error.extensions.code !== 'INTERNAL_SERVER_ERROR') return error;
    const field = misfit(error);
    if (field !== undefined) return coded(error, error.message, { code: 'BAD_USER_INPUT', field });
  }
  context.log.error({ requestId: context.requestId, path: error.path, err: original ?? error }, 'a resolver failed');
  return coded(error, 'Something went wrong on the server.', {
    code: 'INTERNAL_SERVER_ERROR',
    requestId: context.requestId,
  });
}

/** The error of a variable that does not fit its type, as graphql-js words it. */
export function answerVariableError(error: GraphQLError): GraphQLError {
  return coded(error, error.message, { code: 'BAD_USER_INPUT', field: variableField(error.message) ?? '' });
}

/** The input path that graphql-js names in the message of a value that does not fit: `Variable "$input" got invalid value "x" at "input.email"`. */
function variableField(message: string): string | undefined {
  const at = / at "([^"]+)";/.exec(message)?.[1];
  const variable = /^Variable "\$([^"]+)"/.exec(message)?.[1];
  const missing = /Field "([^"]+)" of required type/.exec(message)?.[1];
  const base = at ?? variable;
  return missing === undefined ? base : `${base}.${missing}`;
}

/** The argument of an error that graphql-js raises by itself while it executes: `Argument "input" has invalid value …`. */
function misfit(error: GraphQLError): string | undefined {
  return /^Argument "([^"]+)"/.exec(error.message)?.[1] ?? variableField(error.message);
}

/** The path within a literal at which it does not fit the type that its argument declares. */
export function literalField(schema: GraphQLSchema, typeName: string, argument: string, value: ValueNode): string {
  const type = schema.getType(typeName);
  let field = argument;
  if (isInputType(type)) {
    coerceInputValue(valueFromASTUntyped(value), type, (path) => {
      field = [argument, ...path].join('.');
    });
  }
  return field;
}

function coded(error: GraphQLError, message: string, extensions: Record<string, unknown>): GraphQLError {
  return new GraphQLError(message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    extensions,
  });
}
