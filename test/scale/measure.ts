import { performance } from 'node:perf_hooks';

/** One of the installations that are compared. */
export interface Side {
  readonly tenants: number;
  readonly url: string;
}

/** Something that is asked of each side again and again. */
export interface Probe<S extends Side> {
  readonly name: string;
  /** How many are under way at once. */
  readonly callers: number;
  readonly ask: (side: S) => Promise<void>;
}

/** Milliseconds. */
export interface Latency {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

/** How often the sides take turns: what disturbs the machine disturbs both. */
const ROUNDS = 6;

/** Measures a probe on all sides in turns, for so many seconds each in all. The first round, which warms up, does not count. */
export async function measure<S extends Side>(
  { ask, callers }: Probe<S>,
  sides: readonly S[],
  seconds: number,
): Promise<readonly Latency[]> {
  const times = sides.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round++) {
    const order = round % 2 === 0 ? [...sides.keys()] : [...sides.keys()].reverse();
    for (const index of order) {
      const side = sides[index];
      if (side === undefined) continue;
      const taken = await runFor((seconds * 1000) / ROUNDS, callers, () => ask(side));
      if (round > 0) times[index]?.push(...taken);
    }
  }
  return times.map(latencyOf);
}

async function runFor(milliseconds: number, callers: number, ask: () => Promise<void>): Promise<readonly number[]> {
  const times: number[] = [];
  const end = performance.now() + milliseconds;
  const caller = async () => {
    while (performance.now() < end) {
      const began = performance.now();
      await ask();
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return times;
}

function latencyOf(times: number[]): Latency {
  times.sort((left, right) => left - right);
  const at = (share: number) => times[Math.min(Math.floor(times.length * share), times.length - 1)] ?? Number.NaN;
  return { count: times.length, p50: at(0.5), p99: at(0.99) };
}
