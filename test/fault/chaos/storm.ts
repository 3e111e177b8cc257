import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ADMIN } from '#test/support/server.ts';
import { Disk } from '../disk.ts';
import { Graph } from '../graph.ts';
import type { Environment, Processes } from '../processes.ts';
import type { Random } from '../random.ts';
import { check, type Installation, repeat, rest } from '../round.ts';
import { Load } from './load.ts';

/** Of the administrator, and how much is logged. */
export const STORM_ENVIRONMENT: Environment = {
  LOG_LEVEL: 'warn',
  ADMIN_EMAIL: ADMIN.email,
  ADMIN_PASSWORD: ADMIN.password,
};

/** So many of what was answered instead of data are named. */
const REASONS = 12;

export interface StormInit {
  readonly processes: Processes;
  /** Where the data is, past whatever stands between the processes and it. */
  readonly data: { readonly DATA_DIR: string; readonly MONGODB_URL: string };
  readonly random: Random;
  readonly callers: number;
}

/** Something goes wrong while clients work. */
export interface Storm {
  readonly processes: Processes;
  readonly graph: Graph;
  readonly load: Load;
  readonly violations: string[];
}

/**
 * Starts the processes, lets clients work while `rage` makes trouble, then waits for rest and checks everything.
 *
 * @returns how many violations there are; the data is kept where there are some
 */
export async function runStorm(init: StormInit, rage: (storm: Storm) => Promise<void>): Promise<number> {
  const { processes, data, random } = init;
  const graph = new Graph(
    processes.gateways.map(({ place }) => place.url),
    ADMIN,
  );
  const load = new Load(graph, random);
  const installation: Installation = { disk: new Disk(data), graph, journal: load.journal, mayGiveUp: true };
  const violations: string[] = [];
  try {
    const began = performance.now();
    await processes.start();
    print(`${processes.all.length} processes, ready after ${seconds(performance.now() - began)}`);
    await load.prepare();
    const stopLoad = load.start(init.callers);
    await rage({ processes, graph, load, violations }).finally(stopLoad);
    const atRest = await settle(installation, load);
    violations.push(...load.violations, ...(await check(installation)), ...(await processes.stop()));
    report(load, graph, atRest);
  } catch (error) {
    violations.push(...load.violations, error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    await processes.kill();
    await installation.disk.close();
  }
  for (const violation of violations) print(`VIOLATION ${violation.slice(0, 2_000)}`);
  print(`violations ${violations.length}`);
  if (violations.length > 0) await keep(init, load);
  else await rm(data.DATA_DIR, { recursive: true, force: true });
  return violations.length;
}

/** Until everything that was asked for is answered, and nothing is under way any more. @returns how long that took */
async function settle(installation: Installation, load: Load): Promise<number> {
  const began = performance.now();
  await repeat(installation, load.journal.unresolved());
  await load.settle();
  await rest(installation);
  return performance.now() - began;
}

function report({ tally, people, usage, journal }: Load, { failures }: Graph, atRest: number): void {
  for (const [what, count] of [...failures].sort(([, left], [, right]) => right - left).slice(0, REASONS)) {
    print(`  ${count} times: ${what}`);
  }
  const { atOnce, repeated } = tally.availability();
  for (const row of tally.rows()) print(row);
  const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
  print(`answered without an error: ${percent(atOnce)} at once, ${percent(repeated)} with one repetition`);
  const [p50, p99] = [0.5, 0.99].map((share) => Math.round(tally.percentile(share)));
  print(`${tally.count} requests, p50 ${p50} ms, p99 ${p99} ms`);
  print(`${journal.requests.length} workflows asked for, ${people.count} users invited, ${usage.events} events sent`);
  print(`at rest after ${seconds(atRest)}`);
}

async function keep({ data, processes }: StormInit, { journal }: Load): Promise<void> {
  const printed = processes.all.map((one) => `---- ${one.place.name}\n${one.output()}`).join('\n');
  await writeFile(join(data.DATA_DIR, 'fault-output.log'), printed);
  await writeFile(join(data.DATA_DIR, 'fault-journal.json'), JSON.stringify(journal.requests, null, 2));
  print(`kept: ${data.DATA_DIR}`);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
