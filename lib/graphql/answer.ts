import { GraphQLError } from 'graphql';
import { AppError, isErrorCode } from '../errors.ts';
import type { Logger } from '../log.ts';
import { StoreUnavailable } from '../store/errors.ts';

/** What an answer needs to mask and log an error. */
export interface AnswerContext {
  readonly requestId: string;
  readonly log: Logger;
}

/**
 * The one way by which errors leave a service: an expected failure with its code and details, and anything else logged
 * and masked, so that no stack, driver message or path gets out.
 */
export function answerError(error: GraphQLError, context: AnswerContext): GraphQLError {
  const original = error.originalError;
  if (original instanceof AppError) return coded(error, original.message, { code: original.code, ...original.details });
  if (original instanceof StoreUnavailable) {
    context.log.error({ requestId: context.requestId, err: original }, 'the store is unavailable');
    return coded(error, 'The store is out of reach; the request can be sent again.', { code: 'UNAVAILABLE' });
  }
  const { code } = error.extensions;
  if (isErrorCode(code) && code !== 'INTERNAL_SERVER_ERROR') return error;
  context.log.error({ requestId: context.requestId, path: error.path, err: original ?? error }, 'a resolver failed');
  const { requestId } = context;
  return coded(error, 'Something went wrong on the server.', { code: 'INTERNAL_SERVER_ERROR', requestId });
}

/** The same error, in the same place, with another message and other extensions. */
export function coded(error: GraphQLError, message: string, extensions: Record<string, unknown>): GraphQLError {
  return new GraphQLError(message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    extensions,
  });
}
