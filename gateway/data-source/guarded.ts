import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { GatewayGraphQLResponse } from '@apollo/server-gateway-interface';
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLFormattedError,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { AppError, unavailable } from '#lib/errors.ts';
import { type MutationReport, REPORTS } from '#lib/graphql/reports.ts';
import type { SubgraphName } from '#lib/graphql/subgraph.ts';
import type { GatewayContext } from './in-process.ts';

/**
 * Answers for a subgraph that gives no answer: an `UNAVAILABLE` (or what it refused the request with) for each field that
 * was asked of it, in its place, so that the caller sees which fields are null because of it, and the rest stands.
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
      return takeReports(await this.#inner.process(options), options.context as GatewayContext);
    } catch (error) {
      const { request } = options.context as GatewayContext;
      const refused = error instanceof AppError; // its access token, revoked a moment ago
      if (!refused) {
        const { requestId, log } = request;
        log.error({ requestId, service: this.#name, err: error }, 'a service gave no answer');
      }
      const failure = refused ? error : unavailable(`The ${this.#name} service is out of reach.`);
      return unanswered(failure, parse(options.request.query ?? ''), options.request.variables);
    }
  }
}

/** What a service says of its mutations is for the gateway alone. */
function takeReports(answer: GatewayGraphQLResponse, { reports }: GatewayContext): GatewayGraphQLResponse {
  const { [REPORTS]: reported, ...extensions } = answer.extensions ?? {};
  if (reported === undefined) return answer;
  reports.push(...(reported as MutationReport[]));
  return { ...answer, extensions };
}

/**
 * Nulls and an error each. The nulls matter: what another service requires of them reaches it as null, and it refuses to
 * compute on nothing, with an error in its own place; without them it would not be asked at all.
 */
function unanswered(
  { code, message }: AppError,
  document: DocumentNode,
  variables: Record<string, unknown> | undefined,
): GatewayGraphQLResponse {
  const errors: GraphQLFormattedError[] = [];
  const nulls = (fields: readonly FieldNode[], path: readonly (string | number)[]) =>
    Object.fromEntries(
      fields.map((field) => {
        errors.push({
          message,
          path: [...path, keyOf(field)],
          extensions: { code },
        });
        return [keyOf(field), null];
      }),
    );
  const root = fieldsOf(document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)?.selectionSet);
  const entities = root.find((field) => field.name.value === '_entities');
  if (entities === undefined) return { data: nulls(root, []), errors };
  const representations = (variables?.representations ?? []) as readonly unknown[];
  const fields = fieldsOf(entities.selectionSet);
  return { data: { _entities: representations.map((_, place) => nulls(fields, ['_entities', place])) }, errors };
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
