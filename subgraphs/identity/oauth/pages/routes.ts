import formBody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type Provider from 'oidc-provider';
import type { Logger } from '#lib/log.ts';
import { StoreUnavailable } from '#lib/store/errors.ts';
import type { Service } from '../../service.ts';
import { PATHS } from '../paths.ts';
import { passwordPages } from './password-routes.ts';
import { showFailure } from './request.ts';
import { answerSignIn, showSignIn } from './sign-in.ts';

/** Of a form: two passwords of 1,000 characters each, four bytes a character, percent-encoded. */
const BODY_BYTES = 32 * 1024;

export interface PageRoutesInit {
  readonly service: Service;
  readonly log: Logger;
  /** The engine with the keys of now. */
  readonly provider: () => Promise<Provider>;
}

/** The pages on which people sign in and choose passwords: plain HTML, without JavaScript. */
export async function pageRoutes(app: FastifyInstance, { service, log, provider }: PageRoutesInit): Promise<void> {
  await app.register(async (routes) => {
    routes.removeAllContentTypeParsers();
    await routes.register(formBody, { bodyLimit: BODY_BYTES });
    routes.addHook('preHandler', refuseCrossSite);
    routes.setErrorHandler((error, request, reply) => {
      const { statusCode = 500 } = Object(error) as { statusCode?: number };
      if (statusCode < 500) return showFailure(reply, statusCode, 'The form cannot be read.');
      log.error({ requestId: request.id, err: error }, 'a page failed');
      return showFailure(
        reply,
        error instanceof StoreUnavailable ? 503 : 500,
        'Something went wrong on the server. Try again.',
      );
    });
    routes.get(`${PATHS.signIn}/:uid`, async (request, reply) =>
      showSignIn({ service, provider: await provider(), request, reply }),
    );
    routes.post(`${PATHS.signIn}/:uid`, async (request, reply) =>
      answerSignIn({ service, provider: await provider(), request, reply }),
    );
    passwordPages(routes, service);
  });
}

/** A form of this server is sent by its own pages (Fetch Metadata); what an old browser does not say, the forms' secrets do. */
async function refuseCrossSite(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const site = request.headers['sec-fetch-site'];
  if (request.method !== 'POST' || site === undefined || site === 'same-origin' || site === 'none') return undefined;
  return showFailure(reply, 403, 'The form was sent by another page.');
}
