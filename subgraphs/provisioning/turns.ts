/** Lets what is asked for under one key happen one after the other, in the order in which it was asked for. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does the work when everything before it under the key has ended, well or not. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turn = after(this.#last.get(key), work);
    this.#last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    }
  }
}

async function after<T>(previous: Promise<unknown> | undefined, work: () => Promise<T>): Promise<T> {
  await previous?.catch(() => undefined); // its own caller hears of its failure
  return await work();
}
