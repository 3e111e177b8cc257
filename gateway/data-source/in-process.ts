import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { GatewayGraphQLResponse } from '@apollo/server-gateway-interface';
import { type DocumentNode, parse } from 'graphql';
import { BoundedMap } from '#lib/bounded-map.ts';
import { type Request, RequestContext } from '#lib/graphql/context.ts';
import { executeOperation } from '#lib/graphql/execute.ts';
import type { MutationReport } from '#lib/graphql/reports.ts';
import type { Subgraph } from '#lib/graphql/subgraph.ts';

/** What Apollo Server carries from the HTTP request to the data sources. */
export interface GatewayContext {
  readonly request: Request;
  /** What became of the operation's mutations, as the services say. */
  readonly reports: MutationReport[];
}

/** Of parsed documents, in characters of their text; parsed, they take about 50 times as many bytes. */
const KEPT_CHARACTERS = 500_000;

/**
 * Answers a fetch of the query plan from a subgraph in this process: its schema is executed directly, as the principal
 * who made the request. Parsed documents are kept, since a plan that is used again sends the same text again.
 */
export class InProcessDataSource implements GraphQLDataSource<GatewayContext> {
  readonly #subgraph: Subgraph;
  readonly #documents = new BoundedMap<string, DocumentNode>(KEPT_CHARACTERS, (source) => source.length);

  constructor(subgraph: Subgraph) {
    this.#subgraph = subgraph;
  }

  async process({
    request,
    context,
  }: GraphQLDataSourceProcessOptions<GatewayContext>): Promise<GatewayGraphQLResponse> {
    const source = request.query ?? '';
    const document = this.#documents.getOrMake(source, () => parse(source, { noLocation: true }));
    const { variables, operationName } = request;
    const fetchContext = new RequestContext((context as GatewayContext).request);
    const answer = await executeOperation(this.#subgraph.schema, { document, variables, operationName }, fetchContext);
    return answer as GatewayGraphQLResponse;
  }
}
