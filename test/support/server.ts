import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from '#gateway/control-plane.ts';
import { readConfig } from '#lib/config.ts';
import { createLog } from '#lib/log.ts';
import { startMany } from './many.ts';
import { removeStores, storeEnvironment } from './stores.ts';

export const ADMIN = { email: 'admin@example.com', password: 'correct horse battery' } as const;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of any shape
  readonly data: any;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Record<string, unknown>;
  }[];
  /** The body as it came. */
  readonly text: string;
}

/** A control plane on a port and on stores of its own, spoken to over HTTP. */
export interface TestServer {
  readonly url: string;
  readonly dataDir: string;
  /** Its `urls` are where each process listens, the gateway first, then the subgraphs in the order of `SUBGRAPHS`. */
  readonly controlPlane: ControlPlane & { readonly urls: readonly string[] };
  /** Sends an operation to `/graphql`. */
  query(source: string, variables?: Record<string, unknown>, token?: string): Promise<Answer>;
  /** The administrator's access token. */
  signIn(): Promise<string>;
  /** What every process tells Prometheus, one after the other. */
  metrics(): Promise<string>;
  close(): Promise<void>;
}

/** In which shape the tests run where they say nothing: everything in one process, or every subgraph behind HTTP. */
export type Shape = 'one' | 'many';
const SHAPE: Shape = process.env.SHAPE === 'many' ? 'many' : 'one';

export interface TestServerOptions extends ControlPlaneOptions {
  readonly shape?: Shape;
  readonly env?: Readonly<Record<string, string>>;
  readonly dataDir?: string;
}

export async function startTestServer({
  env,
  dataDir: givenDir,
  shape = SHAPE,
  ...options
}: TestServerOptions = {}): Promise<TestServer> {
  const dataDir = givenDir ?? (await mkdtemp(join(tmpdir(), 'control-plane-')));
  const environment = {
    PORT: '0',
    ...storeEnvironment(dataDir),
    LOG_LEVEL: 'silent',
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    ...env,
  };
  const controlPlane = await (shape === 'many' ? startMany(environment, options) : startOne(environment, options));
  const query: TestServer['query'] = (source, variables, token) =>
    post(controlPlane.url, { query: source, variables }, token);
  return {
    url: controlPlane.url,
    dataDir,
    controlPlane,
    query,
    async signIn() {
      const answer = await query('mutation($input: SignInInput!) { signIn(input: $input) { accessToken } }', {
        input: ADMIN,
      });
      return answer.data.signIn.accessToken;
    },
    async metrics() {
      const texts = controlPlane.urls.map(async (url) => await (await fetch(`${url}/metrics`)).text());
      return (await Promise.all(texts)).join('\n');
    },
    async close() {
      await controlPlane.close();
      if (givenDir === undefined) await removeStores(dataDir);
    },
  };
}

async function startOne(environment: Readonly<Record<string, string>>, options: ControlPlaneOptions) {
  const config = readConfig(environment);
  const controlPlane = await startControlPlane(config, createLog(config.logLevel), options);
  return { ...controlPlane, urls: [controlPlane.url] };
}

async function post(url: string, body: unknown, token: string | undefined): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const { data, errors = [] } = JSON.parse(text);
  return { status: response.status, headers: response.headers, data, errors, text };
}

/** An access token by client credentials (RFC 6749, section 4.4). */
export async function clientToken(url: string, clientId: string, clientSecret: string): Promise<string> {
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const body = (await response.json()) as { access_token?: string; error?: string };
  if (body.access_token === undefined) throw new Error(`no token: ${body.error}`);
  return body.access_token;
}
