import { setTimeout as delay } from 'node:timers/promises';
import type { Disk } from './disk.ts';
import { diskViolations } from './disk-invariants.ts';
import type { Graph } from './graph.ts';
import { violationsOf } from './invariants.ts';
import type { Journal, Request } from './journal.ts';
import { type Death, type Life, liveAndDie } from './life.ts';
import type { Processes } from './processes.ts';
import type { Random } from './random.ts';
import { countAtWork, takeSnapshot } from './snapshot.ts';

/** An installation, and what it promised. */
export interface Installation {
  readonly disk: Disk;
  readonly graph: Graph;
  readonly journal: Journal;
  /** Whether a service can be away for so long that an onboarding is undone. */
  readonly mayGiveUp: boolean;
}

/** One of which the servers are started again and again. */
export interface Stage extends Installation {
  readonly dataDir: string;
  readonly processes: Processes;
}

export interface Round {
  readonly lives: readonly Life[];
  readonly violations: readonly string[];
  /** From the last start until every workflow was at rest. */
  readonly restMilliseconds: number;
  /** How many workflows there are on this data folder, and how many of them went through a step more than once. */
  readonly workflows: number;
  readonly interrupted: number;
  /** What the last servers of the round printed. */
  readonly output: string;
}

/** A dead process's workflow waits for its lease (35 seconds at most), and its user may wait for one that is in its way. */
const REST_WITHIN = 120_000;
const PROBES = 4;

/** Lets the servers live and die a few times, starts it once more, waits for rest, and checks everything. */
export async function playRound(stage: Stage, random: Random): Promise<Round> {
  const { processes, journal } = stage;
  const lives: Life[] = [];
  for (const death of deaths(random)) lives.push(await liveAndDie(death, stage, random));
  await processes.start();
  const began = performance.now();
  try {
    await repeat(stage, random.chance(0.5) ? journal.unresolved() : []);
    await rest(stage);
    const restMilliseconds = performance.now() - began;
    await repeat(
      stage,
      journal.requests.filter(({ refused }) => refused === undefined),
    );
    await rest(stage);
    const violations = await check(stage);
    if (violations.length === 0) violations.push(...(await probe(stage, random)));
    const { workflows, interrupted } = await countWorkflows(stage);
    if (random.chance(0.5)) violations.push(...(await processes.stop()));
    return { lives, violations, restMilliseconds, workflows, interrupted, output: processes.output() };
  } finally {
    await processes.kill();
  }
}

async function countWorkflows({ disk }: Stage): Promise<{ workflows: number; interrupted: number }> {
  const workflows = await disk.documents('onboarding', 'workflows');
  type Steps = { steps: readonly { attempts: number; undo: { attempts: number } | null }[] };
  const again = ({ steps }: Steps) => steps.some((step) => step.attempts > 1 || (step.undo?.attempts ?? 0) > 1);
  return { workflows: workflows.length, interrupted: workflows.filter(again).length };
}

function deaths(random: Random): Death[] {
  const some: Death[] = Array.from({ length: random.between(1, 4) }, () =>
    random.chance(0.4) ? 'starting' : random.chance(0.6) ? 'working' : 'stopping',
  );
  some.push(random.chance(0.65) ? 'working' : 'stopping');
  if (random.chance(0.3)) some.push('starting');
  return some;
}

/** Sends requests again, one after the other, until each is answered. */
export async function repeat(
  { graph, journal }: Pick<Installation, 'graph' | 'journal'>,
  requests: readonly Request[],
): Promise<void> {
  for (const request of requests) {
    for (let attempt = 0; attempt < 5; attempt++) {
      delete request.unsaid;
      await journal.send(graph, request);
      if (request.unsaid === undefined) break;
      await delay(500);
    }
  }
}

export async function rest({ disk, graph }: Pick<Installation, 'disk' | 'graph'>): Promise<void> {
  const until = performance.now() + REST_WITHIN;
  while (performance.now() < until) {
    if ((await countAtWork(graph)) === 0 && (await disk.restless()).length === 0) return;
    await delay(250);
  }
}

export async function check({ disk, graph, journal, mayGiveUp }: Installation): Promise<string[]> {
  const snapshot = await takeSnapshot(graph);
  const onDisk = await diskViolations(disk, snapshot);
  return [...journal.violations, ...violationsOf(snapshot, journal, mayGiveUp), ...onDisk];
}

/** What is gone must be free: addresses and names of before are used again. Who is there must be able to sign in. */
async function probe(stage: Stage, random: Random): Promise<string[]> {
  const { graph, journal } = stage;
  const { tenants, byName } = await takeSnapshot(graph);
  const held = new Set(tenants.flatMap(({ users }) => users.edges.map(({ node }) => node.email)));
  const onboardings = journal.requests.filter(({ operation }) => operation === 'onboard');
  const free = (values: readonly (string | undefined)[], isHeld: (value: string) => boolean) =>
    [...new Set(values)].filter((value) => value !== undefined && !isHeld(value));
  const emails = free(
    onboardings.map(({ input }) => input.email),
    (email) => held.has(email),
  );
  const names = free(
    onboardings.map(({ input }) => input.customerName),
    (name) => byName.get(name) !== undefined,
  );
  const violations: string[] = [];
  for (let probes = 0; probes < PROBES && emails.length > 0; probes++) {
    const [email = ''] = emails.splice(random.between(0, emails.length - 1), 1);
    const customerName = names.splice(random.between(0, names.length - 1), 1)[0] ?? `Probe ${journal.requests.length}`;
    const request = journal.add('onboard', { customerName, email, billingAddress: '1 Probe Road', tier: 'FREE' });
    await repeat(stage, [request]);
    if (!request.succeeded) violations.push(`${email} or ${customerName} is not free: ${JSON.stringify(request)}`);
  }
  const tenant = random.pick(tenants.filter(({ status }) => status === 'ACTIVE'));
  const user = tenant?.users.edges[0]?.node;
  if (user !== undefined) violations.push(...(await signInViolations(graph, user)));
  return [...violations, ...(await check(stage))];
}

async function signInViolations(graph: Graph, user: { userId: string; email: string }): Promise<string[]> {
  const { data, errors } = await graph.askAsAdministrator<{ resendInvitation: { invitation: { token: string } } }>(
    'mutation($input: ResendInvitationInput!) { resendInvitation(input: $input) { invitation { token } } }',
    { input: { userId: user.userId } },
  );
  if (errors[0]?.extensions.code === 'FAILED_PRECONDITION') return []; // it has accepted one in a round before
  const accepted = await graph.ask<{ acceptInvitation: { user: { userId: string } } }>(
    'mutation($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { user { userId } } }',
    { input: { token: data?.resendInvitation.invitation.token ?? '', password: 'a password of some length' } },
  );
  if (accepted.data?.acceptInvitation.user.userId === user.userId) return [];
  return [`${user.email} cannot sign in: ${JSON.stringify([errors, accepted])}`];
}
