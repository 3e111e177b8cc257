import { maySeeTenant } from '#lib/auth/principal.ts';
import type { Clock } from '#lib/clock.ts';
import { badUserInput } from '#lib/errors.ts';
import type { RequestContext } from '#lib/graphql/context.ts';
import { tenantReference } from '#lib/graphql/entities.ts';
import type { Services } from '#lib/graphql/services.ts';
import { UsageTenantsDocument } from './calls/tenant.generated.ts';
import {
  type EventDocument,
  newEvent,
  type Rejection,
  rejectEvent,
  rejectForTenant,
  sameContent,
  type TenantState,
  type UsageEvent,
} from './event.ts';
import type { FoldScheduler } from './fold-scheduler.ts';
import type { Folding } from './folding.ts';
import { METERS, type Meter, selectMeters } from './meter.ts';
import { type InputTime, monthOf, readRange, type TimeRange } from './range.ts';
import type { Quota, RecordUsagePayload, UsageToDate } from './resolvers.generated.ts';
import { type MetricsStore, someEvents } from './store.ts';
import { byMeter, type MeterFigures, quotasOf, type TenantSlice, toDate } from './usage.ts';
import type { HourFigure, UsageReader } from './usage-reader.ts';

export interface MetricsServiceDeps {
  readonly store: MetricsStore;
  readonly clock: Clock;
  readonly services: Services;
  readonly folding: Folding;
  readonly scheduler: FoldScheduler;
  readonly reader: UsageReader;
}

/** What became of one event. */
type Verdict = 'accepted' | 'duplicate' | Rejection;

export type MetricsService = ReturnType<typeof createMetricsService>;

const LARGEST_BATCH = 1_000; // events
const DELETE_BATCH = 500; // events

/** The use cases of usage: to record it, to read it, to delete it. */
export function createMetricsService({ store, clock, services, folding, scheduler, reader }: MetricsServiceDeps) {
  const deletions = new Map<string, Promise<void>>();

  /** The tenants of these ids that the principal may see, asked for in one call. */
  async function tenantStates(
    tenantIds: ReadonlySet<string>,
    context: RequestContext,
  ): Promise<ReadonlyMap<string, TenantState>> {
    const visible = [...tenantIds].filter((tenantId) => maySeeTenant(context.principal, tenantId));
    if (visible.length === 0) return new Map();
    const variables = { representations: visible.map(tenantReference) };
    const { _entities } = await services.call('tenant', UsageTenantsDocument, variables, context);
    return new Map(_entities.flatMap((tenant) => (tenant?.tenantId === undefined ? [] : [[tenant.tenantId, tenant]])));
  }

  /** Stores events; which of them are new is decided by the write itself. */
  async function store_(events: readonly EventDocument[]): Promise<readonly Verdict[]> {
    const inserted = await store.events.insertMany(events);
    const known = events.filter((_, place) => !inserted[place]).map(({ eventKey }) => eventKey);
    const stored = new Map(known.map((key, place) => [key, place]));
    const documents = await store.events.getMany(known);
    return events.map((event, place) =>
      inserted[place] ? 'accepted' : compareWithStored(event, documents[stored.get(event.eventKey) ?? -1]),
    );
  }
  return {};
}
