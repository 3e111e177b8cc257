import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type Provider from 'oidc-provider';
import { clientAddressOf } from '#lib/http/client-address.ts';
import type { Logger } from '#lib/log.ts';
import type { PrivateJwk } from '../keyring.ts';
import type { Service } from '../service.ts';
import type { EngineRequest } from './flow.ts';
import { pageRoutes } from './pages/routes.ts';
import { PATHS, publicPrefix } from './paths.ts';
import { createProvider } from './provider.ts';
import { noteRefusals } from './refusals.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

interface Engine {
  readonly provider: Provider;
  readonly handle: Handle;
}

/** What the engine answers. `json`: to programs, whatever they accept. */
const ENGINE_ROUTES = [
  { method: 'GET', url: PATHS.discovery, json: true },
  { method: 'OPTIONS', url: PATHS.discovery, json: true },
  { method: 'GET', url: PATHS.jwks, json: true },
  { method: 'OPTIONS', url: PATHS.jwks, json: true },
  { method: 'GET', url: PATHS.authorize, json: false },
  { method: 'GET', url: `${PATHS.authorize}/:uid`, json: false },
  { method: 'POST', url: PATHS.token, json: true },
  { method: 'OPTIONS', url: PATHS.token, json: true },
  { method: 'POST', url: PATHS.revoke, json: true },
  { method: 'OPTIONS', url: PATHS.revoke, json: true },
  { method: 'POST', url: PATHS.introspect, json: true },
  { method: 'OPTIONS', url: PATHS.introspect, json: true },
  { method: 'GET', url: PATHS.logout, json: false },
  { method: 'POST', url: PATHS.logoutConfirmed, json: false },
  { method: 'GET', url: PATHS.loggedOut, json: false },
] as const;

/** RFC 6749, section 5.2, has no code for it; that of section 4.1.2.1 says what is meant. */
const OUT_OF_REACH = { error: 'temporarily_unavailable', error_description: 'the service is out of reach; try again' };

/** The OAuth engine and its pages. They answer for the configured public address, whatever host was asked. */
export async function oauthRoutes(
  app: FastifyInstance,
  { service, log }: { service: Service; log: Logger },
): Promise<void> {
  const engineOf = engineByKeys(service, log);
  const engine = async () => engineOf(await service.signingKeys.privateKeys());
  const publicUrl = new URL(service.tokenSource.issuer);

  await pageRoutes(app, { service, log, provider: async () => (await engine()).provider });
  await app.register(async (routes) => {
    // The engine reads the body itself.
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', (_request, _body, done) => done(null));
    routes.setErrorHandler((error, request, reply) => {
      log.error({ requestId: request.id, err: error }, 'the OAuth engine is out of reach');
      return reply.code(503).header('cache-control', 'no-store').send(OUT_OF_REACH);
    });
    for (const { method, url, json } of ENGINE_ROUTES) {
      routes.route({
        method,
        url,
        async handler(incoming, reply) {
          const { id, raw: request } = incoming;
          const { handle } = await engine();
          reply.hijack();
          reply.raw.setHeader('x-request-id', id);
          if (json) request.headers.accept = 'application/json';
          await handle(asPublic(request, publicUrl, clientAddressOf(incoming)), reply.raw);
        },
      });
    }
  });
}

/** One engine as long as the keys are the same: it takes its keys when it is made. Requests under way finish on the old one. */
function engineByKeys(service: Service, log: Logger): (keys: readonly PrivateJwk[]) => Engine {
  let current: (Engine & { readonly kids: string }) | undefined;
  return (keys) => {
    const kids = keys.map((key) => key.kid).join();
    if (current?.kids === kids) return current;
    const provider = createProvider(service, keys);
    provider.on('server_error', (_context, error) => log.error({ err: error }, 'the OAuth engine failed'));
    // Koa would print it to the console.
    (provider as EventEmitter).on('error', (err: unknown) =>
      log.error({ err }, 'a request to the OAuth engine failed'),
    );
    noteRefusals(provider, service);
    current = { kids, provider, handle: provider.callback() };
    return current;
  };
}

/** The request as it would have come to the public address: the addresses in the answers do not follow what the caller says. */
function asPublic(request: IncomingMessage, publicUrl: URL, clientAddress: string): EngineRequest {
  request.headers.host = publicUrl.host;
  request.headers['x-forwarded-host'] = publicUrl.host;
  request.headers['x-forwarded-proto'] = publicUrl.protocol.slice(0, -1);
  return Object.assign(request, { originalUrl: `${publicPrefix(publicUrl.href)}${request.url}`, clientAddress });
}
