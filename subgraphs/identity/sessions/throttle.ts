import type { Clock } from '#lib/clock.ts';
import { AppError } from '#lib/errors.ts';
import type { Collection, CollectionSpec } from '#lib/store/port.ts';
import type { DeriveSecret } from '../invitation-secrets.ts';

/** How often something was tried in a window of time: counted in the store, so that all processes count together. */
export interface ThrottleDocument {
  /** The budget, what it is for (a hash by a key of this store), and which window it is. */
  readonly key: string;
  readonly count: number;
  /** When the window is over. */
  readonly expiresAt: string;
}

export const THROTTLES: CollectionSpec<ThrottleDocument> = {
  name: 'throttles',
  key: 'key',
  indexes: { expiry: ['expiresAt'] },
};

/** So many attempts in each window of so many milliseconds. */
export interface Budget {
  readonly name: string;
  readonly limit: number;
  readonly milliseconds: number;
}

/** What is used up, and by whom: an account, an address. */
export interface Expense {
  readonly budget: Budget;
  readonly subject: string;
}

/** What was taken, to be given back. */
export type Taken = readonly ThrottleDocument[];

export type Throttle = ReturnType<typeof createThrottle>;

interface ThrottleInit {
  readonly throttles: Collection<ThrottleDocument>;
  readonly clock: Clock;
  readonly secretOf: DeriveSecret;
}

export function createThrottle({ throttles, clock, secretOf }: ThrottleInit) {
  async function windowOf({ budget, subject }: Expense) {
    const now = clock.now().getTime();
    const index = Math.floor(now / budget.milliseconds);
    const end = (index + 1) * budget.milliseconds;
    const key = `${budget.name}/${await secretOf(`throttle/${budget.name}`, subject)}/${index}`;
    const document = { key, count: 0, expiresAt: new Date(end).toISOString() };
    return { document, limit: budget.limit, seconds: Math.ceil((end - now) / 1000) };
  }

  return {
    /**
     * Takes one of each. What is over its limit is refused, and uses up none of the others; of many at once no more go
     * through than the limit says.
     *
     * @throws {AppError} `RATE_LIMITED`
     */
    async take(expenses: readonly Expense[]): Promise<Taken> {
      const windows = await Promise.all(expenses.map(windowOf));
      const before = await throttles.getMany(windows.map(({ document }) => document.key));
      for (const [place, { limit, seconds }] of windows.entries()) {
        if ((before[place]?.count ?? 0) >= limit) throw tooMany(seconds);
      }
      const after = await Promise.all(
        windows.map(({ document }) => throttles.increment(document.key, { count: 1 }, document)),
      );
      for (const [place, { limit, seconds }] of windows.entries()) {
        if ((after[place]?.count ?? 0) > limit) throw tooMany(seconds);
      }
      return windows.map(({ document }) => document);
    },

    async giveBack(taken: Taken): Promise<void> {
      await Promise.all(taken.map((document) => throttles.increment(document.key, { count: -1 }, document)));
    },
  };
}

function tooMany(retryAfterSeconds: number): AppError {
  return new AppError('RATE_LIMITED', 'That was tried too often. Wait, and try again.', { retryAfterSeconds });
}
