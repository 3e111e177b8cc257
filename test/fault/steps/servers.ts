import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceProcess } from '../processes.ts';
import { type Command, type Environment, type Place, Processes, placesOf, type Shape } from '../processes.ts';
import type { Ask, Asked, Recording, Told } from './fault.ts';

const SERVER = new URL('server.ts', import.meta.url).pathname;
/** By then a process that killed itself over what was answered is seen to be dead. */
const SETTLED_AFTER = 150;

/** The control plane under test: its processes, on data and on a time that outlive them. */
export class Servers {
  readonly #processes: Processes;
  readonly #shape: Shape;
  readonly #logs: boolean;
  #ahead = 0;
  #lastId = 0;
  readonly #waiting = new Map<number, { readonly process: ServiceProcess; readonly done: (answer: unknown) => void }>();

  /** @param env what the processes have; what they log goes to this process's standard error */
  static async plan(shape: Shape, env: Environment): Promise<Servers> {
    return new Servers(shape, await placesOf(shape, env), env.LOG_LEVEL !== 'silent');
  }

  private constructor(shape: Shape, places: readonly Place[], logs: boolean) {
    const command: Command = ({ service }) => [SERVER, String(this.#ahead), service];
    this.#shape = shape;
    this.#logs = logs;
    this.#processes = new Processes(places, command);
    for (const process of this.#processes.all) {
      process.onMessage = (told) => this.#hear(told as Told);
      process.onExit = () => this.#forget(process);
    }
  }

  get url(): string {
    return this.#processes.url;
  }

  /** Whether every one of its processes does. */
  get isRunning(): boolean {
    return this.#processes.all.every(({ isRunning }) => isRunning);
  }

  /** Starts what does not run. @param skip how much time passes: that the leases of the dead end */
  async start(skip = 0): Promise<void> {
    await this.advance(skip);
    await this.#processes.start();
  }

  /** What the process answers that has the subgraph; of what is asked of all, what they answer together. `undefined` when one died over it. */
  async ask<T>(ask: Ask): Promise<T | undefined> {
    if (ask.ask === 'query') return (await this.#askOf(this.#processOf(ask.subgraph), ask)) as T | undefined;
    const answers = await Promise.all(this.#processes.all.map((process) => this.#askOf(process, ask)));
    if (answers.includes(undefined)) return undefined;
    return (ask.ask === 'disarm' ? together(answers as Recording[]) : answers[0]) as T;
  }

  async advance(milliseconds: number): Promise<void> {
    this.#ahead += milliseconds;
    if (milliseconds > 0) await this.ask({ ask: 'advance', milliseconds });
  }

  /** Waits for what may be about to die of something that it did before. */
  async settle(): Promise<void> {
    if (this.#shape === 'many') await delay(SETTLED_AFTER);
  }

  /** Ends the process that has this service, or all of them, as an operating system ends one that has no say in it. */
  async kill(service?: string): Promise<void> {
    if (service === undefined) await this.#processes.kill();
    else await this.#processOf(service).kill();
  }

  /** @returns what did not end well */
  async stop(): Promise<string[]> {
    return await this.#processes.stop();
  }

  #processOf(service: string): ServiceProcess {
    const all = this.#processes.all;
    const process = all.find(({ place }) => place.service === service) ?? all[0];
    if (process === undefined) throw new Error('there is no process');
    return process;
  }

  async #askOf(process: ServiceProcess, ask: Ask): Promise<unknown> {
    const id = ++this.#lastId;
    const answer = new Promise((done) => this.#waiting.set(id, { process, done }));
    if (!(await process.send({ id, ask } satisfies Asked))) this.#hear({ tell: 'reply', id, answer: undefined });
    return await answer;
  }

  #hear({ id, answer }: Told): void {
    this.#waiting.get(id)?.done(answer);
    this.#waiting.delete(id);
  }

  #forget(process: ServiceProcess): void {
    if (this.#logs) globalThis.process.stderr.write(process.output());
    for (const [id, asked] of this.#waiting) {
      if (asked.process !== process) continue;
      asked.done(undefined);
      this.#waiting.delete(id);
    }
  }
}

/** What the processes saw, in the order in which it happened. */
function together(recordings: readonly Recording[]): Recording {
  const inOrder = <T extends { readonly at: number }>(seen: readonly T[]) => [...seen].sort((a, b) => a.at - b.at);
  const fired = recordings.flatMap(({ firedAt }) => (firedAt === undefined ? [] : [firedAt]));
  return {
    calls: inOrder(recordings.flatMap(({ calls }) => calls)),
    writes: inOrder(recordings.flatMap(({ writes }) => writes)),
    firedAt: fired.length === 0 ? undefined : Math.min(...fired),
    fired: [...new Set(recordings.flatMap((recording) => recording.fired))],
  };
}
