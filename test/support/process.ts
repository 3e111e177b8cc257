import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A control plane in a process of its own, as `npm start` runs it. */
export interface ServerProcess {
  readonly child: ChildProcess;
  readonly url: string;
  /** From the start of the process until `/readyz` answered, in milliseconds. */
  readonly startMilliseconds: number;
  /** What it has printed so far. */
  output(): string;
  /** Sends SIGTERM and waits. @returns the exit code */
  stop(): Promise<number | null>;
}

const root = new URL('../../', import.meta.url).pathname;
const READY_WITHIN = 20_000;

export interface ProcessOptions {
  /** What is run, from the project's folder, and its arguments; the gateway where nothing is said. */
  readonly command?: readonly string[];
  /** In milliseconds. */
  readonly readyWithin?: number;
  /** Whether it is waited for. */
  readonly wait?: boolean;
}

/** @param env what differs from the environment of this process; PORT must be given */
export async function startServerProcess(
  env: Readonly<Record<string, string>> & { PORT: string },
  { command = ['gateway/main.ts'], readyWithin = READY_WITHIN, wait = true }: ProcessOptions = {},
): Promise<ServerProcess> {
  const began = performance.now();
  const child = spawn(process.execPath, command, {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += String(chunk)));
  const url = `http://127.0.0.1:${env.PORT}`;
  if (wait) await ready(url, child, () => printed, readyWithin);
  return {
    child,
    url,
    startMilliseconds: performance.now() - began,
    output: () => printed,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill('SIGTERM');
      await once(child, 'exit');
      return child.exitCode;
    },
  };
}

async function ready(url: string, child: ChildProcess, output: () => string, within: number): Promise<void> {
  const until = performance.now() + within;
  while (performance.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`the server ended with ${child.exitCode ?? child.signalCode}: ${output()}`);
    }
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill('SIGKILL');
  throw new Error(`the server was not ready in time: ${output()}`);
}
