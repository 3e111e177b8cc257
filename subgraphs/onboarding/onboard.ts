import { notFound } from '#lib/errors.ts';
import type { StepView, WorkflowDefinition } from '#lib/workflow/definition.ts';
import { CreateBillingAccountDocument, DiscardBillingAccountDocument } from './calls/billing.generated.ts';
import { CreateIdentityDocument, DeleteIdentityDocument } from './calls/identity.generated.ts';
import { DiscardInfrastructureDocument, ProvisionDocument } from './calls/provisioning.generated.ts';
import {
  ActivateTenantDocument,
  CreateTenantDocument,
  DiscardTenantDocument,
  type Tier,
} from './calls/tenant.generated.ts';
import { CreateUserDocument, DiscardUserDocument } from './calls/user.generated.ts';
import { type Command, REVERSIBLE, SLOW_REVERSIBLE } from './command.ts';
import { requireActive, type Tenants } from './tenants.ts';

export type OnboardingInput = {
  readonly customerName: string;
  readonly email: string;
  readonly billingAddress: string;
  readonly tier: Tier;
  /** The id that the user will have, unless the tenant has one with this address. */
  readonly userId: string;
  /** Whether the tenant was there before: then only the user is added, and nothing else is ever undone. */
  readonly joins: boolean;
};

/** Brings a customer in with its first user, or adds a user to a live customer. */
export function onboarding(command: Command, tenants: Tenants): WorkflowDefinition<OnboardingInput> {
  return {
    kind: 'ONBOARDING',
    version: 1,
    steps: [
      {
        name: 'CREATE_TENANT',
        ...REVERSIBLE,
        skip: joins,
        run: async (context) => {
          const { customerName: name, tier } = context.input;
          await command(context, 'tenant', CreateTenantDocument, { name, tier });
        },
        compensate: async (context) => void (await command(context, 'tenant', DiscardTenantDocument, {})),
      },
      {
        name: 'CREATE_USER',
        ...REVERSIBLE,
        run: async (context) => {
          const { input, tenantId, workflowId } = context;
          if (input.joins) await requireLive(tenants, tenantId, workflowId);
          const { email, userId } = input;
          const { createUser } = await command(context, 'user', CreateUserDocument, { email, userId });
          return { output: { isNew: createUser.userId === userId } };
        },
        compensate: async (context) => {
          const { userId } = context.input;
          await command(context, 'user', DiscardUserDocument, { userId });
        },
      },
      {
        name: 'CREATE_IDENTITY',
        ...REVERSIBLE,
        // The invitation of a user who was there before must stay good.
        skip: ({ outputs }) => (outputs.CREATE_USER as { isNew: boolean }).isNew === false,
        run: async (context) => {
          const { userId } = context.input;
          const { createIdentity } = await command(context, 'identity', CreateIdentityDocument, { userId });
          return { secret: createIdentity };
        },
        compensate: async (context) => {
          const { userId } = context.input;
          await command(context, 'identity', DeleteIdentityDocument, { userId });
        },
      },
      {
        name: 'CREATE_BILLING_ACCOUNT',
        ...REVERSIBLE,
        skip: joins,
        run: async (context) => {
          const { billingAddress: address } = context.input;
          await command(context, 'billing', CreateBillingAccountDocument, { address });
        },
        compensate: async (context) => void (await command(context, 'billing', DiscardBillingAccountDocument, {})),
      },
      {
        name: 'PROVISION_INFRASTRUCTURE',
        ...SLOW_REVERSIBLE,
        skip: joins,
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
        name: 'ACTIVATE_TENANT',
        ...REVERSIBLE,
        skip: joins,
        run: async (context) => {
          await command(context, 'tenant', ActivateTenantDocument, {});
        },
      },
    ],
  };
}

function joins({ input }: StepView<OnboardingInput>): boolean {
  return input.joins;
}

/** The workflow holds the tenant now, so what is true here stays true while the user is made. */
async function requireLive(tenants: Tenants, tenantId: string, requestId: string): Promise<void> {
  const tenant = await tenants.byId(tenantId, requestId);
  if (tenant === null) throw notFound('tenant');
  requireActive(tenant);
}
