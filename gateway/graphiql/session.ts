/** Sends one operation and answers what the server answered; rejects when there was no answer. */
export type Send = (operation: Operation, accessToken?: string) => Promise<Answer>;

export interface Operation {
  query: string;
  variables?: Record<string, unknown>;
}

export interface Answer {
  data?: unknown;
  errors?: readonly { message: string; extensions?: { code?: string } }[];
}

/** Who is signed in: `role` and `customer` are absent for a platform administrator. */
export interface Account {
  email: string;
  role?: string;
  customer?: string;
}

export interface SessionState {
  account?: Account;
  /** Why the session ended, where the user did not end it. */
  notice?: string;
}

interface Tokens {
  accessToken: string;
  refreshToken: string;
  expiresAt: string;
}

/** A token that expires sooner than this is renewed before it is used. */
const RENEW_BEFORE_EXPIRY_MS = 60_000;

const SIGN_IN = `mutation SignIn($input: SignInInput!) {
  signIn(input: $input) { accessToken refreshToken expiresAt user { userId } }
}`;
const ME = 'query Me { me { email role tenant { name } } }';
const REFRESH = `mutation RefreshSession($input: RefreshSessionInput!) {
  refreshSession(input: $input) { accessToken refreshToken expiresAt }
}`;
const SIGN_OUT = 'mutation SignOut($input: SignOutInput!) { signOut(input: $input) { __typename } }';

/** All that a session sends, for the test that compares it with the schema. */
export const SESSION_OPERATIONS = [SIGN_IN, ME, REFRESH, SIGN_OUT];

/**
 * One user's session with the graph. The tokens live in this object and nowhere else: not in localStorage,
 * sessionStorage or a cookie, so nothing can read them later. Reloading the page signs the user out.
 */
export class Session {
  readonly #send: Send;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  #state: SessionState = {};
  #tokens: Tokens | undefined;
  #renewal: Promise<void> | undefined;

  /** `now` gives milliseconds since 1970, as `Date.now` does. */
  constructor(send: Send, now: () => number) {
    this.#send = send;
    this.#now = now;
  }

  readonly getState = (): SessionState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Rejects with the server's message when the credentials are refused. */
  async signIn(email: string, password: string): Promise<void> {
    const answer = await this.#send({ query: SIGN_IN, variables: { input: { email, password } } });
    const payload = field<Tokens & { user: unknown }>(answer, 'signIn');
    if (!payload) throw new Error(firstMessage(answer));
    const account = payload.user ? await this.#account(payload.accessToken, email) : { email };
    this.#set(payload, { account });
  }

  /** Ends the session here at once, and on the server if it can be reached. */
  async signOut(): Promise<void> {
    await this.#renewal?.catch(() => undefined);
    const refreshToken = this.#tokens?.refreshToken;
    this.#set(undefined, {});
    if (refreshToken) await this.#send({ query: SIGN_OUT, variables: { input: { refreshToken } } });
  }

  /** A token that is good for a minute at least, or undefined when nobody is signed in. */
  async accessToken(): Promise<string | undefined> {
    if (this.#tokens && this.#isDue(this.#tokens)) {
      // Refresh tokens rotate, and one that is presented twice ends the session: requests share one renewal.
      this.#renewal ??= this.#renew(this.#tokens).finally(() => {
        this.#renewal = undefined;
      });
      await this.#renewal;
    }
    return this.#tokens?.accessToken;
  }

  #isDue(tokens: Tokens): boolean {
    return Date.parse(tokens.expiresAt) - this.#now() < RENEW_BEFORE_EXPIRY_MS;
  }

  async #renew({ refreshToken }: Tokens): Promise<void> {
    const answer = await this.#send({ query: REFRESH, variables: { input: { refreshToken } } });
    const tokens = field<Tokens>(answer, 'refreshSession');
    if (tokens) {
      this.#set(tokens, this.#state);
    } else if (answer.errors?.[0]?.extensions?.code === 'UNAUTHENTICATED') {
      this.#set(undefined, { notice: 'The session has ended. Please sign in again.' });
    } else {
      throw new Error(firstMessage(answer));
    }
  }

  async #account(accessToken: string, email: string): Promise<Account> {
    const answer = await this.#send({ query: ME }, accessToken);
    const me = field<{ email: string; role: string; tenant: { name: string } | null }>(answer, 'me');
    if (!me) return { email };
    return { email: me.email, role: me.role, ...(me.tenant ? { customer: me.tenant.name } : {}) };
  }

  #set(tokens: Tokens | undefined, state: SessionState): void {
    this.#tokens = tokens;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function field<T>(answer: Answer, name: string): T | undefined {
  const data = answer.data as Record<string, T | null> | null | undefined;
  return data?.[name] ?? undefined;
}

function firstMessage(answer: Answer): string {
  return answer.errors?.[0]?.message ?? 'The server gave no answer.';
}
