import { describe, expect, it } from 'vitest';
import {
  ACME,
  CHANGE_TIER,
  fails,
  failsAfterwards,
  intercept,
  locks,
  mutate,
  NOTHING,
  ONBOARD,
  onboard,
  type Payload,
  plane,
  setUpPlane,
  statuses,
  storedTenantId,
  tenantId,
  traces,
  userOf,
  WORKFLOW,
  type Workflow,
} from '#test/support/onboarding.ts';
import { ADMINISTRATOR, tenantUser } from '#test/support/plane.ts';
import { storedDocuments } from '#test/support/stores.ts';

setUpPlane();

const CANCEL = `mutation ($id: ID!) { cancelWorkflow(input: { workflowId: $id }) { workflow { ${WORKFLOW} } } }`;
const RUNNING = `{ workflows(status: RUNNING) { edges { node { workflowId steps { name status attempts nextAttemptAt } } } } }`;

async function cancel(id: string): Promise<Workflow> {
  return ((await plane.data('onboarding', ADMINISTRATOR, CANCEL, { id })).cancelWorkflow as Payload).workflow;
}

async function refusalOf(id: string, principal = ADMINISTRATOR) {
  return (await plane.execute('onboarding', principal, CANCEL, { id })).errors?.[0]?.extensions.code;
}

/** Resolves once the cancellation of a workflow is stored. */
async function cancellationOf(id: string): Promise<void> {
  const stored = async () => await storedDocuments(plane.dataDir, 'onboarding', 'workflows');
  await expect
    .poll(async () => (await stored()).find(({ workflowId }) => workflowId === id)?.cancelledAt, { timeout: 5_000 })
    .toBeDefined();
}

interface Shown {
  workflowId: string;
  steps: { name: string; status: string; attempts: number; nextAttemptAt: string | null }[];
}

/** The one workflow that runs, as soon as its step of this place has begun. */
async function running(step: number, attempts = 1): Promise<Shown> {
  for (;;) {
    const { workflows } = await plane.data('onboarding', ADMINISTRATOR, RUNNING);
    const [edge] = (workflows as { edges: { node: Shown }[] }).edges;
    if (edge !== undefined && (edge.node.steps[step]?.attempts ?? 0) >= attempts) return edge.node;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

const COMMANDS = [
  ['CREATE_TENANT', 'tenant', 'createTenant'],
  ['CREATE_USER', 'user', 'createUser'],
  ['CREATE_IDENTITY', 'identity', 'createIdentity'],
  ['CREATE_BILLING_ACCOUNT', 'billing', 'createBillingAccount'],
  ['PROVISION_INFRASTRUCTURE', 'provisioning', 'provision'],
  ['ACTIVATE_TENANT', 'tenant', 'activateTenant'],
] as const;

describe('a running onboarding that is cancelled', () => {
  it.each(COMMANDS.map((command, place) => [place, ...command] as const))(
    'leaves nothing behind, and whoever asked for it is told so (%i: %s)',
    async (place, step, service, command) => {
      const { open, opened } = gate();
      const mend = intercept(service, command, async (proceed) => {
        await opened;
        return proceed();
      });
      const asked = onboard();
      const { workflowId } = await running(place);
      const answered = cancel(workflowId);
      await cancellationOf(workflowId);
      open();
      const undone = await answered;
      expect(undone).toMatchObject({ status: 'COMPENSATED', tenant: null });
      expect(statuses(undone)[step]).toBe('UNDONE');
      expect(undone.steps.slice(place + 1).every(({ status }) => status === 'PENDING')).toBe(true);
      expect(await asked).toMatchObject({ workflow: { status: 'COMPENSATED' }, tenant: null, invitation: null });
      expect(await traces(await storedTenantId(workflowId))).toEqual(NOTHING);
      expect(await userOf(ACME.email)).toBeNull();
      expect(await locks()).toBe(0);
      mend();
      expect((await onboard()).workflow.status).toBe('SUCCEEDED');
    },
  );

  it.each([fails, failsAfterwards])('while a step waits for its next attempt, at once', async (fault) => {
    intercept('billing', 'createBillingAccount', fault('UNAVAILABLE'));
    const asked = onboard();
    const { workflowId, steps } = await running(3);
    expect(steps[3]).toMatchObject({ status: 'RUNNING' });
    const undone = await cancel(workflowId);
    expect(undone.status).toBe('COMPENSATED');
    expect(undone.steps[3]).toMatchObject({ status: 'UNDONE', error: { code: 'UNAVAILABLE' } });
    expect((await asked).workflow.status).toBe('COMPENSATED');
    expect(await traces(await storedTenantId(workflowId))).toEqual(NOTHING);
    expect(await locks()).toBe(0);
  });

  it('of a user who joins leaves the customer and its other users as they were', async () => {
    const id = await tenantId();
    const before = await traces(id);
    const { open, opened } = gate();
    intercept('identity', 'createIdentity', async (proceed) => {
      await opened;
      return proceed();
    });
    const asked = onboard({ email: 'bob@acme.example' });
    const { workflowId } = await running(2);
    const answered = cancel(workflowId);
    await cancellationOf(workflowId);
    open();
    expect(await answered).toMatchObject({ status: 'COMPENSATED', tenant: { tenantId: id } });
    expect((await asked).invitation).toBeNull();
    expect(await traces(id)).toEqual(before);
    expect(await userOf('bob@acme.example')).toBeNull();
  });

  it('answers within 5 seconds while a step hangs, and says how it stands', async () => {
    intercept('billing', 'createBillingAccount', () => new Promise(() => undefined));
    const asked = onboard();
    const { workflowId } = await running(3);
    const begun = performance.now();
    expect((await cancel(workflowId)).status).toMatch(/RUNNING|COMPENSAT/);
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect((await cancel(workflowId)).status).toBe('COMPENSATED');
    await asked;
    expect(await traces(await storedTenantId(workflowId))).toEqual(NOTHING);
  });
});

describe('cancelWorkflow', () => {
  it('is refused for what has ended, for another kind, and for what the caller may not', async () => {
    const { workflow, tenant } = await onboard();
    const id = tenant?.tenantId ?? '';
    expect(await refusalOf(workflow.workflowId)).toBe('FAILED_PRECONDITION');
    expect(await refusalOf('wf_none')).toBe('NOT_FOUND');
    expect(await refusalOf(workflow.workflowId, tenantUser(id))).toBe('FORBIDDEN');
    const client = { ...ADMINISTRATOR, kind: 'client', tenantId: 'ten_other' } as const;
    expect(await refusalOf(workflow.workflowId, client)).toBe('NOT_FOUND');
    const { open, opened } = gate();
    intercept('provisioning', 'provision', async (proceed) => {
      await opened;
      return proceed();
    });
    const changing = mutate(CHANGE_TIER, { tenantId: id, tier: 'PREMIUM' });
    expect(await refusalOf((await running(1)).workflowId)).toBe('FAILED_PRECONDITION');
    open();
    expect((await changing).workflow.status).toBe('SUCCEEDED');
  });

  it('answers one that is being undone as it is, and lets a FAILED one go on undoing', async () => {
    const mend = intercept('tenant', 'discardTenant', fails('FORBIDDEN'));
    intercept('billing', 'createBillingAccount', fails('FORBIDDEN'));
    const asked = mutate(ONBOARD, ACME);
    const hurry = setInterval(() => plane.clock.advance(60_000), 5);
    const find = async (status: string) => {
      const source = `{ workflows(status: ${status}, kind: ONBOARDING) { edges { node { workflowId } } } }`;
      const { workflows } = await plane.data('onboarding', ADMINISTRATOR, source);
      return (workflows as { edges: { node: Shown }[] }).edges[0]?.node.workflowId;
    };
    const until = async (status: string) => {
      for (;;) {
        const found = await find(status);
        if (found !== undefined) return found;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const workflowId = await until('COMPENSATING');
    expect((await cancel(workflowId)).status).toMatch(/COMPENSATING|FAILED/);
    await until('FAILED');
    clearInterval(hurry);
    await asked;
    mend();
    expect((await cancel(workflowId)).status).toBe('COMPENSATED');
    expect(await traces(await storedTenantId(workflowId))).toEqual(NOTHING);
    expect(await locks()).toBe(0);
  });
});

describe('a step that waits for its next attempt', () => {
  it('says when that is, and nothing else does', async () => {
    intercept('billing', 'createBillingAccount', fails('UNAVAILABLE'));
    const asked = onboard();
    await running(3);
    await asked; // the clock stands still: the next attempt is ahead for ever
    const [waiting, ...others] = (await running(3)).steps.sort(
      (left, right) => Number(right.name === 'CREATE_BILLING_ACCOUNT') - Number(left.name === 'CREATE_BILLING_ACCOUNT'),
    );
    expect(Date.parse(waiting?.nextAttemptAt ?? '')).toBeGreaterThanOrEqual(plane.clock.now().getTime());
    expect(others.map(({ nextAttemptAt }) => nextAttemptAt)).toEqual(Array(5).fill(null));
  });
});
