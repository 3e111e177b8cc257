import formBody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type Provider from 'oidc-provider';
import { AppError } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import type { Service } from '../../service.ts';
import { PATHS, publicPrefix } from '../paths.ts';
import type { Page } from './page.ts';
import { type Complaint, messagePage, passwordPage } from './pages.ts';
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
      const { statusCode } = Object(error) as { statusCode?: number };
      if (statusCode !== undefined && statusCode < 500) return show(reply, unreadable(statusCode));
      log.error({ requestId: request.id, err: error }, 'a page failed');
      return show(
        reply,
        messagePage('This did not work', 'Something went wrong on the server. Try again.', { status: 500 }),
      );
    });

    routes.get(`${PATHS.signIn}/:uid`, async (request, reply) =>
      showSignIn({ service, provider: await provider(), request, reply }),
    );
    routes.post(`${PATHS.signIn}/:uid`, async (request, reply) =>
      answerSignIn({ service, provider: await provider(), request, reply }),
    );
    passwordRoutes(routes, {
      path: PATHS.invitation,
      action: `${publicPrefix(service.tokenSource.issuer)}${PATHS.invitation}`,
      title: 'Choose your password',
      text: 'You were invited. With a password you can sign in.',
      use: (input, requestId) => service.identities.acceptInvitation(input, requestId),
    });
  });
}

interface PasswordRoutes {
  readonly path: string;
  readonly action: string;
  readonly title: string;
  readonly text: string;
  /** Sets the password that the token stands for. */
  readonly use: (input: { token: string; password: string }, requestId: string) => Promise<unknown>;
}

/** A link with a token in it leads to a form that asks for a new password. */
function passwordRoutes(routes: FastifyInstance, { path, use, ...form }: PasswordRoutes): void {
  routes.get(path, async (request, reply) => {
    const token = fieldOf(request.query, 'token');
    if (token === '')
      return show(
        reply,
        messagePage('This link is not complete', 'Open the link in your mail again.', { status: 400 }),
      );
    return show(reply, passwordPage({ ...form, token }));
  });
  routes.post(path, async (request, reply) => {
    const [token, password, repeated] = ['token', 'password', 'repeated'].map((name) => fieldOf(request.body, name));
    const refuse = (complaint: Complaint) => show(reply, passwordPage({ ...form, token: token ?? '', complaint }));
    if (password !== repeated) return refuse({ status: 400, message: 'The two passwords are not the same.' });
    try {
      await use({ token: token ?? '', password: password ?? '' }, request.id);
    } catch (error) {
      return refuse(complaintOf(error));
    }
    return show(reply, messagePage('Your password is set', 'You can sign in with it now.'));
  });
}

/** What a form says of a failure that is the caller's to know. */
export function complaintOf(error: unknown): Complaint {
  if (!(error instanceof AppError)) throw error;
  const { code, message, details } = error;
  const status =
    { UNAUTHENTICATED: 401, BAD_USER_INPUT: 400, RATE_LIMITED: 429, UNAVAILABLE: 503 }[code as string] ?? 409;
  return { status, message, retryAfterSeconds: details.retryAfterSeconds };
}

/** A parameter of a form or an address; empty where it is missing or given twice. */
export function fieldOf(values: unknown, name: string): string {
  const value = (Object(values) as Record<string, unknown>)[name];
  return typeof value === 'string' && value.isWellFormed() ? value : '';
}

export function show(reply: FastifyReply, { status, headers, body }: Page): FastifyReply {
  return reply.code(status).headers(headers).send(body);
}

/** A form of this server is sent by its own pages (Fetch Metadata); what an old browser does not say, the forms' secrets do. */
async function refuseCrossSite(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const site = request.headers['sec-fetch-site'];
  if (request.method !== 'POST' || site === undefined || site === 'same-origin' || site === 'none') return undefined;
  return show(reply, messagePage('This did not work', 'The form was sent by another page.', { status: 403 }));
}

function unreadable(status: number): Page {
  return messagePage('This did not work', 'The form cannot be read.', { status });
}
