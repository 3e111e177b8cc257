import { failedPrecondition, notFound } from '#lib/errors.ts';
import type { WorkflowDefinition } from '#lib/workflow/definition.ts';
import type { WorkflowDocument } from '#lib/workflow/workflow.ts';
import {
  DiscardInfrastructureDocument,
  ProvisionDocument,
  ReleaseInfrastructureDocument,
} from './calls/provisioning.generated.ts';
import { SetTierDocument, type Tier } from './calls/tenant.generated.ts';
import { type Command, FORWARD, REVERSIBLE, SLOW_REVERSIBLE } from './command.ts';
import { inTheWay } from './lock.ts';
import type { TierChangeObstacle } from './resolvers.generated.ts';
import type { TenantFacts, Tenants } from './tenants.ts';

export type TierChangeInput = {
  /** The tier that the tenant is to have. */
  readonly tier: Tier;
};

/** What forbids a tier change, the first thing first; `holder` is the workflow that has the tenant for itself. */
export function obstaclesTo(
  tenant: Pick<TenantFacts, 'tier' | 'status'>,
  tier: Tier,
  holder: WorkflowDocument | undefined,
): readonly TierChangeObstacle[] {
  const obstacles: TierChangeObstacle[] = [];
  if (holder !== undefined) {
    const { message, details } = inTheWay(holder);
    obstacles.push({ code: 'WORKFLOW_IN_THE_WAY', message, workflowId: details.workflowId ?? null });
  }
  if (tenant.status !== 'ACTIVE') {
    obstacles.push({ code: 'TENANT_NOT_ACTIVE', message: `The tenant is ${tenant.status}.` });
  }
  if (tenant.tier === tier) obstacles.push({ code: 'SAME_TIER', message: `The tenant is on ${tier} already.` });
  return obstacles;
}

/** @throws {AppError} `FAILED_PRECONDITION` with the first obstacle */
export function refuseObstacles([first]: readonly TierChangeObstacle[]): void {
  if (first === undefined) return;
  throw failedPrecondition(first.message, first.workflowId == null ? {} : { workflowId: first.workflowId });
}

/** Moves a customer to another tier: what the new one asks for is ready before the tier changes, and the old goes after. */
export function tierChange(command: Command, tenants: Tenants): WorkflowDefinition<TierChangeInput> {
  return {
    kind: 'TIER_CHANGE',
    version: 1,
    steps: [
      {
        name: 'CHECK_TENANT',
        ...REVERSIBLE,
        run: async ({ tenantId, commandId, input }) => {
          const tenant = await tenants.byId(tenantId, commandId);
          if (tenant === null) throw notFound('tenant');
          refuseObstacles(obstaclesTo(tenant, input.tier, undefined)); // the workflow itself has the tenant now
          return { output: { tier: tenant.tier } };
        },
      },
      {
        name: 'PROVISION_INFRASTRUCTURE',
        ...SLOW_REVERSIBLE,
        run: async (context) => {
          const { tier } = context.input;
          await command(context, 'provisioning', ProvisionDocument, { tier });
        },
        compensate: async (context) => {
          const { tier } = context.input;
          await command(context, 'provisioning', DiscardInfrastructureDocument, { tier });
        },
      },
      {
        name: 'SET_TIER',
        ...FORWARD,
        pointOfNoReturn: true,
        run: async (context) => {
          const { tier } = context.input;
          await command(context, 'tenant', SetTierDocument, { tier });
        },
      },
      {
        name: 'RELEASE_INFRASTRUCTURE',
        ...FORWARD,
        run: async (context) => {
          const { tier } = context.input;
          await command(context, 'provisioning', ReleaseInfrastructureDocument, { tier });
        },
      },
    ],
  };
}
