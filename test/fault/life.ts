import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type ServerProcess, startServerProcess } from '#test/support/process.ts';
import { startCallers } from './callers.ts';
import type { Graph } from './graph.ts';
import type { Journal } from './journal.ts';
import { chooseMoment } from './moment.ts';
import type { Random } from './random.ts';

export type Environment = Readonly<Record<string, string>> & {
  readonly PORT: string;
  readonly DATA_DIR: string;
};

/** How a life of the server ends: while it starts, in the middle of its work, or while it stops. */
export type Death = 'starting' | 'working' | 'stopping';

export interface Life {
  readonly death: Death;
  /** For the report: what happened when. */
  readonly text: string;
  /** What the server printed. */
  readonly output: string;
}

const main = new URL('../../gateway/main.ts', import.meta.url).pathname;
const CALLERS = 8;

/** Starts the server, lets it work, and kills it with SIGKILL. @throws {Error} when it ends by itself */
export async function liveAndDie(
  death: Death,
  env: Environment,
  graph: Graph,
  journal: Journal,
  random: Random,
): Promise<Life> {
  if (death === 'starting') return await dieStarting(env, random.between(0, 900));
  const server = await startServerProcess(env);
  const callers = startCallers(graph, journal, random, CALLERS);
  try {
    const moment = chooseMoment(env.DATA_DIR, random);
    await moment.wait();
    let text = `killed ${moment.text}`;
    if (death === 'stopping') {
      const stopped = random.between(0, 600);
      server.child.kill('SIGTERM');
      await delay(stopped);
      text = `told to stop ${moment.text}, killed ${stopped} ms later`;
    }
    requireAlive(server, death);
    return { death, text, output: server.output() };
  } finally {
    await kill(server);
    await callers.stop();
  }
}

/** @throws {Error} when it ended by itself; one that was told to stop may have done so */
function requireAlive({ child, output }: ServerProcess, death: Death): void {
  if (child.exitCode === null || (death === 'stopping' && child.exitCode === 0)) return;
  throw new Error(`the server ended by itself with ${child.exitCode}: ${output()}`);
}

/** Resolves when it is gone. */
export async function kill({ child }: ServerProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

async function dieStarting(env: Environment, milliseconds: number): Promise<Life> {
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const exit = once(child, 'exit');
  await Promise.race([delay(milliseconds), exit]);
  if (child.exitCode !== null) throw new Error(`the server ended by itself with ${child.exitCode}: ${output}`);
  child.kill('SIGKILL');
  await exit;
  return { death: 'starting', text: `killed ${milliseconds} ms after the start`, output };
}
