import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { childEnvironment, EXIT_CONFIG } from '#lib/config.ts';
import type { Notice } from '#lib/graphql/subgraph.ts';
import type { Started } from '#lib/process.ts';
import type { Place } from './layout.ts';

/** The first wait before a process that ended is started again, and the longest; one that lived so long begins anew. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface ChildInit {
  readonly place: Place;
  /** Takes a line of the log. */
  readonly write: (line: string) => void;
  /** What the process wants a person to be told; each time it starts. */
  readonly onNotices: (notices: readonly Notice[]) => void;
  /** It cannot start, and will not when it is tried again. */
  readonly onHopeless: () => void;
}

/** A process of the cluster: started again when it ends by itself. */
export class Child {
  readonly #init: ChildInit;
  #process: ChildProcess | undefined;
  #stopping = false;
  #restart: NodeJS.Timeout | undefined;
  #wait = FIRST_WAIT;

  constructor(init: ChildInit) {
    this.#init = init;
  }

  get place(): Place {
    return this.#init.place;
  }

  start(): void {
    const { service, environment } = this.#init.place;
    const script = service === 'gateway' ? ['gateway/main.ts'] : ['subgraphs/main.ts', service];
    const began = performance.now();
    // A group of its own: Ctrl-C reaches the cluster, which stops its processes in order.
    const child = spawn(process.execPath, script, {
      cwd: ROOT,
      env: childEnvironment(environment),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    this.#process = child;
    this.#say('info', 'the process starts', { pid: child.pid });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface(stream).on('line', (line) => this.#log(line));
    }
    child.on('message', (message) => this.#init.onNotices((message as Started).notices));
    child.once('exit', (code, signal) => this.#ended(code, signal, performance.now() - began));
  }

  /** SIGTERM, and waits for the end. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const child = this.#process;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }

  kill(): void {
    this.#stopping = true;
    this.#process?.kill('SIGKILL');
  }

  #ended(code: number | null, signal: string | null, lived: number): void {
    this.#process = undefined;
    if (this.#stopping) return;
    if (code === EXIT_CONFIG) {
      this.#init.onHopeless();
      return;
    }
    if (lived > LONGEST_WAIT) this.#wait = FIRST_WAIT;
    this.#say('error', `the process ended with ${code ?? signal}; it is started again in ${this.#wait} ms`);
    this.#restart = setTimeout(() => this.start(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
  }

  /** JSON lines get the name of their process; what is none (a crash) becomes one. */
  #log(line: string): void {
    if (line.trim() === '') return;
    const name = JSON.stringify(this.#init.place.name);
    if (line.startsWith('{"')) this.#init.write(`{"process":${name},${line.slice(1)}`);
    else this.#say('error', line);
  }

  #say(level: string, msg: string, details: object = {}): void {
    const { name } = this.#init.place;
    this.#init.write(JSON.stringify({ process: name, level, time: new Date().toISOString(), ...details, msg }));
  }
}
