import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { Client } from '../../scripts/demo/client.ts';
import { freePort } from '../support/port.ts';
import { type ServerProcess, startServerProcess } from '../support/process.ts';
import { loadTenantPage } from './graph.ts';
import { loadSignIns, loadTokens, loadVerification, type Rate } from './identity.ts';
import { onboardCustomers } from './onboarding.ts';

/**
 * Prints what the documentation claims: start-up, memory, the tenant page at 32 connections, tokens and sign-ins, and
 * onboarding, server and load on the same machine. `npm run bench -- 5` measures for 5 seconds instead of 15.
 */
const seconds = Number(process.argv[2] ?? 15);
const dataDir = await mkdtemp(join(tmpdir(), 'control-plane-bench-'));
const password = randomBytes(12).toString('hex');
const env = { PORT: String(await freePort()), DATA_DIR: dataDir, ADMIN_PASSWORD: password, LOG_LEVEL: 'warn' };

print(
  'machine',
  `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
);
try {
  const first = await startServerProcess(env);
  print('first start', `ready after ${Math.round(first.startMilliseconds)} ms`);
  print('memory', `${await residentMegabytes(first)} MB resident when ready`);
  await first.stop();
  const server = await startServerProcess(env);
  print('second start', `ready after ${Math.round(server.startMilliseconds)} ms`);
  try {
    await measureGraph(server);
    await measureIdentity(server);
    await measureOnboarding(server);
  } finally {
    await server.stop();
  }
} finally {
  await rm(dataDir, { recursive: true, force: true });
}

async function measureGraph(server: ServerProcess): Promise<void> {
  const { token, tenantId } = await seed(new Client(server.url));
  const figures = await loadTenantPage(server.url, token, tenantId, seconds);
  print(
    'tenant page',
    `${Math.round(figures.requestsPerSecond)} requests/s, p50 ${figures.p50} ms, p99 ${figures.p99} ms at 32 connections`,
  );
  print('failed', String(figures.failed));
  print('memory', `${await residentMegabytes(server)} MB resident after the load`);
  if (figures.failed > 0) process.exitCode = 1;
}

async function measureIdentity(server: ServerProcess): Promise<void> {
  const client = new Client(server.url);
  const token = await signIn(client);
  const tokens = await loadTokens(server.url, client, token, Math.ceil(seconds / 3));
  const { remembered, fresh } = await loadVerification(server.url, client, token);
  const credentials = { email: 'admin@example.com', password };
  const signIns = await loadSignIns(server.url, credentials, Math.ceil(seconds / 3));
  print('tokens', `${rate(tokens)} (client credentials, 16 at a time)`);
  print('verified', `${rate(remembered)} with one token, ${rate(fresh)} with new ones (16 at a time)`);
  print('sign-ins', `${rate(signIns)} (16 at a time)`);
  print('event loop', `p99 ${signIns.delay.toFixed(1)} ms meanwhile, ${signIns.idle.toFixed(1)} ms before`);
  if (tokens.failed + remembered.failed + fresh.failed + signIns.failed > 0) process.exitCode = 1;
}

function rate({ perSecond, p50, p99 }: Rate): string {
  return `${perSecond.toFixed(0)}/s, p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`;
}

async function measureOnboarding(server: ServerProcess): Promise<void> {
  const client = new Client(server.url);
  const token = await signIn(client);
  await onboardCustomers(client, token, 50, 4);
  for (const [count, callers, tier] of [
    [seconds * 10, 1, 'FREE'],
    [seconds * 60, 16, 'FREE'],
    [seconds * 20, 16, 'STANDARD'],
    [seconds * 20, 16, 'PREMIUM'],
  ] as const) {
    const { perSecond, p50, p99, failed } = await onboardCustomers(client, token, count, callers, tier);
    const figures = `${perSecond.toFixed(0)}/s, p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`;
    print('onboarding', `${figures} with ${callers} at a time (${tier}, ${count} customers)`);
    if (failed > 0) process.exitCode = 1;
  }
}

/** One customer with two users and usage on every meter and several days. */
async function seed(client: Client): Promise<{ token: string; tenantId: string }> {
  const token = await signIn(client);
  const input = { customerName: 'Acme', billingAddress: '1 Acme Road', tier: 'STANDARD' };
  const { tenant } = (
    await client.send('administrator/onboard', { input: { ...input, email: 'a@acme.example' } }, token)
  ).onboard;
  await client.send('administrator/onboard', { input: { ...input, email: 'b@acme.example' } }, token);
  const { tenantId } = tenant;
  const events = ['compute', 'memory', 'apis'].flatMap((meter) =>
    Array.from({ length: 100 }, (_, n) => ({ id: `${meter}-${n}`, tenantId, meter, value: String(1_000 + n) })),
  );
  await client.send('internal-app/record-usage', { input: { events } }, token);
  return { token, tenantId };
}

async function signIn(client: Client): Promise<string> {
  const input = { email: 'admin@example.com', password };
  return (await client.send('administrator/sign-in', { input })).signIn.accessToken;
}

async function residentMegabytes({ url }: ServerProcess): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Math.round(Number(/^process_resident_memory_bytes (.+)$/m.exec(metrics)?.[1]) / 1e6);
}

function print(name: string, text: string): void {
  process.stdout.write(`${name.padEnd(14)}${text}\n`);
}
