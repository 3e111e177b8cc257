import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GatewayContext } from '../data-source/in-process.ts';

/** GraphQL over HTTP at `/graphql`; a browser that asks for a page gets GraphiQL. */
export function graphqlRoutes(
  app: FastifyInstance,
  apollo: ApolloServer<GatewayContext>,
  contextOf: (request: FastifyRequest) => Promise<GatewayContext>,
  sendPlayground: (reply: FastifyReply) => unknown,
): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: async (request, reply) => {
      if (request.method === 'GET' && wantsPage(request)) return sendPlayground(reply);
      const answer = await apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: request.method,
          headers: headersOf(request),
          search: new URL(request.url, 'http://gateway').search,
          body: request.body,
        },
        context: () => contextOf(request),
      });
      reply.code(answer.status ?? 200);
      for (const [name, value] of answer.headers) reply.header(name, value);
      if (answer.body.kind === 'complete') return await reply.send(answer.body.string);
      throw new Error('the gateway does not answer incrementally');
    },
  });
}

function wantsPage(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').includes('text/html');
}

function headersOf(request: FastifyRequest): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}
