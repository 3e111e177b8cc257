import type { UsageClosing } from './closing.ts';
import { METERS } from './meter.ts';
import type { Resolvers } from './resolvers.generated.ts';
import { lenientScalar } from './scalars.ts';
import type { MetricsService } from './service.ts';
import { seriesOf, totalOf } from './usage.ts';

/** Decode, call, map: what the SDL names, on the service's use cases. */
export function metricsResolvers(parts: { service: MetricsService; closing: UsageClosing }): Resolvers {
  const { service, closing } = parts;
  return {
    DateTime: lenientScalar('DateTime', 'must be an RFC 3339 time such as 2026-03-01T00:00:00Z'),
    Decimal: lenientScalar('Decimal'),
    Tenant: {
      __resolveReference: (reference) => reference,
      usage: ({ tenantId }, args, context) => service.usage(context, tenantId, args),
      usageToDate: ({ tenantId }, _, context) => service.usageToDate(context, tenantId),
      quotas: (tenant, _, context) => service.quotas(context, tenant),
    },
    MeterUsage: {
      meter: ({ meter }) => meter.name,
      unit: ({ meter }) => meter.unit,
      aggregation: ({ meter }) => meter.aggregation,
      total: (usage) => totalOf(usage),
      series: (usage, { window }) => seriesOf(usage, window ?? 'DAY'),
    },
    Query: { meters: () => METERS },
    Mutation: {
      recordUsage: (_, { input }, context) => service.recordUsage(context, input.events),
      closeUsage: (_, command) => done(closing.close(command)),
      reopenUsage: (_, command) => done(closing.reopen(command)),
      deleteUsage: (_, command) => done(closing.deleteUsage(command)),
    },
  };
}

/** A command that has nothing to say but that it is done. */
async function done(command: Promise<void>): Promise<boolean> {
  await command;
  return true;
}
