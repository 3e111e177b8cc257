import autocannon, { type Result } from 'autocannon';
import { readConsumers } from '../contract/consumers.ts';

const CONNECTIONS = 32;

export interface GraphFigures {
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

/** Loads the tenant page (the scenario's step 4) over HTTP for so many seconds, after a warm-up of a third of that. */
export async function loadTenantPage(
  url: string,
  token: string,
  tenantId: string,
  seconds: number,
): Promise<GraphFigures> {
  const source = readConsumers().get('administrator/tenant-page')?.source;
  const body = JSON.stringify({ query: source, variables: { tenantId } });
  const run = (duration: number): Promise<Result> =>
    autocannon({
      url: `${url}/graphql`,
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body,
      connections: CONNECTIONS,
      duration,
      verifyBody: (answer) => !String(answer).includes('"errors"'),
    });
  await run(Math.ceil(seconds / 3));
  const result = await run(seconds);
  return {
    requestsPerSecond: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.non2xx + result.errors + result.mismatches,
  };
}
