import type { GraphQLFieldResolver } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { SubgraphName } from '#lib/graphql/subgraph.ts';
import {
  ACME,
  CHANGE_TIER,
  fails,
  intercept,
  mutate,
  OFFBOARD,
  ONBOARD,
  onboard,
  plane,
  refusal,
  setUpPlane,
  tenantId,
  workflow,
} from '#test/support/onboarding.ts';
import { ADMINISTRATOR } from '#test/support/plane.ts';

setUpPlane();

const HOUR = 60 * 60 * 1000;

/** Makes a query of a service never answer. */
function hang(service: SubgraphName, query: string): void {
  const field = plane.plane.subgraphs.get(service)?.schema.getQueryType()?.getFields()[query];
  if (field === undefined) throw new Error(`${service} has no ${query}`);
  field.resolve = (() => new Promise(() => undefined)) as GraphQLFieldResolver<unknown, unknown>;
}

/** How a mutation was answered, in time: with a workflow's status, or the code of an error. */
async function answer(source: string, input: object): Promise<string> {
  const begun = performance.now();
  const { data, errors } = await plane.execute('onboarding', ADMINISTRATOR, source, { input });
  expect(performance.now() - begun).toBeLessThan(5_000);
  const code = errors?.[0]?.extensions.code;
  if (code !== undefined) return String(code);
  return (Object.values(data ?? {})[0] as { workflow: { status: string } }).workflow.status;
}

describe('an answer comes within 5 seconds', () => {
  it('whatever step hangs: the workflow goes on without the caller', async () => {
    const ids = await Promise.all(
      [0, 1, 2].map((number) => tenantId({ customerName: `Customer ${number}`, email: `a${number}@acme.example` })),
    );
    let release: () => void = () => undefined;
    const hung = new Promise<void>((resolve) => {
      release = resolve;
    });
    for (const [service, command] of [
      ['user', 'createUser'],
      ['provisioning', 'provision'],
      ['billing', 'issueFinalInvoices'],
    ] as const) {
      intercept(service, command, (proceed) => hung.then(proceed));
    }
    const answers = await Promise.all([
      answer(ONBOARD, ACME),
      answer(ONBOARD, { ...ACME, customerName: 'Customer 0', email: 'joins@acme.example' }),
      answer(CHANGE_TIER, { tenantId: ids[1], tier: 'PREMIUM' }),
      answer(OFFBOARD, { tenantId: ids[2] }),
    ]);
    release();
    expect(answers).toEqual(Array(4).fill('RUNNING'));
  });

  it('when who is asked beforehand hangs: UNAVAILABLE, and no workflow is started', async () => {
    const id = await tenantId();
    hang('tenant', 'tenant');
    hang('tenant', 'tenantByName');
    const answers = await Promise.all([
      answer(ONBOARD, { ...ACME, email: 'bob@acme.example', idempotencyKey: 'k' }),
      answer(CHANGE_TIER, { tenantId: id, tier: 'PREMIUM', idempotencyKey: 'k' }),
      answer(OFFBOARD, { tenantId: id, idempotencyKey: 'k' }),
      answer(OFFBOARD, { customerName: 'Acme' }),
    ]);
    expect(answers).toEqual(Array(4).fill('UNAVAILABLE'));
    const { workflows } = await plane.data('onboarding', ADMINISTRATOR, '{ workflows { totalCount } }');
    expect(workflows).toEqual({ totalCount: 1 });
  });

  it('when the user service hangs: the workflow is started, and finds out', async () => {
    hang('user', 'userByEmail');
    expect(await answer(ONBOARD, ACME)).toBe('SUCCEEDED');
  });

  it('when services hang that a preview asks: its parts are UNAVAILABLE, the rest stands', async () => {
    const id = await tenantId();
    hang('billing', 'upcomingInvoiceChange');
    hang('billing', 'plans');
    hang('provisioning', 'isolationChange');
    const source = `{ previewTierChange(tenantId: "${id}", tier: FREE) { tier quotas { meter } upcomingInvoice { before { periodStart } } infrastructure { after } warnings { code } obstacles { code } } }`;
    const begun = performance.now();
    const { data, errors } = await plane.execute('onboarding', ADMINISTRATOR, source);
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(Array(4).fill('UNAVAILABLE'));
    expect(data?.previewTierChange).toMatchObject({ tier: 'FREE', obstacles: [], quotas: null, warnings: null });
  });
});

describe('an idempotency key', () => {
  it('is kept for 24 hours: the whole payload again, without the invitation', async () => {
    const first = await onboard({ idempotencyKey: 'k' });
    const id = first.tenant?.tenantId ?? '';
    const change = { tenantId: id, tier: 'PREMIUM', idempotencyKey: 'k' };
    const changed = await mutate(CHANGE_TIER, change);
    const departure = { customerName: 'Acme', idempotencyKey: 'k' };
    const gone = await mutate(OFFBOARD, departure);
    plane.clock.advance(24 * HOUR);
    expect(await onboard({ idempotencyKey: 'k' })).toEqual({ ...first, invitation: null });
    expect(await mutate(CHANGE_TIER, change)).toEqual(changed);
    expect(await mutate(OFFBOARD, departure)).toEqual(gone);
    for (const [source, input] of [
      [ONBOARD, { ...ACME, billingAddress: '2 Main Street', idempotencyKey: 'k' }],
      [CHANGE_TIER, { ...change, tier: 'FREE' }],
      [OFFBOARD, { tenantId: id, idempotencyKey: 'k' }],
    ] as const) {
      expect((await refusal(source, input)).code).toBe('IDEMPOTENCY_CONFLICT');
    }
  });

  it("is the caller's own: another's is another key", async () => {
    const first = await onboard({ idempotencyKey: 'k' });
    const other = { ...ADMINISTRATOR, id: 'adm_other' };
    const theirs = await onboard({ customerName: 'Other', email: 'o@other.example', idempotencyKey: 'k' }, other);
    expect(theirs.workflow.status).toBe('SUCCEEDED');
    expect(theirs.workflow.workflowId).not.toBe(first.workflow.workflowId);
  });

  it('of a workflow that was undone answers that it was', async () => {
    const mend = intercept('billing', 'createBillingAccount', fails('FORBIDDEN'));
    const undone = await onboard({ idempotencyKey: 'k' });
    expect(undone.workflow.status).toBe('COMPENSATED');
    mend();
    expect(await onboard({ idempotencyKey: 'k' })).toEqual(undone);
    expect(await workflow(undone.workflow.workflowId)).toEqual(undone.workflow);
  });
});
