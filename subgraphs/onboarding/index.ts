import { createSubgraphSchema, type Subgraph, type SubgraphDeps } from '#lib/graphql/subgraph.ts';
import { deleteExpiredClaims } from '#lib/idempotency.ts';
import { createSweeper } from '#lib/sweeper.ts';
import { createWorkflowEngine } from '#lib/workflow/engine.ts';
import { exposeWorkflows } from '#lib/workflow/telemetry.ts';
import type { WorkflowDocument } from '#lib/workflow/workflow.ts';
import { createCommand } from './command.ts';
import { createLocks, nameSubject } from './lock.ts';
import { offboarding } from './offboard.ts';
import { type OnboardingInput, onboarding } from './onboard.ts';
import { onboardingResolvers } from './resolvers.ts';
import { createOnboardingService } from './service.ts';
import { openOnboardingStore } from './store.ts';
import { createTenants } from './tenants.ts';
import { tierChange } from './tier-change.ts';
import { createTierChangePreview } from './tier-change-preview.ts';

export async function createOnboardingSubgraph(deps: SubgraphDeps): Promise<Subgraph> {
  const { stores, clock, ids, services, log } = deps;
  const store = await openOnboardingStore(stores);
  const { workflows, idempotencyClaims } = store;
  const command = createCommand(services);
  const tenants = createTenants(services);
  const locks = createLocks(store.locks, workflows);
  const definitions = [onboarding(command, tenants), tierChange(command, tenants), offboarding(command)];
  const locked = definitions.map((definition) => ({
    ...definition,
    admit: async (workflow: WorkflowDocument) => {
      for (const subject of subjectsOf(workflow)) await locks.take({ subject, workflowId: workflow.workflowId });
    },
    ended: async (workflow: WorkflowDocument) => {
      for (const subject of subjectsOf(workflow)) await locks.release({ subject, workflowId: workflow.workflowId });
    },
  }));
  const engine = createWorkflowEngine({ workflows, definitions: locked, clock, log, exclusive: stores.exclusive });
  const service = createOnboardingService({ store, engine, locks, tenants, clock, ids });
  const preview = createTierChangePreview({ tenants, locks, services });
  const sweeper = createSweeper(log, [() => deleteExpiredClaims(idempotencyClaims, clock)]);

  return {
    name: 'onboarding',
    schema: createSubgraphSchema('onboarding', onboardingResolvers(service, preview)),
    async start() {
      engine.run();
      sweeper.start();
      return [];
    },
    metrics: (registry) => exposeWorkflows(registry, 'onboarding', engine, log),
    ready: () => store.ping(),
    async stop() {
      await engine.stop();
      await sweeper.stop();
    },
  };
}

/** What a workflow has for itself: its tenant, and the name of a customer that it brings in. */
function subjectsOf({ kind, tenantId, input }: WorkflowDocument): readonly string[] {
  if (kind !== 'ONBOARDING') return [tenantId];
  const { joins, customerName } = input as OnboardingInput;
  return joins ? [tenantId] : [nameSubject(customerName), tenantId];
}
