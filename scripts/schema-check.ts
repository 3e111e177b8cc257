import { readFile } from 'node:fs/promises';
import { type Change, CriticalityLevel, diff } from '@graphql-inspector/core';
import {
  buildSchema,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { type ConsumerOperation, readConsumers } from '#test/contract/consumers.ts';
import { compose } from './compose.ts';

/**
 * Compares the schema that the SDL files compose to with the committed one and with the last released one, and says what
 * breaks and for which consumer's operation (test/contract/consumers). Exit code 1 when the committed one is stale, when
 * something released breaks, or when a consumer's operation does not fit.
 */
const composed = buildSchema((await compose()).api);
const committed = await readSchema('schema/api.graphql');
const released = await readSchema('schema/released/api.graphql');
const consumers = [...readConsumers().values()];
const failures = [...(await staleness()), ...(await breakages()), ...misfits()];

process.stdout.write(failures.length === 0 ? summary() : `${failures.join('\n')}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;

function summary(): string {
  return `schema: composed as committed, nothing released breaks, ${consumers.length} consumer operations fit\n`;
}

async function staleness(): Promise<string[]> {
  const changes = await diff(committed, composed);
  return changes.map((change) => `schema/api.graphql is stale (npm run generate): ${change.message}`);
}

async function breakages(): Promise<string[]> {
  const changes = await diff(released, composed);
  return changes
    .filter((change) => change.criticality.level === CriticalityLevel.Breaking)
    .map((change) => `breaks what is released: ${change.message}; ${whom(change)}`);
}

function misfits(): string[] {
  return consumers.flatMap(({ name, document }) =>
    validate(composed, document).map((error) => `${name} does not fit: ${error.message}`),
  );
}

/** The consumers' operations that use what a change touches. */
function whom(change: Change): string {
  const path = change.path ?? '';
  const hit = consumers.filter((operation) =>
    [...coordinates(released, operation)].some((used) => touches(path, used)),
  );
  return hit.length === 0 ? 'no known consumer uses it' : `used by ${hit.map(({ name }) => name).join(', ')}`;
}

/** `Type`, `Type.field` or `Type.field.argument`: a change of a whole type touches its fields, and a new field its type. */
function touches(changed: string, used: string): boolean {
  return used === changed || used.startsWith(`${changed}.`) || (changed.startsWith(`${used}.`) && !used.includes('.'));
}

/** The schema coordinates that an operation relies on: fields, arguments, and every field of the inputs that it sends. */
function coordinates(schema: GraphQLSchema, { document }: ConsumerOperation): Set<string> {
  const used = new Set<string>();
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field(node) {
        const parent = types.getParentType()?.name;
        used.add(`${parent}.${node.name.value}`);
        for (const argument of node.arguments ?? []) used.add(`${parent}.${node.name.value}.${argument.name.value}`);
      },
      VariableDefinition() {
        addInput(types.getInputType() ?? undefined, used);
      },
    }),
  );
  return used;
}

function addInput(type: Parameters<typeof getNamedType>[0], used: Set<string>): void {
  const named = getNamedType(type);
  if (!isInputObjectType(named) || used.has(named.name)) return;
  used.add(named.name);
  for (const field of Object.values(named.getFields())) {
    used.add(`${named.name}.${field.name}`);
    addInput(field.type, used);
  }
}

async function readSchema(path: string): Promise<GraphQLSchema> {
  return buildSchema(await readFile(new URL(`../${path}`, import.meta.url), 'utf8'));
}
