import { type DocumentNode, type ExecutionResult, type GraphQLFormattedError, Kind, print } from 'graphql';
import { SERVICE_TOKEN_HEADER, type ServiceTokens } from '../auth/service-token.ts';
import { AppError, unavailable } from '../errors.ts';
import type { Request } from '../graphql/context.ts';
import type { Answerer } from '../graphql/services.ts';
import type { Logger } from '../log.ts';
import type { SubgraphName } from '../service-name.ts';
import { type Endpoint, type EndpointAnswer, NoAnswer } from './answer.ts';

/** The header that names the address which a forwarded request came from. */
export const CLIENT_ADDRESS_HEADER = 'x-client-address';
export const REQUEST_ID_HEADER = 'x-request-id';

/** Where a subgraph's GraphQL stands, whichever process it runs in. */
export function graphqlPath(name: SubgraphName): string {
  return `/subgraphs/${name}/graphql`;
}

/** A subgraph's answer as it comes over HTTP. */
export interface RemoteAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface RemoteOperation {
  readonly source: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly operationName?: string | undefined;
  /** Whether it may be sent again when nobody knows what came of it: a query, or a command by its id. */
  readonly repeatable: boolean;
  readonly timeoutMilliseconds: number;
}

export interface RemoteInit {
  readonly subgraph: SubgraphName;
  readonly endpoint: Endpoint;
  /** Of the service that asks. */
  readonly tokens: ServiceTokens;
}

/**
 * Carries somebody else's request on: as the principal whose access token it has, or as nobody.
 *
 * @throws {AppError} `UNAUTHENTICATED` when the subgraph does not take the access token (any more)
 * @throws {NoAnswer}
 */
export async function forward(init: RemoteInit, operation: RemoteOperation, request: Request): Promise<RemoteAnswer> {
  return await send(init, operation, {
    [SERVICE_TOKEN_HEADER]: await init.tokens.tokenFor(init.subgraph, 'forward'),
    [REQUEST_ID_HEADER]: request.requestId,
    ...(request.accessToken === null ? {} : { authorization: `Bearer ${request.accessToken}` }),
    ...(request.clientAddress === null ? {} : { [CLIENT_ADDRESS_HEADER]: request.clientAddress }),
  });
}

/** Asks and commands a subgraph in the service's own name. What was not answered is `UNAVAILABLE`. */
export function overHttp(init: RemoteInit, log: Logger): Answerer {
  return async ({ document, variables }, { requestId, timeoutMilliseconds }) => {
    const { source, repeatable } = sourceOf(document);
    const headers = {
      [SERVICE_TOKEN_HEADER]: await init.tokens.tokenFor(init.subgraph, 'command'),
      [REQUEST_ID_HEADER]: requestId,
    };
    try {
      const answer = await send(init, { source, variables, repeatable, timeoutMilliseconds }, headers);
      return answer as ExecutionResult;
    } catch (error) {
      if (error instanceof AppError) throw error;
      log.warn({ requestId, callee: init.subgraph, reason: reasonOf(error) }, 'a service gave no answer');
      throw unavailable(`The ${init.subgraph} service is out of reach.`);
    }
  };
}

/** A stack says nothing about another process; what it said, or what became of the connection, does. */
function reasonOf(error: unknown): string {
  const { message, cause } = Object(error) as { message?: string; cause?: { message?: string } };
  return [message, cause?.message].filter((text) => text !== undefined).join(': ');
}

async function send(
  { subgraph, endpoint }: RemoteInit,
  { source, variables, operationName, repeatable, timeoutMilliseconds }: RemoteOperation,
  headers: Readonly<Record<string, string>>,
): Promise<RemoteAnswer> {
  const answer = await endpoint.send({
    method: 'POST',
    path: graphqlPath(subgraph),
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ query: source, variables, operationName }),
    timeoutMilliseconds,
    repeatable,
  });
  if (answer.status === 200) return parsed(answer);
  const challenge = String(answer.headers['www-authenticate'] ?? '');
  if (answer.status === 401 && challenge.startsWith('Bearer')) {
    throw new AppError('UNAUTHENTICATED', 'The access token is not valid or has expired.');
  }
  throw new NoAnswer(`the ${subgraph} service answered ${answer.status}: ${answer.body.slice(0, 200)}`);
}

function parsed({ body }: EndpointAnswer): RemoteAnswer {
  try {
    return JSON.parse(body) as RemoteAnswer;
  } catch (cause) {
    throw new NoAnswer('the answer is not JSON', { cause });
  }
}

interface Source {
  readonly source: string;
  readonly repeatable: boolean;
}

/** The documents of typed calls live as long as the process. */
const sources = new WeakMap<DocumentNode, Source>();

function sourceOf(document: DocumentNode): Source {
  const known = sources.get(document);
  if (known !== undefined) return known;
  const made = { source: print(document), repeatable: isRepeatable(document) };
  sources.set(document, made);
  return made;
}

/** Whether all that it does is to read, or commands that have an id, which take effect once however often they come. */
function isRepeatable({ definitions }: DocumentNode): boolean {
  return definitions.every(
    (node) =>
      node.kind !== Kind.OPERATION_DEFINITION ||
      node.operation === 'query' ||
      node.selectionSet.selections.every(
        (field) => field.kind === Kind.FIELD && field.arguments?.some(({ name }) => name.value === 'commandId'),
      ),
  );
}
