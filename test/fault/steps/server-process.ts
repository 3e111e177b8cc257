import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Ask, Asked, Told } from './fault.ts';

const SERVER = new URL('server.ts', import.meta.url).pathname;
const READY_WITHIN = 30_000;

export interface ServerInit {
  readonly dataDir: string;
  readonly password: string;
  /** What the log is written at, to this process's standard error. */
  readonly logLevel: string;
}

/** The control plane under test: one child process at a time, on data that outlives it. */
export class ServerProcess {
  readonly #init: ServerInit;
  #child: ChildProcess | undefined;
  #url = '';
  #ahead = 0;
  #lastId = 0;
  readonly #waiting = new Map<number, (answer: unknown) => void>();

  constructor(init: ServerInit) {
    this.#init = init;
  }

  get url(): string {
    return this.#url;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** @param skip how much time passes while nobody runs: that leases end */
  async start(skip = 0): Promise<void> {
    const { dataDir, password, logLevel } = this.#init;
    this.#ahead += skip;
    const env = { PORT: '0', DATA_DIR: dataDir, ADMIN_PASSWORD: password, LOG_LEVEL: logLevel };
    const child = fork(SERVER, [String(this.#ahead)], { env, stdio: ['ignore', 2, 2, 'ipc'] });
    this.#child = child;
    const timer = setTimeout(() => child.kill('SIGKILL'), READY_WITHIN);
    try {
      this.#url = await new Promise<string>((resolve, reject) => {
        child.once('exit', (code) => reject(new Error(`the server ended at its start, with ${code}`)));
        child.on('message', (told: Told) => (told.tell === 'ready' ? resolve(told.url) : this.#hear(told)));
      });
    } finally {
      clearTimeout(timer);
    }
    child.once('exit', () => {
      for (const done of this.#waiting.values()) done(undefined);
      this.#waiting.clear();
    });
  }

  /** What the server answers; `undefined` when it died over it. */
  async ask<T>(ask: Ask): Promise<T | undefined> {
    if (!this.isRunning) return undefined;
    const id = ++this.#lastId;
    const answer = new Promise((resolve) => this.#waiting.set(id, resolve));
    this.#child?.send({ id, ask } satisfies Asked, (error) => {
      if (error !== null) this.#hear({ tell: 'reply', id, answer: undefined });
    });
    return (await answer) as T | undefined;
  }

  async advance(milliseconds: number): Promise<void> {
    this.#ahead += milliseconds;
    await this.ask({ ask: 'advance', milliseconds });
  }

  /** As an operating system ends a process that has no say in it. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.isRunning) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  #hear(told: Told): void {
    if (told.tell !== 'reply') return;
    this.#waiting.get(told.id)?.(told.answer);
    this.#waiting.delete(told.id);
  }
}
