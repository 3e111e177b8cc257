import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { GatewayGraphQLResponse } from '@apollo/server-gateway-interface';
import { type DocumentNode, type FieldNode, Kind, parse, type SelectionSetNode } from 'graphql';
import type { SubgraphName } from '#lib/graphql/subgraph.ts';
import type { GatewayContext } from './in-process.ts';

/**
 * Answers for a subgraph that gives no answer: an `UNAVAILABLE` for each field that was asked of it, in its place, so
 * that the caller sees which fields are null because of it, and the rest of the answer stands.
 */
export class GuardedDataSource implements GraphQLDataSource<GatewayContext> {
  readonly #name: SubgraphName;
  readonly #inner: GraphQLDataSource<GatewayContext>;

  constructor(name: SubgraphName, inner: GraphQLDataSource<GatewayContext>) {
    this.#name = name;
    this.#inner = inner;
  }

  async process(options: GraphQLDataSourceProcessOptions<GatewayContext>): Promise<GatewayGraphQLResponse> {
    try {
      return await this.#inner.process(options);
    } catch (error) {
      const { request } = options.context as GatewayContext;
      request.log.error({ requestId: request.requestId, service: this.#name, err: error }, 'a service gave no answer');
      return unavailable(this.#name, parse(options.request.query ?? ''), options.request.variables);
    }
  }
}

function unavailable(
  name: SubgraphName,
  document: DocumentNode,
  variables: Record<string, unknown> | undefined,
): GatewayGraphQLResponse {
  const root = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION)?.selectionSet;
  const representations = (variables?.representations ?? []) as readonly unknown[];
  const paths = fieldsOf(root).flatMap((field): (string | number)[][] => {
    if (field.name.value !== '_entities') return [[keyOf(field)]];
    const keys = fieldsOf(field.selectionSet).map(keyOf);
    return representations.flatMap((_, place) => keys.map((key) => [keyOf(field), place, key]));
  });
  const message = `The ${name} service is out of reach.`;
  return { errors: paths.map((path) => ({ message, path, extensions: { code: 'UNAVAILABLE' } })) };
}

/** The fields of a selection, those in inline fragments too. */
function fieldsOf(selectionSet: SelectionSetNode | undefined): FieldNode[] {
  return (selectionSet?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return selection.name.value === '__typename' ? [] : [selection];
    return selection.kind === Kind.INLINE_FRAGMENT ? fieldsOf(selection.selectionSet) : [];
  });
}

function keyOf(field: FieldNode): string {
  return field.alias?.value ?? field.name.value;
}
