import type { Collection, CollectionSpec, PageQuery, Selection, Stored, Stores } from '#lib/store/port.ts';
import { positionOf } from '#lib/store/position.ts';
import type { EventDocument } from './event.ts';
import type { GateDocument } from './gate.ts';
import type { TimeRange } from './range.ts';
import type { WindowDocument } from './window.ts';

export interface MetricsStore {
  readonly events: Collection<EventDocument>;
  readonly windows: Collection<WindowDocument>;
  readonly gates: Collection<GateDocument>;
  ping(): Promise<void>;
}

const EVENTS: CollectionSpec<EventDocument> = {
  name: 'events',
  key: 'eventKey',
  indexes: { folded: ['folded', 'tenantId'], time: ['tenantId', 'meter', 'time'] },
};

const WINDOWS: CollectionSpec<WindowDocument> = {
  name: 'windows',
  key: 'windowKey',
  indexes: { hour: ['tenantId', 'hour'] },
};

const GATES: CollectionSpec<GateDocument> = { name: 'gates', key: 'tenantId', indexes: {} };

const PAGE = 1_000;

/** All that the service stores. */
export const METRICS_COLLECTIONS = [EVENTS, WINDOWS, GATES] as const;

export async function openMetricsStore(stores: Stores): Promise<MetricsStore> {
  const store = await stores.open('metrics', METRICS_COLLECTIONS);
  return {
    events: store.collection(EVENTS),
    windows: store.collection(WINDOWS),
    gates: store.collection(GATES),
    ping: () => store.ping(),
  };
}

/** The tenants that have events which are not folded: one seek per tenant. */
export async function tenantsToFold({ events }: MetricsStore): Promise<readonly string[]> {
  const tenants: string[] = [];
  for (;;) {
    const range = { gt: tenants.at(-1) ?? '' };
    const { items } = await events.page({ index: 'folded', prefix: [false], range, limit: 1 });
    if (items[0] === undefined) return tenants;
    tenants.push(items[0].tenantId);
  }
}

/** Some events of a tenant that are folded, or that are not. */
export async function someEvents(
  { events }: MetricsStore,
  tenantId: string,
  where: { folded: boolean; limit: number },
): Promise<readonly Stored<EventDocument>[]> {
  const { items } = await events.page({ index: 'folded', prefix: [where.folded, tenantId], limit: where.limit });
  return items;
}

/** All events of a tenant that are not folded. */
export async function unfoldedEvents(
  { events }: MetricsStore,
  tenantId: string,
): Promise<readonly Stored<EventDocument>[]> {
  return await everything(events, { index: 'folded', prefix: [false, tenantId] });
}

/** The events of a tenant on a meter within a range of time, folded or not. */
export async function eventsBetween(
  { events }: MetricsStore,
  tenantId: string,
  meter: string,
  { from, to }: TimeRange,
): Promise<readonly Stored<EventDocument>[]> {
  return await everything(events, { index: 'time', prefix: [tenantId, meter], range: { gte: from, lt: to } });
}

/** The windows of a tenant, of every meter, that begin within a range of time, oldest first. */
export async function windowsBetween(
  { windows }: MetricsStore,
  tenantId: string,
  { from, to }: TimeRange,
): Promise<readonly Stored<WindowDocument>[]> {
  return await everything(windows, { index: 'hour', prefix: [tenantId], range: { gte: from, lt: to } });
}

async function everything<D extends object>(collection: Collection<D>, selection: Selection): Promise<Stored<D>[]> {
  const all: Stored<D>[] = [];
  for (let query: PageQuery = { ...selection, limit: PAGE }; ; ) {
    const { items, hasMore } = await collection.page(query);
    all.push(...items);
    const last = items.at(-1);
    if (!hasMore || last === undefined) return all;
    query = { ...query, after: positionOf(collection.spec, selection.index, last) };
  }
}
