import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { readConfig } from '#lib/config.ts';
import { layOut, type Place } from '../../scripts/cluster/layout.ts';

/** Everything in one process, or the gateway and every subgraph in a process of its own. */
export const SHAPES = ['one', 'many'] as const;
export type Shape = (typeof SHAPES)[number];

/** @throws {TypeError} */
export function readShape(text: string): Shape {
  const shape = SHAPES.find((known) => known === text);
  if (shape === undefined) throw new TypeError(`${text}: not a shape (${SHAPES.join(', ')})`);
  return shape;
}

export type Environment = Readonly<Record<string, string>>;

/** Of one process: where it is, what it is, and what it knows. It keeps its address however often it is started. */
export type { Place };

/** What is started at a place: the arguments of `node`. */
export type Command = (place: Place) => readonly string[];

/**
 * The places of a control plane's processes, which know each other.
 *
 * @param env what all of them have
 * @param copies how many of each there are
 */
export async function placesOf(shape: Shape, env: Environment, copies = 1): Promise<readonly Place[]> {
  const port = await freePorts(10 * copies);
  const url = `http://127.0.0.1:${port}`;
  if (shape === 'one') {
    const environment = { ...env, PORT: String(port), PUBLIC_URL: url };
    return [{ name: 'control plane', service: 'gateway', url, environment }];
  }
  const places = await layOut(readConfig({ ...env, PORT: String(port) }), { each: copies, gateways: copies });
  return places.map((place) => ({ ...place, environment: { ...env, ...place.environment } }));
}

/** The processes of a control plane, each of which can die and be started anew. */
export class Processes {
  readonly all: readonly ServiceProcess[];

  constructor(places: readonly Place[], command: Command) {
    this.all = places.map((place) => new ServiceProcess(place, command));
  }

  /** Of a gateway. */
  get url(): string {
    return this.gateways[0]?.place.url ?? '';
  }

  get gateways(): readonly ServiceProcess[] {
    return this.all.filter(({ place }) => place.service === 'gateway');
  }

  /** Starts those that do not run. Resolves when everything is ready. @throws {Error} when one ends or is late */
  async start(): Promise<void> {
    for (const process of this.all) if (!process.isRunning) process.start();
    await Promise.all(this.all.map((process) => process.ready()));
  }

  /** Told to stop, gateways first. @returns what those ended with that did not end well */
  async stop(): Promise<string[]> {
    const codes = await Promise.all(this.gateways.map(stopped));
    codes.push(...(await Promise.all(this.all.map(stopped))));
    return codes.flat();
  }

  async kill(): Promise<void> {
    await Promise.all(this.all.map((process) => process.kill()));
  }

  /** What all of them printed. */
  output(): string {
    return this.all.map((process) => process.output()).join('\n');
  }
}

async function stopped(process: ServiceProcess): Promise<string[]> {
  if (!process.isRunning) return [];
  const code = await process.stop();
  return code === 0 ? [] : [`told to stop, ${process.place.name} ended with ${code}: ${process.output().slice(-500)}`];
}

/** Two cores start sixteen processes at once. */
const READY_WITHIN = 120_000;

export class ServiceProcess {
  readonly place: Place;
  readonly #command: Command;
  #child: ChildProcess | undefined;
  #printed = '';
  /** Is told what the process sends, where it was started to speak. */
  onMessage: (message: unknown) => void = () => {};
  onExit: () => void = () => {};

  constructor(place: Place, command: Command) {
    this.place = place;
    this.#command = command;
  }

  get isRunning(): boolean {
    const child = this.#child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** The code with which it ended by itself; `null` while it runs and where it was killed. */
  get exitCode(): number | null {
    return this.#child?.exitCode ?? null;
  }

  start(): void {
    this.#printed = '';
    const child = spawn(process.execPath, this.#command(this.place), {
      env: this.place.environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (this.#printed += String(chunk)));
    child.on('message', (message) => this.onMessage(message));
    child.once('exit', () => this.onExit());
    this.#child = child;
  }

  /** Resolves to whether it has left. */
  async send(message: object): Promise<boolean> {
    const child = this.#child;
    if (child === undefined || !this.isRunning) return false;
    return await new Promise((resolve) => child.send(message, (error) => resolve(error === null)));
  }

  /** Resolves when it can answer. @throws {Error} when it ends or is late */
  async ready(): Promise<void> {
    const until = performance.now() + READY_WITHIN;
    while (performance.now() < until) {
      if (!this.isRunning) throw new Error(`${this.place.name} ended by itself: ${this.#printed.slice(-2_000)}`);
      if ((await readiness(this.place.url)) === 200) return;
      await delay(25);
    }
    throw new Error(`${this.place.name} was not ready in time: ${this.#printed.slice(-2_000)}`);
  }

  /** What it has printed since it was started. */
  output(): string {
    return this.#printed;
  }

  /** As an operating system ends a process that has no say in it. Resolves when it is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** SIGTERM. @returns the exit code */
  async stop(): Promise<number | null> {
    await this.#end('SIGTERM');
    return this.exitCode;
  }

  /** The same without waiting. */
  tellToStop(): void {
    this.#child?.kill('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.isRunning) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}

/** The status of `/readyz`; `undefined` where nobody answers within 3 seconds. */
export async function readiness(url: string): Promise<number | undefined> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return undefined;
  }
}

/** Of these no operating system takes one for an outgoing connection, while the process that has it is dead. */
const LOWEST_PORT = 12_000;
const PORTS = 18_000;

/** The first of so many that are free now. */
async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = LOWEST_PORT + Math.floor(Math.random() * PORTS);
    const free = await Promise.all(Array.from({ length: count }, (_, place) => isFree(first + place)));
    if (!free.includes(false)) return first;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const tried = new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
  return await tried;
}

const GATEWAY = new URL('../../gateway/main.ts', import.meta.url).pathname;
const SUBGRAPH = new URL('../../subgraphs/main.ts', import.meta.url).pathname;

/** As `npm start` and `npm run subgraph` do. */
export const asInstalled: Command = ({ service }) => (service === 'gateway' ? [GATEWAY] : [SUBGRAPH, service]);
