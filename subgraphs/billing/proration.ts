import { unavailable } from '#lib/errors.ts';
import { type DayNumber, dayOf, daysOf, lastMillisecondOf, millisecondsOf, type Period } from './period.ts';
import type { Tier } from './plan.ts';

/** From when on a tenant is on a tier. */
export interface TierChange {
  readonly tier: Tier;
  readonly at: string;
}

/** What decides which days are billed, and on which tier. */
export interface Tenancy {
  /** Oldest first; the first is the tier onboarded with. */
  readonly tierChanges: readonly TierChange[];
  /** Null or absent: the tenant has not left. */
  readonly offboardedAt?: string | null;
  /** The present: it decides the tier of the running day and of the days to come. */
  readonly now: string;
}

/** The days of a period that are billed on one tier. */
export interface TierDays {
  readonly tier: Tier;
  /** Oldest first, not always one after the other. */
  readonly days: ReadonlySet<DayNumber>;
}

/**
 * The billed days of a period by tier, the tier first that was first.
 * Pricing rule: "A day belongs to the plan of the tier in force when it ended (for the running day: now); a tenant is
 * billed from the day it was onboarded to the day it was offboarded, both included." A change at midnight belongs to the
 * day that begins: a day ends before it.
 * @throws {AppError} `UNAVAILABLE` when there is no tier history
 */
export function tierDays(period: Period, { tierChanges, offboardedAt, now }: Tenancy): TierDays[] {
  const [onboarding] = tierChanges;
  if (onboarding === undefined) {
    throw unavailable('The tier history is empty.');
  }
  const first = dayOf(onboarding.at);
  const last = offboardedAt == null ? Number.POSITIVE_INFINITY : dayOf(offboardedAt);
  const changes = tierChanges.map(({ tier, at }) => ({ tier, at: millisecondsOf(at) }));
  const nowMs = millisecondsOf(now);
  const days = new Map<Tier, Set<DayNumber>>();
  for (const day of daysOf(period)) {
    if (day >= first && day <= last) {
      const cutoff = Math.min(lastMillisecondOf(day), nowMs);
      // Where another service's clock has put the onboarding after our now, it is the tier onboarded with.
      const tier = changes.findLast(({ at }) => at <= cutoff)?.tier ?? onboarding.tier;
      days.set(tier, (days.get(tier) ?? new Set()).add(day));
    }
  }
  return [...days].map(([tier, billed]) => ({ tier, days: billed }));
}
