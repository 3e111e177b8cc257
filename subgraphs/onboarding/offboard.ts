import type { WorkflowDefinition } from '#lib/workflow/definition.ts';
import {
  CloseBillingAccountDocument,
  IssueFinalInvoicesDocument,
  ReopenBillingAccountDocument,
  VoidFinalInvoicesDocument,
} from './calls/billing.generated.ts';
import { DeleteIdentitiesDocument } from './calls/identity.generated.ts';
import { DeleteUsageDocument } from './calls/metrics.generated.ts';
import { DeprovisionDocument } from './calls/provisioning.generated.ts';
import { CloseTenantDocument, MarkOffboardingDocument, RestoreTenantDocument } from './calls/tenant.generated.ts';
import { DeleteUsersDocument } from './calls/user.generated.ts';
import { type Command, FORWARD, REVERSIBLE, SLOW_REVERSIBLE } from './command.ts';

export type OffboardingInput = Record<string, never>;

/** Takes a customer out. */
export function offboarding(command: Command): WorkflowDefinition<OffboardingInput> {
  return {
    kind: 'OFFBOARDING',
    version: 1,
    steps: [
      {
        name: 'MARK_OFFBOARDING',
        ...REVERSIBLE,
        run: async (context) => void (await command(context, 'tenant', MarkOffboardingDocument, {})),
        compensate: async (context) => void (await command(context, 'tenant', RestoreTenantDocument, {})),
      },
      {
        name: 'FINAL_INVOICE',
        ...SLOW_REVERSIBLE,
        run: async (context) => {
          const { issueFinalInvoices } = await command(context, 'billing', IssueFinalInvoicesDocument, {});
          return { output: { invoiceIds: issueFinalInvoices.map(({ invoiceId }) => invoiceId) } };
        },
        compensate: async (context) => void (await command(context, 'billing', VoidFinalInvoicesDocument, {})),
      },
      {
        name: 'CLOSE_BILLING_ACCOUNT',
        ...REVERSIBLE,
        run: async (context) => void (await command(context, 'billing', CloseBillingAccountDocument, {})),
        compensate: async (context) => void (await command(context, 'billing', ReopenBillingAccountDocument, {})),
      },
      {
        name: 'DELETE_USERS',
        ...FORWARD,
        pointOfNoReturn: true,
        run: async (context) => {
          // Identities first: from then on nobody of the tenant is let in.
          await command(context, 'identity', DeleteIdentitiesDocument, {});
          await command(context, 'user', DeleteUsersDocument, {});
        },
      },
      {
        name: 'DEPROVISION_INFRASTRUCTURE',
        ...FORWARD,
        run: async (context) => void (await command(context, 'provisioning', DeprovisionDocument, {})),
      },
      {
        name: 'DELETE_USAGE',
        // Each attempt deletes for 20 seconds and says that it is not done: events by the hundred million take hours.
        ...FORWARD,
        maxAttempts: 1_000,
        run: async (context) => void (await command(context, 'metrics', DeleteUsageDocument, {})),
      },
      {
        name: 'DELETE_TENANT',
        ...FORWARD,
        run: async (context) => void (await command(context, 'tenant', CloseTenantDocument, {})),
      },
    ],
  };
}
