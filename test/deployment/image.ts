import { execFileSync, spawn } from 'node:child_process';
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
const READY_WITHIN = 30_000;

const root = new URL('../../', import.meta.url);
const dockerfile = readDockerfile(readFileSync(new URL('Dockerfile', root), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'image-'));
const [app, data] = [join(folder, 'app'), join(folder, 'data')];
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
  rmSync(folder, { recursive: true, force: true });
}

async function tryGateway(): Promise<void> {
  const server = await start(dockerfile.command);
  const page = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html' } });
  const html = await page.text();
  const script = /src="(\/graphiql\/assets\/[^"]+)"/.exec(html)?.[1];
  const asset = await fetch(`${server.url}${script}`);
  if (!page.ok || !asset.ok) throw new Error(`the playground is not served: ${page.status} ${asset.status}`);
  await asset.body?.cancel();
  print('gateway', `ready after ${server.milliseconds} ms, ${server.user}, the playground is served`);
  await server.stop();
}

/** On a store of its own it can be asked nothing, since the keys of others are not there; it must come up and stop. */
async function trySubgraph(): Promise<void> {
  const server = await start(['subgraphs/main.ts', 'billing'], '/healthz');
  const { status } = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ __typename }"}',
  });
  if (status < 400) throw new Error(`billing answers anybody: ${status}`);
  print('subgraph billing', `answers after ${server.milliseconds} ms, refuses who brings no service token: ${status}`);
  await server.stop();
}

async function start(command: readonly string[], path = '/readyz') {
  const began = performance.now();
  const { PATH: _, ...environment } = dockerfile.environment;
  const port = await freePort();
  const mayChange = process.getuid?.() === 0 && user !== undefined;
  const child = spawn(join(app, 'node_modules/.bin/node'), command, {
    cwd: app,
    env: { ...environment, PORT: String(port), DATA_DIR: data, ADMIN_PASSWORD: 'correct horse battery' },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(mayChange ? { uid: user, gid: user } : {}),
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += String(chunk)));
  const url = `http://127.0.0.1:${port}`;
  while (
    !(await fetch(`${url}${path}`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || performance.now() - began > READY_WITHIN) {
      child.kill('SIGKILL');
      throw new Error(`${command.join(' ')} is not ready: ${printed}`);
    }
    await delay(20);
  }
  return {
    url,
    milliseconds: Math.round(performance.now() - began),
    user: mayChange ? `as user ${user}` : 'as the user who runs this',
    async stop() {
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
