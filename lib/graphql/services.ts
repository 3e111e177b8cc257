import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import type { DocumentNode, ExecutionResult } from 'graphql';
import { servicePrincipal } from '../auth/principal.ts';
import { withDeadline } from '../deadline.ts';
import { AppError, type ErrorDetails, isErrorCode, unavailable } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { ServiceName, SubgraphName } from '../service-name.ts';
import { Request, RequestContext } from './context.ts';
import { executeOperation } from './execute.ts';
import type { Subgraph } from './subgraph.ts';

/** How long a call waits where nothing is said. */
const CALL_MILLISECONDS = 5_000;

export interface CallOptions {
  /** For the log of the service that is called. */
  readonly requestId: string;
  /** How long to wait, in milliseconds; 5,000 where nothing is said. */
  readonly timeoutMilliseconds?: number;
}

/** A call as it leaves the service that makes it. */
export interface ServiceCall {
  readonly caller: ServiceName;
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

/** Answers what one service asks of one subgraph, in the same process or over HTTP. */
export type Answerer = (operation: ServiceOperation, options: Required<CallOptions>) => Promise<ExecutionResult>;

export interface ServiceOperation {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** @param reach who answers for a subgraph; `undefined` while it is not there yet */
export function createServices(
  caller: ServiceName,
  reach: (service: SubgraphName) => Answerer | undefined,
  intercept: InterceptCall = (_, next) => next(),
): Services {
  return {
    async call(service, document, variables, { requestId, timeoutMilliseconds = CALL_MILLISECONDS }) {
      const answerer = reach(service);
      if (answerer === undefined) throw new AppError('UNAVAILABLE', `The ${service} service is not there yet.`);
      const next = () => answerer({ document, variables }, { requestId, timeoutMilliseconds });
      const answer = Promise.resolve(intercept({ caller, service, document, variables }, next));
      const result = await withDeadline(answer, timeoutMilliseconds, () =>
        unavailable(`The ${service} service did not answer in time.`),
      );
      return dataOf(result, service) as never;
    },
  };
}

/** Executes the schema of a subgraph of this process directly, as the service that calls. */
export function inProcess(subgraph: Subgraph, caller: ServiceName, log: Logger): Answerer {
  const principal = servicePrincipal(caller);
  return (operation, { requestId }) =>
    executeOperation(subgraph.schema, operation, new RequestContext(new Request({ requestId, log, principal })));
}

function dataOf(result: ExecutionResult, service: SubgraphName): unknown {
  const error = result.errors?.[0];
  if (error === undefined) return result.data;
  const { code, ...details } = error.extensions ?? {}; // absent where it came over HTTP without any
  if (!isErrorCode(code)) throw new AppError('UNAVAILABLE', `The ${service} service failed.`);
  throw new AppError(code, error.message, details as ErrorDetails);
}
