import type { Client } from '../../scripts/demo/client.ts';

export type Tier = 'FREE' | 'STANDARD' | 'PREMIUM';

export interface OnboardingFigures {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

/** Onboards new customers with so many callers at once, a new customer each time. Times are those of one mutation, in milliseconds. */
export async function onboardCustomers(
  client: Client,
  token: string,
  count: number,
  callers: number,
  tier: Tier = 'FREE',
): Promise<OnboardingFigures> {
  const times: number[] = [];
  let failed = 0;
  let next = 0;
  const run = `${tier}-${callers}-${Date.now().toString(36)}`;
  const caller = async () => {
    while (next < count) {
      const n = next++;
      const began = performance.now();
      const status = await onboardOne(client, token, `${run}-${n}`, tier);
      times.push(performance.now() - began);
      if (status !== 'SUCCEEDED') failed += 1;
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - began) / 1000;
  times.sort((left, right) => left - right);
  return { perSecond: count / seconds, p50: at(times, 0.5), p99: at(times, 0.99), failed };
}

async function onboardOne(client: Client, token: string, name: string, tier: Tier): Promise<string> {
  const input = {
    customerName: `Bench ${name}`,
    email: `bench-${name}@example.com`,
    billingAddress: 'x',
    tier,
  };
  const { data, errors } = await client.ask('administrator/onboard', { input }, token);
  return errors[0]?.extensions.code ?? data.onboard.workflow.status;
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0;
}
