import { readdir, readFile, writeFile } from 'node:fs/promises';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { codegen } from '@graphql-codegen/core';
import * as documentPlugin from '@graphql-codegen/typed-document-node';
import * as typescriptPlugin from '@graphql-codegen/typescript';
import * as operationsPlugin from '@graphql-codegen/typescript-operations';
import * as resolversPlugin from '@graphql-codegen/typescript-resolvers';
import { type DocumentNode, type GraphQLSchema, parse, printSchema } from 'graphql';
import { readSdl, SUBGRAPHS, type SubgraphName } from '#lib/graphql/subgraph.ts';
import { compose } from './compose.ts';
import { MAPPERS } from './mappers.ts';

/**
 * Writes what is derived from the SDL files: the composed schemas, each subgraph's resolver types, and the typed
 * operations by which services call each other (`subgraphs/<caller>/calls/<callee>.graphql`, `gateway/calls/`).
 * With `--check` it writes nothing and fails when a committed file differs.
 */
const root = new URL('../', import.meta.url);

const SCALAR_TYPES = {
  DateTime: 'string',
  Decimal: { input: 'string', output: 'string' },
  EmailAddress: 'string',
  SafeInt: 'number',
  Currency: 'string',
  JSONObject: 'Record<string, unknown>',
  ID: 'string',
  _Any: 'Record<string, unknown>',
};

const TYPE_OPTIONS = {
  scalars: SCALAR_TYPES,
  enumsAsTypes: true,
  useTypeImports: true,
  immutableTypes: true,
  skipTypename: true,
  defaultScalarType: 'unknown',
};

const files = new Map<string, string>();
const { supergraph, api } = await compose();
files.set('schema/supergraph.graphql', supergraph);
files.set('schema/api.graphql', api);
for (const name of SUBGRAPHS) {
  files.set(`subgraphs/${name}/resolvers.generated.ts`, await resolverTypes(name));
}
for (const folder of ['gateway/calls/', ...SUBGRAPHS.map((name) => `subgraphs/${name}/calls/`)]) {
  for (const callee of await callees(folder)) {
    files.set(`${folder}${callee}.generated.ts`, await callDocuments(folder, callee));
  }
}
await finish(files);

async function resolverTypes(name: SubgraphName): Promise<string> {
  const schema = parse(readSdl(name));
  return await generate(schema, [], {
    typescript: [typescriptPlugin, TYPE_OPTIONS],
    resolvers: [
      resolversPlugin,
      {
        ...TYPE_OPTIONS,
        federation: true,
        contextType: '../../lib/graphql/context.ts#RequestContext',
        mappers: MAPPERS[name],
        makeResolverTypeCallable: true,
      },
    ],
  });
}

async function callDocuments(folder: string, callee: SubgraphName): Promise<string> {
  const schema = parse(printSchema(subgraphSchema(callee)));
  const location = `${folder}${callee}.graphql`;
  const document = parse(await readFile(new URL(location, root), 'utf8'));
  return await generate(schema, [{ location, document }], {
    operations: [operationsPlugin, { ...TYPE_OPTIONS, onlyOperationTypes: true }],
    documents: [documentPlugin, { ...TYPE_OPTIONS, optimizeDocumentNode: true }],
  });
}

function subgraphSchema(name: SubgraphName): GraphQLSchema {
  return buildSubgraphSchema(parse(readSdl(name)));
}

async function callees(folder: string): Promise<SubgraphName[]> {
  const entries = await readdir(new URL(folder, root)).catch((): string[] => []);
  return SUBGRAPHS.filter((name) => entries.includes(`${name}.graphql`));
}

async function generate(
  schema: DocumentNode,
  documents: { location: string; document: DocumentNode }[],
  // biome-ignore lint/suspicious/noExplicitAny: each plugin has a configuration type of its own
  plugins: Record<string, [any, object]>,
): Promise<string> {
  const code = await codegen({
    filename: 'generated.ts',
    schema,
    documents,
    config: {},
    plugins: Object.entries(plugins).map(([name, [, options]]) => ({ [name]: options })),
    pluginMap: Object.fromEntries(Object.entries(plugins).map(([name, [plugin]]) => [name, plugin])),
  });
  return `// Generated from the SDL by scripts/generate.ts: do not edit.\n${code}\n`;
}

async function finish(wanted: Map<string, string>): Promise<void> {
  const checking = process.argv.includes('--check');
  const stale: string[] = [];
  for (const [path, content] of wanted) {
    const url = new URL(path, root);
    if ((await readFile(url, 'utf8').catch(() => '')) === content) continue;
    stale.push(path);
    if (!checking) await writeFile(url, content);
  }
  const verb = checking ? 'differs from its source' : 'written';
  process.stdout.write(stale.map((path) => `${path}: ${verb}\n`).join(''));
  if (!checking || stale.length === 0) process.stdout.write(`${wanted.size} generated files are up to date\n`);
  else process.stdout.write('Run `npm run generate` and commit the result.\n');
  process.exitCode = checking && stale.length > 0 ? 1 : 0;
}
