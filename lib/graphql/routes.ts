import type { SubgraphName } from '../service-name.ts';

export interface HttpRoute {
  readonly method: 'GET' | 'POST' | 'OPTIONS';
  readonly url: string;
}

/**
 * The HTTP routes beside GraphQL that a subgraph brings (`Subgraph.routes`): where it runs elsewhere, the gateway passes
 * them on. A test compares this list with what the subgraphs mount.
 */
export const SUBGRAPH_ROUTES: Readonly<Partial<Record<SubgraphName, readonly HttpRoute[]>>> = {
  identity: [
    ...routes(['GET', 'OPTIONS'], ['/.well-known/openid-configuration', '/.well-known/jwks.json']),
    ...routes(['POST', 'OPTIONS'], ['/oauth/token', '/oauth/revoke', '/oauth/introspect']),
    ...routes(['GET'], ['/oauth/authorize', '/oauth/authorize/:uid', '/oauth/logout', '/oauth/logout/success']),
    ...routes(['POST'], ['/oauth/logout/confirm']),
    ...routes(
      ['GET', 'POST'],
      ['/oauth/sign-in/:uid', '/oauth/invitation', '/oauth/new-password', '/oauth/forgotten-password'],
    ),
  ],
};

function routes(methods: readonly HttpRoute['method'][], urls: readonly string[]): HttpRoute[] {
  return urls.flatMap((url) => methods.map((method) => ({ method, url })));
}
