import { describe, expect, it } from 'vitest';
import {
  atRest,
  CHANGE_TIER,
  fails,
  failsAfterwards,
  intercept,
  locks,
  mutate,
  OFFBOARD,
  onboard,
  type Payload,
  plane,
  RETRY,
  refusal,
  setUpPlane,
  statuses,
  tenantId,
  traces,
} from '#test/support/onboarding.ts';
import { ADMINISTRATOR, tenantUser } from '#test/support/plane.ts';

setUpPlane();

async function suspend(id: string): Promise<void> {
  const source = 'mutation ($input: SuspendTenantInput!) { suspendTenant(input: $input) { tenant { status } } }';
  const input = { tenantId: id, reason: 'unpaid' };
  const { suspendTenant } = await plane.data('tenant', ADMINISTRATOR, source, { input });
  expect(suspendTenant).toEqual({ tenant: { status: 'SUSPENDED' } });
}

describe('a tier change', () => {
  it('has the new infrastructure ready before the tier changes, and takes the old away afterwards', async () => {
    const id = await tenantId();
    const seen: unknown[] = [];
    intercept('tenant', 'setTier', async (proceed) => {
      seen.push((await traces(id)).infrastructure);
      return proceed();
    });
    const { workflow, tenant } = await mutate(CHANGE_TIER, { tenantId: id, tier: 'PREMIUM' });
    expect(workflow).toMatchObject({ kind: 'TIER_CHANGE', status: 'SUCCEEDED' });
    expect(tenant).toEqual({ tenantId: id });
    expect(Object.keys(statuses(workflow))).toEqual([
      'CHECK_TENANT',
      'PROVISION_INFRASTRUCTURE',
      'SET_TIER',
      'RELEASE_INFRASTRUCTURE',
    ]);
    expect(seen).toEqual([{ isolation: 'BRIDGE', status: 'READY' }]);
    expect(await traces(id)).toMatchObject({
      tenant: { tier: 'PREMIUM', status: 'ACTIVE' },
      infrastructure: { isolation: 'SILO', status: 'READY' },
    });
  });

  it.each([fails, failsAfterwards])('that fails before SET_TIER leaves the tenant as it was', async (fault) => {
    const id = await tenantId();
    const before = await traces(id);
    intercept('provisioning', 'provision', fault('BAD_USER_INPUT'));
    const { workflow } = await mutate(CHANGE_TIER, { tenantId: id, tier: 'PREMIUM' });
    expect(workflow.status).toBe('COMPENSATED');
    expect(statuses(workflow)).toMatchObject({
      CHECK_TENANT: 'UNDONE',
      PROVISION_INFRASTRUCTURE: 'FAILED',
      SET_TIER: 'PENDING',
    });
    expect(await traces(id)).toEqual(before);
    expect(await locks()).toBe(0);
  });

  it('that fails from SET_TIER on is FAILED in the end, keeps the tenant to itself, and goes on when it is retried', async () => {
    const id = await tenantId();
    const mend = intercept('provisioning', 'releaseInfrastructure', fails('FORBIDDEN'));
    const failed = await atRest(() => mutate(CHANGE_TIER, { tenantId: id, tier: 'PREMIUM', idempotencyKey: 'k' }));
    const { workflowId } = failed;
    expect(failed).toMatchObject({ status: 'FAILED' });
    expect(failed.steps[3]).toMatchObject({ status: 'FAILED', error: { code: 'FORBIDDEN' } });
    expect(await refusal(OFFBOARD, { tenantId: id })).toMatchObject({ code: 'FAILED_PRECONDITION', workflowId });
    mend();
    const { retryWorkflow } = await plane.data('onboarding', ADMINISTRATOR, RETRY, { id: workflowId });
    expect((retryWorkflow as Payload).workflow.status).toBe('SUCCEEDED');
    expect(await traces(id)).toMatchObject({ tenant: { tier: 'PREMIUM' }, infrastructure: { isolation: 'SILO' } });
    expect(await locks()).toBe(0);
  });

  it('goes on when the tenant is suspended in the meantime, and leaves it suspended', async () => {
    const id = await tenantId();
    intercept('provisioning', 'provision', async (proceed) => {
      await suspend(id);
      return proceed();
    });
    const { workflow } = await mutate(CHANGE_TIER, { tenantId: id, tier: 'PREMIUM' });
    expect(workflow.status).toBe('SUCCEEDED');
    expect(await traces(id)).toMatchObject({
      tenant: { tier: 'PREMIUM', status: 'SUSPENDED' },
      infrastructure: { isolation: 'SILO', status: 'READY' },
    });
    expect((await refusal(CHANGE_TIER, { tenantId: id, tier: 'FREE' })).code).toBe('FAILED_PRECONDITION');
  });

  it('that fails before SET_TIER while the tenant is suspended leaves it on its tier, suspended and whole', async () => {
    const id = await tenantId();
    const before = await traces(id);
    intercept('provisioning', 'provision', async () => {
      await suspend(id);
      return fails('BAD_USER_INPUT')();
    });
    expect((await mutate(CHANGE_TIER, { tenantId: id, tier: 'PREMIUM' })).workflow.status).toBe('COMPENSATED');
    expect(await traces(id)).toEqual({ ...before, tenant: { ...before.tenant, status: 'SUSPENDED' } });
    expect(await locks()).toBe(0);
  });

  it('is for an ACTIVE tenant, to another tier, by whoever may', async () => {
    const id = await tenantId();
    expect((await refusal(CHANGE_TIER, { tenantId: id, tier: 'STANDARD' })).code).toBe('FAILED_PRECONDITION');
    expect((await refusal(CHANGE_TIER, { tenantId: 'ten_none', tier: 'FREE' })).code).toBe('NOT_FOUND');
    expect((await refusal(CHANGE_TIER, { tenantId: id, tier: 'FREE' }, tenantUser('ten_other'))).code).toBe(
      'NOT_FOUND',
    );
    expect((await refusal(CHANGE_TIER, { tenantId: id, tier: 'FREE' }, tenantUser(id, 'TENANT_MEMBER'))).code).toBe(
      'FORBIDDEN',
    );
    expect((await mutate(CHANGE_TIER, { tenantId: id, tier: 'FREE' }, tenantUser(id))).workflow.status).toBe(
      'SUCCEEDED',
    );
  });
});

describe('an offboarding', () => {
  it('takes the customer out: users, infrastructure, name and addresses; the invoices stay', async () => {
    const id = await tenantId();
    const { workflow, tenant } = await mutate(OFFBOARD, { customerName: ' aCME ' });
    expect(workflow).toMatchObject({ kind: 'OFFBOARDING', status: 'SUCCEEDED', tenant: { tenantId: id } });
    expect(tenant).toEqual({ tenantId: id });
    expect(new Set(Object.values(statuses(workflow)))).toEqual(new Set(['DONE']));
    expect(await traces(id)).toMatchObject({
      tenant: { name: 'Acme', status: 'OFFBOARDED' },
      users: [],
      infrastructure: null,
    });
    expect(await locks()).toBe(0);
    const again = await onboard();
    expect(again.workflow.status).toBe('SUCCEEDED');
    expect(again.tenant).not.toEqual({ tenantId: id });
  });

  it.each([
    ['MARK_OFFBOARDING', 'tenant', 'markOffboarding'],
    ['FINAL_INVOICE', 'billing', 'issueFinalInvoices'],
    ['CLOSE_BILLING_ACCOUNT', 'billing', 'closeBillingAccount'],
  ] as const)('that fails at %s is undone: the tenant is active and whole again', async (step, service, command) => {
    const id = await tenantId();
    const before = await traces(id);
    intercept(service, command, failsAfterwards('BAD_USER_INPUT'));
    const { workflow } = await mutate(OFFBOARD, { tenantId: id });
    expect(workflow.status).toBe('COMPENSATED');
    expect(statuses(workflow)[step]).toBe('FAILED');
    expect(await traces(id)).toEqual(before);
  });

  it('of a suspended customer that fails is undone: the tenant is suspended again', async () => {
    const id = await tenantId();
    await suspend(id);
    const before = await traces(id);
    intercept('billing', 'closeBillingAccount', failsAfterwards('BAD_USER_INPUT'));
    expect((await mutate(OFFBOARD, { tenantId: id })).workflow.status).toBe('COMPENSATED');
    expect(await traces(id)).toEqual(before);
    expect(before.tenant).toMatchObject({ status: 'SUSPENDED' });
  });

  it('that fails at DELETE_USERS or later is carried through', async () => {
    const id = await tenantId();
    let failures = 0;
    intercept('user', 'deleteUsers', (proceed) => (failures++ < 3 ? fails('FORBIDDEN')() : proceed()));
    const ended = await atRest(() => mutate(OFFBOARD, { tenantId: id, idempotencyKey: 'k' }));
    expect(ended).toMatchObject({ status: 'SUCCEEDED' });
    expect(ended.steps[3]).toMatchObject({ name: 'DELETE_USERS', attempts: 4 });
    expect((await traces(id)).tenant).toMatchObject({ status: 'OFFBOARDED' });
  });

  it('is of exactly one customer, which must be there', async () => {
    const id = await tenantId();
    expect(await refusal(OFFBOARD, {})).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input' });
    expect(await refusal(OFFBOARD, { tenantId: id, customerName: 'Acme' })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input',
    });
    expect((await refusal(OFFBOARD, { customerName: 'Nobody' })).code).toBe('NOT_FOUND');
    expect((await refusal(OFFBOARD, { tenantId: 'ten_none' })).code).toBe('NOT_FOUND');
    expect((await refusal(OFFBOARD, { tenantId: id }, tenantUser(id))).code).toBe('FORBIDDEN');
  });
});
