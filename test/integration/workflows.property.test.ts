import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AppError } from '#lib/errors.ts';
import type { SubgraphName } from '#lib/graphql/subgraph.ts';
import {
  CHANGE_TIER,
  fails,
  intercept,
  locks,
  NOTHING,
  OFFBOARD,
  ONBOARD,
  plane,
  RETRY,
  setUpPlane,
  storedTenantIds,
  traces,
  userOf,
  WORKFLOW,
  type Workflow,
} from '#test/support/onboarding.ts';
import { ADMINISTRATOR } from '#test/support/plane.ts';

setUpPlane();

const CANCEL = `mutation ($id: ID!) { cancelWorkflow(input: { workflowId: $id }) { workflow { ${WORKFLOW} } } }`;
const TIERS = ['FREE', 'STANDARD', 'PREMIUM'] as const;
const ISOLATION = { FREE: 'POOL', STANDARD: 'BRIDGE', PREMIUM: 'SILO' } as const;
type Tier = (typeof TIERS)[number];

/** What a caller asks for. Customers and addresses are few, so that callers meet. */
type Operation =
  | { readonly kind: 'onboard'; readonly customer: number; readonly address: number; readonly tier: Tier }
  | { readonly kind: 'offboard'; readonly customer: number }
  | { readonly kind: 'changeTier'; readonly customer: number; readonly tier: Tier }
  | { readonly kind: 'retry'; readonly pick: number }
  | { readonly kind: 'cancel'; readonly pick: number };

/** Operations that callers send at once; `broken`: a command that fails all the while. */
interface Round {
  readonly operations: readonly Operation[];
  readonly broken: readonly [SubgraphName, string] | null;
  /** Whether the first operation is sent twice, under one idempotency key. */
  readonly twice: boolean;
}

const BREAKABLE: readonly (readonly [SubgraphName, string])[] = [
  ['identity', 'deleteIdentities'],
  ['provisioning', 'releaseInfrastructure'],
  ['tenant', 'discardTenant'],
];

/** Commands that fail now and then: before or after their effect, for now or for good. */
const FRAGILE: readonly (readonly [SubgraphName, string])[] = [
  ['tenant', 'createTenant'],
  ['user', 'createUser'],
  ['identity', 'createIdentity'],
  ['billing', 'createBillingAccount'],
  ['provisioning', 'provision'],
  ['tenant', 'activateTenant'],
  ['tenant', 'setTier'],
  ['billing', 'issueFinalInvoices'],
  ['billing', 'closeBillingAccount'],
  ['user', 'deleteUsers'],
];

const customer = fc.nat(2);
const tier = fc.constantFrom(...TIERS);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('onboard' as const), customer, address: fc.nat(4), tier }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('offboard' as const), customer }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('changeTier' as const), customer, tier }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('retry' as const), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick: fc.nat() }) },
);
const round: fc.Arbitrary<Round> = fc.record({
  operations: fc.array(operation, { minLength: 1, maxLength: 4 }),
  broken: fc.oneof(
    { weight: 4, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom(...BREAKABLE) },
  ),
  twice: fc.boolean(),
});

interface Customer {
  readonly tenantId: string;
  readonly customer: number;
  tier: Tier;
  readonly addresses: Set<number>;
  /** A workflow that is `FAILED` has it: what is true of it is not known. */
  blocked: boolean;
  gone: boolean;
}

/** The rules, on nothing but what the workflows came to. */
class Model {
  readonly asked = new Map<string, Operation>();
  #customers = new Map<string, Customer>();

  /** What is true, once every workflow is at rest. */
  replay(workflows: readonly Workflow[], tenantIds: ReadonlyMap<string, string>): void {
    this.#customers = new Map();
    const ends = workflows.toSorted((left, right) => orderOf(left).localeCompare(orderOf(right)));
    for (const workflow of ends) {
      const tenantId = tenantIds.get(workflow.workflowId) ?? '';
      this.#apply(workflow, tenantId, this.asked.get(workflow.workflowId));
    }
  }

  #apply({ workflowId, status, steps }: Workflow, tenantId: string, asked: Operation | undefined): void {
    if (asked === undefined) throw new Error(`${workflowId} is nobody's`);
    const isNew = asked.kind === 'onboard' && steps[0]?.status !== 'SKIPPED';
    if (isNew && (status === 'SUCCEEDED' || status === 'FAILED')) {
      const { tier: sold, ...rest } = asked;
      this.#customers.set(tenantId, {
        ...rest,
        tenantId,
        tier: sold,
        addresses: new Set(),
        blocked: false,
        gone: false,
      });
    }
    const known = this.#customers.get(tenantId);
    if (known === undefined) {
      expect([workflowId, isNew, status]).toEqual([workflowId, true, 'COMPENSATED']);
    } else if (status === 'FAILED') {
      known.blocked = true;
    } else if (status === 'SUCCEEDED') {
      if (asked.kind === 'onboard') known.addresses.add(asked.address);
      if (asked.kind === 'changeTier') known.tier = asked.tier;
      if (asked.kind === 'offboard') known.gone = true;
    }
  }

  get customers(): readonly Customer[] {
    return [...this.#customers.values()];
  }

  live(number: number): Customer | undefined {
    return this.customers.find((known) => known.customer === number && !known.gone);
  }

  /** What an operation that nothing else meets may be answered with: `workflow`, or the code of an error. */
  allowed(asked: Operation): readonly string[] {
    if (asked.kind === 'retry' || asked.kind === 'cancel') return ['workflow', 'FAILED_PRECONDITION', 'NOT_FOUND'];
    const known = this.live(asked.customer);
    if (known?.blocked) return ['FAILED_PRECONDITION', 'CONFLICT'];
    if (asked.kind === 'offboard') return [known === undefined ? 'NOT_FOUND' : 'workflow'];
    if (asked.kind === 'changeTier') {
      if (known === undefined) return ['NOT_FOUND'];
      return [known.tier === asked.tier ? 'FAILED_PRECONDITION' : 'workflow'];
    }
    if (known !== undefined && known.tier !== asked.tier) return ['FAILED_PRECONDITION'];
    const others = this.customers.filter((other) => other !== known && !other.gone);
    if (others.some(({ blocked }) => blocked)) return ['workflow', 'CONFLICT']; // its addresses may be free already
    return [others.some(({ addresses }) => addresses.has(asked.address)) ? 'CONFLICT' : 'workflow'];
  }
}

/** Workflows on one tenant follow each other; an offboarding is the last. */
function orderOf({ kind, steps, finishedAt, workflowId }: Workflow): string {
  const place = kind === 'OFFBOARDING' ? 2 : kind === 'ONBOARDING' && steps[0]?.status !== 'SKIPPED' ? 0 : 1;
  return `${place} ${finishedAt} ${workflowId}`;
}

it('whatever several callers ask for at once, what is true follows from the workflows, and every tenant is whole or gone', async () => {
  const random = mulberry(20_260_310);
  let run = 0;
  const seen = new Map<string, number>();
  const hurry = setInterval(() => plane.clock.advance(5_000), 5);
  for (const [service, command] of FRAGILE) intercept(service, command, (proceed) => fragile(random(), proceed));
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(round, { minLength: 4, maxLength: 10 }), async (rounds) => {
        const scene = new Scene(`r${run++}`, seen);
        for (const one of rounds) await scene.play(one);
        await scene.end();
      }),
      { examples: [[departuresThatFail()]], numRuns: 100, interruptAfterTimeLimit: 10_000, endOnFailure: true },
    );
  } finally {
    clearInterval(hurry);
  }
  // How many scenes there is time for depends on the machine; the first one has these in it.
  expect(run).toBeGreaterThan(0);
  for (const needed of ['onboard workflow', 'offboard workflow', 'FAILED']) {
    expect([needed, seen.get(needed) ?? 0]).not.toEqual([needed, 0]);
  }
}, 60_000);

/** One run: customers and addresses of its own, on the plane of the test. */
class Scene {
  readonly #name: string;
  readonly #seen: Map<string, number>;
  readonly #model = new Model();
  #workflows: readonly Workflow[] = [];
  #keys = 0;

  constructor(name: string, seen: Map<string, number>) {
    this.#name = name;
    this.#seen = seen;
  }

  async play({ operations, broken, twice }: Round): Promise<void> {
    const mend = broken === null ? () => undefined : intercept(broken[0], broken[1], fails('UNAVAILABLE'));
    const allowed = operations.map((asked) => this.#model.allowed(asked));
    const [first] = operations;
    const key = `${this.#name}-${this.#keys++}`;
    const again = twice && first !== undefined ? this.#send(first, key) : undefined;
    const answers = await Promise.all(
      operations.map((asked, place) => this.#send(asked, place === 0 ? key : undefined)),
    );
    const repeated = await again;
    // A refusal is not kept: what was in the way of the one may be out of the way of the other.
    const made = [answers[0], repeated].filter((answer) => answer?.startsWith('wf_'));
    expect(new Set(made).size).toBeLessThanOrEqual(1);
    await this.#settle();
    mend();
    for (const [place, asked] of operations.entries()) {
      const answer = answers[place] ?? '';
      const kind = answer.startsWith('wf_') ? 'workflow' : answer;
      this.#note(`${asked.kind} ${kind}`);
      const meets = operations.length > 1;
      const codes = meets ? ['workflow', 'FAILED_PRECONDITION', 'CONFLICT', 'NOT_FOUND'] : allowed[place];
      expect([asked, codes]).toEqual([asked, expect.arrayContaining([kind])]);
    }
    this.#model.replay(this.#workflows, await storedTenantIds());
    await this.#check();
  }

  /** Everything works again: what failed is told to go on, and then nothing is left undecided. */
  async end(): Promise<void> {
    for (;;) {
      const failed = this.#workflows.filter(({ status }) => status === 'FAILED');
      if (failed.length === 0) break;
      for (const { workflowId } of failed) await this.#ask(RETRY, { id: workflowId });
      await this.#settle();
    }
    this.#model.replay(this.#workflows, await storedTenantIds());
    await this.#check();
    expect(await locks()).toBe(0);
  }

  async #send(asked: Operation, idempotencyKey: string | undefined): Promise<string> {
    const answer = await this.#ask(...this.#request(asked, idempotencyKey));
    if (answer.startsWith('wf_') && 'customer' in asked) this.#model.asked.set(answer, asked);
    return answer;
  }

  #request(asked: Operation, idempotencyKey: string | undefined): [string, Record<string, unknown>] {
    const known = this.#workflows;
    switch (asked.kind) {
      case 'onboard': {
        const input = {
          customerName: this.#customer(asked.customer),
          email: this.#email(asked.address),
          tier: asked.tier,
        };
        return [ONBOARD, { input: { ...input, billingAddress: '1 Main Street', idempotencyKey } }];
      }
      case 'offboard':
        return [OFFBOARD, { input: { customerName: this.#customer(asked.customer), idempotencyKey } }];
      case 'changeTier': {
        const tenantId = this.#model.live(asked.customer)?.tenantId ?? 'ten_none';
        return [CHANGE_TIER, { input: { tenantId, tier: asked.tier, idempotencyKey } }];
      }
      case 'retry': {
        const failed = known.filter(({ status }) => status === 'FAILED');
        const among = failed.length > 0 ? failed : known;
        return [RETRY, { id: among[asked.pick % among.length]?.workflowId ?? 'wf_none' }];
      }
      case 'cancel':
        return [CANCEL, { id: known[asked.pick % known.length]?.workflowId ?? 'wf_none' }];
    }
  }

  /** @returns the workflow's id, or the code of the error */
  async #ask(source: string, variables: Record<string, unknown>): Promise<string> {
    const running = source === CANCEL ? await runningOnboarding() : undefined;
    const all = running === undefined ? variables : { id: running };
    const { data, errors } = await plane.execute('onboarding', ADMINISTRATOR, source, all);
    const code = errors?.[0]?.extensions.code;
    if (code !== undefined) return String(code);
    return (Object.values(data ?? {})[0] as { workflow: Workflow }).workflow.workflowId;
  }

  /** Waits until nothing moves, and reads what the workflows came to. */
  async #settle(): Promise<void> {
    const source = `query ($after: String) { workflows(first: 100, after: $after) { pageInfo { endCursor hasNextPage } edges { node { ${WORKFLOW} } } } }`;
    for (;;) {
      const found: Workflow[] = [];
      for (let after: string | null = null; ; ) {
        const { workflows } = await plane.data('onboarding', ADMINISTRATOR, source, { after });
        const page = workflows as {
          edges: { node: Workflow }[];
          pageInfo: { endCursor: string | null; hasNextPage: boolean };
        };
        found.push(...page.edges.map(({ node }) => node));
        if (!page.pageInfo.hasNextPage) break;
        after = page.pageInfo.endCursor;
      }
      if (found.every(({ finishedAt }) => finishedAt !== null)) {
        this.#workflows = found.filter(
          ({ workflowId }) => !finished.has(workflowId) || this.#model.asked.has(workflowId),
        );
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async #check(): Promise<void> {
    const tenantIds = await storedTenantIds();
    for (const { workflowId, status } of this.#workflows) {
      finished.add(workflowId);
      if (status === 'FAILED') this.#note('FAILED');
      const stored = tenantIds.get(workflowId) ?? '';
      const known = this.#model.customers.some(({ tenantId }) => tenantId === stored);
      if (!known) expect(await traces(stored)).toEqual(NOTHING);
    }
    const held = new Set<number>();
    for (const known of this.#model.customers.filter(({ blocked }) => !blocked)) {
      const found = await traces(known.tenantId);
      const users = (found.users as { node: { email: string } }[]).map(({ node }) => node.email).sort();
      const emails = [...known.addresses].map((address) => this.#email(address)).sort();
      expect(users).toEqual(known.gone ? [] : emails);
      expect(found).toMatchObject({
        tenant: {
          name: this.#customer(known.customer),
          tier: known.tier,
          status: known.gone ? 'OFFBOARDED' : 'ACTIVE',
        },
        infrastructure: known.gone ? null : { isolation: ISOLATION[known.tier], status: 'READY' },
        account: { address: '1 Main Street' },
      });
      if (!known.gone) for (const address of known.addresses) held.add(address);
    }
    if (this.#model.customers.some(({ blocked }) => blocked)) return;
    for (let address = 0; address <= 4; address++) {
      expect([address, (await userOf(this.#email(address))) !== null]).toEqual([address, held.has(address)]);
    }
    for (let number = 0; number <= 2; number++) {
      const living = this.#model.customers.filter((known) => known.customer === number && !known.gone);
      expect(living.length).toBeLessThanOrEqual(1);
    }
  }

  #customer(number: number): string {
    return `${this.#name} customer ${number}`;
  }

  #email(address: number): string {
    return `user${address}@${this.#name}.example`;
  }

  #note(what: string): void {
    this.#seen.set(what, (this.#seen.get(what) ?? 0) + 1);
  }
}

/** Three customers whose offboardings stop past their point of no return, and go on. */
function departuresThatFail(): Round[] {
  const customers = [0, 1, 2];
  const plain = { broken: null, twice: false };
  const onboard = customers.map(
    (number) => ({ kind: 'onboard', customer: number, address: number, tier: 'FREE' }) as const,
  );
  const offboard = customers.map((number) => ({ kind: 'offboard', customer: number }) as const);
  const broken = ['identity', 'deleteIdentities'] as const;
  return [
    { ...plain, operations: onboard },
    { ...plain, operations: onboard },
    { operations: offboard, broken, twice: true },
    { ...plain, operations: [{ kind: 'retry', pick: 0 }, ...onboard] },
  ];
}

/** Workflows of runs that are over, and of this one as far as it came. */
const finished = new Set<string>();

async function runningOnboarding(): Promise<string | undefined> {
  const source = '{ workflows(status: RUNNING, kind: ONBOARDING, first: 1) { edges { node { workflowId } } } }';
  for (let look = 0; look < 5; look++) {
    const { workflows } = await plane.data('onboarding', ADMINISTRATOR, source);
    const [edge] = (workflows as { edges: { node: { workflowId: string } }[] }).edges;
    if (edge !== undefined) return edge.node.workflowId;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return undefined;
}

async function fragile(chance: number, proceed: () => unknown): Promise<unknown> {
  if (chance < 0.03) throw new AppError('UNAVAILABLE', 'sabotage');
  if (chance < 0.04) throw new AppError('FORBIDDEN', 'sabotage');
  const answer = await proceed();
  if (chance < 0.07) throw new AppError('UNAVAILABLE', 'sabotage');
  if (chance < 0.08) throw new AppError('FORBIDDEN', 'sabotage');
  return answer;
}

/** Mulberry32, by Tommy Ettinger: numbers from 0 to 1, the same for the same seed. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
