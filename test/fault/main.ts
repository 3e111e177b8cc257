import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ADMIN } from '#test/support/server.ts';
import { removeStores, storeEnvironment } from '#test/support/stores.ts';
import { Disk } from './disk.ts';
import { Graph } from './graph.ts';
import { Journal } from './journal.ts';
import { asInstalled, Processes, placesOf, readShape } from './processes.ts';
import { createRandom } from './random.ts';
import { playRound, type Round, type Stage } from './round.ts';

/**
 * Kills the real servers with SIGKILL at random moments, starts them again on the same data, and checks that nothing is lost,
 * half made or left behind. `npm run fault -- 50` plays 50 rounds instead of 20; a second argument is the seed of another
 * run's plan. With `--shape many` every subgraph is a process of its own, and mostly one of them is killed. On the store of
 * MONGODB_URL where that is set. Ends with 1, and keeps the data folder, when an invariant does not hold.
 */
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { shape: { type: 'string', default: 'one' } },
});
const shape = readShape(options.shape);
const rounds = wholeNumber(positionals[0] ?? '20');
const seed = wholeNumber(positionals[1] ?? String(Date.now() % 2 ** 31));
/** So many rounds are played on one data folder: first starts are killed too, and data that has seen many deaths. */
const ROUNDS_PER_STAGE = 5;

const random = createRandom(seed);
const logged = new Map<string, number>();
const total = { kills: 0, workflows: 0, interrupted: 0, violations: 0, longestRest: 0 };
print(`seed ${seed}`);
let stage = await newStage();
let counted = { workflows: 0, interrupted: 0 };

for (let number = 1; number <= rounds; number++) {
  const round = await playRound(stage, random).catch(brokenOff);
  total.kills += round.lives.length;
  total.workflows += round.workflows - counted.workflows;
  total.interrupted += round.interrupted - counted.interrupted;
  counted = round;
  total.longestRest = Math.max(total.longestRest, round.restMilliseconds);
  describe(number, round);
  countErrors(round);
  if (round.violations.length > 0) await keep(stage, round);
  if (round.violations.length > 0 || number % ROUNDS_PER_STAGE === 0) {
    if (round.violations.length === 0) await removeStores(stage.dataDir);
    await stage.processes.kill();
    await stage.disk.close();
    stage = await newStage();
    counted = { workflows: 0, interrupted: 0 };
  }
}
await stage.disk.close();
await removeStores(stage.dataDir);
print(
  `rounds ${rounds}, kills ${total.kills}, workflows ${total.workflows} (${total.interrupted} interrupted), at rest after ${seconds(total.longestRest)} at most, violations ${total.violations}`,
);
for (const [message, count] of logged) print(`the servers logged ${count} times: ${message}`);
if (total.violations > 0) process.exitCode = 1;

function wholeNumber(text: string): number {
  if (!/^[1-9][0-9]{0,9}$/.test(text)) throw new TypeError(`${text}: not a whole number from 1 on`);
  return Number(text);
}

async function newStage(): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'control-plane-fault-'));
  const env = {
    ...storeEnvironment(dataDir),
    LOG_LEVEL: 'info',
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
  };
  const processes = new Processes(await placesOf(shape, env), asInstalled);
  const graph = new Graph(processes.url, ADMIN);
  return { dataDir, processes, disk: new Disk(env), graph, journal: new Journal(), mayGiveUp: shape === 'many' };
}

/** A round that could not be played to its end is a violation: the server did not start, or did not answer. */
function brokenOff(error: unknown): Round {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { lives: [], violations: [text], restMilliseconds: 0, ...counted, output: '' };
}

function describe(number: number, { lives, restMilliseconds, workflows, interrupted, violations }: Round): void {
  total.violations += violations.length;
  const deaths = lives.map(({ text }) => text).join('; ');
  print(
    `round ${number}: ${deaths}; at rest after ${seconds(restMilliseconds)}, ${workflows} workflows so far, ${interrupted} interrupted`,
  );
  for (const violation of violations) print(`  VIOLATION ${violation}`);
}

/** What the servers logged as an error (level 50 and above) is no violation, and is to be looked at. */
function countErrors({ lives, output }: Round): void {
  const lines = [...lives.map((life) => life.output), output].join('\n').split('\n');
  for (const line of lines.filter((text) => /^\{"level":"(error|fatal)"/.test(text))) {
    const message = /"msg":"([^"]*)"/.exec(line)?.[1] ?? line;
    logged.set(message, (logged.get(message) ?? 0) + 1);
  }
}

async function keep({ dataDir, journal }: Stage, { lives, output }: Round): Promise<void> {
  const printed = [...lives.map((life) => life.output), output].join('\n---- killed ----\n');
  await writeFile(join(dataDir, 'fault-output.log'), printed);
  await writeFile(join(dataDir, 'fault-journal.json'), JSON.stringify(journal.requests, null, 2));
  print(`  kept: ${dataDir}`);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
