import type { Clock } from '#lib/clock.ts';
import { emailKey } from '#lib/email.ts';
import { modifyOrInsert } from '#lib/store/modify.ts';
import type { Collection, CollectionSpec } from '#lib/store/port.ts';
import type { DeriveSecret } from '../people/invitation-secrets.ts';
import { networkOf } from './network.ts';
import type { Budget, Expense, Throttle } from './throttle.ts';

const QUARTER_HOUR = 15 * 60 * 1000;
const DAY = 24 * 60 * 60 * 1000;

/** Failed attempts in a quarter of an hour. NIST SP 800-63B, section 3.2.2, allows an account a hundred in a row. */
export const SIGN_IN_BUDGETS = {
  /** On one account from one network. */
  pair: { name: 'sign-in/pair', limit: 50, milliseconds: QUARTER_HOUR },
  /** From one network, whatever the account. */
  network: { name: 'sign-in/network', limit: 300, milliseconds: QUARTER_HOUR },
  /** On one account, from all networks from which nobody ever signed in to it. */
  strangers: { name: 'sign-in/strangers', limit: 100, milliseconds: QUARTER_HOUR },
} as const satisfies Record<string, Budget>;

/** How many networks an account is known from, and for how long. */
const REMEMBERED = 20;
const REMEMBERED_MILLISECONDS = 90 * DAY;
/** A network that is used every day is not written down every time. */
const REFRESHED_MILLISECONDS = DAY;

/** From where somebody has signed in to an account. */
export interface KnownNetworksDocument {
  /** A hash of the e-mail address by a key of this store, as those of the networks are. */
  readonly account: string;
  readonly networks: readonly { readonly network: string; readonly at: string }[];
  readonly expiresAt: string;
}

export const KNOWN_NETWORKS: CollectionSpec<KnownNetworksDocument> = {
  name: 'known_networks',
  key: 'account',
  indexes: { expiry: ['expiresAt'] },
};

export interface SignInGuardInit {
  readonly throttle: Throttle;
  readonly known: Collection<KnownNetworksDocument>;
  readonly clock: Clock;
  readonly secretOf: DeriveSecret;
}

/** An attempt to sign in. */
export interface Attempt {
  /** What is used up when it fails. */
  readonly expenses: readonly Expense[];
  readonly account: string;
  /** Null where the client's address is not known. */
  readonly network: string | null;
}

export type SignInGuard = ReturnType<typeof createSignInGuard>;

/**
 * Slows down who guesses passwords, and locks nobody out: what others use up of an account's attempts does not touch whoever
 * comes from where it signed in before. It is the same for accounts that do not exist.
 */
export function createSignInGuard({ throttle, known, clock, secretOf }: SignInGuardInit) {
  async function isKnown(account: string, network: string): Promise<boolean> {
    const document = await known.get(account);
    const since = new Date(clock.now().getTime() - REMEMBERED_MILLISECONDS).toISOString();
    return document?.networks.some((one) => one.network === network && one.at > since) ?? false;
  }

  async function remember(account: string, network: string): Promise<void> {
    const now = clock.now().getTime();
    const fresh = { network, at: new Date(now).toISOString() };
    const stale = new Date(now - REFRESHED_MILLISECONDS).toISOString();
    const expiresAt = new Date(now + REMEMBERED_MILLISECONDS).toISOString();
    await modifyOrInsert(known, { account, networks: [], expiresAt }, ({ networks }) => {
      if (networks.some((one) => one.network === network && one.at > stale)) return undefined;
      const others = networks.filter((one) => one.network !== network);
      return { networks: [fresh, ...others].slice(0, REMEMBERED), expiresAt };
    });
  }

  return {
    /** @throws {AppError} `RATE_LIMITED` */
    async enter(email: string, clientAddress: string | null): Promise<Attempt> {
      const account = await secretOf('account', emailKey(email));
      const { pair, network: fromNetwork, strangers } = SIGN_IN_BUDGETS;
      const address = clientAddress === null ? 'unknown' : networkOf(clientAddress);
      const network = clientAddress === null ? null : await secretOf('network', address);
      const expenses: Expense[] = [{ budget: pair, subject: JSON.stringify([account, address]) }];
      if (network !== null) expenses.push({ budget: fromNetwork, subject: address });
      const familiar = network !== null && (await isKnown(account, network));
      if (!familiar) expenses.push({ budget: strangers, subject: account });
      await throttle.check(expenses);
      return { expenses, account, network };
    },

    /** Asked again when its turn has come: those before it may have failed. @throws {AppError} `RATE_LIMITED` */
    check: ({ expenses }: Attempt) => throttle.check(expenses),

    /** The password was right: from there its holder is not slowed down by what others do. */
    async succeeded({ account, network }: Attempt): Promise<void> {
      if (network !== null) await remember(account, network);
    },

    failed: ({ expenses }: Attempt) => throttle.count(expenses),
  };
}
