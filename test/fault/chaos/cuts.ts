import { setTimeout as delay } from 'node:timers/promises';
import type { TcpProxy } from '#test/support/tcp-proxy.ts';
import { readiness } from '../processes.ts';
import type { Random } from '../random.ts';
import { percentileOf } from './tally.ts';

/** `hang`: nothing is forwarded any more. `refuse`: connections end, and there are no new ones. `reset`: they end once. */
const MODES = ['hang', 'refuse', 'reset'] as const;
type Mode = (typeof MODES)[number];

/** What a client sees of what is behind the cut: resolves to whether it was answered, and how. */
export type Probe = () => Promise<'answered' | 'failed'>;

export interface Cuttable {
  readonly name: string;
  readonly proxy: TcpProxy;
  /** Requests that need what is behind it. */
  readonly probes: readonly Probe[];
  /** Of the process whose `/readyz` must tell. */
  readonly url: string;
}

/** Longer than the limits of all that one request waits for. */
const ANSWERED_WITHIN = 15_000;
const RECOVERED_WITHIN = 30_000;
/** How long it stays cut after that was told, at most. */
const HOLD_MILLISECONDS = 4_000;
const PEACE_MILLISECONDS = 1_500;

/** Cuts again and again, and measures what clients see of it. */
export class Cuts {
  readonly #random: Random;
  readonly #violations: string[];
  readonly #times = new Map<string, number[]>();

  constructor(random: Random, violations: string[]) {
    this.#random = random;
    this.#violations = violations;
  }

  /** @throws {Error} when nothing works any more afterwards */
  async cut(place: Cuttable): Promise<void> {
    const mode = this.#random.pick(MODES) ?? 'hang';
    await delay(this.#random.between(0, PEACE_MILLISECONDS));
    const { proxy } = place;
    if (mode === 'hang') proxy.hang();
    else await proxy.cut();
    if (mode !== 'reset') {
      await Promise.all([...place.probes.map((probe) => this.#told(place, mode, probe)), this.#unready(place, mode)]);
      await delay(this.#random.between(0, HOLD_MILLISECONDS));
    }
    await proxy.resume();
    await this.#recovered(place, mode);
  }

  /** A row per measurement. */
  rows(): string[] {
    const names = [...this.#times.keys()].sort();
    return names.map((name) => {
      const times = this.#times.get(name) ?? [];
      const [p50, most] = [percentileOf(times, 0.5), Math.max(...times)].map((time) => (time / 1000).toFixed(2));
      return `  ${name.padEnd(36)}${String(times.length).padStart(5)} times   p50 ${p50} s   max ${most} s`;
    });
  }

  /** A request during the cut is told that it failed, in time. */
  async #told({ name }: Cuttable, mode: Mode, probe: Probe): Promise<void> {
    const began = performance.now();
    let ending = await probe();
    while (ending === 'answered' && performance.now() - began < ANSWERED_WITHIN) {
      await delay(50); // it was on its way already, or needed nothing of what is cut
      ending = await probe();
    }
    const took = performance.now() - began;
    if (ending === 'answered') this.#violations.push(`${name}, ${mode}: requests are answered`);
    if (took > ANSWERED_WITHIN) this.#violations.push(`${name}, ${mode}: UNAVAILABLE after ${Math.round(took)} ms`);
    this.#note(`${mode}: until UNAVAILABLE`, took);
  }

  async #unready({ name, url }: Cuttable, mode: Mode): Promise<void> {
    const began = performance.now();
    while ((await readiness(url)) !== 503) {
      if (performance.now() - began > ANSWERED_WITHIN) {
        this.#violations.push(`${name}, ${mode}: /readyz does not tell`);
        return;
      }
      await delay(50);
    }
    this.#note(`${mode}: until /readyz is 503`, performance.now() - began);
  }

  async #recovered({ name, probes, url }: Cuttable, mode: Mode): Promise<void> {
    const began = performance.now();
    for (;;) {
      const endings = await Promise.all(probes.map((probe) => probe()));
      const status = await readiness(url);
      if (!endings.includes('failed') && status === 200) break;
      if (performance.now() - began > RECOVERED_WITHIN) {
        throw new Error(`${name}, ${mode}: not recovered: requests ${endings.join(', ')}, /readyz ${status}`);
      }
      await delay(50);
    }
    this.#note(`${mode}: until recovery`, performance.now() - began);
  }

  #note(name: string, milliseconds: number): void {
    this.#times.set(name, [...(this.#times.get(name) ?? []), milliseconds]);
  }
}
