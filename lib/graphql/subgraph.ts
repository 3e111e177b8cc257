import { readFileSync } from 'node:fs';
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import type { FastifyInstance } from 'fastify';
import { type GraphQLSchema, Kind, parse } from 'graphql';
import type { Registry } from 'prom-client';
import { enforceAuthorization, guardReferences } from '../auth/enforce.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Ids } from '../ids.ts';
import type { Logger } from '../log.ts';
import type { SubgraphName } from '../service-name.ts';
import type { Stores } from '../store/port.ts';
import { reportMutations } from './reports.ts';
import { SCALARS } from './scalars.ts';
import type { Services } from './services.ts';

export { SUBGRAPHS, type SubgraphName } from '../service-name.ts';

/** What a subgraph is given to stand on. */
export interface SubgraphDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly stores: Stores;
  /** The other services, asked and commanded in this one's name. Usable from `start` on. */
  readonly services: Services;
}

/** Something that a person must be told once, as a name and a text. */
export interface Notice {
  readonly name: string;
  readonly text: string;
}

/** A running service: one slice of the graph. Made by the `index.ts` of its folder. */
export interface Subgraph {
  readonly name: SubgraphName;
  /** Its schema, which enforces its own SDL whoever executes it. */
  readonly schema: GraphQLSchema;
  /** HTTP routes beside GraphQL that the gateway mounts. */
  readonly routes?: (app: FastifyInstance) => Promise<void>;
  /**
   * Begins what runs by itself; every other subgraph can be called from now on.
   *
   * @returns what the person who starts the process must be told, once (a generated password)
   */
  start?(): Promise<readonly Notice[]>;
  /** Adds what the service tells Prometheus to a registry; called once. */
  metrics?(registry: Registry): void;
  /** Resolves when the subgraph can answer. */
  ready(): Promise<void>;
  /** Ends what runs by itself and waits for it. */
  stop?(): Promise<void>;
}

export type SubgraphFactory = (deps: SubgraphDeps) => Promise<Subgraph>;

export function readSdl(name: SubgraphName): string {
  return readFileSync(new URL(`../../schema/${name}.graphql`, import.meta.url), 'utf8');
}

/**
 * Makes the executable schema of a subgraph from its SDL file: scalars bound, `@authenticated`, `@requiresScopes` and the
 * visibility of tenants enforced on every field and entity reference.
 */
export function createSubgraphSchema(name: SubgraphName, resolvers: object): GraphQLSchema {
  const typeDefs = parse(readSdl(name));
  const declared = typeDefs.definitions.flatMap((node) =>
    node.kind === Kind.SCALAR_TYPE_DEFINITION ? node.name.value : [],
  );
  const scalars = Object.fromEntries(Object.entries(SCALARS).filter(([scalar]) => declared.includes(scalar)));
  const guarded = guardReferences(resolvers as Record<string, object>);
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: { ...scalars, ...guarded } as GraphQLResolverMap }]);
  return reportMutations(enforceAuthorization(schema, name));
}
