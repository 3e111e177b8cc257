import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { answerError, answerVariableError } from './answer.ts';
import type { RequestContext } from './context.ts';

export interface Operation {
  readonly document: DocumentNode;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly operationName?: string | undefined;
}

/**
 * Executes one operation on a subgraph's schema, for whoever the context says. Never throws: every failure is in
 * `errors`, each with a code.
 */
export async function executeOperation(
  schema: GraphQLSchema,
  operation: Operation,
  context: RequestContext,
): Promise<ExecutionResult> {
  const definition = findOperation(operation);
  const variables = getVariableValues(schema, definition?.variableDefinitions ?? [], operation.variables ?? {});
  if (variables.errors !== undefined) return { errors: variables.errors.map(answerVariableError) };
  const result = await execute({
    schema,
    document: operation.document,
    variableValues: operation.variables,
    operationName: operation.operationName,
    contextValue: context,
  });
  if (result.errors === undefined) return result;
  return { ...result, errors: result.errors.map((error) => answerError(error, context)) };
}

function findOperation(operation: Operation): OperationDefinitionNode | undefined {
  return operation.document.definitions.find(
    (definition): definition is OperationDefinitionNode =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      (operation.operationName === undefined || definition.name?.value === operation.operationName),
  );
}
