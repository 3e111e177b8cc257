import type { GraphiQL } from 'graphiql';
import type { ComponentProps } from 'react';
import acceptInvitation from './examples/accept-invitation.graphql?raw';
import changeTier from './examples/change-tier.graphql?raw';
import customer from './examples/customer.graphql?raw';
import offboard from './examples/offboard.graphql?raw';
import onboard from './examples/onboard.graphql?raw';
import recordUsage from './examples/record-usage.graphql?raw';
import signIn from './examples/sign-in.graphql?raw';
import workflows from './examples/workflows.graphql?raw';

type TabDefinition = NonNullable<ComponentProps<typeof GraphiQL>['defaultTabs']>[number];

const tenantId = 'ten_…';

/** The life of one customer, an operation per tab, in the order in which it happens. */
export const examples: [TabDefinition, ...TabDefinition[]] = [
  example(signIn, { input: { email: 'admin@example.com', password: '' } }),
  example(onboard, {
    input: {
      customerName: 'Acme',
      email: 'ada@acme.example',
      billingAddress: '1 Main Street, Springfield',
      tier: 'STANDARD',
    },
  }),
  example(acceptInvitation, { input: { token: '', password: '' } }),
  example(customer, { name: 'Acme' }),
  example(recordUsage, {
    input: {
      events: [
        { id: 'event-1', tenantId, meter: 'compute', value: '1200.5' },
        { id: 'event-2', tenantId, meter: 'apis', value: '340' },
      ],
    },
  }),
  example(changeTier, { input: { tenantId, tier: 'PREMIUM', idempotencyKey: 'acme-to-premium' } }),
  example(offboard, { input: { customerName: 'Acme' } }),
  example(workflows, {}),
];

function example(query: string, variables: Record<string, unknown>): TabDefinition {
  return { query: query.trimEnd(), variables: JSON.stringify(variables, null, 2) };
}
