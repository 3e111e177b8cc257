import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { GraphQLError } from 'graphql';
import { ANONYMOUS, type Principal } from '#lib/auth/principal.ts';
import type { Clock } from '#lib/clock.ts';
import { AppError } from '#lib/errors.ts';
import { Request } from '#lib/graphql/context.ts';
import type { Subgraph } from '#lib/graphql/subgraph.ts';
import type { Ids } from '#lib/ids.ts';
import type { Logger } from '#lib/log.ts';
import { audited } from './audit.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { GatewayContext } from './data-source/in-process.ts';
import { errorPlugin, formatError, tooComplex } from './errors.ts';
import { createGraph, type DataSourceOf } from './graph.ts';
import { graphiqlRoutes, sendGraphiqlPage } from './graphiql/page.ts';
import { LIMIT_RULES, LIMITS } from './limits.ts';
import { graphqlRoutes } from './routes/graphql.ts';
import { healthRoutes } from './routes/health.ts';
import type { Telemetry } from './telemetry.ts';

/** How long requests that are on their way when the stop begins are still taken: connections opened, not yet read. */
const GRACE_MILLISECONDS = 250;

/** How long a client may take to send its request. */
const RECEIVE_MILLISECONDS = 30_000;

export interface ServerInit {
  readonly log: Logger;
  readonly ids: Ids;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  /** Where mutations are written down before they are carried out. */
  readonly trail: AuditTrail;
  readonly dataSourceOf: DataSourceOf;
  /** Who a bearer token stands for. @throws {AppError} `UNAUTHENTICATED` */
  readonly verifyToken: (token: string) => Promise<Principal>;
  /** Resolves when everything behind the gateway can answer. */
  readonly ready: () => Promise<void>;
  /** Subgraphs that bring HTTP routes of their own. */
  readonly subgraphs: Iterable<Subgraph>;
  /** Whether `/metrics` is served here. */
  readonly exposeMetrics: boolean;
}

export interface GatewayServer {
  readonly app: FastifyInstance;
  /** Answers `/readyz` with 503 from now on, takes what is on its way, lets the requests under way finish, and closes. */
  close(): Promise<void>;
}

/** The gateway's HTTP server, ready to listen. */
export async function createServer(init: ServerInit): Promise<GatewayServer> {
  const apollo = createApollo(init);
  await apollo.start();
  let stopping = false;
  const app = createApp(init, () => stopping);

  healthRoutes(app, init.ready, () => stopping);
  if (init.exposeMetrics) {
    app.get('/metrics', async (_, reply) =>
      reply.type(init.telemetry.registry.contentType).send(await init.telemetry.registry.metrics()),
    );
  }
  await graphiqlRoutes(app);
  graphqlRoutes(app, apollo, (request) => contextOf(request, init), sendGraphiqlPage);
  for (const subgraph of init.subgraphs) await subgraph.routes?.(app);

  return {
    app,
    async close() {
      stopping = true;
      await new Promise((resolve) => setTimeout(resolve, GRACE_MILLISECONDS));
      await app.close();
      await apollo.stop();
    },
  };
}

function createApollo({ dataSourceOf, log, telemetry, trail, clock, ids }: ServerInit): ApolloServer<GatewayContext> {
  return new ApolloServer<GatewayContext>({
    gateway: audited(createGraph(dataSourceOf, log), { trail, clock, ids }),
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: LIMITS.tokens },
    validationRules: [...LIMIT_RULES],
    formatError,
    logger: log.child({ part: 'apollo' }, { level: 'warn' }),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      errorPlugin,
      telemetry.plugin,
    ],
  });
}

function createApp({ ids, log, telemetry }: ServerInit, stopping: () => boolean): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = log.child({ part: 'http' });
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: LIMITS.bodyBytes,
    requestTimeout: RECEIVE_MILLISECONDS,
    requestIdHeader: false,
    genReqId: (request) => givenRequestId(request.headers['x-request-id']) ?? ids.next('req'),
    forceCloseConnections: 'idle',
    return503OnClosing: true,
  });
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
  });
  app.addHook('onSend', async (_, reply) => {
    if (stopping()) reply.header('connection', 'close');
  });
  app.addHook('onResponse', async (request, reply) => {
    const milliseconds = reply.elapsedTime;
    telemetry.httpAnswered(request.routeOptions.url ?? 'none', request.method, reply.statusCode, milliseconds / 1000);
    request.log.debug(
      {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        milliseconds,
      },
      'answered',
    );
  });
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const status =
      error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500 ? error.statusCode : 500;
    if (status === 500) request.log.error({ requestId: request.id, err: error }, 'a request failed');
    return reply.code(status).send(httpProblem(status, error.message, request.id));
  });
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send(httpProblem(404, 'There is nothing at this address.', request.id)),
  );
  return app;
}

/** The caller's own request id, where it is one that can stand in a log line. */
function givenRequestId(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && /^[\w.:-]{1,100}$/.test(header) ? header : undefined;
}

/** A failure outside GraphQL, in the shape of a GraphQL answer, so that a client reads one shape only. */
function httpProblem(status: number, message: string, requestId: string) {
  if (status === 500) {
    return {
      errors: [
        { message: 'Something went wrong on the server.', extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } },
      ],
    };
  }
  return { errors: [{ message, extensions: { code: status === 404 ? 'NOT_FOUND' : 'BAD_REQUEST' } }] };
}

async function contextOf(request: FastifyRequest, init: ServerInit): Promise<GatewayContext> {
  const { query } = Object(request.body) as { query?: unknown };
  if (typeof query === 'string' && query.length > LIMITS.characters)
    throw tooComplex(`${LIMITS.characters} characters`);
  const principal = await principalOf(request.headers.authorization, init);
  return {
    request: new Request({ requestId: request.id, log: init.log, principal, clientAddress: request.ip }),
    reports: [],
  };
}

/** RFC 6750, section 2.1: the token in the `Authorization` header; none is nobody, a bad one is refused as a whole. */
async function principalOf(authorization: string | undefined, init: ServerInit): Promise<Principal> {
  if (authorization === undefined) return ANONYMOUS;
  try {
    const token = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization)?.[1];
    if (token === undefined) throw new AppError('UNAUTHENTICATED', 'The Authorization header is not a bearer token.');
    return await init.verifyToken(token);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const http =
      error.code === 'UNAUTHENTICATED'
        ? { status: 401, headers: new Map([['www-authenticate', 'Bearer error="invalid_token"']]) }
        : { status: 503 };
    throw new GraphQLError(error.message, { extensions: { code: error.code, http } });
  }
}
