/**
 * Measures the embedded store on this machine's disk: `node test/bench/store.ts [folder]`. Prints writes per second by
 * number of concurrent writers, the share of the main thread's time that they take, the latency of reads, and how long
 * seven stores take to open.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { openEmbeddedStores } from '#lib/store/embedded/embedded.ts';
import type { Collection, CollectionSpec } from '#lib/store/port.ts';

interface Item {
  readonly itemId: string;
  readonly tenantId: string;
  readonly createdAt: string;
  readonly status: string;
  readonly payload: string;
}

const SERVICES = ['billing', 'identity', 'metrics', 'onboarding', 'provisioning', 'tenant', 'user'];
const SECONDS = 3;
const ITEMS = 20_000;

const items: CollectionSpec<Item> = {
  name: 'items',
  key: 'itemId',
  indexes: { byTenant: ['tenantId', 'createdAt'], byStatus: ['status', 'createdAt'] },
};

const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'store-bench-'));
try {
  await measureOpening('new');
  await measureOpening('made before');
  const stores = await openEmbeddedStores({ dataDir: folder });
  const collection = (await stores.open('bench', [items])).collection(items);
  for (const writers of [1, 16, 64, 256]) await measureInserts(collection, writers);
  await measureUpdates(collection);
  await measureReads(collection);
  await stores.close();
} finally {
  rmSync(folder, { recursive: true });
}

async function measureOpening(state: string): Promise<void> {
  const start = performance.now();
  const stores = await openEmbeddedStores({ dataDir: folder });
  await Promise.all(
    SERVICES.map((service) =>
      stores.open(service, [items, { ...items, name: 'more_items' }, { ...items, name: 'still_more_items' }]),
    ),
  );
  const opened = performance.now();
  await stores.close();
  print(`open, seven stores ${state}`, `${fixed(opened - start)} ms`, `close ${fixed(performance.now() - opened)} ms`);
}

async function measureInserts(collection: Collection<Item>, writers: number): Promise<void> {
  await measureWrites(`insert, ${writers} writers`, writers, (writer, turn) =>
    collection.insert(item(`${writers}-${writer}-${turn}`, turn)),
  );
}

async function measureUpdates(collection: Collection<Item>): Promise<void> {
  await measureWrites('update, 64 writers', 64, (writer, turn) =>
    collection.update(`64-${writer}-0`, {}, { status: turn % 2 === 0 ? 'open' : 'done' }),
  );
}

async function measureWrites(
  name: string,
  writers: number,
  write: (writer: number, turn: number) => Promise<unknown>,
): Promise<void> {
  const latencies: number[] = [];
  const before = performance.eventLoopUtilization();
  const start = performance.now();
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let turn = 0; performance.now() - start < SECONDS * 1_000; turn++) {
        const sent = performance.now();
        await write(writer, turn);
        latencies.push(performance.now() - sent);
      }
    }),
  );
  const elapsed = (performance.now() - start) / 1_000;
  const { utilization } = performance.eventLoopUtilization(before);
  const perSecond = Math.round(latencies.length / elapsed);
  print(name, `${perSecond} writes/s`, quantiles(latencies), `main thread ${Math.round(utilization * 100)} %`);
}

async function measureReads(collection: Collection<Item>): Promise<void> {
  const batch = 500;
  for (let first = 0; first < ITEMS; first += batch) {
    await collection.insertMany(
      Array.from({ length: batch }, (_, offset) => item(`r${first + offset}`, first + offset)),
    );
  }
  await measureRead('get', (turn) => collection.get(`r${(turn * 7_919) % ITEMS}`));
  await measureRead('getMany of 100', (turn) =>
    collection.getMany(Array.from({ length: 100 }, (_, offset) => `r${(turn * 7_919 + offset) % ITEMS}`)),
  );
  await measureRead('page of 20', (turn) =>
    collection.page({ index: 'byTenant', prefix: [`ten_${turn % 50}`], limit: 20, order: 'desc' }),
  );
  await measureRead('page of 20 after a position', (turn) =>
    collection.page({
      index: 'byTenant',
      prefix: [`ten_${turn % 50}`],
      after: [`ten_${turn % 50}`, item('', ITEMS / 2).createdAt, ''],
      limit: 20,
    }),
  );
  await measureRead('page of 100', (turn) =>
    collection.page({ index: 'byTenant', prefix: [`ten_${turn % 50}`], limit: 100 }),
  );
  await measureRead('count of 400', (turn) => collection.count({ index: 'byTenant', prefix: [`ten_${turn % 50}`] }));
}

async function measureRead(name: string, read: (turn: number) => Promise<unknown>): Promise<void> {
  const latencies: number[] = [];
  for (let turn = 0; turn < 2_000; turn++) {
    const sent = performance.now();
    await read(turn);
    latencies.push(performance.now() - sent);
  }
  print(name, quantiles(latencies));
}

/** About 450 bytes of JSON; 50 tenants. */
function item(itemId: string, number: number): Item {
  return {
    itemId,
    tenantId: `ten_${number % 50}`,
    createdAt: new Date(1_767_225_600_000 + number * 1_000).toISOString(),
    status: ['new', 'open', 'done'][number % 3] ?? 'new',
    payload: 'lorem ipsum dolor sit amet consectetur '.repeat(8),
  };
}

function quantiles(latencies: number[]): string {
  latencies.sort((left, right) => left - right);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  return `p50 ${fixed(at(0.5))} ms, p99 ${fixed(at(0.99))} ms`;
}

function fixed(milliseconds: number): string {
  return milliseconds.toFixed(milliseconds < 1 ? 3 : 1);
}

function print(name: string, ...figures: readonly string[]): void {
  process.stdout.write(`${name.padEnd(34)}${figures.join(' · ')}\n`);
}
