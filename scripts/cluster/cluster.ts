import type { Writable } from 'node:stream';
import type { Config } from '#lib/config.ts';
import type { Notice } from '#lib/graphql/subgraph.ts';
import { Child } from './child.ts';
import type { Place } from './layout.ts';

const LOOK_MILLISECONDS = 100;

/** The processes of one machine, watched over. */
export class Cluster {
  readonly #config: Config;
  readonly #out: Writable;
  readonly #children: readonly Child[];
  readonly #notices: Notice[] = [];
  #stopping: Promise<void> | undefined;

  constructor(config: Config, places: readonly Place[], out: Writable) {
    this.#config = config;
    this.#out = out;
    this.#children = places.map(
      (place) =>
        new Child({
          place,
          write: (line) => out.write(`${line}\n`),
          onNotices: (notices) => this.#take(place, notices),
          onHopeless: () => this.#giveUp(),
        }),
    );
  }

  /** Starts all at once; resolves when every gateway is ready, or when it is stopped before. */
  async start(): Promise<void> {
    const began = performance.now();
    for (const child of this.#children) child.start();
    const gateways = this.#children.filter(({ place }) => place.service === 'gateway');
    await Promise.all(gateways.map(({ place }) => this.#untilReady(place.url)));
    if (this.#stopping === undefined) this.#greet((performance.now() - began) / 1000);
  }

  /** Gateways first, so that nothing new comes in; then onboarding, which commands the others; then the others. */
  async stop(): Promise<void> {
    this.#stopping ??= this.#stopInOrder();
    await this.#stopping;
  }

  /** Ends everything as it is. */
  kill(): never {
    for (const child of this.#children) child.kill();
    process.exit(1);
  }

  async #stopInOrder(): Promise<void> {
    this.#print(['', '  Stopping: the gateways, then the services.', '']);
    const orderOf = ({ place }: Child) => ['gateway', 'onboarding'].indexOf(place.service) >>> 0;
    const groups = [...Map.groupBy(this.#children, orderOf)].sort(([left], [right]) => left - right);
    for (const [, group] of groups) await Promise.all(group.map((child) => child.stop()));
    this.#print(['  Stopped.', '']);
  }

  #giveUp(): void {
    process.exitCode = 1;
    void this.stop().then(() => process.exit(1));
  }

  /** What only the process that did it can tell, such as a password that it made up. */
  #take({ service }: Place, notices: readonly Notice[]): void {
    if (service === 'identity') this.#notices.push(...notices.filter(({ name }) => name === 'Its password'));
  }

  async #untilReady(url: string): Promise<void> {
    while (this.#stopping === undefined) {
      const answer = await fetch(`${url}/readyz`).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
    }
  }

  #greet(seconds: number): void {
    const { publicUrl, adminEmail, mongodbUrl, dataDir } = this.#config;
    const gateways = this.#children.filter(({ place }) => place.service === 'gateway').map(({ place }) => place.url);
    const rows = [
      { name: 'SaaS control plane', text: `${publicUrl}/graphql   (a browser gets a playground)` },
      ...(gateways.length > 1 ? [{ name: 'Gateways', text: gateways.join('  ') }] : []),
      { name: 'Processes', text: `${this.#children.length}, ready after ${seconds.toFixed(1)} s` },
      { name: 'Data', text: mongodbUrl === undefined ? dataDir : new URL(mongodbUrl).host },
      { name: 'Administrator', text: adminEmail },
      ...this.#notices,
    ];
    this.#print(['', ...rows.map(({ name, text }) => `  ${name.padEnd(20)} ${text}`), '', '  Ctrl-C stops it.', '']);
  }

  #print(lines: readonly string[]): void {
    this.#out.write(`${lines.join('\n')}\n`);
  }
}
