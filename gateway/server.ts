import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { Principal } from '#lib/auth/principal.ts';
import type { Clock } from '#lib/clock.ts';
import { AppError } from '#lib/errors.ts';
import { Request } from '#lib/graphql/context.ts';
import { createHttpApp } from '#lib/http/app.ts';
import { callerOf as bearerOf, type Caller, INVALID_TOKEN_CHALLENGE } from '#lib/http/bearer.ts';
import type { HttpTelemetry } from '#lib/http/telemetry.ts';
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
import { countErrors } from './telemetry.ts';

export interface ServerInit {
  readonly log: Logger;
  readonly ids: Ids;
  readonly telemetry: HttpTelemetry;
  readonly clock: Clock;
  /** Where mutations are written down before they are carried out. */
  readonly trail: AuditTrail;
  readonly dataSourceOf: DataSourceOf;
  /** Who a bearer token stands for. @throws {AppError} `UNAUTHENTICATED` */
  readonly verifyToken: (token: string) => Promise<Principal>;
  /** Resolves when everything behind the gateway can answer. */
  readonly ready: () => Promise<void>;
  /** Adds the routes beside the gateway's own. */
  readonly routes: (app: FastifyInstance) => Promise<void>;
  /** Whether `/metrics` is served here. */
  readonly exposeMetrics: boolean;
  /** See `HttpAppInit`. */
  readonly trustedProxies: readonly string[];
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
  const { app, close } = createHttpApp({ ...init, bodyLimit: LIMITS.bodyBytes, whileClosing: 'refuse' });
  await graphiqlRoutes(app);
  graphqlRoutes(app, apollo, (request) => contextOf(request, init), sendGraphiqlPage);
  await init.routes(app);
  return {
    app,
    async close() {
      await close();
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
      countErrors(telemetry),
    ],
  });
}

async function contextOf(request: FastifyRequest, init: ServerInit): Promise<GatewayContext> {
  const { query } = Object(request.body) as { query?: unknown };
  if (typeof query === 'string' && query.length > LIMITS.characters)
    throw tooComplex(`${LIMITS.characters} characters`);
  const caller = await callerOf(request.headers.authorization, init);
  return {
    request: new Request({ requestId: request.id, log: init.log, clientAddress: request.ip, ...caller }),
    reports: [],
  };
}

/** A bad access token refuses the whole request (docs/decisions/0006-bad-token-refuses-the-request.md). */
async function callerOf(authorization: string | undefined, { verifyToken }: ServerInit): Promise<Caller> {
  try {
    return await bearerOf(authorization, verifyToken);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const http =
      error.code === 'UNAUTHENTICATED'
        ? { status: 401, headers: new Map([['www-authenticate', INVALID_TOKEN_CHALLENGE]]) }
        : { status: 503 };
    throw new GraphQLError(error.message, { extensions: { code: error.code, http } });
  }
}
