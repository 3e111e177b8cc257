import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../support/port.ts';
import { filesOfImage, readDockerfile } from './dockerfile.ts';

/**
 * Follows the Dockerfile where there is no Docker, `npm run image`: takes the files that it copies to a folder, runs its npm
 * commands there, starts the gateway and a subgraph from it, as its user where this one may do so, asks them, and stops them.
 * It takes the packages from the registry: minutes. What it does not show: the base images, and the rights of a container.
 */
const READY_WITHIN = 60_000;

const root = new URL('../../', import.meta.url);
const dockerfile = readDockerfile(readFileSync(new URL('Dockerfile', root), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'image-'));
const [app, data] = [join(folder, 'app'), join(folder, 'data')];
const children: ChildProcess[] = [];
const [user] = dockerfile.user.split(':').map(Number);

try {
  chmodSync(folder, 0o755);
  const files = filesOfImage(root, dockerfile.copied);
  for (const file of files) {
    mkdirSync(dirname(join(app, file)), { recursive: true });
    cpSync(new URL(file, root), join(app, file));
  }
  for (const command of dockerfile.commands) {
    const began = performance.now();
    execFileSync('bash', ['-c', command], { cwd: app, stdio: ['ignore', 'ignore', 'inherit'] });
    print(command.slice(0, 40), `${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
  printSizes();
  mkdirSync(data, { mode: 0o700 });
  if (process.getuid?.() === 0 && user !== undefined) chownSync(data, user, user);
  await tryGateway();
  await trySubgraph();
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

/** Everything in one process, and the playground. */
async function tryGateway(): Promise<void> {
  const server = start(dockerfile.command, await freePort());
  print('gateway alone', `ready after ${await server.ready()} ms, ${server.user}`);
  const page = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html' } });
  const script = /src="(\/graphiql\/assets\/[^"]+)"/.exec(await page.text())?.[1];
  const asset = await fetch(`${server.url}${script}`);
  await asset.arrayBuffer();
  if (!page.ok || !asset.ok) throw new Error(`the playground is not served: ${page.status} ${asset.status}`);
  await server.stop();
}

/** Billing from the same files, as a process of its own: the gateway is ready when it has reached it. */
async function trySubgraph(): Promise<void> {
  const [port, billingPort] = [await freePort(), await freePort()];
  const shared = { PUBLIC_URL: `http://127.0.0.1:${port}`, SUBGRAPH_BILLING_URL: `http://127.0.0.1:${billingPort}` };
  const gateway = start(dockerfile.command, port, shared);
  const billing = start(['subgraphs/main.ts', 'billing'], billingPort, { ...shared, SUBGRAPH_BILLING_URL: '' });
  print('gateway with billing apart', `ready after ${await gateway.ready()} ms`);
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ __typename }"}',
  };
  const { status } = await fetch(`${billing.url}/graphql`, request);
  if (status !== 401) throw new Error(`billing answers ${status} to who brings no service token`);
  await gateway.stop();
  await billing.stop();
}

function start(command: readonly string[], port: number, more: Readonly<Record<string, string>> = {}) {
  const began = performance.now();
  const { PATH: _, ...environment } = dockerfile.environment;
  const mayChange = process.getuid?.() === 0 && user !== undefined;
  const child = spawn(join(app, 'node_modules/.bin/node'), command, {
    cwd: app,
    env: { ...environment, PORT: String(port), DATA_DIR: data, ADMIN_PASSWORD: 'correct horse battery', ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(mayChange ? { uid: user, gid: user } : {}),
  });
  children.push(child);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += String(chunk)));
  const url = `http://127.0.0.1:${port}`;
  const isReady = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  return {
    url,
    user: mayChange ? `as user ${user}` : 'as the user who runs this',
    async ready(): Promise<number> {
      while (!(await isReady())) {
        if (child.exitCode !== null || performance.now() - began > READY_WITHIN) {
          throw new Error(`${command.join(' ')} is not ready: ${printed}`);
        }
        await delay(20);
      }
      return Math.round(performance.now() - began);
    },
    async stop(): Promise<void> {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      const [code] = await gone;
      if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${printed}`);
    },
  };
}

function printSizes(): void {
  const megabytes = (path: string) =>
    Number(execFileSync('du', ['-sm', join(app, path)], { encoding: 'utf8' }).split('\t')[0]);
  const modules = megabytes('node_modules');
  const node = megabytes('node_modules/node');
  print('size', `Node ${node} MB, other dependencies ${modules - node} MB, the program ${megabytes('.') - modules} MB`);
}

function print(name: string, text: string): void {
  process.stdout.write(`${name.padEnd(42)}${text}\n`);
}
