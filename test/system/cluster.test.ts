import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePorts } from '#test/support/port.ts';
import { type ProcessOptions, type ServerProcess, startServerProcess } from '#test/support/process.ts';
import { ADMIN } from '#test/support/server.ts';

const READY_WITHIN = 60_000; // eight processes on two cores, beside other tests
const SIGN_IN = 'mutation($input: SignInInput!) { signIn(input: $input) { accessToken } }';
const ONBOARD =
  'mutation($input: OnboardInput!) { onboard(input: $input) { workflow { status } tenant { tenantId billingAccount { address } } } }';
const UPCOMING =
  '{ tenantByName(name: "acme") { name users { totalCount } upcomingInvoice { total { amountMinor } } } }';

let dataDir: string;
let port: number;
let running: ServerProcess[];

const setUp = async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cluster-'));
  port = await freePorts(8);
  running = [];
};
const tearDown = async () => {
  await Promise.all(running.map((server) => server.stop()));
  await rm(dataDir, { recursive: true, force: true });
};

async function start(env: Record<string, string>, options: ProcessOptions): Promise<ServerProcess> {
  const common = { PORT: String(port), DATA_DIR: dataDir, ADMIN_PASSWORD: ADMIN.password };
  const server = await startServerProcess({ ...common, ...env }, { readyWithin: READY_WITHIN, ...options });
  running.push(server);
  return server;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape
async function query(source: string, variables: object = {}, token?: string): Promise<any> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query: source, variables }),
  });
  return await response.json();
}

async function signIn(): Promise<string> {
  return (await query(SIGN_IN, { input: ADMIN })).data.signIn.accessToken;
}

const onboard = (token: string, customerName = 'Acme') =>
  query(
    ONBOARD,
    { input: { customerName, email: `a@${customerName}.example`, billingAddress: 'x', tier: 'STANDARD' } },
    token,
  );

const statusOf = (at: number, path: string) =>
  fetch(`http://127.0.0.1:${at}${path}`).then(
    ({ status }) => status,
    () => 0,
  );

describe('npm run start:cluster', { timeout: 120_000 }, () => {
  beforeAll(setUp);
  afterAll(tearDown);
  let cluster: ServerProcess;
  let token: string;

  it('starts a process for each service and says what a person needs to know, the password once', async () => {
    cluster = await start({ ADMIN_PASSWORD: '' }, { command: ['scripts/cluster/main.ts'] });
    await expect.poll(() => cluster.output(), { timeout: 5_000 }).toContain('Ctrl-C stops it.');
    const output = cluster.output();
    expect(output).toContain(`SaaS control plane   http://127.0.0.1:${port}/graphql`);
    expect(output).toContain('Processes            8, ready after');
    const passwords = [...output.matchAll(/Its password +(\S+)/g)].map(([, password]) => password);
    expect(passwords).toHaveLength(1);
    const answer = await query(SIGN_IN, { input: { email: ADMIN.email, password: passwords[0] } });
    token = answer.data.signIn.accessToken;
  }, 120_000);

  it('does what one process does', async () => {
    expect(await onboard(token)).toMatchObject({
      data: { onboard: { workflow: { status: 'SUCCEEDED' }, tenant: { billingAccount: { address: 'x' } } } },
    });
    expect((await query(UPCOMING, {}, token)).data.tenantByName).toMatchObject({
      name: 'Acme',
      users: { totalCount: 1 },
    });
  });

  it('has one log: a JSON line each, with the name of its process', () => {
    const lines = cluster
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'));
    expect(new Set(lines.map((line) => JSON.parse(line).process)).size).toBe(8);
  });

  it('starts a process that died again; meanwhile its fields are UNAVAILABLE and the rest stands', async () => {
    process.kill(await processAt('billing'), 'SIGKILL');
    const { data, errors } = await query(UPCOMING, {}, token);
    expect(data.tenantByName).toMatchObject({ name: 'Acme', users: { totalCount: 1 }, upcomingInvoice: null });
    expect(errors[0].extensions.code).toBe('UNAVAILABLE');
    expect(await statusOf(port, '/readyz')).toBe(503);
    await expect.poll(() => statusOf(port, '/readyz'), { timeout: 30_000 }).toBe(200);
    expect((await query(UPCOMING, {}, token)).errors).toBeUndefined();
  });

  it('stops in order and leaves no process', async () => {
    expect(await cluster.stop()).toBe(0);
    expect(cluster.output()).toContain('Stopped.');
    for (let offset = 0; offset < 8; offset++) expect(await statusOf(port + offset, '/healthz')).toBe(0);
  });

  /** The process of a service, found by what it tells of itself. */
  async function processAt(service: string): Promise<number> {
    const line = cluster
      .output()
      .split('\n')
      .find((text) => text.includes(`"process":"${service}-1"`) && text.includes('"pid":'));
    return JSON.parse(line ?? '{}').pid;
  }

  it.each([
    [['--each', '2'], /MONGODB_URL is not set/],
    [['--nonsense'], /start:cluster/],
  ])('%j is refused with a line and 78', async (options, message) => {
    const server = await start({}, { command: ['scripts/cluster/main.ts', ...options], wait: false });
    await expect.poll(() => server.child.exitCode, { timeout: 15_000 }).toBe(78);
    expect(server.output()).toMatch(message);
    expect(server.output().trim().split('\n')).toHaveLength(1);
  });
});

describe('processes that are started one by one', { timeout: 120_000 }, () => {
  beforeEach(setUp);
  afterEach(tearDown);
  const billing = { PORT: '', PUBLIC_URL: '' };

  it('billing elsewhere and the rest with the gateway, on one folder, with an address and nothing else', async () => {
    billing.PORT = String(port + 1);
    billing.PUBLIC_URL = `http://127.0.0.1:${port}`;
    const apart = await start(billing, { command: ['subgraphs/main.ts', 'billing'], wait: false });
    await expect.poll(() => statusOf(port + 1, '/healthz'), { timeout: READY_WITHIN }).toBe(200);
    expect(await statusOf(port + 1, '/readyz'), 'nobody knows any keys yet').toBe(503);

    await start({ SUBGRAPH_BILLING_URL: `http://127.0.0.1:${port + 1}` }, {});
    await expect.poll(() => statusOf(port + 1, '/readyz'), { timeout: 10_000 }).toBe(200);
    const token = await signIn();
    expect((await onboard(token)).data.onboard.workflow.status).toBe('SUCCEEDED');
    expect((await query(UPCOMING, {}, token)).errors).toBeUndefined();

    expect(await apart.stop()).toBe(0);
    expect((await query(UPCOMING, {}, token)).errors[0].extensions.code).toBe('UNAVAILABLE');
    await start(billing, { command: ['subgraphs/main.ts', 'billing'], wait: false });
    await expect.poll(() => statusOf(port, '/readyz'), { timeout: READY_WITHIN }).toBe(200);
    expect((await query(UPCOMING, {}, token)).errors).toBeUndefined();
  });

  it('identity elsewhere, started last: the gateway waits for its keys and never falls', async () => {
    const elsewhere = `http://127.0.0.1:${port + 3}`;
    await start({ SUBGRAPH_IDENTITY_URL: elsewhere }, { wait: false });
    await expect.poll(() => statusOf(port, '/healthz'), { timeout: READY_WITHIN }).toBe(200);
    expect(await statusOf(port, '/readyz')).toBe(503);
    expect((await query(SIGN_IN, { input: ADMIN })).errors[0].extensions.code).toBe('UNAVAILABLE');
    const env = { PORT: String(port + 3), PUBLIC_URL: `http://127.0.0.1:${port}` };
    const identity = await start(env, { command: ['subgraphs/main.ts', 'identity'] });
    await expect.poll(() => statusOf(port, '/readyz'), { timeout: READY_WITHIN }).toBe(200);
    const token = await signIn();
    expect((await onboard(token)).data.onboard.workflow.status).toBe('SUCCEEDED');
    expect((await fetch(`http://127.0.0.1:${port}/.well-known/jwks.json`)).status).toBe(200);

    await identity.stop();
    expect((await query('{ tenantByName(name: "acme") { name } }', {}, token)).data, 'known tokens stay good').toEqual({
      tenantByName: { name: 'Acme' },
    });
    expect((await fetch(`http://127.0.0.1:${port}/.well-known/jwks.json`)).status).toBe(503);
  });

  it('a subgraph that there is none of stops the start with a line and 78', async () => {
    const server = await start({}, { command: ['subgraphs/main.ts', 'nonsense'], wait: false });
    await expect.poll(() => server.child.exitCode, { timeout: 15_000 }).toBe(78);
    expect(server.output().trim()).toMatch(/^configuration: say which subgraph: tenant, user, /);
  });
});
