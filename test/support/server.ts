import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from '#gateway/control-plane.ts';
import { readConfig } from '#lib/config.ts';
import { createLog } from '#lib/log.ts';

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

/** A control plane on a port and in a folder of its own, spoken to over HTTP. */
export interface TestServer {
  readonly url: string;
  readonly dataDir: string;
  readonly controlPlane: ControlPlane;
  /** Sends an operation to `/graphql`. */
  query(source: string, variables?: Record<string, unknown>, token?: string): Promise<Answer>;
  /** The administrator's access token. */
  signIn(): Promise<string>;
  close(): Promise<void>;
}

export interface TestServerOptions extends ControlPlaneOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly dataDir?: string;
}

export async function startTestServer({
  env,
  dataDir: givenDir,
  ...options
}: TestServerOptions = {}): Promise<TestServer> {
  const dataDir = givenDir ?? (await mkdtemp(join(tmpdir(), 'control-plane-')));
  const config = readConfig({
    PORT: '0',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    ...env,
  });
  const controlPlane = await startControlPlane(config, createLog(config.logLevel), options);
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
    async close() {
      await controlPlane.close();
      if (givenDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
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
