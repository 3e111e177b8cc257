/** The only place that knows what time it is; tests pass a clock of their own. */
export interface Clock {
  /** The current instant. */
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** The clock's instant as an RFC 3339 string in UTC with milliseconds: the form in which every document stores times. */
export function timestamp(clock: Clock): string {
  return clock.now().toISOString();
}

/** A clock for tests: it stands still until it is moved. */
export class ManualClock implements Clock {
  #now: Date;

  constructor(start: string) {
    this.#now = new Date(start);
  }

  now(): Date {
    return new Date(this.#now);
  }

  set(instant: string): void {
    this.#now = new Date(instant);
  }

  advance(milliseconds: number): void {
    this.#now = new Date(this.#now.getTime() + milliseconds);
  }
}
