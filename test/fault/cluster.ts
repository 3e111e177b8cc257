import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { dropDatabases, newPrefix, withPrefix } from '#test/support/mongodb.ts';
import { ADMIN } from '#test/support/server.ts';
import { startKiller } from './chaos/killer.ts';
import { Load } from './chaos/load.ts';
import { Disk } from './disk.ts';
import { Graph } from './graph.ts';
import { openDatabase } from './mongodb.ts';
import { asInstalled, Processes, placesOf } from './processes.ts';
import { createRandom } from './random.ts';
import { check, type Installation, repeat, rest } from './round.ts';

/**
 * Several of every process, gateways too, on MongoDB (that of MONGODB_URL, or FerretDB), under load, while one process at a
 * time is killed with SIGKILL at a random moment and started again: no acknowledged write may be lost, nothing done twice, no
 * answer wrong, and at the end every tenant is whole or absent and every usage total exact.
 * `npm run fault:cluster -- --minutes 5 --seed 7 --each 2`; `--callers 8` clients send one request after the other.
 */
const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    each: { type: 'string', default: '2' },
    callers: { type: 'string', default: '8' },
  },
});
const seed = Number(options.seed);
const random = createRandom(seed);
const dataDir = await mkdtemp(join(tmpdir(), 'control-plane-cluster-'));
const database = await openDatabase();
const prefix = newPrefix();
const env = {
  DATA_DIR: dataDir,
  MONGODB_URL: withPrefix(database.url, prefix),
  LOG_LEVEL: 'warn',
  ADMIN_EMAIL: ADMIN.email,
  ADMIN_PASSWORD: ADMIN.password,
};
const processes = new Processes(await placesOf('many', env, Number(options.each)), asInstalled);
const gateways = processes.gateways.map(({ place }) => place.url);
const graph = new Graph(gateways, ADMIN);
const load = new Load(graph, random);
const installation: Installation = { disk: new Disk(env), graph, journal: load.journal, mayGiveUp: true };
const violations: string[] = [];

try {
  print(`seed ${seed}, ${processes.all.length} processes`);
  const began = performance.now();
  await processes.start();
  print(`all ready after ${seconds(performance.now() - began)}`);
  await load.prepare();
  const killed = await storm(Number(options.minutes) * 60_000);
  const atRest = await settle();
  violations.push(...load.violations, ...(await check(installation)), ...(await processes.stop()));
  report(killed, atRest);
} catch (error) {
  violations.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
} finally {
  await processes.kill();
  await installation.disk.close();
  if (violations.length > 0) await keep();
  else await rm(dataDir, { recursive: true, force: true });
  await dropDatabases(database.url, `${prefix}_`);
  await database.stop();
}
for (const violation of violations) print(`VIOLATION ${violation.slice(0, 2_000)}`);
print(`violations ${violations.length}`);
process.exit(violations.length > 0 ? 1 : 0);

/** Load and deaths at once. @returns what was killed */
async function storm(milliseconds: number): Promise<readonly string[]> {
  const stopLoad = load.start(Number(options.callers));
  const killer = startKiller(processes, random);
  await delay(milliseconds);
  await killer.stop();
  await stopLoad();
  return killer.killed;
}

/** Until everything that was asked for is answered, and nothing is under way any more. @returns how long that took */
async function settle(): Promise<number> {
  const began = performance.now();
  await repeat(installation, load.journal.unresolved());
  await load.settle();
  await rest(installation);
  return performance.now() - began;
}

function report(killed: readonly string[], atRest: number): void {
  const { tally, people, usage, journal } = load;
  const { atOnce, repeated } = tally.availability();
  for (const row of tally.rows()) print(row);
  const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
  print(`answered without an error: ${percent(atOnce)} at once, ${percent(repeated)} with one repetition`);
  print(`${tally.count} requests, p50 ${ms(tally.percentile(0.5))}, p99 ${ms(tally.percentile(0.99))}`);
  print(`${journal.requests.length} workflows asked for, ${people.count} users invited, ${usage.events} events sent`);
  print(`kills ${killed.length} (${new Set(killed).size} processes), at rest after ${seconds(atRest)}`);
}

async function keep(): Promise<void> {
  const printed = processes.all.map((one) => `---- ${one.place.name}\n${one.output()}`).join('\n');
  await writeFile(join(dataDir, 'fault-output.log'), printed);
  await writeFile(join(dataDir, 'fault-journal.json'), JSON.stringify(load.journal.requests, null, 2));
  print(`kept: ${dataDir}`);
}

function ms(milliseconds: number): string {
  return `${Math.round(milliseconds)} ms`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
