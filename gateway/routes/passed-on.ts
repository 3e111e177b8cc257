import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SUBGRAPH_ROUTES } from '#lib/graphql/routes.ts';
import type { EndpointAnswer } from '#lib/remote/answer.ts';
import { CLIENT_ADDRESS_HEADER, REQUEST_ID_HEADER } from '#lib/remote/client.ts';
import type { Remotes } from '#lib/remote/remotes.ts';

const PASS_MILLISECONDS = 10_000;
/** What of a request and of an answer is passed on; the rest belongs to the connection or to nobody. */
const REQUEST_HEADERS = [
  'accept',
  'access-control-request-headers',
  'access-control-request-method',
  'authorization',
  'content-type',
  'cookie',
  'origin',
  'sec-fetch-site',
] as const;
const ANSWER_HEADERS = [
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
  'access-control-expose-headers',
  'access-control-max-age',
  'cache-control',
  'content-security-policy',
  'content-type',
  'etag',
  'location',
  'pragma',
  'referrer-policy',
  'retry-after',
  'set-cookie',
  'vary',
  'www-authenticate',
  'x-frame-options',
] as const;

/** The HTTP routes of the subgraphs that run elsewhere, passed on to them in the gateway's name. */
export async function passedOnRoutes(app: FastifyInstance, remotes: Remotes): Promise<void> {
  await app.register(async (routes) => {
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    for (const name of remotes.names) {
      for (const { method, url } of SUBGRAPH_ROUTES[name] ?? []) {
        routes.route({
          method,
          url,
          async handler(request, reply) {
            const answer = await remotes
              .carry(name, {
                method,
                path: request.url,
                headers: headersOf(request),
                ...(Buffer.isBuffer(request.body) ? { body: request.body } : {}),
                timeoutMilliseconds: PASS_MILLISECONDS,
                repeatable: method === 'GET',
              })
              .catch((error: unknown) => unreachable(request, error));
            reply.code(answer.status);
            for (const header of ANSWER_HEADERS) {
              const value = answer.headers[header];
              if (value !== undefined) reply.header(header, value);
            }
            return await reply.send(answer.body);
          },
        });
      }
    }
  });
}

function headersOf(request: FastifyRequest): Readonly<Record<string, string>> {
  const passed = REQUEST_HEADERS.flatMap((name) => {
    const value = request.headers[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(passed), [REQUEST_ID_HEADER]: request.id, [CLIENT_ADDRESS_HEADER]: request.ip };
}

/** RFC 6749, section 5.2, has no code for it; that of section 4.1.2.1 says what is meant. */
function unreachable(request: FastifyRequest, err: unknown): EndpointAnswer {
  request.log.error({ requestId: request.id, err }, 'a service gave no answer');
  const body = JSON.stringify({
    error: 'temporarily_unavailable',
    error_description: 'a service is out of reach; try again',
  });
  return { status: 503, headers: { 'content-type': 'application/json; charset=utf-8' }, body };
}
