import { performance } from 'node:perf_hooks';
import { ManualClock, systemClock } from '#lib/clock.ts';
import { createIds } from '#lib/ids.ts';
import { openEmbeddedStores } from '#lib/store/embedded/embedded.ts';
import { modifyOrInsert } from '#lib/store/modify.ts';
import type { Collection } from '#lib/store/port.ts';
import { openTestPlane } from '#test/support/plane.ts';
import { requireKnown, TENANT_COLLECTIONS } from './collections.ts';
import { openPool, writeFiles } from './files.ts';
import { LATEST_SHIFT, SHAPES } from './life.ts';
import { createRenderer, type Rendered } from './render.ts';
import { collectionOf, makeTemplate, type Template } from './template.ts';
import { type WatchedStores, watchStores } from './watched-stores.ts';

/** Tenants that are written at once. */
const CHUNK = 500;
/** Documents of one write: a writer that takes longer than 20 seconds over one counts as gone. */
const WRITE = 1_000;

export interface SeededTenant {
  readonly number: number;
  readonly shape: string;
  readonly tenantId: string;
  readonly name: string;
  /** Of its users' addresses: `ada@` and `bob@`. */
  readonly domain: string;
}

export interface Seeded {
  readonly tenants: readonly SeededTenant[];
  readonly seconds: number;
}

export interface Seeding {
  readonly stores: WatchedStores;
  readonly dataDir: string;
  readonly templates: readonly Template[];
  readonly count: number;
}

/** Makes the data folder of an installation that has so many tenants: its first start, and then the seeding. */
export async function seedFolder(
  dataDir: string,
  count: number,
  env: Readonly<Record<string, string>>,
  templates: readonly Template[],
): Promise<Seeded> {
  const stores = watchStores(await openEmbeddedStores({ dataDir }));
  try {
    const test = await openTestPlane({
      dataDir,
      env,
      shared: { stores, clock: new ManualClock(new Date().toISOString()) },
    });
    try {
      return await seedTenants({ stores, dataDir, templates, count });
    } finally {
      await test.close();
    }
  } finally {
    await stores.close();
  }
}

export async function makeTemplates(now: Date): Promise<readonly Template[]> {
  const templates: Template[] = [];
  for (const shape of SHAPES) templates.push(await makeTemplate(shape, now));
  requireCovered(templates);
  return templates;
}

/** Writes tenants like the templates, in the proportions of their shapes, through the port. */
export async function seedTenants({ stores, dataDir, templates, count }: Seeding): Promise<Seeded> {
  requireKnown(stores.collections.keys());
  const began = performance.now();
  const makers = templates.map((template) => ({ template, render: createRenderer(template) }));
  const lot = makers.flatMap((maker) => Array<typeof maker>(maker.template.shape.weight).fill(maker));
  const pool = openPool(dataDir);
  const shared = await sharedIds(pool);
  const invoices = await createInvoiceNumbers(collectionOf(stores, 'billing.numbers'));
  const tenants: SeededTenant[] = [];
  let writing: Promise<unknown> = Promise.resolve();
  for (let first = 0; first < count; first += CHUNK) {
    const rendered: Rendered[] = [];
    for (let number = first; number < Math.min(first + CHUNK, count); number++) {
      const maker = lot[(number * 37) % lot.length];
      if (maker === undefined) throw new Error('there are no templates');
      const shift = Math.floor((LATEST_SHIFT / count) * number);
      const tenant = maker.render({ number, shift, shared, nextInvoice: invoices.next });
      writeFiles(dataDir, maker.template.files, tenant.rename);
      rendered.push(tenant);
      invoices.note(tenant.documents);
      tenants.push({ number, shape: maker.template.shape.name, ...tenant.identity });
    }
    const pooled = rendered.filter(({ documents }) => isPooled(documents)).map(({ identity }) => identity.tenantId);
    await writing; // the chunk before this one, while this one was made
    writing = Promise.all([write(stores, rendered), ...pooled.map((tenantId) => pool.add(tenantId))]);
  }
  await writing;
  await invoices.record();
  await pool.close();
  return { tenants, seconds: (performance.now() - began) / 1000 };
}

/** @throws {Error} when no template has anything in a collection that tenants are said to have documents in */
function requireCovered(templates: readonly Template[]): void {
  const empty = TENANT_COLLECTIONS.filter((name) => templates.every(({ documents }) => documents[name].length === 0));
  if (empty.length > 0) throw new Error(`no life leaves anything in: ${empty.join(', ')}`);
}

function isPooled(documents: Rendered['documents']): boolean {
  return documents.some(
    ({ collection, document }) => collection === 'provisioning.infrastructures' && document.current === 'POOL',
  );
}

async function sharedIds(pool: ReturnType<typeof openPool>): Promise<ReadonlyMap<string, string>> {
  const ids = createIds(systemClock);
  const shared = new Map<string, string>();
  for (const [resource, name] of [
    ['pool.db', 'pool.db'],
    ['compute', 'shared'],
  ] as const) {
    shared.set(name, await pool.share(resource, ids.next('res')));
  }
  return shared;
}

interface NumberCounter extends Record<string, unknown> {
  readonly year: string;
  readonly last: number;
  readonly holder: string | null;
}

/** Invoice numbers without gaps, after those that are taken; `record` leaves the counters as billing would. */
async function createInvoiceNumbers(collection: Collection<Record<string, unknown>>) {
  const numbers = collection as unknown as Collection<NumberCounter>;
  const counters = new Map<string, NumberCounter>();
  for (let age = 0; age < 3; age++) {
    const year = String(new Date().getUTCFullYear() - age);
    counters.set(year, (await numbers.get(year)) ?? { year, last: 0, holder: null });
  }
  return {
    next(year: string): string {
      const counter = counters.get(year) ?? { year, last: 0, holder: null };
      counters.set(year, { ...counter, last: counter.last + 1 });
      return `${year}-${String(counter.last + 1).padStart(6, '0')}`;
    },
    /** The invoice that was given the last number is the counter's holder. */
    note(documents: Rendered['documents']): void {
      for (const { collection, document } of documents) {
        if (collection !== 'billing.invoices' || typeof document.number !== 'string') continue;
        const year = document.number.slice(0, 4);
        const counter = counters.get(year);
        if (counter !== undefined) counters.set(year, { ...counter, holder: String(document.invoiceId) });
      }
    },
    async record(): Promise<void> {
      for (const { year, last, holder } of counters.values()) {
        if (last > 0) await modifyOrInsert(numbers, { year, last, holder }, () => ({ last, holder }));
      }
    },
  };
}

async function write(stores: WatchedStores, tenants: readonly Rendered[]): Promise<void> {
  const documents = tenants.flatMap((tenant) => tenant.documents);
  const byCollection = Map.groupBy(documents, ({ collection }) => collection);
  await Promise.all(
    [...byCollection].map(async ([name, items]) => {
      const collection = collectionOf(stores, name);
      for (let first = 0; first < items.length; first += WRITE) {
        const inserted = await collection.insertMany(items.slice(first, first + WRITE).map(({ document }) => document));
        const taken = inserted.indexOf(false);
        if (taken >= 0) throw new Error(`${name}: there is one already: ${keyOf(items[first + taken], collection)}`);
      }
    }),
  );
}

function keyOf(item: { document: Record<string, unknown> } | undefined, { spec }: Collection<Record<string, unknown>>) {
  return String(item?.document[spec.key]);
}
