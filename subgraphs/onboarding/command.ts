import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import type { Services } from '#lib/graphql/services.ts';
import type { SubgraphName } from '#lib/graphql/subgraph.ts';
import type { StepContext } from '#lib/workflow/definition.ts';
import type { JsonObject } from '#lib/workflow/workflow.ts';

/** Sends a step's command to a service: under the step's command id, for the workflow's tenant, within the step's time. */
export type Command = <Data, Variables extends { commandId: string }, Input extends JsonObject>(
  context: StepContext<Input>,
  service: SubgraphName,
  document: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, 'commandId' | 'tenantId'>,
) => Promise<Data>;

export function createCommand(services: Services): Command {
  return async (context, service, document, variables) => {
    const { commandId, tenantId, timeoutMilliseconds } = context;
    const named = document.definitions.flatMap((node) =>
      node.kind === 'OperationDefinition' ? (node.variableDefinitions ?? []) : [],
    );
    const forTenant = named.some(({ variable }) => variable.name.value === 'tenantId') ? { tenantId } : {};
    const all = { commandId, ...forTenant, ...variables } as never;
    return await services.call(service, document, all, { requestId: commandId, timeoutMilliseconds });
  };
}

/** A command that can be called off: some twenty seconds of a service's absence are waited out. */
export const REVERSIBLE = { timeoutMilliseconds: 5_000, maxAttempts: 8, maxCompensationAttempts: 25 } as const;

/** The same, for what a driver does outside: as often, since a service that is being restarted refuses at once. */
export const SLOW_REVERSIBLE = { ...REVERSIBLE, timeoutMilliseconds: 30_000 } as const;

/** A command that only goes forward: several minutes of absence are waited out before an operator is needed. */
export const FORWARD = { timeoutMilliseconds: 30_000, maxAttempts: 25 } as const;
