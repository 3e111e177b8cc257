import { failedPrecondition, notFound } from '#lib/errors.ts';
import type { WorkflowDefinition } from '#lib/workflow/definition.ts';
import {
  DiscardInfrastructureDocument,
  ProvisionDocument,
  ReleaseInfrastructureDocument,
} from './calls/provisioning.generated.ts';
import { SetTierDocument, type Tier } from './calls/tenant.generated.ts';
import { type Command, FORWARD, REVERSIBLE, SLOW_REVERSIBLE } from './command.ts';
import { requireActive, type Tenants } from './tenants.ts';

export type TierChangeInput = {
  /** The tier that the tenant is to have. */
  readonly tier: Tier;
};

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
          requireActive(tenant);
          if (tenant.tier === input.tier) throw failedPrecondition(`The tenant is on ${input.tier} already.`);
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
