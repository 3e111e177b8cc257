import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { GatewayGraphQLResponse } from '@apollo/server-gateway-interface';
import {
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  GraphQLError,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { BoundedMap } from '#lib/bounded-map.ts';
import { type Request, RequestContext } from '#lib/graphql/context.ts';
import { executeOperation } from '#lib/graphql/execute.ts';
import type { Subgraph } from '#lib/graphql/subgraph.ts';

/** What Apollo Server carries from the HTTP request to the data sources. */
export interface GatewayContext {
  readonly request: Request;
}

const KEPT_DOCUMENTS = 2_000;

/**
 * Answers a fetch of the query plan from a subgraph in this process: its schema is executed directly, as the principal
 * who made the request. Parsed documents are kept, since a plan that is used again sends the same text again.
 */
export class InProcessDataSource implements GraphQLDataSource<GatewayContext> {
  readonly #subgraph: Subgraph;
  readonly #documents = new BoundedMap<string, DocumentNode>(KEPT_DOCUMENTS);

  constructor(subgraph: Subgraph) {
    this.#subgraph = subgraph;
  }

  async process({
    request,
    context,
  }: GraphQLDataSourceProcessOptions<GatewayContext>): Promise<GatewayGraphQLResponse> {
    const { request: incoming } = context as GatewayContext;
    const source = request.query ?? '';
    const document = this.#documents.getOrMake(source, () => parse(source, { noLocation: true }));
    const { variables, operationName } = request;
    try {
      const answer = await executeOperation(
        this.#subgraph.schema,
        { document, variables, operationName },
        new RequestContext(incoming),
      );
      return answer as GatewayGraphQLResponse;
    } catch (error) {
      incoming.log.error({ requestId: incoming.requestId, service: this.#subgraph.name, err: error }, 'a fetch failed');
      return unavailableAnswer(document, variables, this.#subgraph.name) as GatewayGraphQLResponse;
    }
  }
}

/**
 * The answer of a subgraph that gave none: an `UNAVAILABLE` for each field that was asked of it, in its place, so that
 * the caller sees which fields are null because of it.
 */
export function unavailableAnswer(
  document: DocumentNode,
  variables: Record<string, unknown> | undefined,
  service: string,
): ExecutionResult {
  const root = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION)?.selectionSet;
  const representations = (variables?.representations ?? []) as readonly unknown[];
  const paths = fieldsOf(root).flatMap((field) => {
    const key = field.alias?.value ?? field.name.value;
    if (field.name.value !== '_entities') return [[key]];
    const fields = fieldsOf(field.selectionSet).map(
      (entityField) => entityField.alias?.value ?? entityField.name.value,
    );
    return representations.flatMap((_, place) => fields.map((name) => [key, place, name]));
  });
  const errors = paths.map(
    (path) =>
      new GraphQLError(`The ${service} service is out of reach.`, { path, extensions: { code: 'UNAVAILABLE' } }),
  );
  return { errors };
}

/** The fields of a selection, those in inline fragments too. */
function fieldsOf(selectionSet: SelectionSetNode | undefined): FieldNode[] {
  return (selectionSet?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return selection.name.value === '__typename' ? [] : [selection];
    return selection.kind === Kind.INLINE_FRAGMENT ? fieldsOf(selection.selectionSet) : [];
  });
}
