import type { Server as HttpServer } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import Fastify, { type FastifyBaseLogger, type FastifyError, type FastifyInstance, LogController } from 'fastify';
import type { Ids } from '../ids.ts';
import type { Logger } from '../log.ts';
import { healthRoutes } from './health.ts';
import type { HttpTelemetry } from './telemetry.ts';

/**
 * How long requests that are on their way when the stop begins are still taken: connections opened, not yet read. Longer
 * where none may be lost: meanwhile whoever sends one learns by the answer to make no new connections here.
 */
const GRACE_MILLISECONDS = { refuse: 250, serve: 1_000 } as const;

/**
 * How long a server that loses no request waits for its clients to leave: longer than an idle connection is kept by those
 * that the project makes (`IDLE_MILLISECONDS` of lib/remote/endpoint.ts).
 */
const LEAVE_MILLISECONDS = 3_000;

/** How long a client may take to send its request. */
const RECEIVE_MILLISECONDS = 30_000;

export interface HttpAppInit {
  readonly log: Logger;
  readonly ids: Ids;
  readonly telemetry: HttpTelemetry;
  /** Of a request's body, in bytes, where a route says nothing else. */
  readonly bodyLimit: number;
  /** Resolves when everything that the process needs can answer. */
  readonly ready: () => Promise<void>;
  /** Whether `/metrics` is served here. */
  readonly exposeMetrics: boolean;
  /** The proxies in front, as addresses or networks: what they say of where a request came from is believed. */
  readonly trustedProxies: readonly string[];
  /**
   * What becomes of connections that are still open after the grace. `refuse`: idle ones are closed, what comes on the others
   * is answered 503. `serve`: no new ones are taken, and each is served until its client leaves it, for some seconds at
   * most: a request that is sent just as an idle connection is closed from here is lost, and nobody can tell whether it
   * took effect.
   */
  readonly whileClosing: 'refuse' | 'serve';
}

/** An HTTP server of the project, ready to be given routes and to listen. */
export interface HttpApp {
  readonly app: FastifyInstance;
  /** Answers `/readyz` with 503 from now on, takes what is on its way, lets the requests under way finish, and closes. */
  close(): Promise<void>;
}

/** What every HTTP server here has: health, metrics, request ids, errors in one shape, and a stop in order. */
export function createHttpApp(init: HttpAppInit): HttpApp {
  let stopping = false;
  const app = createApp(init, () => stopping);
  healthRoutes(app, init.ready, () => stopping);
  if (init.exposeMetrics) metricsRoute(app, init.telemetry);
  return {
    app,
    async close() {
      stopping = true;
      await delay(GRACE_MILLISECONDS[init.whileClosing]);
      if (init.whileClosing === 'serve') await clientsGone(app.server);
      await app.close();
    },
  };
}

/** Listens no more, and waits for the clients to leave; every answer tells them to. */
async function clientsGone(server: HttpServer): Promise<void> {
  // Not the HTTP server's own `close`, which closes idle connections at once.
  const gone = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
  const over = new AbortController();
  await Promise.race([gone, delay(LEAVE_MILLISECONDS, undefined, { signal: over.signal }).catch(() => undefined)]);
  over.abort();
}

/** Serves `/metrics` on a port of its own. @returns what ends it */
export async function serveMetrics(host: string, port: number, telemetry: HttpTelemetry): Promise<() => Promise<void>> {
  const app = Fastify();
  metricsRoute(app, telemetry);
  await app.listen({ host, port });
  return () => app.close();
}

/** Where a server listens, as an address. */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  await app.listen({ host, port });
  const address = app.server.address();
  const listening = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${listening}`;
}

function metricsRoute(app: FastifyInstance, { registry }: HttpTelemetry): void {
  app.get('/metrics', async (_, reply) => reply.type(registry.contentType).send(await registry.metrics()));
}

function createApp(
  { ids, log, telemetry, bodyLimit, trustedProxies, whileClosing }: HttpAppInit,
  stopping: () => boolean,
): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = log.child({ part: 'http' });
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    requestTimeout: RECEIVE_MILLISECONDS,
    requestIdHeader: false,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    genReqId: (request) => givenRequestId(request.headers['x-request-id']) ?? ids.next('req'),
    forceCloseConnections: 'idle',
    return503OnClosing: whileClosing === 'refuse',
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
