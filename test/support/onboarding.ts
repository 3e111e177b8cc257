import type { GraphQLFieldResolver } from 'graphql';
import { afterEach, beforeEach } from 'vitest';
import type { Principal } from '#lib/auth/principal.ts';
import { AppError, type ErrorCode } from '#lib/errors.ts';
import type { SubgraphName } from '#lib/graphql/subgraph.ts';
import { ADMINISTRATOR, ONBOARDING, openTestPlane, type TestPlane } from '#test/support/plane.ts';
import { storedDocuments } from '#test/support/stores.ts';

export const WORKFLOW = `workflowId kind status startedAt finishedAt tenant { tenantId } steps { name status attempts error { code message } }`;
export const ONBOARD = `mutation ($input: OnboardInput!) { onboard(input: $input) { workflow { ${WORKFLOW} } tenant { tenantId } invitation { token expiresAt } } }`;
export const OFFBOARD = `mutation ($input: OffboardInput!) { offboard(input: $input) { workflow { ${WORKFLOW} } tenant { tenantId } } }`;
export const CHANGE_TIER = `mutation ($input: ChangeTierInput!) { changeTier(input: $input) { workflow { ${WORKFLOW} } tenant { tenantId } } }`;
export const RETRY = `mutation ($id: ID!) { retryWorkflow(input: { workflowId: $id }) { workflow { ${WORKFLOW} } } }`;

export interface Workflow {
  workflowId: string;
  kind: string;
  status: string;
  finishedAt: string | null;
  tenant: { tenantId: string } | null;
  steps: { name: string; status: string; attempts: number; error: { code: string; message: string } | null }[];
}
export interface Payload {
  workflow: Workflow;
  tenant: { tenantId: string } | null;
  invitation: { token: string; expiresAt: string } | null;
}

/** The plane of the test that runs. */
export let plane: TestPlane;

/** Gives each test of the file a plane of its own. */
export function setUpPlane(): void {
  beforeEach(async () => {
    plane = await openTestPlane();
  });
  afterEach(() => plane.close());
}

/** Opens another in its place, on data that outlives it. */
export async function reopenPlane(dataDir: string): Promise<void> {
  await plane.close();
  plane = await openTestPlane({ dataDir });
}

export const ACME = {
  customerName: 'Acme',
  email: 'ada@acme.example',
  billingAddress: '1 Main Street',
  tier: 'STANDARD',
} as const;

export async function mutate(source: string, input: object, principal: Principal = ADMINISTRATOR): Promise<Payload> {
  const data = await plane.data('onboarding', principal, source, { input });
  return Object.values(data)[0] as Payload;
}

export const onboard = (input: object = {}, principal?: Principal) => mutate(ONBOARD, { ...ACME, ...input }, principal);

export async function refusal(source: string, input: object, principal: Principal = ADMINISTRATOR) {
  const { errors } = await plane.execute('onboarding', principal, source, { input });
  return errors?.[0]?.extensions ?? {};
}

export async function tenantId(input: object = {}): Promise<string> {
  const { tenant } = await onboard(input);
  if (tenant === null) throw new Error('the tenant was not onboarded');
  return tenant.tenantId;
}

export function statuses({ steps }: Workflow): Record<string, string> {
  return Object.fromEntries(steps.map(({ name, status }) => [name, status]));
}

/** Puts something in front of a service's command, for this test's plane. */
export function intercept(service: SubgraphName, command: string, by: (proceed: () => unknown) => unknown): () => void {
  const field = plane.plane.subgraphs.get(service)?.schema.getMutationType()?.getFields()[command];
  const original = field?.resolve as GraphQLFieldResolver<unknown, unknown>;
  if (field === undefined) throw new Error(`${service} has no ${command}`);
  field.resolve = (...parameters) => by(() => original(...parameters));
  return () => {
    field.resolve = original;
  };
}

export const fails = (code: ErrorCode) => () => Promise.reject(new AppError(code, 'sabotage'));
export const failsAfterwards = (code: ErrorCode) => async (proceed: () => unknown) => {
  await proceed();
  throw new AppError(code, 'sabotage');
};

/** What every service knows of a tenant. */
export async function traces(id: string) {
  const read = async (service: SubgraphName, fields: string) => {
    const source = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Tenant { ${fields} } } }`;
    const representations = [{ __typename: 'Tenant', tenantId: id }];
    const { data } = await plane.execute(service, ADMINISTRATOR, source, { r: representations });
    const [tenant] = (data?._entities ?? []) as (Record<string, unknown> | null)[];
    return tenant ?? {};
  };
  const tenant = await read('tenant', 'name tier status');
  const { users } = await read('user', 'users { edges { node { email role status } } }');
  const { infrastructure } = await read('provisioning', 'infrastructure { isolation status }');
  const { billingAccount } = await read('billing', 'billingAccount { address }');
  return {
    tenant: 'name' in tenant ? tenant : null,
    users: (users as { edges: unknown[] }).edges,
    infrastructure: infrastructure ?? null,
    account: billingAccount ?? null,
  };
}

export const NOTHING = { tenant: null, users: [], infrastructure: null, account: null };

export async function userOf(email: string): Promise<unknown> {
  const source = 'query ($email: EmailAddress!) { userByEmail(email: $email) { userId } }';
  return (await plane.data('user', ONBOARDING, source, { email })).userByEmail;
}

/** How many workflows hold a tenant, as it is stored. */
export async function locks(): Promise<number> {
  return (await storedDocuments(plane.dataDir, 'onboarding', 'locks')).length;
}

export async function workflow(workflowId: string, principal: Principal = ADMINISTRATOR): Promise<Workflow | null> {
  const source = `query ($id: ID!) { workflow(workflowId: $id) { ${WORKFLOW} } }`;
  return (await plane.data('onboarding', principal, source, { id: workflowId })).workflow as Workflow | null;
}

/** Moves the clock past every wait until the workflow comes to rest; whoever repeats the request waits with it, and drives it. */
export async function atRest(repeat: () => Promise<Payload>): Promise<Workflow> {
  const hurry = setInterval(() => plane.clock.advance(60_000), 20);
  try {
    for (let round = 0; round < 4; round++) {
      const found = (await repeat()).workflow;
      if (found.status !== 'RUNNING' && found.status !== 'COMPENSATING') return found;
    }
    throw new Error('the workflow does not come to rest');
  } finally {
    clearInterval(hurry);
  }
}

/** The tenant of a workflow that answers none. */
export async function storedTenantId(workflowId: string): Promise<string> {
  return String((await storedTenantIds()).get(workflowId));
}

/** The tenant of every workflow. */
export async function storedTenantIds(): Promise<ReadonlyMap<string, string>> {
  const stored = await storedDocuments(plane.dataDir, 'onboarding', 'workflows');
  return new Map(stored.map(({ workflowId, tenantId }) => [String(workflowId), String(tenantId)]));
}
