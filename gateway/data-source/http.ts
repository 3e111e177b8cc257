import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { GatewayGraphQLResponse } from '@apollo/server-gateway-interface';
import type { Principal } from '#lib/auth/principal.ts';
import type { Remotes } from '#lib/remote/remotes.ts';
import type { SubgraphName } from '#lib/service-name.ts';
import type { GatewayContext } from './in-process.ts';

/**
 * How long a fetch of the query plan may take. A mutation has longer: one that waits for a workflow takes 5 seconds, one that
 * goes through all tenants more, and it may not be sent again when it was given up.
 */
const QUERY_MILLISECONDS = 10_000;
const MUTATION_MILLISECONDS = 30_000;

/** Answers a fetch of the query plan from a subgraph in another process, as the principal who made the request. */
export class HttpDataSource implements GraphQLDataSource<GatewayContext> {
  readonly #name: SubgraphName;
  readonly #remotes: Remotes;
  readonly #verifyToken: (token: string) => Promise<Principal>;

  constructor(name: SubgraphName, remotes: Remotes, verifyToken: (token: string) => Promise<Principal>) {
    this.#name = name;
    this.#remotes = remotes;
    this.#verifyToken = verifyToken;
  }

  async process(options: GraphQLDataSourceProcessOptions<GatewayContext>): Promise<GatewayGraphQLResponse> {
    const { query = '', variables, operationName } = options.request;
    const { request } = options.context as GatewayContext;
    const isMutation = /^\s*mutation\b/.test(query);
    const operation = {
      source: query,
      variables,
      operationName,
      repeatable: !isMutation,
      timeoutMilliseconds: isMutation ? MUTATION_MILLISECONDS : QUERY_MILLISECONDS,
    };
    const { data, errors, extensions } = await this.#remotes.forward(this.#name, operation, request);
    const { goOnAs, ...told } = extensions ?? {};
    if (typeof goOnAs === 'string') request.become(await this.#verifyToken(goOnAs), goOnAs);
    return { data, errors, extensions: told } as GatewayGraphQLResponse;
  }
}
