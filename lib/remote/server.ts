import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type DocumentNode, GraphQLError, parse, specifiedRules, ValuesOfCorrectTypeRule, validate } from 'graphql';
import { type Principal, servicePrincipal } from '../auth/principal.ts';
import { SERVICE_TOKEN_HEADER, type ServiceCredential, type ServiceTokenVerifier } from '../auth/service-token.ts';
import { BoundedMap } from '../bounded-map.ts';
import { AppError } from '../errors.ts';
import { Request, RequestContext } from '../graphql/context.ts';
import { executeOperation } from '../graphql/execute.ts';
import type { Subgraph } from '../graphql/subgraph.ts';
import { callerOf, INVALID_TOKEN_CHALLENGE } from '../http/bearer.ts';
import { forwardedFrom } from '../http/client-address.ts';
import { NOT_BEGUN_HEADER } from '../http/health.ts';
import type { HttpTelemetry } from '../http/telemetry.ts';
import type { Logger } from '../log.ts';
import { CLIENT_ADDRESS_HEADER, graphqlPath } from './client.ts';

/** Of a request: 100 tenants with a month of usage each, as one subgraph hands them to another, are half a megabyte. */
const BODY_BYTES = 16 * 1024 * 1024;
/** Of a document: the gateway's own limit, with every fragment put in, makes a tenth of it. */
const TOKENS = 50_000;
/** Of parsed documents, in characters of their text; parsed, they take about 50 times as many bytes. */
const KEPT_CHARACTERS = 500_000;

/** Values in a document are checked where they are used, as in one process: there a bad one costs its field alone. */
const RULES = specifiedRules.filter((rule) => rule !== ValuesOfCorrectTypeRule);

export interface SubgraphRoutesInit {
  readonly subgraph: Subgraph;
  readonly log: Logger;
  readonly telemetry: HttpTelemetry;
  readonly serviceTokens: ServiceTokenVerifier;
  /** Who an access token stands for. @throws {AppError} */
  readonly verifyToken: (token: string) => Promise<Principal>;
}

/**
 * Serves a subgraph to the other processes: GraphQL at its path, and at `/graphql` where it is the only one here. Nothing is
 * answered without a service token for this subgraph, whatever is asked.
 */
export async function subgraphRoutes(
  app: FastifyInstance,
  init: SubgraphRoutesInit,
  { alone }: { readonly alone: boolean },
): Promise<void> {
  const { subgraph } = init;
  await app.register(async (routes) => {
    const credentials = guard(routes, init);
    const answer = answerer(init);
    for (const url of alone ? [graphqlPath(subgraph.name), '/graphql'] : [graphqlPath(subgraph.name)]) {
      routes.post(url, { bodyLimit: BODY_BYTES }, (request, reply) => {
        const credential = credentials.get(request);
        if (credential === undefined) throw new Error('a request came past the guard');
        return answer(request, reply, credential);
      });
    }
    // Where it is not alone, its other routes are the gateway's own.
    if (alone) await subgraph.routes?.(routes);
  });
}

/** Lets nobody in without a service token for this subgraph, before anything else of the request is read. */
function guard(
  app: FastifyInstance,
  { subgraph, serviceTokens }: SubgraphRoutesInit,
): WeakMap<FastifyRequest, ServiceCredential> {
  const credentials = new WeakMap<FastifyRequest, ServiceCredential>();
  app.addHook('onRequest', async (request, reply) => {
    const token = request.headers[SERVICE_TOKEN_HEADER];
    try {
      const credential = await serviceTokens.verify(typeof token === 'string' ? token : '', subgraph.name);
      credentials.set(request, credential);
      const address = request.headers[CLIENT_ADDRESS_HEADER];
      if (credential.forward && typeof address === 'string') forwardedFrom(request, address);
    } catch (error) {
      return await refuse(reply, error, 'Service');
    }
  });
  return credentials;
}

function answerer(init: SubgraphRoutesInit) {
  const { subgraph, log, telemetry } = init;
  const documents = new BoundedMap<string, DocumentNode | readonly GraphQLError[]>(KEPT_CHARACTERS, (s) => s.length);

  return async (request: FastifyRequest, reply: FastifyReply, credential: ServiceCredential): Promise<unknown> => {
    const operation = readOperation(request.body);
    if (operation === undefined) return await problem(reply, 'BAD_REQUEST', 'The body is not a GraphQL request.');
    let from: Request;
    try {
      from = await requestOf(request, credential, log, init.verifyToken);
    } catch (error) {
      return await refuse(reply, error, INVALID_TOKEN_CHALLENGE);
    }
    const document = documents.getOrMake(operation.query, () => checked(subgraph, operation.query));
    if (!('kind' in document)) return await sendErrors(reply.code(400), document);
    const before = from.accessToken;
    const { variables, operationName } = operation;
    const { data, errors, extensions } = await executeOperation(
      subgraph.schema,
      { document, variables, operationName },
      new RequestContext(from),
    );
    for (const error of errors ?? []) telemetry.graphqlError(error.extensions.code);
    const goOnAs = from.accessToken === before || !credential.forward ? undefined : from.accessToken;
    // For the gateway alone: what became of mutations, and whom the rest of the request is to be asked as.
    const told = credential.forward && (goOnAs ?? extensions) !== undefined ? { ...extensions, goOnAs } : undefined;
    return await reply.type('application/json').send(JSON.stringify({ data, errors, extensions: told }));
  };
}

/** Whose request it is: the service's own, or that of the person or program whose access token it brings. */
async function requestOf(
  request: FastifyRequest,
  { service, forward }: ServiceCredential,
  log: Logger,
  verifyToken: (token: string) => Promise<Principal>,
): Promise<Request> {
  if (!forward) return new Request({ requestId: request.id, log, principal: servicePrincipal(service) });
  const address = request.headers[CLIENT_ADDRESS_HEADER];
  return new Request({
    requestId: request.id,
    log,
    clientAddress: typeof address === 'string' ? address : null,
    ...(await callerOf(request.headers.authorization, verifyToken)),
  });
}

interface GraphQLBody {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | undefined;
}

function readOperation(body: unknown): GraphQLBody | undefined {
  const { query, variables, operationName } = Object(body) as Record<string, unknown>;
  if (typeof query !== 'string' || query === '') return undefined;
  if (typeof (variables ?? {}) !== 'object' || Array.isArray(variables)) return undefined;
  if (operationName != null && typeof operationName !== 'string') return undefined;
  return { query, variables: (variables ?? {}) as Record<string, unknown>, operationName: operationName ?? undefined };
}

/** A document that fits the schema, or what is wrong with it; kept either way, since it comes again. */
function checked(subgraph: Subgraph, query: string): DocumentNode | readonly GraphQLError[] {
  try {
    const document = parse(query, { noLocation: true, maxTokens: TOKENS });
    const errors = validate(subgraph.schema, document, RULES);
    if (errors.length === 0) return document;
    return errors.map(({ message }) => withCode(message, 'GRAPHQL_VALIDATION_FAILED'));
  } catch (error) {
    if (error instanceof GraphQLError) return [withCode(error.message, 'GRAPHQL_PARSE_FAILED')];
    if (error instanceof RangeError) return [withCode('The document nests too deep.', 'GRAPHQL_PARSE_FAILED')]; // the stack
    throw error;
  }
}

function withCode(message: string, code: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

/** 401 for a token that is not good; 503 while nobody can tell, and then another process may be asked. */
async function refuse(reply: FastifyReply, error: unknown, challenge: string): Promise<unknown> {
  if (!(error instanceof AppError)) throw error;
  if (error.code === 'UNAUTHENTICATED') reply.code(401).header('www-authenticate', challenge);
  else reply.code(503).header(NOT_BEGUN_HEADER, 'true');
  return await sendErrors(reply, [withCode(error.message, error.code)]);
}

async function problem(reply: FastifyReply, code: string, message: string): Promise<unknown> {
  return await sendErrors(reply.code(400), [withCode(message, code)]);
}

async function sendErrors(reply: FastifyReply, errors: readonly GraphQLError[]): Promise<unknown> {
  return await reply.type('application/json').send(JSON.stringify({ errors }));
}
