import { maySeeTenant } from '#lib/auth/principal.ts';
import type { Clock } from '#lib/clock.ts';
import { badUserInput } from '#lib/errors.ts';
import type { RequestContext } from '#lib/graphql/context.ts';
import { tenantReference } from '#lib/graphql/entities.ts';
import type { Services } from '#lib/graphql/services.ts';
import { UsageTenantsDocument } from './calls/tenant.generated.ts';
import type { UsageClosing } from './closing.ts';
import {
  type EventDocument,
  newEvent,
  type Rejection,
  rejectEvent,
  rejectForTenant,
  rejectRepeated,
  type TenantState,
  type UsageEvent,
} from './event.ts';
import type { FoldScheduler } from './fold-scheduler.ts';
import { METERS, selectMeters } from './meter.ts';
import { type InputTime, monthOf, readRange, type TimeRange } from './range.ts';
import type { Quota, RecordUsagePayload, UsageToDate } from './resolvers.generated.ts';
import type { MetricsStore } from './store.ts';
import { byMeter, type MeterFigures, quotasOf, type TenantSlice, toDate } from './usage.ts';
import type { HourFigure, UsageReader } from './usage-reader.ts';

export interface MetricsServiceDeps {
  readonly store: MetricsStore;
  readonly clock: Clock;
  readonly services: Services;
  readonly closing: UsageClosing;
  readonly scheduler: FoldScheduler;
  readonly reader: UsageReader;
}

export interface UsageArguments {
  readonly from?: InputTime;
  readonly to?: InputTime;
  readonly meters?: readonly string[] | null;
}

/** What became of one event. */
type Verdict = 'accepted' | 'duplicate' | Rejection;

export type MetricsService = ReturnType<typeof createMetricsService>;

const LARGEST_BATCH = 1_000; // events

/** Of an event that was stored while the tenant's usage was being closed: the last bill may have it or not. */
const CLOSED: Rejection = {
  code: 'UNAVAILABLE',
  message: 'The usage of the tenant is being closed; send the event again to hear what became of it.',
};

/** The use cases of usage: to record it and to read it. */
export function createMetricsService({ store, clock, services, closing, scheduler, reader }: MetricsServiceDeps) {
  /** Reads a range once per fetch, however many fields need it. */
  function readOnce(context: RequestContext, tenantId: string, range: TimeRange): Promise<readonly HourFigure[]> {
    const reads = context.loader(reader, () => new Map<string, Promise<readonly HourFigure[]>>());
    const key = `${tenantId} ${range.from} ${range.to}`;
    const read = reads.get(key) ?? reader.read(tenantId, range);
    reads.set(key, read);
    return read;
  }

  async function thisMonth(context: RequestContext, tenantId: string): Promise<readonly MeterFigures[]> {
    return byMeter(METERS, await readOnce(context, tenantId, monthOf(clock.now())));
  }

  return {
    /**
     * Records a batch. Every event is accepted, a duplicate, or rejected on its own.
     *
     * @throws {AppError} `BAD_USER_INPUT` for an empty batch or one of more than 1,000, `UNAVAILABLE` when it cannot be
     * asked what the tenants are: nothing is recorded
     */
    async recordUsage(context: RequestContext, events: readonly UsageEvent[]): Promise<RecordUsagePayload> {
      if (events.length < 1 || events.length > LARGEST_BATCH) {
        throw badUserInput('input.events', `A batch has 1 to ${LARGEST_BATCH} events.`);
      }
      const now = clock.now();
      const faults = events.map((event) => rejectEvent(event, now));
      const sound = events.filter((_, index) => faults[index] === undefined);
      const tenants = await tenantStates(services, context, new Set(sound.map(({ tenantId }) => tenantId)));
      const rejections = events.map(
        (event, index) => faults[index] ?? rejectForTenant(event, tenants.get(event.tenantId)),
      );
      const taken = events.filter((_, index) => rejections[index] === undefined).map((event) => newEvent(event, now));
      const stored = await storeEvents(store, taken);
      const concerned = [...new Set(taken.map(({ tenantId }) => tenantId))];
      const closed = await closing.closed(concerned);
      const answers = stored.map((verdict, n) => (closed.has(taken[n]?.tenantId ?? '') ? CLOSED : verdict)).values();
      const verdicts = rejections.map((rejection): Verdict => rejection ?? answers.next().value ?? 'duplicate');
      for (const tenantId of concerned) scheduler.schedule(tenantId);
      return payloadOf(events, verdicts);
    },

    /**
     * The usage of a tenant in a range, by meter.
     *
     * @throws {AppError} `BAD_USER_INPUT` with the field `from`, `to` or `meters`
     */
    async usage(context: RequestContext, tenantId: string, args: UsageArguments): Promise<readonly MeterFigures[]> {
      const range = readRange(args.from, args.to, clock.now());
      const meters = selectMeters(args.meters);
      return byMeter(meters, await readOnce(context, tenantId, range));
    },

    async usageToDate(context: RequestContext, tenantId: string): Promise<readonly UsageToDate[]> {
      return (await thisMonth(context, tenantId)).map(toDate);
    },

    /** @throws {AppError} `UNAVAILABLE` without the plan's allowances */
    async quotas(context: RequestContext, { tenantId, allowances }: TenantSlice): Promise<readonly Quota[]> {
      return quotasOf(await thisMonth(context, tenantId), allowances);
    },
  };
}

/** The tenants of these ids that the principal may see, asked for in one call. */
async function tenantStates(
  services: Services,
  context: RequestContext,
  tenantIds: ReadonlySet<string>,
): Promise<ReadonlyMap<string, TenantState>> {
  const visible = [...tenantIds].filter((tenantId) => maySeeTenant(context.principal, tenantId));
  if (visible.length === 0) return new Map();
  const variables = { representations: visible.map((tenantId) => ({ ...tenantReference(tenantId) })) };
  const data = await services.call('tenant', UsageTenantsDocument, variables, { requestId: context.requestId });
  return new Map(data._entities.flatMap((tenant) => (tenant == null ? [] : [[tenant.tenantId, tenant]])));
}

/** Stores events durably; the same write says which of them are new. */
async function storeEvents(store: MetricsStore, events: readonly EventDocument[]): Promise<readonly Verdict[]> {
  if (events.length === 0) return [];
  const inserted = await store.events.insertMany(events);
  const repeated = events.filter((_, index) => inserted[index] !== true);
  const earlier = (await store.events.getMany(repeated.map(({ eventKey }) => eventKey))).values();
  return events.map((event, index) =>
    inserted[index] === true ? 'accepted' : (rejectRepeated(event, earlier.next().value) ?? 'duplicate'),
  );
}

function payloadOf(events: readonly UsageEvent[], verdicts: readonly Verdict[]): RecordUsagePayload {
  return {
    accepted: verdicts.filter((verdict) => verdict === 'accepted').length,
    duplicates: verdicts.filter((verdict) => verdict === 'duplicate').length,
    rejected: verdicts.flatMap((verdict, index) =>
      typeof verdict === 'string' ? [] : [{ index, id: events[index]?.id ?? '', ...verdict }],
    ),
  };
}
