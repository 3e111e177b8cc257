import autocannon from 'autocannon';
import type { Client } from '../../scripts/demo/client.ts';

const SIGN_INS_AT_ONCE = 16;
const CONNECTIONS = 16;
/** Fewer than a verifier remembers (`lib/auth/verifier.ts`), and each is shown once: none of them is remembered. */
const TOKENS = 2_000;
const METERS = JSON.stringify({ query: '{ meters { name } }' });

export interface Rate {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

interface Answers {
  readonly status: number;
  readonly milliseconds: number;
}

/** Client-credentials tokens, at `POST /oauth/token`. */
export async function loadTokens(url: string, admin: Client, token: string, seconds: number): Promise<Rate> {
  const body = await credentials(admin, token);
  const result = await autocannon({
    url: `${url}/oauth/token`,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
    connections: CONNECTIONS,
    duration: seconds,
  });
  const { latency, requests } = result;
  const failed = result.non2xx + result.errors;
  return { perSecond: requests.average, p50: latency.p50, p99: latency.p99, failed };
}

/** The same small request with one token that is remembered, and with tokens of which each is met for the first time. */
export async function loadVerification(url: string, admin: Client, token: string) {
  const body = await credentials(admin, token);
  const fresh = await many(TOKENS, async () => {
    const response = await fetch(`${url}/oauth/token`, { method: 'POST', body: new URLSearchParams(body) });
    return ((await response.json()) as { access_token: string }).access_token;
  });
  await askMeters(url, () => token);
  return {
    remembered: await askMeters(url, () => token),
    fresh: await askMeters(url, (index) => fresh[index] ?? ''),
  };
}

/** Sign-ins, so many at once, and how long the event loop was held up meanwhile (99 of 100 times less, in milliseconds). */
export async function loadSignIns(url: string, credentials: { email: string; password: string }, seconds: number) {
  const query = 'mutation($input: SignInInput!) { signIn(input: $input) { accessToken } }';
  const body = JSON.stringify({ query, variables: { input: credentials } });
  await loopDelay(url);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const idle = await loopDelay(url);
  const until = performance.now() + seconds * 1_000;
  const answers: Answers[] = [];
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: SIGN_INS_AT_ONCE }, async () => {
      while (performance.now() < until) answers.push(await post(`${url}/graphql`, body));
    }),
  );
  return { ...rateOf(answers, performance.now() - begun), idle, delay: await loopDelay(url) };
}

async function credentials(admin: Client, token: string): Promise<string> {
  const input = { name: 'Bench', scopes: ['usage:read'] };
  const { client, clientSecret } = (await admin.send('administrator/create-service-client', { input }, token))
    .createServiceClient;
  const parameters = { client_id: client.clientId, client_secret: clientSecret };
  return new URLSearchParams({ grant_type: 'client_credentials', ...parameters }).toString();
}

async function askMeters(url: string, tokenOf: (index: number) => string): Promise<Rate> {
  const begun = performance.now();
  let next = 0;
  const answers = await many(TOKENS, () => post(`${url}/graphql`, METERS, tokenOf(next++)));
  return rateOf(answers, performance.now() - begun);
}

async function post(url: string, body: string, token?: string): Promise<Answers> {
  const begun = performance.now();
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const headers = { 'content-type': 'application/json', ...authorization };
  const response = await fetch(url, { method: 'POST', headers, body });
  const isGood = response.ok && !(await response.text()).includes('"errors"');
  return { status: isGood ? 200 : 500, milliseconds: performance.now() - begun };
}

/** The event loop's delay since it was last asked for, as `/metrics` tells it. A timer of 10 ms is in it. */
async function loopDelay(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return 1_000 * Number(/^nodejs_eventloop_lag_p99_seconds (.+)$/m.exec(metrics)?.[1]);
}

/** Does something so many times, some at once. */
async function many<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let left = times;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (left-- > 0) results.push(await work());
    }),
  );
  return results;
}

function rateOf(answers: readonly Answers[], milliseconds: number): Rate {
  const sorted = answers.map((answer) => answer.milliseconds).sort((left, right) => left - right);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const failed = answers.filter(({ status }) => status !== 200).length;
  return { perSecond: (1_000 * answers.length) / milliseconds, p50: at(0.5), p99: at(0.99), failed };
}
