import type { Servers } from './servers.ts';

/** What a request came to. `LOST`: the server died over it. */
export interface Answer {
  readonly code: string;
  readonly message: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
  readonly data: any;
}

/** The public API of the server under test, as its administrator uses it. */
export class Api {
  readonly #server: Servers;
  readonly #credentials: { readonly email: string; readonly password: string };
  #token: string | undefined;

  constructor(server: Servers, credentials: { email: string; password: string }) {
    this.#server = server;
    this.#credentials = credentials;
  }

  /** Forgets the administrator's token: the server was started anew, or much time has passed. */
  forget(): void {
    this.#token = undefined;
  }

  /** As the administrator. `OK`, or the code of the first error. */
  async ask(source: string, variables: object): Promise<Answer> {
    this.#token ??= await this.#signIn();
    return await this.#post(source, variables, this.#token);
  }

  /** Calls a mutation by its name, with a selection on its payload. */
  async mutate(name: string, input: object, selection: string): Promise<Answer> {
    return await this.ask(mutationSource(name, selection), { input });
  }

  /** Signed in as nobody. */
  async mutateAnonymously(name: string, input: object, selection: string): Promise<Answer> {
    return await this.#post(mutationSource(name, selection), { input }, undefined);
  }

  /** @throws {Error} unless it succeeds: for what no fault is put into */
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
  async must(answer: Promise<Answer>): Promise<any> {
    const { code, message, data } = await answer;
    if (code !== 'OK') throw new Error(`${code}: ${message}`);
    return Object.values(data)[0];
  }

  async #signIn(): Promise<string> {
    const payload = await this.must(this.mutateAnonymously('signIn', this.#credentials, '{ accessToken }'));
    return payload.accessToken;
  }

  async #post(source: string, variables: object, token: string | undefined): Promise<Answer> {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    try {
      const body = JSON.stringify({ query: source, variables });
      const response = await fetch(`${this.#server.url}/graphql`, { method: 'POST', headers, body });
      const { data, errors = [] } = (await response.json()) as {
        data: unknown;
        errors?: { message: string; extensions: { code: string } }[];
      };
      return { code: errors[0]?.extensions.code ?? 'OK', message: errors[0]?.message ?? '', data };
    } catch (error) {
      return { code: 'LOST', message: String(error), data: null };
    }
  }
}

function mutationSource(name: string, selection: string): string {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  return `mutation ($input: ${type}!) { ${name}(input: $input) ${selection} }`;
}
