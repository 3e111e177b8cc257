import { describe, expect, it } from 'vitest';
import type { Principal } from '#lib/auth/principal.ts';
import {
  ACME,
  atRest,
  CHANGE_TIER,
  fails,
  failsAfterwards,
  intercept,
  locks,
  mutate,
  NOTHING,
  OFFBOARD,
  ONBOARD,
  onboard,
  plane,
  refusal,
  setUpPlane,
  statuses,
  storedTenantId,
  tenantId,
  traces,
  userOf,
} from '#test/support/onboarding.ts';
import { ADMINISTRATOR, ONBOARDING } from '#test/support/plane.ts';

setUpPlane();

describe('a new customer', () => {
  it('is whole when the mutation answers: tenant, administrator, invitation, account, infrastructure', async () => {
    const { workflow, tenant, invitation } = await onboard({ customerName: '  Acme ' });
    expect(workflow).toMatchObject({ kind: 'ONBOARDING', status: 'SUCCEEDED', tenant });
    expect(workflow.steps.map(({ name, status, attempts }) => [name, status, attempts])).toEqual([
      ['CREATE_TENANT', 'DONE', 1],
      ['CREATE_USER', 'DONE', 1],
      ['CREATE_IDENTITY', 'DONE', 1],
      ['CREATE_BILLING_ACCOUNT', 'DONE', 1],
      ['PROVISION_INFRASTRUCTURE', 'DONE', 1],
      ['ACTIVATE_TENANT', 'DONE', 1],
    ]);
    expect(invitation?.token.length).toBeGreaterThan(20);
    expect(await traces(tenant?.tenantId ?? '')).toEqual({
      tenant: { name: 'Acme', tier: 'STANDARD', status: 'ACTIVE' },
      users: [{ node: { email: 'ada@acme.example', role: 'TENANT_ADMIN', status: 'INVITED' } }],
      infrastructure: { isolation: 'BRIDGE', status: 'READY' },
      account: { address: '1 Main Street' },
    });
    expect(await locks()).toBe(0);
  });

  it.each([
    ['input.customerName', { customerName: ' ' }],
    ['input.customerName', { customerName: 'x'.repeat(201) }],
    ['input.billingAddress', { billingAddress: ' \n' }],
    ['input.billingAddress', { billingAddress: 'x'.repeat(1_001) }],
    [
      'input.email',
      { email: `${'x'.repeat(64)}@${'y'.repeat(60)}.${'z'.repeat(60)}.${'w'.repeat(60)}.${'v'.repeat(20)}.example` },
    ],
    ['input.email', { email: 'nobody' }],
    ['input.tier', { tier: 'GOLD' }],
    ['input.idempotencyKey', { idempotencyKey: '' }],
  ])('is refused for what is not acceptable in %s', async (field, fault) => {
    expect(await refusal(ONBOARD, { ...ACME, ...fault })).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });

  it('with an address that a user of another customer has is refused at once, with no workflow', async () => {
    await onboard();
    const taken = await refusal(ONBOARD, { ...ACME, customerName: 'Other', email: 'ADA@acme.example' });
    expect(taken.code).toBe('CONFLICT');
    const { workflows } = await plane.data('onboarding', ADMINISTRATOR, '{ workflows { totalCount } }');
    expect(workflows).toEqual({ totalCount: 1 });
  });
});

describe('a further user of a customer', () => {
  it('is a member, and nothing is made twice', async () => {
    const id = await tenantId();
    const { workflow, tenant, invitation } = await onboard({ customerName: 'ACME', email: 'bob@acme.example' });
    expect(tenant).toEqual({ tenantId: id });
    expect(statuses(workflow)).toEqual({
      CREATE_TENANT: 'SKIPPED',
      CREATE_USER: 'DONE',
      CREATE_IDENTITY: 'DONE',
      CREATE_BILLING_ACCOUNT: 'SKIPPED',
      PROVISION_INFRASTRUCTURE: 'SKIPPED',
      ACTIVATE_TENANT: 'SKIPPED',
    });
    expect(invitation).not.toBeNull();
    const { users, account } = await traces(id);
    expect(users.map((edge) => (edge as { node: { role: string } }).node.role)).toEqual([
      'TENANT_ADMIN',
      'TENANT_MEMBER',
    ]);
    expect(account).toEqual({ address: '1 Main Street' });
  });

  it('who was there before stays as it is, and so does its invitation', async () => {
    const first = await onboard();
    const again = await onboard({ email: 'Ada@acme.example' });
    expect(again.workflow.status).toBe('SUCCEEDED');
    expect(statuses(again.workflow)).toMatchObject({ CREATE_USER: 'DONE', CREATE_IDENTITY: 'SKIPPED' });
    expect(again.invitation).toBeNull();
    expect((await traces(first.tenant?.tenantId ?? '')).users).toHaveLength(1);
    const accept = `mutation ($token: String!) { acceptInvitation(input: { token: $token, password: "correct horse battery" }) { accessToken } }`;
    const accepted = await plane.data('identity', ADMINISTRATOR, accept, { token: first.invitation?.token });
    expect(accepted.acceptInvitation).toBeTruthy();
  });

  it('takes user:write: a sign-up page cannot let strangers in', async () => {
    await onboard();
    const page: Principal = { ...ADMINISTRATOR, kind: 'client', id: 'cli_1', scopes: new Set(['onboarding:write']) };
    expect(await refusal(ONBOARD, { ...ACME, email: 'eve@evil.example' }, page)).toMatchObject({ code: 'CONFLICT' });
    expect(await userOf('eve@evil.example')).toBeNull();
  });

  it('is refused on another tier, in a suspended tenant, and with an address of another customer', async () => {
    const id = await tenantId();
    await onboard({ customerName: 'Other', email: 'bob@other.example' });
    expect((await refusal(ONBOARD, { ...ACME, email: 'c@acme.example', tier: 'FREE' })).code).toBe(
      'FAILED_PRECONDITION',
    );
    expect((await refusal(ONBOARD, { ...ACME, email: 'bob@other.example' })).code).toBe('CONFLICT');
    await plane.data(
      'tenant',
      ONBOARDING,
      `mutation ($id: ID!) { markOffboarding(commandId: "wf_x/M", tenantId: $id) { status } }`,
      { id },
    );
    expect((await refusal(ONBOARD, { ...ACME, email: 'c@acme.example' })).code).toBe('FAILED_PRECONDITION');
  });

  it('when it cannot be made, the customer and its other users stay whole', async () => {
    const id = await tenantId();
    const before = await traces(id);
    intercept('identity', 'createIdentity', failsAfterwards('FORBIDDEN'));
    const { workflow, invitation } = await onboard({ email: 'bob@acme.example' });
    expect(workflow.status).toBe('COMPENSATED');
    expect(workflow.tenant).toEqual({ tenantId: id });
    expect(invitation).toBeNull();
    expect(await traces(id)).toEqual(before);
    expect(await userOf('bob@acme.example')).toBeNull();
  });
});

const COMMANDS = [
  ['CREATE_TENANT', 'tenant', 'createTenant'],
  ['CREATE_USER', 'user', 'createUser'],
  ['CREATE_IDENTITY', 'identity', 'createIdentity'],
  ['CREATE_BILLING_ACCOUNT', 'billing', 'createBillingAccount'],
  ['PROVISION_INFRASTRUCTURE', 'provisioning', 'provision'],
  ['ACTIVATE_TENANT', 'tenant', 'activateTenant'],
] as const;

describe('a step of an onboarding that fails for good', () => {
  it.each(
    COMMANDS.flatMap(
      ([step, service, command]) =>
        [
          [step, 'before its effect', service, command, fails],
          [step, 'after its effect', service, command, failsAfterwards],
        ] as const,
    ),
  )('leaves nothing behind: %s, %s', async (step, _, service, command, fault) => {
    const mend = intercept(service, command, fault('BAD_USER_INPUT'));
    const { workflow: undone, tenant, invitation } = await onboard();
    expect(undone).toMatchObject({ status: 'COMPENSATED', tenant: null });
    expect([tenant, invitation]).toEqual([null, null]);
    const failed = undone.steps.find(({ name }) => name === step);
    expect(failed).toMatchObject({ status: 'FAILED', error: { code: 'BAD_USER_INPUT', message: 'sabotage' } });
    expect(await traces(await storedTenantId(undone.workflowId))).toEqual(NOTHING);
    expect(await userOf(ACME.email)).toBeNull();
    expect(await locks()).toBe(0);
    mend();
    expect((await onboard()).workflow.status).toBe('SUCCEEDED'); // the name and the address are free again
  });

  it('is undone all the same when the service is down for good: nothing is left, and the answer came in 5 seconds', async () => {
    intercept('billing', 'createBillingAccount', fails('UNAVAILABLE'));
    const begun = performance.now();
    const { workflow: running, invitation } = await onboard({ idempotencyKey: 'k' });
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(running.status).toBe('RUNNING');
    expect(running.steps[3]).toMatchObject({ status: 'RUNNING', attempts: 1, error: { code: 'UNAVAILABLE' } });
    expect(invitation).toBeNull();
    expect(await atRest(() => onboard({ idempotencyKey: 'k' }))).toMatchObject({ status: 'COMPENSATED' });
    expect(await traces(await storedTenantId(running.workflowId))).toEqual(NOTHING);
  });
});

describe('idempotency keys', () => {
  it('the same key with the same input is the same workflow, without the invitation', async () => {
    const first = await onboard({ idempotencyKey: 'k1' });
    const again = await onboard({ idempotencyKey: 'k1' });
    expect(again).toEqual({ ...first, invitation: null });
    expect(await refusal(ONBOARD, { ...ACME, tier: 'FREE', idempotencyKey: 'k1' })).toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
  });

  it('two requests with one key at once start one workflow', async () => {
    const both = await Promise.all([onboard({ idempotencyKey: 'k1' }), onboard({ idempotencyKey: 'k1' })]);
    expect(both[0]?.workflow).toEqual(both[1]?.workflow);
    expect(both.filter(({ invitation }) => invitation !== null)).toHaveLength(1);
    expect(both[0]?.workflow.status).toBe('SUCCEEDED');
  });

  it('also of changeTier and offboard, whose repetition would be refused without one', async () => {
    const id = await tenantId();
    const change = { tenantId: id, tier: 'PREMIUM', idempotencyKey: 'k' };
    expect(await mutate(CHANGE_TIER, change)).toEqual(await mutate(CHANGE_TIER, change));
    expect((await refusal(CHANGE_TIER, { ...change, idempotencyKey: 'l' })).code).toBe('FAILED_PRECONDITION');
    const departure = { tenantId: id, idempotencyKey: 'k' };
    expect(await mutate(OFFBOARD, departure)).toEqual(await mutate(OFFBOARD, departure));
    expect((await refusal(OFFBOARD, { tenantId: id })).code).toBe('FAILED_PRECONDITION');
  });
});
