import { StoreUnavailable } from './errors.ts';

/**
 * Lets one at a time of this process work on each key. Those who read a document and then compare-and-set it would
 * otherwise lose to each other again and again: with it, many do in turns what else takes the square of their number.
 * It only spares attempts: other processes do not wait. When the store is out of reach nobody waits for the one who
 * found out: all go on at once.
 */
export class KeyQueue {
  /** Who waits for a key that somebody works on. */
  readonly #waiting = new Map<string, (() => void)[]>();

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) this.#waiting.set(key, []);
    else await new Promise<void>((resolve) => waiting.push(resolve));
    let isAway = false;
    try {
      return await work();
    } catch (error) {
      isAway = error instanceof StoreUnavailable;
      throw error;
    } finally {
      this.#release(key, isAway ? Number.POSITIVE_INFINITY : 1);
    }
  }

  #release(key: string, count: number): void {
    const waiting = this.#waiting.get(key);
    const next = waiting?.splice(0, count) ?? [];
    if (next.length === 0) this.#waiting.delete(key);
    for (const resume of next) resume();
  }
}
