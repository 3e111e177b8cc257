import { readdir, readFile, writeFile } from 'node:fs/promises';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { codegen } from '@graphql-codegen/core';
import * as documentPlugin from '@graphql-codegen/typed-document-node';
import * as typescriptPlugin from '@graphql-codegen/typescript';
import * as operationsPlugin from '@graphql-codegen/typescript-operations';
import * as resolversPlugin from '@graphql-codegen/typescript-resolvers';
import { type DocumentNode, type GraphQLSchema, Kind, parse, printSchema, type SelectionNode } from 'graphql';
import { readSdl, SUBGRAPHS, type SubgraphName } from '#lib/graphql/subgraph.ts';
import { SERVICES, type ServiceName } from '#lib/service-name.ts';
import { compose } from './compose.ts';
import { MAPPERS } from './mappers.ts';

/**
 * Writes what is derived from the SDL files: the composed schemas, each subgraph's resolver types, and the typed
 * operations by which services call each other (`subgraphs/<caller>/calls/<callee>.graphql`, `gateway/calls/`; `lib/auth/calls/`,
 * which every service makes), and the table of who asks what of whom.
 * With `--check` it writes nothing and fails when a committed file differs.
 */
const root = new URL('../', import.meta.url);

/** The calls that every service makes, the gateway too. */
const SHARED_CALLS = 'lib/auth/calls/';

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
for (const folder of [SHARED_CALLS, ...SERVICES.map(callsOf)]) {
  for (const callee of await callees(folder)) {
    files.set(`${folder}${callee}.generated.ts`, await callDocuments(folder, callee));
  }
}
files.set('lib/auth/service-commands.generated.ts', await serviceCalls());
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

/** The calls that a service makes beside these. */
function callsOf(name: ServiceName): string {
  return name === 'gateway' ? 'gateway/calls/' : `subgraphs/${name}/calls/`;
}

/** Who asks what of whom: the root fields of every typed operation, by caller and callee. */
async function serviceCalls(): Promise<string> {
  const callers = await Promise.all(
    SERVICES.map(async (caller) => {
      const folders = [SHARED_CALLS, callsOf(caller)];
      const rows = await Promise.all(
        SUBGRAPHS.map(async (callee) => {
          const fields = new Set((await Promise.all(folders.map((folder) => rootFields(folder, callee)))).flat());
          return fields.size === 0 ? [] : [`    ${callee}: ${list([...fields].sort())},`];
        }),
      );
      return [`  ${caller}: {`, ...rows.flat(), '  },'].join('\n');
    }),
  );
  return [
    '// Generated from the calls of each service by scripts/generate.ts: do not edit.',
    "import type { ServiceName, SubgraphName } from '../service-name.ts';",
    '',
    '/** By caller and callee: the root fields that a service may ask of another in its own name. */',
    'export const SERVICE_CALLS: Readonly<Record<ServiceName, Readonly<Partial<Record<SubgraphName, readonly string[]>>>>> = {',
    ...callers,
    '};\n',
  ].join('\n');
}

async function rootFields(folder: string, callee: SubgraphName): Promise<string[]> {
  const source = await readFile(new URL(`${folder}${callee}.graphql`, root), 'utf8').catch(() => undefined);
  return (source === undefined ? [] : parse(source).definitions).flatMap((node) =>
    node.kind !== Kind.OPERATION_DEFINITION ? [] : node.selectionSet.selections.map(rootField),
  );
}

function rootField(selection: SelectionNode): string {
  if (selection.kind !== Kind.FIELD)
    throw new Error('a call between services names its root fields, without fragments');
  return selection.name.value;
}

function list(names: readonly string[]): string {
  return `[${names.map((name) => `'${name}'`).join(', ')}]`;
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
