import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePort } from '../support/port.ts';
import { type ServerProcess, startServerProcess } from '../support/process.ts';
import { folderBytes, measureCollections } from './bytes.ts';
import { type Latency, measure, type Probe } from './measure.ts';
import { askGraph, findCursors, type Installation, PROBES } from './probes.ts';
import { makeTemplates, type SeededTenant, seedFolder } from './seed.ts';

/**
 * Seeds two installations, a small one and a large one, and shows that what a caller waits for is the same in both: starts
 * a server on each, asks them in turns, and prints the times and their ratios. Ends with 1 where one is above the limit.
 *
 * `npm run scale` · `npm run scale -- --small 500 --large 5000 --seconds 0.3 --limit 2`, short · `--data DIR` keeps what is
 * seeded there, and takes it up again · `--only REGEXP` measures some probes.
 */
const { values } = parseArgs({
  options: {
    small: { type: 'string', default: '1000' },
    large: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '2' },
    limit: { type: 'string', default: '1.5' },
    only: { type: 'string', default: '' },
    data: { type: 'string' },
  },
});

const PASSWORD = 'correct horse battery staple';
const ENV = { ADMIN_PASSWORD: PASSWORD, LOG_LEVEL: 'warn' };
/** How often a probe that is above the limit is measured again: other work on the machine comes and goes. */
const AGAIN = 2;
const IDLE_SECONDS = 5;
const ENOUGH_FOR_P99 = 300;

interface Running {
  readonly server: ServerProcess;
  readonly installation: Installation;
}

const folder = values.data ?? (await mkdtemp(join(tmpdir(), 'scale-')));
const running: Running[] = [];
let made: ReturnType<typeof makeTemplates> | undefined;
try {
  print('machine', `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}`);
  for (const count of [Number(values.small), Number(values.large)]) running.push(await open(count));
  const sides = running.map(({ installation }) => installation);
  const only = new RegExp(values.only);
  printHeader(sides);
  for (const probe of PROBES.filter(({ name }) => only.test(name))) await compare(probe, sides);
  for (const { server, installation } of running) {
    const figures = `${await residentMegabytes(server)} MB resident after the load`;
    print(`${installation.tenants} tenants`, `${figures}, ${await idleCpu(server)} ms of CPU a second while idle`);
  }
} finally {
  for (const { server } of running) await server.stop();
  if (values.data === undefined) await rm(folder, { recursive: true, force: true });
}

/** Seeds an installation where that is not done, and starts a server on it. */
async function open(count: number): Promise<Running> {
  const dataDir = join(folder, String(count));
  const seeded = await seedOnce(dataDir, count);
  printBytes(dataDir, count);
  const server = await startServerProcess({ ...ENV, PORT: String(await freePort()), DATA_DIR: dataDir });
  const memory = await residentMegabytes(server);
  print(`${count} tenants`, `ready after ${Math.round(server.startMilliseconds)} ms, ${memory} MB resident`);
  const side = { tenants: count, url: server.url, seeded, next: Date.now(), token: '' };
  const source = 'mutation($input: SignInInput!) { signIn(input: $input) { accessToken } }';
  const { signIn } = await askGraph(side, source, { input: { email: 'admin@example.com', password: PASSWORD } });
  const signedIn = { ...side, token: signIn.accessToken };
  return { server, installation: { ...signedIn, cursors: await findCursors(signedIn) } };
}

async function seedOnce(dataDir: string, count: number): Promise<readonly SeededTenant[]> {
  const list = join(folder, `${count}.json`);
  if (existsSync(list)) return JSON.parse(readFileSync(list, 'utf8'));
  await rm(dataDir, { recursive: true, force: true });
  await mkdir(dataDir, { recursive: true });
  const { tenants, seconds } = await seedFolder(dataDir, count, ENV, await templates());
  writeFileSync(list, JSON.stringify(tenants));
  print(`${count} tenants`, `seeded in ${seconds.toFixed(1)} s`);
  return tenants;
}

/** Made once, and only where something is seeded. */
function templates(): ReturnType<typeof makeTemplates> {
  made ??= makeTemplates(new Date());
  return made;
}

async function compare(probe: Probe<Installation>, sides: readonly Installation[]): Promise<void> {
  for (let attempt = 0; attempt <= AGAIN; attempt++) {
    const latencies = await measure(probe, sides, Number(values.seconds));
    printRow(probe, latencies);
    if (isWithin(latencies, Number(values.limit))) return;
  }
  process.exitCode = 1;
}

/** The large installation's p50 and p99 in those of the small one. */
function ratios(latencies: readonly Latency[]): readonly number[] {
  const [small, large] = latencies;
  if (small === undefined || large === undefined) throw new Error('two installations are compared');
  return [large.p50 / small.p50, large.p99 / small.p99];
}

/** Whether what can be told is within the limit: of a few answers there is no p99. */
function isWithin(latencies: readonly Latency[], limit: number): boolean {
  const [p50 = Number.NaN, p99 = Number.NaN] = ratios(latencies);
  return p50 <= limit && (p99 <= limit || latencies.some(({ count }) => count < ENOUGH_FOR_P99));
}

function printBytes(dataDir: string, count: number): void {
  const per = (bytes: number) => Math.round(bytes / count);
  const collections = measureCollections(dataDir);
  let total = 0;
  for (const { collection, documents, tableBytes, indexBytes } of collections) {
    total += tableBytes + indexBytes;
    if (tableBytes + indexBytes < count) continue;
    const share = `${(documents / count).toFixed(2)} documents a tenant`;
    print(`  ${collection}`, `${share}, ${per(tableBytes)} bytes and ${per(indexBytes)} of indexes`);
  }
  const files = folderBytes(join(dataDir, 'infrastructure'));
  print(`${count} tenants`, `${per(total)} bytes a tenant in the store, ${per(files)} of the local driver's files`);
}

function printHeader(sides: readonly Installation[]): void {
  const columns = sides.flatMap(({ tenants }) => [`p50 ${tenants}`, `p99 ${tenants}`]);
  print('', [...columns, 'p50 ratio', 'p99 ratio'].map((column) => column.padStart(12)).join(''));
}

function printRow({ name }: Probe<Installation>, latencies: readonly Latency[]): void {
  const times = latencies.flatMap(({ p50, p99 }) => [p50, p99]).map((time) => `${time.toFixed(1)} ms`);
  const columns = [...times, ...ratios(latencies).map((ratio) => ratio.toFixed(2))];
  const counts = latencies.map(({ count }) => count).join(' and ');
  print(name, `${columns.map((column) => column.padStart(12)).join('')}   of ${counts}`);
}

async function residentMegabytes(server: ServerProcess): Promise<number> {
  return Math.round((await readMetric(server, 'process_resident_memory_bytes')) / 1e6);
}

/** The CPU that a server takes while nobody asks it anything, in milliseconds per second. */
async function idleCpu(server: ServerProcess): Promise<number> {
  const before = await readMetric(server, 'process_cpu_seconds_total');
  await delay(IDLE_SECONDS * 1000);
  return Math.round(((await readMetric(server, 'process_cpu_seconds_total')) - before) * (1000 / IDLE_SECONDS));
}

async function readMetric({ url }: ServerProcess, name: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (.+)$`, 'm').exec(metrics)?.[1]);
}

function print(name: string, text: string): void {
  process.stdout.write(`${name.padEnd(38)}${text}\n`);
}
