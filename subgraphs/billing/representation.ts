import { z } from 'zod';
import { unavailable } from '#lib/errors.ts';
import type { TenantReference } from '#lib/graphql/entities.ts';
import { TIERS, type Tier } from './plan.ts';
import type { TierChange } from './proration.ts';
import type { MeterUsage } from './usage-charge.ts';

/** A tenant as the graph hands it over: with what `@requires` names, where that was asked for and came. */
export interface TenantRepresentation extends TenantReference {
  readonly tier?: unknown;
  readonly tierChanges?: unknown;
  readonly usageToDate?: unknown;
}

const tier = z.enum(TIERS);
const instant = z.iso.datetime();
const decimal = z.string().regex(/^-?\d+(?:\.\d+)?$/);
const tierChanges = z.array(z.object({ tier, at: instant })).min(1);
const usageToDate = z.array(
  z.object({
    meter: z.string(),
    aggregation: z.enum(['SUM', 'COUNT', 'MAX', 'UNIQUE']),
    total: decimal,
    days: z.array(z.object({ start: instant, value: decimal })),
  }),
);

/** @throws {AppError} `UNAVAILABLE` when the tier did not come */
export function tierOf(tenant: TenantRepresentation): Tier {
  return read(tier, tenant.tier, 'The tier');
}

/** @throws {AppError} `UNAVAILABLE` when the tier history did not come */
export function tierChangesOf(tenant: TenantRepresentation): readonly TierChange[] {
  return read(tierChanges, tenant.tierChanges, 'The tier history');
}

/** @throws {AppError} `UNAVAILABLE` when the usage did not come */
export function usageToDateOf(tenant: TenantRepresentation): readonly MeterUsage[] {
  return read(usageToDate, tenant.usageToDate, 'The usage');
}

function read<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (!result.success) throw unavailable(`${what} is not to be had now.`);
  return result.data;
}
