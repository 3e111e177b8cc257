import { readConsumers } from '#test/contract/consumers.ts';

/** What an operation answered: the data, or why there is none. */
export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: the demo reads answers of many shapes
  readonly data: any;
  readonly errors: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

/** Sends the consumers' own operations (test/contract/consumers), so that the demo shows what the contract tests hold. */
export class Client {
  readonly #url: string;
  readonly #operations = readConsumers();

  constructor(url: string) {
    this.#url = url;
  }

  /** @throws {Error} when the answer has errors */
  async send(name: string, variables: Record<string, unknown>, token?: string): Promise<Answer['data']> {
    const answer = await this.ask(name, variables, token);
    const [error] = answer.errors;
    if (error !== undefined) throw new Error(`${name}: ${error.extensions.code}: ${error.message}`);
    return answer.data;
  }

  /** The same, for an operation that may be refused. */
  async ask(name: string, variables: Record<string, unknown>, token?: string): Promise<Answer> {
    const source = this.#operations.get(name)?.source;
    if (source === undefined) throw new Error(`there is no operation ${name}`);
    const response = await fetch(`${this.#url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query: source, variables }),
    });
    const { data, errors = [] } = (await response.json()) as Partial<Answer>;
    return { data, errors };
  }

  /** An access token of a service client (RFC 6749, section 4.4). */
  async clientToken(clientId: string, clientSecret: string): Promise<string> {
    const response = await fetch(`${this.#url}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const body = (await response.json()) as { access_token?: string; error?: string };
    if (body.access_token === undefined) throw new Error(`the token endpoint refused: ${body.error}`);
    return body.access_token;
  }
}
