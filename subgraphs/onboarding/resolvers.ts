import { tenantReference } from '#lib/graphql/entities.ts';
import type { Resolvers, WorkflowKind } from './resolvers.generated.ts';
import type { Answer, OnboardingService } from './service.ts';
import type { PreviewTierChange } from './tier-change-preview.ts';
import { errorOf, nextAttemptAt, tenantOf } from './workflow.ts';

/** Decode, call, map: what the SDL names, on the service's use cases. */
export function onboardingResolvers(service: OnboardingService, preview: PreviewTierChange): Resolvers {
  const payload = ({ workflow, invitation }: Answer) => ({ workflow, invitation, tenant: tenantOf(workflow) });
  return {
    Tenant: {
      __resolveReference: ({ tenantId }) => tenantReference(tenantId),
      workflows: ({ tenantId }, page) => service.listOfTenant(tenantId, page),
    },
    Workflow: {
      kind: ({ kind }) => kind as WorkflowKind,
      tenant: (workflow) => tenantOf(workflow),
      steps: (workflow) => workflow.steps.map((step) => ({ ...step, nextAttemptAt: nextAttemptAt(workflow, step) })),
      startedAt: ({ createdAt }) => createdAt,
    },
    WorkflowStep: {
      error: (step) => errorOf(step),
    },
    Query: {
      workflow: (_, { workflowId }, { principal }) => service.find(principal, workflowId),
      previewTierChange: (_, { tenantId, tier }, { requestId }) => preview(tenantId, tier, requestId),
      workflows: (_, { first, after, ...filter }, { principal }) =>
        service.list(principal, filter, { first, after: after ?? null }),
    },
    Mutation: {
      onboard: async (_, { input }, context) => payload(await service.onboard(context, input)),
      offboard: async (_, { input }, context) => payload(await service.offboard(context, input)),
      changeTier: async (_, { input }, context) => payload(await service.changeTier(context, input)),
      retryWorkflow: async (_, { input }, context) => ({ workflow: await service.retry(context, input.workflowId) }),
      cancelWorkflow: async (_, { input }, context) => ({ workflow: await service.cancel(context, input.workflowId) }),
    },
  };
}
