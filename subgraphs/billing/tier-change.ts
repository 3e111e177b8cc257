import { type Clock, timestamp } from '#lib/clock.ts';
import { assertCurrency, standing } from './account.ts';
import { calendarMonth } from './period.ts';
import type { PriceList, Tier } from './plan.ts';
import { type PricedPeriod, priceUpcoming } from './pricing.ts';
import type { Sources } from './sources.ts';
import type { BillingStore } from './store.ts';

/** The current month's bill without and with a tier change now; both null where none will come. */
export interface UpcomingChange {
  readonly before: PricedPeriod | null;
  readonly after: PricedPeriod | null;
}

export type TierChanges = ReturnType<typeof createTierChanges>;

/** What a tier change would cost. Nothing is stored. */
export function createTierChanges(deps: {
  readonly store: BillingStore;
  readonly clock: Clock;
  readonly priceList: PriceList;
  readonly sources: Sources;
}) {
  const { store, clock, priceList, sources } = deps;
  return {
    /**
     * Both bills from one reading of the tier history and the usage, at one instant.
     * @throws {AppError} `UNAVAILABLE` without them; `FAILED_PRECONDITION` in another currency
     */
    async upcoming(tenantId: string, tier: Tier, requestId: string): Promise<UpcomingChange> {
      const account = standing(await store.accounts.get(tenantId));
      if (account === undefined || account.closedAt !== null) return { before: null, after: null };
      assertCurrency(account, priceList);
      const now = timestamp(clock);
      const [history, usage] = await Promise.all([
        sources.tierChanges(tenantId, requestId),
        sources.usage(tenantId, calendarMonth(now), requestId),
      ]);
      const known = { priceList, usage, now, taxRate: account.taxRate };
      return {
        before: priceUpcoming({ ...known, tierChanges: history }),
        after: priceUpcoming({ ...known, tierChanges: [...history, { tier, at: now }] }),
      };
    },
  };
}
