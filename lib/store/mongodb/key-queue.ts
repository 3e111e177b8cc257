/**
 * Lets one at a time of this process work on each key: those who read and then compare-and-set the same document would
 * otherwise lose to each other again and again.
 */
export class KeyQueue {
  readonly #tails = new Map<string, Promise<void>>();

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const working = before.then(work);
    const tail = working.then(
      () => {},
      () => {},
    );
    this.#tails.set(key, tail);
    try {
      return await working;
    } finally {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    }
  }
}
