import { setTimeout as delay } from 'node:timers/promises';

/** What an operation answered. */
export interface Reply<Data> {
  readonly data: Data | null;
  readonly errors: readonly GraphError[];
}

export interface GraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string };
}

/** The connection broke, or the answer was none of GraphQL: whether the operation took effect is not known. */
export class Lost extends Error {
  override readonly name = 'Lost';
}

/** Reads are tried again for so long: the server may be on its way down or up. */
const READ_WITHIN = 10_000;

/** Speaks to the public API as the administrator. The token outlives the process that gave it, as it should. */
export class Graph {
  readonly #urls: readonly string[];
  #turn = 0;
  /** What was answered instead of data, and what broke: how often. */
  readonly failures = new Map<string, number>();
  readonly #admin: { readonly email: string; readonly password: string };
  #token: string | undefined;
  #renewAt = 0;

  /** @param urls of the gateways; they take turns, so that what is asked again at once is asked of another */
  constructor(urls: string | readonly string[], admin: { readonly email: string; readonly password: string }) {
    this.#urls = [urls].flat();
    this.#admin = admin;
  }

  /** @throws {Lost} */
  async ask<Data>(query: string, variables: object, token?: string): Promise<Reply<Data>> {
    let text: string;
    try {
      text = await this.#post({
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(30_000),
      });
    } catch (cause) {
      this.#count('the connection broke');
      throw new Lost('the connection broke', { cause });
    }
    const body = parse(text);
    if (body === undefined) throw new Lost(`not an answer of GraphQL: ${text.slice(0, 200)}`);
    const errors = body.errors ?? [];
    for (const what of new Set(errors.map(({ extensions, message }) => `${extensions?.code} ${message}`))) {
      this.#count(what);
    }
    return { data: (body.data ?? null) as Data | null, errors };
  }

  /** To the gateway whose turn it is; one that refuses connections is passed over, as a balancer does. */
  async #post(init: RequestInit): Promise<string> {
    for (let tries = 1; ; tries++) {
      const url = this.#urls[this.#turn++ % this.#urls.length];
      try {
        const response = await fetch(`${url}/graphql`, init);
        return await response.text();
      } catch (error) {
        if (tries === this.#urls.length || !isRefusal(error)) throw error;
      }
    }
  }

  #count(what: string): void {
    this.failures.set(what, (this.failures.get(what) ?? 0) + 1);
  }

  /** @throws {Lost} */
  async askAsAdministrator<Data>(query: string, variables: object): Promise<Reply<Data>> {
    return await this.ask<Data>(query, variables, await this.#administratorToken());
  }

  /** What a query answers without any error. @throws {Error} after some seconds without such an answer */
  async read<Data>(query: string, variables: object): Promise<Data> {
    const until = performance.now() + READ_WITHIN;
    for (;;) {
      const reply = await this.askAsAdministrator<Data>(query, variables).catch((error: unknown) => {
        if (error instanceof Lost) return { data: null, errors: [{ message: error.message }] };
        throw error;
      });
      if (reply.data !== null && reply.errors.length === 0) return reply.data;
      if (performance.now() > until) throw new Error(`a read failed: ${JSON.stringify(reply.errors)}`);
      await delay(200);
    }
  }

  async #administratorToken(): Promise<string> {
    if (this.#token !== undefined && Date.now() < this.#renewAt) return this.#token;
    const { data, errors } = await this.ask<{ signIn: { accessToken: string; expiresAt: string } }>(
      'mutation($input: SignInInput!) { signIn(input: $input) { accessToken expiresAt } }',
      { input: this.#admin },
    );
    if (data === null) throw new Lost(`the administrator could not sign in: ${JSON.stringify(errors)}`);
    this.#token = data.signIn.accessToken;
    this.#renewAt = Date.parse(data.signIn.expiresAt) - 60_000;
    return this.#token;
  }
}

function isRefusal(error: unknown): boolean {
  return (error as { cause?: { code?: string } }).cause?.code === 'ECONNREFUSED';
}

function parse(text: string): { data?: unknown; errors?: readonly GraphError[] } | undefined {
  try {
    const body: unknown = JSON.parse(text);
    const isAnswer = typeof body === 'object' && body !== null && ('data' in body || 'errors' in body);
    return isAnswer ? (body as ReturnType<typeof parse>) : undefined;
  } catch {
    return undefined;
  }
}
