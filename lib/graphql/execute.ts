import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { answerError, coded } from './answer.ts';
import type { RequestContext } from './context.ts';
import { literalError, variableErrors } from './misfit.ts';
import { REPORTS } from './reports.ts';

export interface Operation {
  readonly document: DocumentNode;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly operationName?: string | undefined;
}

/**
 * Executes one operation on a subgraph's schema, for whoever the context says. Never throws for what a caller sent or a
 * resolver did: every failure is in `errors`, each with a code. What became of mutations stands in `extensions`, for the
 * gateway (`reports.ts`).
 */
export async function executeOperation(
  schema: GraphQLSchema,
  operation: Operation,
  context: RequestContext,
): Promise<ExecutionResult> {
  const { document, operationName, variables = {} } = operation;
  const misfits = variableErrors(schema, findOperation(operation), variables);
  if (misfits.length > 0) return { errors: misfits };
  const result = await execute({ schema, document, variableValues: variables, operationName, contextValue: context });
  if (context.reports.length > 0) result.extensions = { [REPORTS]: context.reports };
  if (result.errors === undefined) return result;
  const answer = (error: GraphQLError): GraphQLError => {
    const misfit = literalError(error, schema, document, variables);
    return misfit === undefined ? answerError(error, context) : coded(error, misfit.message, misfit.extensions);
  };
  return { ...result, errors: result.errors.map(answer) };
}

function findOperation({ document, operationName }: Operation): OperationDefinitionNode | undefined {
  return document.definitions.find(
    (definition): definition is OperationDefinitionNode =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      (operationName === undefined || definition.name?.value === operationName),
  );
}
