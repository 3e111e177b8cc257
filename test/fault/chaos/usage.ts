import type { Graph } from '../graph.ts';
import type { Random } from '../random.ts';
import { type Reading, read } from './reading.ts';
import type { Ending } from './tally.ts';

interface Event {
  readonly id: string;
  readonly tenantId: string;
  readonly value: number;
}

interface Batch {
  readonly events: readonly Event[];
  /** How often it was sent. */
  sent: number;
  /** Whether it was ever answered as taken. */
  taken: boolean;
}

interface Payload {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly { readonly code: string }[];
}

const RECORD = `mutation($input: RecordUsageInput!) {
  recordUsage(input: $input) { accepted duplicates rejected { code } }
}`;
const TOTAL = 'query($tenantId: ID!) { tenant(tenantId: $tenantId) { usageToDate { meter total } } }';
const METER = 'compute';

/** Usage of some tenants: what was sent, and what the totals must therefore be. */
export class Usage {
  readonly #graph: Graph;
  readonly #violations: string[];
  readonly #batches: Batch[] = [];

  constructor(graph: Graph, violations: string[]) {
    this.#graph = graph;
    this.#violations = violations;
  }

  /** A new batch, or now and then one that was sent before. */
  next(tenantId: string, random: Random): Batch {
    const known = random.chance(0.15) ? random.pick(this.#batches) : undefined;
    if (known !== undefined) return known;
    const number = this.#batches.length;
    const events = Array.from({ length: random.between(1, 5) }, (_, place) => ({
      id: `${number}-${place}`,
      tenantId,
      value: random.between(1, 1_000),
    }));
    const batch = { events, sent: 0, taken: false };
    this.#batches.push(batch);
    return batch;
  }

  async send(batch: Batch): Promise<Ending> {
    const isFirst = batch.sent === 0;
    const wasTaken = batch.taken;
    batch.sent += 1;
    const events = batch.events.map((event) => ({ ...event, value: String(event.value), meter: METER }));
    const { data, ending } = await this.#read<{ recordUsage: Payload }>('recordUsage', RECORD, { input: { events } });
    if (data === null) return ending;
    const { accepted, duplicates, rejected } = data.recordUsage;
    const says = JSON.stringify(data.recordUsage);
    const codes = rejected.map(({ code }) => code).filter((code) => code !== 'UNAVAILABLE');
    if (codes.length > 0 || accepted + duplicates + rejected.length !== events.length) this.#violated(batch, says);
    if (isFirst && batch.sent === 1 && duplicates > 0) this.#violated(batch, `sent once, it was there: ${says}`);
    if (wasTaken && accepted > 0) this.#violated(batch, `taken before, it was taken again: ${says}`);
    if (rejected.length > 0) return 'failed';
    batch.taken = true;
    return 'answered';
  }

  /** Reads a total: what was taken before is in it, and nothing that was never sent. */
  async check(tenantId: string): Promise<Ending> {
    const least = this.#sum(tenantId, ({ taken }) => taken);
    type Answer = { tenant: { usageToDate: readonly { meter: string; total: string }[] | null } };
    const { data, ending } = await this.#read<Answer>('usageToDate', TOTAL, { tenantId });
    const usage = data?.tenant?.usageToDate;
    if (usage == null) return ending;
    const total = Number(usage.find(({ meter }) => meter === METER)?.total ?? 0);
    const most = this.#sum(tenantId, ({ sent }) => sent > 0);
    if (total < least || total > most) {
      this.#violations.push(`usage of ${tenantId}: ${total} is not between ${least} and ${most}`);
    }
    return ending;
  }

  /** Sends again what was never answered as taken, until it is; then each total must be exact. */
  async settle(tenantIds: readonly string[]): Promise<void> {
    for (const batch of this.#batches) {
      for (let attempt = 0; attempt < 10 && !batch.taken; attempt++) await this.send(batch);
      if (!batch.taken) this.#violated(batch, 'is never taken');
    }
    for (const tenantId of tenantIds) {
      for (let attempt = 0; attempt < 10; attempt++) if ((await this.check(tenantId)) === 'answered') break;
    }
  }

  get events(): number {
    return this.#batches.reduce((sum, { events }) => sum + events.length, 0);
  }

  async #read<Data>(what: string, source: string, variables: object): Promise<Reading<Data>> {
    return await read<Data>(this.#graph, what, source, variables, this.#violations);
  }

  #sum(tenantId: string, counts: (batch: Batch) => boolean): number {
    const events = this.#batches.filter(counts).flatMap((batch) => batch.events);
    return events.filter((event) => event.tenantId === tenantId).reduce((sum, { value }) => sum + value, 0);
  }

  #violated({ events }: Batch, what: string): void {
    this.#violations.push(`usage ${events.map(({ id }) => id).join(' ')}: ${what}`);
  }
}
