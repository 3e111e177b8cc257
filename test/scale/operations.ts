import { setTimeout as delay } from 'node:timers/promises';
import { readConsumers } from '../contract/consumers.ts';
import { PASSWORD } from '../support/identity.ts';
import { startTestServer } from '../support/server.ts';
import { type StoreOperation, watchStores } from './watched-stores.ts';

/**
 * Prints what each operation of the graph costs in operations on the stores, as a table of Markdown: `npm run
 * scale:operations`. Each is done several times; what the processes do by themselves meanwhile is in some of them, so
 * that the least of each figure counts.
 */
const TIMES = 5;
/** What comes after an answer (locks given back) is over by then. */
const SETTLES = 60;

const FIGURES = ['gets', 'pages', 'counts', 'writes'] as const;
type Figure = (typeof FIGURES)[number];
const FIGURE_OF = { get: 'gets', page: 'pages', count: 'counts', write: 'writes' } as const;
type Cost = ReadonlyMap<string, Readonly<Record<Figure | 'documents', number>>>;

let told: StoreOperation[] = [];
const server = await startTestServer({
  interceptStores: (stores) => watchStores(stores, (operation) => told.push(operation)),
});
const token = await server.signIn();

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
type Data = any;

async function ask(source: string, variables: object = {}, as: string | undefined = token): Promise<Data> {
  const { data, errors } = await server.query(source, variables as Record<string, unknown>, as);
  if (errors.length > 0) throw new Error(`${source}: ${errors[0]?.message}`);
  return data;
}

async function mutate(name: string, payload: string, input: object, as: string | null = token): Promise<Data> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const source = `mutation($input: ${type}!) { ${name}(input: $input) ${payload} }`;
  const { data, errors } = await server.query(source, { input }, as ?? undefined);
  if (errors.length > 0) throw new Error(`${name}: ${errors[0]?.message}`);
  return data[name];
}

interface Customer {
  readonly tenantId: string;
  readonly email: string;
  readonly invitation: string;
}

let customers = 0;

const ONBOARDED = '{ workflow { status } tenant { tenantId } invitation { token } }';

async function onboard(tier = 'FREE'): Promise<Customer> {
  const email = `first@customer${++customers}.example`;
  const input = { customerName: `Customer ${customers}`, email, billingAddress: '1 Main Street', tier };
  const { tenant, invitation } = await mutate('onboard', ONBOARDED, input);
  return { tenantId: tenant.tenantId, email, invitation: invitation.token };
}

/** With a password, a second user and usage on every meter. */
async function settled(tier = 'STANDARD'): Promise<Customer> {
  const customer = await onboard(tier);
  await accept(customer);
  await invite(customer);
  await record(customer, 30);
  return customer;
}

const SIGNED_IN = '{ accessToken refreshToken }';

const accept = ({ invitation }: Customer) =>
  mutate('acceptInvitation', SIGNED_IN, { token: invitation, password: PASSWORD }, null);
const signIn = ({ email }: Customer) => mutate('signIn', SIGNED_IN, { email, password: PASSWORD }, null);
const invite = ({ tenantId }: Customer) =>
  mutate('inviteUser', '{ user { userId } }', {
    tenantId,
    email: `more${++customers}@customer.example`,
    role: 'TENANT_MEMBER',
  });

let events = 0;

async function record({ tenantId }: Customer, count: number): Promise<void> {
  const METERS = ['compute', 'memory', 'apis'];
  const input = {
    events: Array.from({ length: count }, (_, n) => ({
      id: `event-${++events}`,
      tenantId,
      meter: METERS[n % 3],
      value: '1',
    })),
  };
  await mutate('recordUsage', '{ accepted }', input);
}

/** By name: what makes the ground, and what is counted. */
const OPERATIONS: readonly (readonly [string, () => Promise<() => Promise<unknown>>])[] = [
  ['tenant page', withCustomer(({ tenantId }) => ask(TENANT_PAGE, { tenantId }))],
  ['`tenants` page of 20', withCustomer(() => ask('{ tenants { edges { node { tenantId name tier status } } } }'))],
  ['`tenants` page with `totalCount`', withCustomer(() => ask('{ tenants { totalCount edges { node { name } } } }'))],
  ['`workflows` page of 20', withCustomer(() => ask('{ workflows { edges { node { workflowId status } } } }'))],
  ['`me`', withSession(({ accessToken }) => ask('{ me { userId email role } }', {}, accessToken))],
  ['`signIn`', withCustomer(signIn)],
  ['`refreshSession`', withSession(({ refreshToken }) => mutate('refreshSession', SIGNED_IN, { refreshToken }, null))],
  ['`signOut`', withSession(({ refreshToken }) => mutate('signOut', '{ signedOut }', { refreshToken }, null))],
  ['`onboard`, FREE', async () => () => onboard('FREE')],
  ['`onboard`, STANDARD', async () => () => onboard('STANDARD')],
  [
    '`acceptInvitation`',
    async () => {
      const customer = await onboard();
      return () => accept(customer);
    },
  ],
  ['`inviteUser`', withCustomer(invite)],
  [
    '`changeTier`',
    withCustomer(({ tenantId }) => mutate('changeTier', '{ workflow { status } }', { tenantId, tier: 'PREMIUM' })),
  ],
  [
    '`suspendTenant`',
    withCustomer(({ tenantId }) => mutate('suspendTenant', '{ tenant { status } }', { tenantId, reason: 'x' })),
  ],
  [
    '`renameTenant`',
    withCustomer(({ tenantId }) =>
      mutate('renameTenant', '{ tenant { name } }', { tenantId, name: `Else ${++customers}` }),
    ),
  ],
  [
    '`offboard`, 2 users, 30 events',
    withCustomer(({ tenantId }) => mutate('offboard', '{ workflow { status } }', { tenantId })),
  ],
  ['`recordUsage` of 1, with folding', withCustomer((customer) => record(customer, 1))],
  ['`recordUsage` of 1,000, with folding', withCustomer((customer) => record(customer, 1_000))],
];

const TENANT_PAGE = readConsumers().get('administrator/tenant-page')?.source ?? '';

function withCustomer(work: (customer: Customer) => Promise<unknown>) {
  return async () => {
    const customer = await settled();
    return () => work(customer);
  };
}

function withSession(work: (session: { accessToken: string; refreshToken: string }) => Promise<unknown>) {
  return async () => {
    const session = await signIn(await settled());
    return () => work(session);
  };
}

async function printCosts(): Promise<void> {
  line(['operation', 'round trips', 'gets', 'pages', 'counts', 'writes', 'documents written', 'by service']);
  line(['---', '---:', '---:', '---:', '---:', '---:', '---:', '---']);
  for (const [name, prepare] of OPERATIONS) {
    const costs: Cost[] = [];
    for (let time = 0; time < TIMES; time++) costs.push(await costOf(await prepare()));
    printCost(name, least(costs));
  }
}

async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  await quiet();
  told = [];
  await work();
  await quiet();
  const cost = new Map<string, Record<Figure | 'documents', number>>();
  for (const { service, kind, documents } of told) {
    const figures = cost.get(service) ?? { gets: 0, pages: 0, counts: 0, writes: 0, documents: 0 };
    figures[FIGURE_OF[kind]] += 1;
    if (kind === 'write') figures.documents += documents;
    cost.set(service, figures);
  }
  return cost;
}

/** Waits until nothing is written any more. */
async function quiet(): Promise<void> {
  const writes = () => told.filter(({ kind }) => kind === 'write').length;
  for (let before = -1; before !== writes(); ) {
    before = writes();
    await delay(SETTLES);
  }
}

function least(costs: readonly Cost[]): Cost {
  const services = [...new Set(costs.flatMap((cost) => [...cost.keys()]))].sort();
  return new Map(
    services.map((service) => {
      const of = (figure: Figure | 'documents') => Math.min(...costs.map((cost) => cost.get(service)?.[figure] ?? 0));
      return [
        service,
        {
          gets: of('gets'),
          pages: of('pages'),
          counts: of('counts'),
          writes: of('writes'),
          documents: of('documents'),
        },
      ];
    }),
  );
}

function printCost(name: string, cost: Cost): void {
  const sum = (figure: Figure | 'documents') =>
    [...cost.values()].reduce((total, figures) => total + figures[figure], 0);
  const byService = [...cost].flatMap(([service, figures]) => {
    const reads = figures.gets + figures.pages + figures.counts;
    if (reads + figures.writes === 0) return [];
    return `${service} ${reads}${figures.writes === 0 ? '' : `+${figures.writes}`}`;
  });
  const trips = FIGURES.reduce((total, figure) => total + sum(figure), 0);
  line([name, trips, ...FIGURES.map(sum), sum('documents'), byService.join(', ')]);
}

function line(cells: readonly (string | number)[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

try {
  await printCosts();
} finally {
  await server.close();
}
