import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type Provider from 'oidc-provider';
import type { Logger } from '#lib/log.ts';
import type { PrivateJwk } from '../keyring.ts';
import type { Service } from '../service.ts';
import { createProvider, DISCOVERY_PATH, JWKS_PATH, TOKEN_PATH } from './provider.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** `POST /oauth/token`, discovery and keys. They answer for the configured public address, whatever host was asked. */
export async function oauthRoutes(
  app: FastifyInstance,
  { service, log }: { service: Service; log: Logger },
): Promise<void> {
  const handlerOf = providerByKeys(service, log);
  const publicUrl = new URL(service.tokenSource.issuer);

  await app.register(async (routes) => {
    // The provider reads the body itself.
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', (_request, _body, done) => done(null));
    for (const [method, url] of [
      ['POST', TOKEN_PATH],
      ['GET', JWKS_PATH],
      ['GET', DISCOVERY_PATH],
    ] as const) {
      routes.route({
        method,
        url,
        async handler({ raw: request }, reply) {
          const handle = handlerOf(await service.signingKeys.privateKeys());
          reply.hijack();
          await handle(asPublic(request, publicUrl), reply.raw);
        },
      });
    }
  });
}

/** One provider as long as the keys are the same: it takes its keys when it is made. */
function providerByKeys(service: Service, log: Logger): (keys: readonly PrivateJwk[]) => Handle {
  let current: { kids: string; handle: Handle } | undefined;
  return (keys) => {
    const kids = keys.map((key) => key.kid).join();
    if (current?.kids === kids) return current.handle;
    const provider: Provider = createProvider(service, keys);
    provider.on('server_error', (_context, error) => log.error({ err: error }, 'the token endpoint failed'));
    current = { kids, handle: provider.callback() };
    return current.handle;
  };
}

/** The request as it would have come to the public address: the addresses in the answers do not follow what the caller says. */
function asPublic(request: IncomingMessage, publicUrl: URL): IncomingMessage {
  request.headers.host = publicUrl.host;
  request.headers['x-forwarded-host'] = publicUrl.host;
  request.headers['x-forwarded-proto'] = publicUrl.protocol.slice(0, -1);
  request.headers.accept = 'application/json';
  const prefix = publicUrl.pathname.replace(/\/$/, '');
  return Object.assign(request, { originalUrl: `${prefix}${request.url}` });
}
