import { compareDecimals } from '#lib/decimal.ts';
import { notFound, unavailable } from '#lib/errors.ts';
import { type TenantReference, tenantReference } from '#lib/graphql/entities.ts';
import type { Services } from '#lib/graphql/services.ts';
import { QuotasDocument, UpcomingInvoiceChangeDocument } from './calls/billing.generated.ts';
import { UsedThisMonthDocument } from './calls/metrics.generated.ts';
import { IsolationChangeDocument } from './calls/provisioning.generated.ts';
import type { Tier } from './calls/tenant.generated.ts';
import type { Locks } from './lock.ts';
import type {
  IsolationChange,
  QuotaChange,
  TierChangeObstacle,
  TierChangeWarning,
  UpcomingInvoiceChange,
} from './resolvers.generated.ts';
import type { Tenants } from './tenants.ts';
import { obstaclesTo } from './tier-change.ts';

/** So long a part of a preview is waited for. With what is asked before, a preview answers within 5 seconds. */
const ASK_MILLISECONDS = 2_500;

/** What a tier change would do. Each part is asked for when it is read, and refused where its owner does not answer. */
export interface PreviewedTierChange {
  readonly tenant: TenantReference;
  readonly tier: Tier;
  readonly obstacles: readonly TierChangeObstacle[];
  infrastructure(): Promise<IsolationChange>;
  quotas(): Promise<readonly QuotaChange[]>;
  upcomingInvoice(): Promise<UpcomingInvoiceChange>;
  warnings(): Promise<readonly TierChangeWarning[]>;
}

export type PreviewTierChange = (tenantId: string, tier: Tier, requestId: string) => Promise<PreviewedTierChange>;

export function createTierChangePreview(deps: {
  readonly tenants: Tenants;
  readonly locks: Locks;
  readonly services: Services;
}): PreviewTierChange {
  const { tenants, locks, services } = deps;
  return async (tenantId, tier, requestId) => {
    const options = { requestId, timeoutMilliseconds: ASK_MILLISECONDS };
    const tenant = await tenants.byId(tenantId, requestId);
    if (tenant === null) throw notFound('tenant');
    let quotas: Promise<readonly QuotaChange[]> | undefined;

    const readQuotas = async (): Promise<readonly QuotaChange[]> => {
      const representations = [{ ...tenantReference(tenantId) }];
      const [{ plans }, { _entities }] = await Promise.all([
        services.call('billing', QuotasDocument, {}, options),
        services.call('metrics', UsedThisMonthDocument, { representations }, options),
      ]);
      const [before, after] = [tenant.tier, tier].map((of) => plans.find((plan) => plan.tier === of));
      const usage = _entities[0]?.usageToDate ?? undefined;
      if (before === undefined || after === undefined) throw unavailable('The price list lacks a tier.');
      if (usage === undefined) throw unavailable("The tenant's usage is out of reach.");
      const limitOf = (plan: typeof before, name: string) =>
        plan.meters.find(({ meter }) => meter === name)?.quota ?? null;
      return usage.map(({ meter, total }) => ({
        meter,
        before: limitOf(before, meter),
        after: limitOf(after, meter),
        used: total,
      }));
    };
    const quotasOnce = () => {
      quotas ??= readQuotas();
      return quotas;
    };

    return {
      tenant: tenantReference(tenantId),
      tier,
      obstacles: obstaclesTo(tenant, tier, await locks.holder(tenantId)),
      infrastructure: async () =>
        (await services.call('provisioning', IsolationChangeDocument, { tenantId, tier }, options)).isolationChange,
      quotas: quotasOnce,
      upcomingInvoice: async () =>
        (await services.call('billing', UpcomingInvoiceChangeDocument, { tenantId, tier }, options))
          .upcomingInvoiceChange,
      warnings: async () => (await quotasOnce()).flatMap(warningOf),
    };
  };
}

/** Quotas inform: to have used more than the new one lets through forbids nothing. */
export function warningOf({ meter, after, used }: QuotaChange): TierChangeWarning[] {
  if (after == null || compareDecimals(used, after) <= 0) return [];
  const message = `${used} of ${meter} were used this month; the new tier lets ${after} through.`;
  return [{ code: 'USAGE_ABOVE_QUOTA', message, meter }];
}
