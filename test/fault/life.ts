import { setTimeout as delay } from 'node:timers/promises';
import { startCallers } from './callers.ts';
import { chooseMoment } from './moment.ts';
import type { Processes, ServiceProcess } from './processes.ts';
import type { Random } from './random.ts';
import type { Stage } from './round.ts';

/** How a life of the servers ends: while they start, in the middle of their work, or while they stop. */
export type Death = 'starting' | 'working' | 'stopping';

export interface Life {
  readonly death: Death;
  /** For the report: what happened when. */
  readonly text: string;
  /** What the servers printed. */
  readonly output: string;
}

const CALLERS = 8;
/** How long the others go on without the one that is dead, at most. */
const BEREFT_MILLISECONDS = 1_500;

/** Starts the servers, lets them work, and kills one or all of them with SIGKILL. @throws {Error} when one ends by itself */
export async function liveAndDie(death: Death, stage: Stage, random: Random): Promise<Life> {
  const { dataDir, graph, journal, processes } = stage;
  if (death === 'starting') return await dieStarting(processes, random);
  await processes.start();
  const callers = startCallers(graph, journal, random, CALLERS);
  const victims = chooseVictims(processes, random);
  const name = namesOf(victims, processes);
  try {
    const moment = chooseMoment(dataDir, random);
    await moment.wait();
    let text = `${name}killed ${moment.text}`;
    if (death === 'stopping') {
      const stopped = random.between(0, 600);
      for (const victim of victims) victim.tellToStop();
      await delay(stopped);
      text = `${name}told to stop ${moment.text}, killed ${stopped} ms later`;
    }
    requireAlive(processes, death === 'stopping' ? victims : []);
    await killAll(victims);
    if (victims.length < processes.all.length) {
      await delay(random.between(0, BEREFT_MILLISECONDS));
      for (const victim of victims) victim.start();
    }
    await callers.stop();
    return { death, text, output: processes.output() };
  } catch (error) {
    await killAll(victims);
    await callers.stop();
    throw error;
  }
}

/** Of several processes mostly one, now and then all at once: the machine has lost its power. */
function chooseVictims({ all }: Processes, random: Random): readonly ServiceProcess[] {
  const [one] = all.length > 1 && random.chance(0.8) ? [random.pick(all)] : [];
  return one === undefined ? all : [one];
}

function namesOf(victims: readonly ServiceProcess[], { all }: Processes): string {
  if (all.length === 1) return '';
  return victims.length === all.length ? 'all ' : `${victims[0]?.place.name} `;
}

/** @throws {Error} when one ended by itself; one that was told to stop may have done so */
function requireAlive({ all }: Processes, stopping: readonly ServiceProcess[]): void {
  for (const one of all) {
    if (one.isRunning || (stopping.includes(one) && one.exitCode === 0)) continue;
    throw new Error(`${one.place.name} ended by itself with ${one.exitCode}: ${one.output()}`);
  }
}

async function killAll(victims: readonly ServiceProcess[]): Promise<void> {
  await Promise.all(victims.map((victim) => victim.kill()));
}

async function dieStarting(processes: Processes, random: Random): Promise<Life> {
  const victims = chooseVictims(processes, random);
  const milliseconds = random.between(0, 900);
  await killAll(victims);
  for (const one of processes.all) if (!one.isRunning) one.start();
  await delay(milliseconds);
  requireAlive(processes, []);
  await killAll(victims);
  const text = `${namesOf(victims, processes)}killed ${milliseconds} ms after the start`;
  return { death: 'starting', text, output: processes.output() };
}
