import { unavailable } from '#lib/errors.ts';
import { tenantReference } from '#lib/graphql/entities.ts';
import type { Services } from '#lib/graphql/services.ts';
import { CloseUsageDocument, PeriodUsageDocument, ReopenUsageDocument } from './calls/metrics.generated.ts';
import { TierHistoryDocument } from './calls/tenant.generated.ts';
import type { Period } from './period.ts';
import type { TierChange } from './proration.ts';
import type { MeterUsage } from './usage-charge.ts';

export type Sources = ReturnType<typeof createSources>;

/** What bills are computed from and other services own. What does not come is `UNAVAILABLE`, never taken for nothing. */
export function createSources(services: Services) {
  const representations = (tenantId: string) => [{ ...tenantReference(tenantId) }];

  return {
    /** From now on no usage is accepted, and the next reading has all that was. @throws {AppError} `UNAVAILABLE` */
    async closeUsage(variables: { commandId: string; tenantId: string }, requestId: string): Promise<void> {
      await services.call('metrics', CloseUsageDocument, variables, { requestId });
    },

    /** Undoes `closeUsage`, also where it was never done. @throws {AppError} `UNAVAILABLE` */
    async reopenUsage(variables: { commandId: string; tenantId: string }, requestId: string): Promise<void> {
      await services.call('metrics', ReopenUsageDocument, variables, { requestId });
    },

    /** Oldest first, at least one. @throws {AppError} `UNAVAILABLE` */
    async tierChanges(tenantId: string, requestId: string): Promise<readonly [TierChange, ...TierChange[]]> {
      const variables = { representations: representations(tenantId) };
      const { _entities } = await services.call('tenant', TierHistoryDocument, variables, { requestId });
      const [onboarding, ...changes] = _entities[0]?.tierChanges ?? [];
      if (onboarding === undefined) throw unavailable('The tenant has no tier history.');
      return [onboarding, ...changes];
    },

    /** All usage of a period, by meter. @throws {AppError} `UNAVAILABLE` */
    async usage(tenantId: string, period: Period, requestId: string): Promise<readonly MeterUsage[]> {
      const { periodStart: from, periodEnd: to } = period;
      const variables = { representations: representations(tenantId), from, to };
      const { _entities } = await services.call('metrics', PeriodUsageDocument, variables, { requestId });
      const usage = _entities[0]?.usage ?? undefined;
      if (usage === undefined) throw unavailable('The usage of the period is not there.');
      return usage.map(({ series, ...figures }) => ({ ...figures, days: series }));
    },
  };
}
