import { readFileSync } from 'node:fs';
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { disableApolloTelemetry } from '#lib/config.ts';
import { SUBGRAPHS, type SubgraphName } from '#lib/graphql/subgraph.ts';
import type { Logger } from '#lib/log.ts';
import { GuardedDataSource } from './data-source/guarded.ts';
import type { GatewayContext } from './data-source/in-process.ts';

/** Reaches a subgraph by its name. */
export type DataSourceOf = (name: SubgraphName) => GraphQLDataSource<GatewayContext>;

/** The committed supergraph, joined with the data sources that answer its fetches. */
export function createGraph(dataSourceOf: DataSourceOf, log: Logger): ApolloGateway {
  disableApolloTelemetry();
  return new ApolloGateway({
    supergraphSdl: withoutSecurityPurpose(readSupergraph()),
    buildService: ({ name }) => new GuardedDataSource(subgraphName(name), dataSourceOf(subgraphName(name))),
    logger: log.child({ part: 'graph' }, { level: 'warn' }),
    __exposeQueryPlanExperimental: false,
  });
}

function readSupergraph(): string {
  return readFileSync(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8');
}

/**
 * `@apollo/gateway` refuses a supergraph that links `authenticated` or `requiresScopes` "for: SECURITY". Every subgraph
 * enforces both by itself, so that the gateway need not (docs/decisions/0004-authorization-in-subgraphs.md).
 */
export function withoutSecurityPurpose(supergraph: string): string {
  return supergraph.replace(/(\/(?:authenticated|requiresScopes)\/v[^"]*"), for: SECURITY/g, '$1');
}

function subgraphName(name: string): SubgraphName {
  const known = SUBGRAPHS.find((subgraph) => subgraph === name);
  if (known === undefined) throw new Error(`the supergraph names a subgraph that does not exist: ${name}`);
  return known;
}
