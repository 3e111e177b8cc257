/** How a request ended for the client that sent it. */
export type Ending = 'answered' | 'failed';

interface Kind {
  count: number;
  failed: number;
  failedTwice: number;
  readonly milliseconds: number[];
}

/** What clients saw, by kind of request. */
export class Tally {
  readonly #kinds = new Map<string, Kind>();

  /**
   * Sends a request, and once more where it failed: what a careful client does. Both are counted.
   *
   * @param send can be repeated
   */
  async attempt(name: string, send: () => Promise<Ending>): Promise<Ending> {
    const kind = this.#kindOf(name);
    const began = performance.now();
    const first = await send();
    const took = performance.now() - began;
    kind.count += 1;
    if (first === 'answered') {
      kind.milliseconds.push(took);
      return first;
    }
    kind.failed += 1;
    const second = await send();
    if (second === 'failed') kind.failedTwice += 1;
    return second;
  }

  get count(): number {
    return this.#sum(({ count }) => count);
  }

  /** Shares of all requests that were answered without an error: at once, and with the one repetition. */
  availability(): { readonly atOnce: number; readonly repeated: number } {
    const share = (failed: number) => (this.count === 0 ? 1 : 1 - failed / this.count);
    return { atOnce: share(this.#sum(({ failed }) => failed)), repeated: share(this.#sum((kind) => kind.failedTwice)) };
  }

  /** Milliseconds until the answer, of what was answered at once. */
  percentile(share: number): number {
    return percentileOf(
      [...this.#kinds.values()].flatMap(({ milliseconds }) => milliseconds),
      share,
    );
  }

  /** A row per kind. */
  rows(): string[] {
    const row = (...cells: (string | number)[]) =>
      `  ${String(cells[0]).padEnd(16)}${cells
        .slice(1)
        .map((cell) => String(cell).padStart(12))
        .join('')}`;
    const lines = [row('request', 'sent', 'failed', 'and again', 'p50 ms', 'p99 ms')];
    for (const [name, { count, failed, failedTwice, milliseconds }] of this.#kinds) {
      const times = [0.5, 0.99].map((share) => Math.round(percentileOf(milliseconds, share)));
      lines.push(row(name, count, failed, failedTwice, ...times));
    }
    return lines;
  }

  #kindOf(name: string): Kind {
    const kind = this.#kinds.get(name) ?? { count: 0, failed: 0, failedTwice: 0, milliseconds: [] };
    this.#kinds.set(name, kind);
    return kind;
  }

  #sum(of: (kind: Kind) => number): number {
    return [...this.#kinds.values()].reduce((sum, kind) => sum + of(kind), 0);
  }
}

/** 0 where there is none. */
export function percentileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
