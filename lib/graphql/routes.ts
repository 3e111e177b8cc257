import type { SubgraphName } from '../service-name.ts';

export interface HttpRoute {
  readonly method: 'GET' | 'POST';
  readonly url: string;
}

/**
 * The HTTP routes beside GraphQL that a subgraph brings (`Subgraph.routes`): where it runs elsewhere, the gateway passes
 * them on. A test compares this list with what the subgraphs mount.
 */
export const SUBGRAPH_ROUTES: Readonly<Partial<Record<SubgraphName, readonly HttpRoute[]>>> = {
  identity: [
    { method: 'POST', url: '/oauth/token' },
    { method: 'GET', url: '/.well-known/jwks.json' },
    { method: 'GET', url: '/.well-known/openid-configuration' },
  ],
};
