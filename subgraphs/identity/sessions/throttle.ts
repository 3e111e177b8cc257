import type { Clock } from '#lib/clock.ts';
import { AppError } from '#lib/errors.ts';
import type { Collection, CollectionSpec } from '#lib/store/port.ts';
import type { DeriveSecret } from '../people/invitation-secrets.ts';

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
  async function windowOf({ budget, subject }: Expense): Promise<Window> {
    const now = clock.now().getTime();
    const index = Math.floor(now / budget.milliseconds);
    const end = (index + 1) * budget.milliseconds;
    const key = `${budget.name}/${await secretOf(`throttle/${budget.name}`, subject)}/${index}`;
    const document = { key, count: 0, expiresAt: new Date(end).toISOString() };
    return { document, limit: budget.limit, seconds: Math.ceil((end - now) / 1000) };
  }

  function refuseOver(windows: readonly Window[], counted: readonly (ThrottleDocument | undefined)[], spare: number) {
    for (const [place, { limit, seconds }] of windows.entries()) {
      if ((counted[place]?.count ?? 0) > limit - spare) throw tooMany(seconds);
    }
  }

  async function check(windows: readonly Window[]): Promise<void> {
    refuseOver(windows, await throttles.getMany(windows.map(({ document }) => document.key)), 1);
  }

  function add(documents: readonly ThrottleDocument[], count: number): Promise<readonly ThrottleDocument[]> {
    return Promise.all(documents.map((document) => throttles.increment(document.key, { count }, document)));
  }

  return {
    /** Uses nothing up. @throws {AppError} `RATE_LIMITED` where one of them is used up */
    async check(expenses: readonly Expense[]): Promise<void> {
      await check(await Promise.all(expenses.map(windowOf)));
    },

    /** Uses one of each up. */
    async count(expenses: readonly Expense[]): Promise<void> {
      const windows = await Promise.all(expenses.map(windowOf));
      await add(
        windows.map(({ document }) => document),
        1,
      );
    },

    /**
     * Uses one of each up, or none where one of them is used up; of many at once no more go through than there are.
     *
     * @throws {AppError} `RATE_LIMITED`
     */
    async take(expenses: readonly Expense[]): Promise<Taken> {
      const windows = await Promise.all(expenses.map(windowOf));
      await check(windows);
      const documents = windows.map(({ document }) => document);
      refuseOver(windows, await add(documents, 1), 0);
      return documents;
    },

    async giveBack(taken: Taken): Promise<void> {
      await add(taken, -1);
    },
  };
}

interface Window {
  /** As it is before anything is counted. */
  readonly document: ThrottleDocument;
  readonly limit: number;
  /** How long it lasts. */
  readonly seconds: number;
}

function tooMany(retryAfterSeconds: number): AppError {
  return new AppError('RATE_LIMITED', 'That was tried too often. Wait, and try again.', { retryAfterSeconds });
}
