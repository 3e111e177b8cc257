import type { Collection } from '#lib/store/port.ts';

/** What stands around each access of a process to what outlives it. */
export type Around = <T>(kind: 'read' | 'write', work: () => Promise<T>) => Promise<T>;

/** Nothing. */
export const direct: Around = (_, work) => work();

/** A collection as a process sees it to which something happens between its accesses. */
export function collectionAround<D extends object>(collection: Collection<D>, around: Around): Collection<D> {
  return {
    spec: collection.spec,
    insert: (document) => around('write', () => collection.insert(document)),
    insertMany: (documents) => around('write', () => collection.insertMany(documents)),
    update: (key, guard, set) => around('write', () => collection.update(key, guard, set)),
    delete: (key, guard) => around('write', () => (guard ? collection.delete(key, guard) : collection.delete(key))),
    increment: (key, add, base) => around('write', () => collection.increment(key, add, base)),
    get: (key) => around('read', () => collection.get(key)),
    getMany: (keys) => around('read', () => collection.getMany(keys)),
    page: (query) => around('read', () => collection.page(query)),
    count: (selection) => around('read', () => collection.count(selection)),
  };
}

/** The process is dead: nothing that it does has an effect any more. */
export class ProcessDied extends Error {
  override readonly name = 'ProcessDied';
}

/** When a process dies: at its n-th write, from 1 on, before that happened or after, but before it heard of it. */
export interface Death {
  readonly write: number;
  readonly happened: boolean;
}

/** Every way to die in the first writes. */
export function deaths(writes: number): Death[] {
  return Array.from({ length: writes }, (_, index) => index + 1).flatMap((write) => [
    { write, happened: false },
    { write, happened: true },
  ]);
}

export function dying({ write, happened }: Death): Around {
  let writes = 0;
  return async (kind, work) => {
    if (writes >= write) throw new ProcessDied();
    if (kind === 'read') return await work();
    writes += 1;
    if (writes < write) return await work();
    if (happened) await work();
    throw new ProcessDied();
  };
}

/** Halts before the n-th access, from 1 on, until what happens meanwhile has happened. */
export function halting(access: number, meanwhile: () => Promise<void>): Around {
  let accesses = 0;
  return async (_, work) => {
    accesses += 1;
    if (accesses === access) await meanwhile();
    return await work();
  };
}

/**
 * Runs tasks of which exactly one moves at a time, from one access to the next, in the order of the random numbers.
 *
 * @param afterMove looks at what is there while all stand still
 */
export async function interleave<T>(
  tasks: readonly ((around: Around) => Promise<T>)[],
  random: () => number,
  afterMove: () => Promise<void> = async () => undefined,
): Promise<PromiseSettledResult<T>[]> {
  const waiting: (() => void)[] = [];
  let moved = Promise.withResolvers<void>();
  const turn = () =>
    new Promise<void>((resume) => {
      waiting.push(resume);
      moved.resolve();
    });
  const around: Around = async (_, work) => {
    await turn();
    return await work();
  };
  const results = Promise.allSettled(
    tasks.map(async (task) => {
      await turn();
      return await task(around).finally(() => moved.resolve());
    }),
  );
  while (waiting.length > 0) {
    const [resume] = waiting.splice(Math.floor(random() * waiting.length), 1);
    moved = Promise.withResolvers<void>();
    resume?.();
    await moved.promise;
    await afterMove();
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

/** Every order of the items. */
export function orders<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((first, index) => orders(items.toSpliced(index, 1)).map((others) => [first, ...others]));
}
