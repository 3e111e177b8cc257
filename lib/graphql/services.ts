import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import type { ExecutionResult } from 'graphql';
import { servicePrincipal } from '../auth/principal.ts';
import { withDeadline } from '../deadline.ts';
import { AppError, type ErrorDetails, isErrorCode, unavailable } from '../errors.ts';
import type { Logger } from '../log.ts';
import { Request, RequestContext } from './context.ts';
import { executeOperation } from './execute.ts';
import type { Subgraph, SubgraphName } from './subgraph.ts';

export interface CallOptions {
  /** For the log of the service that is called. */
  readonly requestId: string;
  /** How long to wait, in milliseconds; 5,000 where nothing is said. */
  readonly timeoutMilliseconds?: number;
}

/** A call as it leaves the service that makes it. */
export interface ServiceCall {
  readonly caller: SubgraphName | 'gateway';
  readonly service: SubgraphName;
  readonly document: TypedDocumentNode<unknown, never>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Stands between the services, within the time of the call: tests make calls fail by it. */
export type InterceptCall = (
  call: ServiceCall,
  next: () => Promise<ExecutionResult>,
) => ExecutionResult | Promise<ExecutionResult>;

/** The other services, asked and commanded in one service's name: typed operations on their schemas, with no network in between where they run in the same process. */
export interface Services {
  /**
   * @throws {AppError} with the code of the first error of the answer; `UNAVAILABLE` when the service does not answer in time. After a time-out the command may still take effect: send it again under the same `commandId`.
   */
  call<Data, Variables extends Record<string, unknown>>(
    service: SubgraphName,
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    options: CallOptions,
  ): Promise<Data>;
}

/** Reaches a subgraph's schema: the same for the gateway's fetches and for calls between services. */
export type ExecuteSubgraph = (subgraph: SubgraphName) => Subgraph | undefined;

export function createServices(
  caller: SubgraphName | 'gateway',
  find: ExecuteSubgraph,
  log: Logger,
  intercept: InterceptCall = (_, next) => next(),
): Services {
  const principal = servicePrincipal(caller);
  return {
    async call(service, document, variables, options) {
      const subgraph = find(service);
      if (subgraph === undefined) throw new AppError('UNAVAILABLE', `The ${service} service is not there yet.`);
      const next = () => {
        const context = new RequestContext(new Request({ requestId: options.requestId, log, principal }));
        return executeOperation(subgraph.schema, { document, variables }, context);
      };
      const answer = Promise.resolve(intercept({ caller, service, document, variables }, next));
      const result = await withDeadline(answer, options.timeoutMilliseconds ?? 5_000, () =>
        unavailable(`The ${service} service did not answer in time.`),
      );
      return dataOf(result, service) as never;
    },
  };
}

function dataOf(result: ExecutionResult, service: SubgraphName): unknown {
  const error = result.errors?.[0];
  if (error === undefined) return result.data;
  const { code, ...details } = error.extensions;
  if (!isErrorCode(code)) throw new AppError('UNAVAILABLE', `The ${service} service failed.`);
  throw new AppError(code, error.message, details as ErrorDetails);
}
