import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { removeStores, storeEnvironment } from '#test/support/stores.ts';
import { Disk } from './disk.ts';
import { readShape } from './processes.ts';
import { createRandom } from './random.ts';
import { aftermath, takeDeadClaims } from './steps/aftermath.ts';
import { Api } from './steps/api.ts';
import type { Recording } from './steps/fault.ts';
import { type Point, pointsOf, refusalOf } from './steps/points.ts';
import { choose } from './steps/random.ts';
import { print, printTable, type Tally } from './steps/report.ts';
import { SCENARIOS, type Scenario, WITHOUT_SCENARIO } from './steps/scenarios.ts';
import { Servers } from './steps/servers.ts';
import { rehearse, type Trying, tryPoint } from './steps/trial.ts';

/**
 * Breaks every step of every workflow in every way, one at a time, and says what is left: `node test/fault/steps.ts`.
 * What the steps are is seen in runs without a fault. `--rounds 40 --seed 7` chooses 40 of the faults, each step once as
 * far as they go; `--only 'User|Tenant'` takes the scenarios with such names, `--label kill` the faults with this in their
 * description; `--shape many` runs every subgraph in a process of its own; `--log warn` lets the servers log; `--keep` keeps
 * the data. On the store of MONGODB_URL where that is set.
 */
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string', default: '' },
    label: { type: 'string', default: '' },
    log: { type: 'string', default: 'silent' },
    shape: { type: 'string', default: 'one' },
    keep: { type: 'boolean', default: false },
  },
});

interface Chosen {
  readonly scenario: Scenario;
  readonly point: Point;
}

const began = performance.now();
const seed = Number(options.seed ?? Date.now() % 1_000_000);
const dataDir = await mkdtemp(join(tmpdir(), 'fault-steps-'));
const password = randomBytes(12).toString('hex');
const environment = { ...storeEnvironment(dataDir), ADMIN_PASSWORD: password, LOG_LEVEL: options.log };
const server = await Servers.plan(readShape(options.shape), environment);
const trying: Trying = {
  server,
  disk: new Disk(environment),
  api: new Api(server, { email: 'admin@example.com', password }),
  wholes: new Map(),
};
const tallies = new Map<string, Tally>();

await server.start();
try {
  const chosen = await discover(await scenarios());
  let tried = 0;
  for (const one of chosen) {
    await run(one);
    tried += 1;
    if (tried % 50 === 0) print(`${tried} of ${chosen.length} faults, ${seconds()} s`);
  }
  report('names and addresses', await takeDeadClaims(trying.api, trying.disk));
  report('the stop', await server.stop());
  report('the data at the end', await aftermath(trying.disk));
} finally {
  await server.kill();
  if (options.keep) print(`the data is in ${dataDir}`);
  else await removeStores(dataDir);
  await trying.disk.close();
}
const all = [...tallies.values()];
const violations = all.reduce((sum, tally) => sum + tally.violations, 0);
printTable(all);
print(
  `\n${all.reduce((sum, { tried }) => sum + tried, 0)} faults, ${violations} violations, ${seconds()} s, seed ${seed}`,
);
process.exitCode = violations > 0 ? 1 : 0;

/** Those whose mutation the schema has. A mutation of which nobody has thought ends the suite. */
async function scenarios(): Promise<readonly Scenario[]> {
  const source = '{ __schema { mutationType { fields { name } } } }';
  const { mutationType } = await trying.api.must(trying.api.ask(source, {}));
  const names = new Set<string>(mutationType.fields.map(({ name }: { name: string }) => name));
  const forgotten = [...names].filter(
    (name) => !WITHOUT_SCENARIO.has(name) && !SCENARIOS.some(({ mutation }) => mutation === name),
  );
  report('mutations without a scenario', forgotten);
  return SCENARIOS.filter(({ mutation, name }) => names.has(mutation) && new RegExp(options.only).test(name));
}

/** Runs every scenario without a fault, and once in a way that undoes as much as can be; what is seen there can break. */
async function discover(found: readonly Scenario[]): Promise<readonly Chosen[]> {
  const all: Chosen[] = [];
  for (const scenario of found) {
    tallyOf(scenario.name);
    const points = await pointsIn(scenario);
    print(`${scenario.name}: ${points.length} faults`);
    all.push(...points.map((point) => ({ scenario, point })));
  }
  const wanted = all.filter(({ point }) => point.label.includes(options.label));
  const stepOf = ({ scenario, point }: Chosen) => `${scenario.name} ${point.step}`;
  print(`${wanted.length} faults in ${new Set(wanted.map(stepOf)).size} steps`);
  if (options.rounds === undefined) return wanted;
  return choose(wanted, Number(options.rounds), stepOf, createRandom(seed).next);
}

async function pointsIn(scenario: Scenario): Promise<Point[]> {
  const unprepared = (error: Error) => report(`${scenario.name}, no fault`, [error.message], scenario.name);
  const base = SCENARIOS.find(({ name }) => name === scenario.underWay?.scenario);
  if (base !== undefined && !trying.wholes.has(base.name)) await rehearse(base, trying);
  const rehearsal = await rehearse(scenario, trying).catch(unprepared);
  if (rehearsal === undefined) return [];
  const { recording, violations } = rehearsal;
  report(`${scenario.name}, no fault`, violations, scenario.name);
  return recording === undefined || violations.length > 0
    ? []
    : [...pointsOf(recording), ...(await undoingPoints(scenario, recording))];
}

/** The faults in what undoes a scenario: the last command that can be refused has the most before it. */
async function undoingPoints(scenario: Scenario, { calls }: Recording): Promise<Point[]> {
  const forward = new Set(calls.map(({ operation }) => operation));
  for (const call of calls.filter(({ isCommand }) => isCommand).reverse()) {
    const refusal = refusalOf(call);
    const { recording } = await tryPoint(scenario, refusal, trying);
    const undoing = recording?.calls.filter(({ operation }) => !forward.has(operation)) ?? [];
    const since = recording?.firedAt ?? Number.POSITIVE_INFINITY;
    const writes = recording?.writes.filter(({ at }) => at >= since) ?? [];
    if (undoing.length > 0) return pointsOf({ calls: undoing, writes }, refusal.faults);
  }
  return [];
}

async function run({ scenario, point }: Chosen): Promise<void> {
  const { violations, isReached } = await tryPoint(scenario, point, trying);
  report(`${scenario.name}: ${point.label}`, violations, scenario.name);
  const tally = tallyOf(scenario.name);
  tally.tried += 1;
  if (!isReached) tally.missed += 1;
}

function report(what: string, violations: readonly string[], group = what): void {
  if (violations.length === 0) return;
  tallyOf(group).violations += 1;
  print(`VIOLATION ${what}`);
  for (const violation of violations) print(`    ${violation.slice(0, 800)}`);
}

function tallyOf(scenario: string): Tally {
  const tally = tallies.get(scenario) ?? { scenario, tried: 0, missed: 0, violations: 0 };
  tallies.set(scenario, tally);
  return tally;
}

function seconds(): number {
  return Math.round((performance.now() - began) / 1000);
}
