import { readFile } from 'node:fs/promises';
import { composeServices } from '@apollo/composition';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { parse, printSchema } from 'graphql';
import { SUBGRAPHS } from '#lib/graphql/subgraph.ts';

/** The supergraph for routers, and the schema that consumers see. */
export interface Composed {
  readonly supergraph: string;
  readonly api: string;
}

const schemaFolder = new URL('../schema/', import.meta.url);

/**
 * Composes the seven SDL files of `schema/`, with addresses as a container network has them (the gateway here has its own
 * ways). Hints count as errors: what composition finds odd is mended, not ignored.
 *
 * @throws {Error} with every composition error and hint, one a line
 */
export async function compose(): Promise<Composed> {
  const services = await Promise.all(
    SUBGRAPHS.map(async (name) => ({
      name,
      url: `http://${name}:4000/graphql`,
      typeDefs: parse(await readFile(new URL(`${name}.graphql`, schemaFolder), 'utf8')),
    })),
  );
  const result = composeServices(services);
  const problems = [
    ...(result.errors ?? []).map((error) => error.message),
    ...(result.hints ?? []).map((hint) => `${hint.definition.code}: ${hint.message}`),
  ];
  if (problems.length > 0 || result.supergraphSdl === undefined) throw new Error(problems.join('\n'));
  const options = { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES };
  const api = Supergraph.build(result.supergraphSdl, options).apiSchema().toGraphQLJSSchema();
  return { supergraph: `${result.supergraphSdl}\n`, api: `${printSchema(api)}\n` };
}
