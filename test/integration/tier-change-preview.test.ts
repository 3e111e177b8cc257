import { describe, expect, it } from 'vitest';
import type { Principal } from '#lib/auth/principal.ts';
import {
  CHANGE_TIER,
  fails,
  intercept,
  mutate,
  OFFBOARD,
  plane,
  setUpPlane,
  tenantId,
  traces,
} from '#test/support/onboarding.ts';
import { ADMINISTRATOR, tenantUser } from '#test/support/plane.ts';

setUpPlane();

const BILL =
  'periodStart lines { description meter quantity unitPrice amount { amountMinor } } total { amountMinor currency }';
const PREVIEW = `query ($id: ID!, $tier: Tier!) { previewTierChange(tenantId: $id, tier: $tier) {
  tenant { tenantId } tier infrastructure { before after } quotas { meter before after used }
  upcomingInvoice { before { ${BILL} } after { ${BILL} } }
  obstacles { code message workflowId } warnings { code meter message }
} }`;

interface Bill {
  lines: { description: string; amount: { amountMinor: number } }[];
  total: { amountMinor: number; currency: string };
}
interface Preview {
  tier: string;
  infrastructure: { before: string | null; after: string } | null;
  quotas: { meter: string; before: string | null; after: string | null; used: string }[] | null;
  upcomingInvoice: { before: Bill | null; after: Bill | null } | null;
  obstacles: { code: string; message: string; workflowId: string | null }[];
  warnings: { code: string; meter: string | null; message: string }[] | null;
}

async function preview(id: string, tier: string, principal: Principal = ADMINISTRATOR) {
  const { data, errors } = await plane.execute('onboarding', principal, PREVIEW, { id, tier });
  const codes = Object.fromEntries((errors ?? []).map(({ path, extensions }) => [path?.join('.'), extensions.code]));
  return { shown: data?.previewTierChange as Preview, codes };
}

async function use(id: string, meter: string, value: string): Promise<void> {
  const source = 'mutation ($input: RecordUsageInput!) { recordUsage(input: $input) { accepted } }';
  const events = [{ id: `${meter}-${value}`, tenantId: id, meter, value }];
  const { recordUsage } = await plane.data('metrics', ADMINISTRATOR, source, { input: { events } });
  expect(recordUsage).toEqual({ accepted: 1 });
}

describe('the preview of a tier change', () => {
  it('shows infrastructure, quotas and the bill of the month, before and after, and changes nothing', async () => {
    const id = await tenantId();
    await use(id, 'compute', '20000');
    plane.clock.advance(5 * 24 * 60 * 60 * 1000);
    const before = await traces(id);
    const { shown, codes } = await preview(id, 'PREMIUM', tenantUser(id));
    expect(codes).toEqual({});
    expect(shown).toMatchObject({
      tenant: { tenantId: id },
      tier: 'PREMIUM',
      infrastructure: { before: 'BRIDGE', after: 'SILO' },
      obstacles: [],
      warnings: [],
    });
    expect(shown.quotas).toEqual([
      { meter: 'compute', before: null, after: null, used: '20000' },
      { meter: 'memory', before: null, after: null, used: '0' },
      { meter: 'apis', before: null, after: null, used: '0' },
    ]);
    // $49.00 for 22 of 31 days; then for 5 of them, with 16,129 units included of the 20,000, and $499.00 for the other 17.
    expect(shown.upcomingInvoice?.before?.total).toEqual({ amountMinor: 3_477, currency: 'USD' });
    expect(shown.upcomingInvoice?.after?.lines.map(({ amount }) => amount.amountMinor)).toEqual([790, 27_365, 0, 19]);
    expect(shown.upcomingInvoice?.after?.total).toEqual({ amountMinor: 28_174, currency: 'USD' });
    expect(await traces(id)).toEqual(before);
    const { workflows } = await plane.data('onboarding', ADMINISTRATOR, '{ workflows { totalCount } }');
    expect(workflows).toEqual({ totalCount: 1 });
  });

  it('shows what comes to pass: the bill after the change is the one that was shown', async () => {
    const id = await tenantId();
    await use(id, 'compute', '200000');
    plane.clock.advance(3 * 24 * 60 * 60 * 1000);
    for (const tier of ['PREMIUM', 'FREE', 'STANDARD']) {
      const { shown } = await preview(id, tier);
      await mutate(CHANGE_TIER, { tenantId: id, tier });
      const now = await preview(id, tier);
      expect(now.shown.upcomingInvoice?.before).toEqual(shown.upcomingInvoice?.after);
      expect(now.shown.infrastructure?.before).toBe(shown.infrastructure?.after);
      plane.clock.advance(24 * 60 * 60 * 1000);
    }
  });

  it('warns of usage above the new quota, and forbids nothing for it', async () => {
    const id = await tenantId();
    await use(id, 'compute', '10000.5');
    await use(id, 'apis', '10000');
    const { shown } = await preview(id, 'FREE');
    expect(shown.quotas).toContainEqual({ meter: 'compute', before: null, after: '10000', used: '10000.5' });
    expect(shown.warnings).toMatchObject([{ code: 'USAGE_ABOVE_QUOTA', meter: 'compute' }]);
    expect(shown.obstacles).toEqual([]);
    expect((await mutate(CHANGE_TIER, { tenantId: id, tier: 'FREE' })).workflow.status).toBe('SUCCEEDED');
  });

  it('names everything that forbids it: the same tier, a tenant that is not active, a workflow in the way', async () => {
    const id = await tenantId();
    const codesOf = async (tier: string) => (await preview(id, tier)).shown.obstacles.map(({ code }) => code);
    expect(await codesOf('STANDARD')).toEqual(['SAME_TIER']);
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let entered: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => {
      entered = resolve;
    });
    intercept('billing', 'issueFinalInvoices', async (proceed) => {
      entered();
      await gate;
      return proceed();
    });
    const leaving = mutate(OFFBOARD, { tenantId: id });
    await inside;
    const { shown } = await preview(id, 'STANDARD');
    expect(shown.obstacles.map(({ code }) => code)).toEqual(['WORKFLOW_IN_THE_WAY', 'TENANT_NOT_ACTIVE', 'SAME_TIER']);
    expect(shown.obstacles[0]?.workflowId).toMatch(/^wf_/);
    release();
    expect((await leaving).workflow.status).toBe('SUCCEEDED');
    const gone = await preview(id, 'FREE');
    expect(gone.shown.obstacles.map(({ code }) => code)).toEqual(['TENANT_NOT_ACTIVE']);
    expect(gone.shown.infrastructure).toEqual({ before: null, after: 'POOL' });
    expect(gone.shown.upcomingInvoice).toEqual({ before: null, after: null });
  });

  it('says UNAVAILABLE where a fact is missing, never a smaller number', async () => {
    const id = await tenantId();
    const hide = (service: 'metrics' | 'tenant', field: string) => {
      const type = plane.plane.subgraphs.get(service)?.schema.getType('Tenant');
      const known = (type as { getFields(): Record<string, { resolve?: unknown }> }).getFields()[field];
      if (known === undefined) throw new Error(`no ${field}`);
      const original = known.resolve;
      known.resolve = fails('UNAVAILABLE');
      return () => {
        known.resolve = original;
      };
    };
    const show = hide('metrics', 'usageToDate');
    const noUsage = await preview(id, 'FREE');
    expect(noUsage.codes).toEqual({
      'previewTierChange.quotas': 'UNAVAILABLE',
      'previewTierChange.warnings': 'UNAVAILABLE',
    });
    expect(noUsage.shown.quotas).toBeNull();
    expect(noUsage.shown.warnings).toBeNull();
    expect(noUsage.shown.infrastructure).toEqual({ before: 'BRIDGE', after: 'POOL' });
    show();
    for (const [service, field] of [['metrics', 'usage'] as const, ['tenant', 'tierChanges'] as const]) {
      const showAgain = hide(service, field);
      const { shown, codes } = await preview(id, 'FREE');
      expect(codes).toEqual({ 'previewTierChange.upcomingInvoice': 'UNAVAILABLE' });
      expect(shown.upcomingInvoice).toBeNull();
      showAgain();
    }
  });

  it('shows each part to those who may read it, and a tenant to those who may see it', async () => {
    const id = await tenantId();
    const seller = { ...ADMINISTRATOR, kind: 'client', scopes: new Set(['onboarding:write']) } as const;
    const { shown, codes } = await preview(id, 'FREE', seller);
    expect(shown).toMatchObject({ tier: 'FREE', obstacles: [], quotas: null, upcomingInvoice: null, warnings: null });
    expect(new Set(Object.values(codes))).toEqual(new Set(['FORBIDDEN']));
    expect((await preview(id, 'FREE', tenantUser('ten_other'))).codes).toEqual({ previewTierChange: 'NOT_FOUND' });
    expect((await preview('ten_none', 'FREE')).codes).toEqual({ previewTierChange: 'NOT_FOUND' });
    expect((await preview(id, 'FREE', tenantUser(id, 'TENANT_MEMBER'))).codes).toEqual({
      previewTierChange: 'FORBIDDEN',
    });
  });
});
