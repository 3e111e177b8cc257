import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  atRest,
  CHANGE_TIER,
  fails,
  intercept,
  locks,
  mutate,
  NOTHING,
  OFFBOARD,
  onboard,
  plane,
  RETRY,
  refusal,
  reopenPlane,
  setUpPlane,
  statuses,
  storedTenantId,
  tenantId,
  traces,
  workflow,
} from '#test/support/onboarding.ts';
import { ADMINISTRATOR, tenantUser } from '#test/support/plane.ts';
import { removeStores } from '#test/support/stores.ts';

setUpPlane();

describe('at once', () => {
  it('a second workflow on a tenant is refused with the name of the first, and the first answers within 5 seconds', async () => {
    const id = await tenantId();
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    intercept('provisioning', 'provision', async (proceed) => {
      await gate;
      return proceed();
    });
    const begun = performance.now();
    const change = { tenantId: id, tier: 'FREE', idempotencyKey: 'k' };
    const { workflow: running } = await mutate(CHANGE_TIER, change);
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(running.status).toBe('RUNNING');
    const { workflowId } = running;
    expect(await refusal(OFFBOARD, { tenantId: id })).toMatchObject({ code: 'FAILED_PRECONDITION', workflowId });
    expect(await refusal(CHANGE_TIER, { tenantId: id, tier: 'PREMIUM' })).toMatchObject({ workflowId });
    release();
    expect((await mutate(CHANGE_TIER, change)).workflow.status).toBe('SUCCEEDED');
  });

  it('of ten conflicting workflows on a tenant one runs, and the others leave no trace', async () => {
    const id = await tenantId();
    const inputs = [...Array(5).keys()].flatMap(
      () =>
        [
          [CHANGE_TIER, { tenantId: id, tier: 'PREMIUM' }],
          [OFFBOARD, { tenantId: id }],
        ] as const,
    );
    const answers = await Promise.all(
      inputs.map(([source, input]) => plane.execute('onboarding', ADMINISTRATOR, source, { input })),
    );
    const codes = answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'OK');
    expect(codes.filter((code) => code === 'OK')).toHaveLength(1);
    expect(codes.filter((code) => code === 'FAILED_PRECONDITION')).toHaveLength(9);
    const { workflows } = await plane.data(
      'onboarding',
      ADMINISTRATOR,
      '{ workflows { totalCount edges { node { status } } } }',
    );
    expect(workflows).toEqual({
      totalCount: 2,
      edges: [{ node: { status: 'SUCCEEDED' } }, { node: { status: 'SUCCEEDED' } }],
    });
    expect(await locks()).toBe(0);
  });

  it('two administrators who onboard the same new name at once make one tenant with two users', async () => {
    const answers = await Promise.all([
      onboard({ customerName: 'Acme' }),
      onboard({ customerName: ' ACME ', email: 'bob@acme.example' }),
    ]);
    expect(answers.map(({ workflow }) => workflow.status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(answers[0]?.tenant).toEqual(answers[1]?.tenant);
    expect(answers.every(({ invitation }) => invitation !== null)).toBe(true);
    expect((await traces(answers[0]?.tenant?.tenantId ?? '')).users).toHaveLength(2);
    expect(await locks()).toBe(0);
  });

  it('the same onboarding sent twice at once, without a key, makes one tenant with one user', async () => {
    const answers = await Promise.all([onboard(), onboard()]);
    expect(answers.map(({ workflow }) => workflow.status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(answers.filter(({ invitation }) => invitation !== null)).toHaveLength(1);
    expect((await traces(answers[0]?.tenant?.tenantId ?? '')).users).toHaveLength(1);
  });

  it('five users who join a customer all do', async () => {
    const id = await tenantId();
    const joined = await Promise.all([1, 2, 3, 4, 5].map((number) => onboard({ email: `user${number}@acme.example` })));
    expect(joined.map(({ workflow }) => workflow.status)).toEqual(Array(5).fill('SUCCEEDED'));
    expect(joined.every(({ invitation }) => invitation !== null)).toBe(true);
    expect((await traces(id)).users).toHaveLength(6);
  });

  it('an address that two customers claim goes to one, and of the other nothing is left', async () => {
    const answers = await Promise.all(['Acme', 'Other'].map((customerName) => onboard({ customerName })));
    const ends = answers.map(({ workflow }) => workflow.status).sort();
    expect(ends).toEqual(['COMPENSATED', 'SUCCEEDED']);
    const undone = answers.find(({ workflow }) => workflow.status === 'COMPENSATED')?.workflow;
    expect(undone?.steps[1]).toMatchObject({ name: 'CREATE_USER', error: { code: 'CONFLICT' } });
    expect(await traces(await storedTenantId(undone?.workflowId ?? ''))).toEqual(NOTHING);
  });
});

describe('reading', () => {
  it('lists workflows newest first, by kind, status and tenant in every combination; who is bound to a tenant sees its own', async () => {
    const id = await tenantId();
    plane.clock.advance(1_000);
    const mend = intercept('billing', 'createBillingAccount', fails('FORBIDDEN'));
    await onboard({ customerName: 'Other', email: 'o@other.example' });
    mend();
    plane.clock.advance(1_000);
    await mutate(CHANGE_TIER, { tenantId: id, tier: 'FREE' });
    const list = async (args: string, principal = ADMINISTRATOR) => {
      const { workflows } = await plane.data(
        'onboarding',
        principal,
        `{ workflows${args} { edges { node { kind status } } } }`,
      );
      return (workflows as { edges: { node: { kind: string; status: string } }[] }).edges.map(
        ({ node }) => `${node.kind} ${node.status}`,
      );
    };
    expect(await list('')).toEqual(['TIER_CHANGE SUCCEEDED', 'ONBOARDING COMPENSATED', 'ONBOARDING SUCCEEDED']);
    expect(await list('(status: COMPENSATED)')).toEqual(['ONBOARDING COMPENSATED']);
    expect(await list('', tenantUser(id))).toEqual(['TIER_CHANGE SUCCEEDED', 'ONBOARDING SUCCEEDED']);
    expect(await list('(status: COMPENSATED)', tenantUser(id))).toEqual([]);
    expect(await list('(kind: ONBOARDING)')).toEqual(['ONBOARDING COMPENSATED', 'ONBOARDING SUCCEEDED']);
    expect(await list('(kind: ONBOARDING, status: SUCCEEDED)')).toEqual(['ONBOARDING SUCCEEDED']);
    expect(await list(`(tenantId: "${id}")`)).toEqual(['TIER_CHANGE SUCCEEDED', 'ONBOARDING SUCCEEDED']);
    expect(await list(`(tenantId: "${id}", kind: TIER_CHANGE)`)).toEqual(['TIER_CHANGE SUCCEEDED']);
    expect(await list(`(tenantId: "${id}", status: FAILED)`)).toEqual([]);
    expect(await list(`(tenantId: "${id}", kind: ONBOARDING, status: SUCCEEDED)`)).toEqual(['ONBOARDING SUCCEEDED']);
    expect(await list('(tenantId: "ten_none")')).toEqual([]);
    expect(await list('(kind: ONBOARDING)', tenantUser(id))).toEqual(['ONBOARDING SUCCEEDED']);
    expect(await list(`(tenantId: "${id}", kind: OFFBOARDING)`, tenantUser(id))).toEqual([]);
    const foreign = await plane.execute(
      'onboarding',
      tenantUser('ten_other'),
      `{ workflows(tenantId: "${id}") { totalCount } }`,
    );
    expect(foreign.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    const source = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Tenant { workflows(first: 1) { totalCount edges { node { kind } } } } } }`;
    const r = [{ __typename: 'Tenant', tenantId: id }];
    const { _entities } = await plane.data('onboarding', tenantUser(id), source, { r });
    expect(_entities).toEqual([{ workflows: { totalCount: 2, edges: [{ node: { kind: 'TIER_CHANGE' } }] } }]);
    expect((await plane.data('onboarding', tenantUser('ten_other'), source, { r }))._entities).toEqual([null]);
  });

  it('a workflow of another tenant does not exist', async () => {
    const { workflow: own, tenant } = await onboard();
    expect(await workflow(own.workflowId, tenantUser(tenant?.tenantId ?? ''))).toEqual(own);
    expect(await workflow(own.workflowId, tenantUser('ten_other'))).toBeNull();
    expect(await workflow('wf_none')).toBeNull();
  });

  it('nothing but a FAILED workflow can be retried', async () => {
    const { workflow: done } = await onboard();
    const retry = async (id: string) =>
      (await plane.execute('onboarding', ADMINISTRATOR, RETRY, { id })).errors?.[0]?.extensions.code;
    expect(await retry(done.workflowId)).toBe('FAILED_PRECONDITION');
    expect(await retry('wf_none')).toBe('NOT_FOUND');
  });
});

describe('a restart', () => {
  it('in the middle of an onboarding: the next process carries it to its end', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'plane-'));
    await reopenPlane(dataDir);
    let stopping: Promise<void> | undefined;
    intercept('billing', 'createBillingAccount', (proceed) => {
      stopping = plane.plane.stop();
      return proceed();
    });
    const { workflow: interrupted } = await onboard({ idempotencyKey: 'k' });
    await stopping;
    expect(statuses(interrupted)).toMatchObject({
      CREATE_BILLING_ACCOUNT: 'DONE',
      PROVISION_INFRASTRUCTURE: 'PENDING',
    });
    await reopenPlane(dataDir);
    const ended = await atRest(() => onboard({ idempotencyKey: 'k' }));
    expect(ended.status).toBe('SUCCEEDED');
    expect((await traces(ended.tenant?.tenantId ?? '')).tenant).toMatchObject({ status: 'ACTIVE' });
    await removeStores(dataDir);
  });
});
