import type { Before } from './store.fixtures.ts';

/** Runs tasks of which exactly one moves at a time, from one access to the store to the next. */
export async function interleave<T>(
  tasks: readonly ((before: Before) => Promise<T>)[],
  random: () => number,
  afterStep: () => Promise<void>,
): Promise<PromiseSettledResult<T>[]> {
  const waiting = new Set<() => void>();
  let stopped = Promise.withResolvers<void>();
  const pause = () =>
    new Promise<void>((resume) => {
      waiting.add(resume);
      stopped.resolve();
    });
  const results = Promise.allSettled(
    tasks.map(async (task) => {
      await pause();
      return await task(pause).finally(() => stopped.resolve());
    }),
  );
  while (waiting.size > 0) {
    const resume = pick([...waiting], random);
    waiting.delete(resume);
    stopped = Promise.withResolvers<void>();
    resume();
    await stopped.promise;
    await afterStep();
  }
  return await results;
}

/** One of them, as the random number says. */
export function pick<T>(items: readonly T[], random: () => number): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

/** Mulberry32: the same sequence for the same seed, so that a failure can be seen again. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
