import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A MongoDB server of the tests' own: FerretDB on SQLite (docs/decisions/0008-ferretdb-in-tests.md). */
export interface Ferretdb {
  /** `mongodb://127.0.0.1:PORT`. */
  readonly url: string;
  /** Ends it at once, as `kill -9` does; its data is left for another in the same folder. */
  kill(): Promise<void>;
  /** Ends it, and removes its folder where none was given. */
  stop(): Promise<void>;
}

const SOURCES = import.meta.dirname;
const BUILDS = join(SOURCES, '../../../node_modules/.cache/ferretdb');
const GO_SOURCES = ['go.mod', 'go.sum', 'main.go', 'gate.go'];

/** Where Go is: in the PATH, or where its installer puts it. */
const COMPILERS = ['go', '/usr/local/go/bin/go'];
const NO_GO =
  'FerretDB could not be built: there is no Go on this machine. Install Go 1.24 or later (https://go.dev/dl), ' +
  'or set MONGODB_URL to a MongoDB replica set of your own.';

/** Builds the server where there is none of these sources: a minute the first time, with the network. Several may do so at once. */
export async function buildFerretdb(): Promise<void> {
  const binary = await binaryPath();
  if (existsSync(binary)) return;
  await mkdir(BUILDS, { recursive: true });
  const folder = await mkdtemp(join(BUILDS, 'build-'));
  try {
    for (const file of GO_SOURCES) await copyFile(join(SOURCES, file), join(folder, file));
    const go = await findCompiler(folder);
    await go('mod', 'vendor');
    await adapt(join(folder, 'vendor/github.com/FerretDB/FerretDB/internal/backends/sqlite'));
    await go('build', '-mod=vendor', '-buildvcs=false', '-o', 'ferretdb-for-tests', '.');
    await rename(join(folder, 'ferretdb-for-tests'), binary);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Named after everything that it is made of, this file too. */
async function binaryPath(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [...GO_SOURCES, 'lookup.go.txt', 'server.ts']) hash.update(await readFile(join(SOURCES, file)));
  return join(BUILDS, `ferretdb-for-tests-${hash.digest('hex').slice(0, 12)}`);
}

async function findCompiler(folder: string): Promise<(...args: string[]) => Promise<unknown>> {
  for (const compiler of COMPILERS) {
    const go = (...args: string[]) => promisify(execFile)(compiler, args, { cwd: folder });
    try {
      await go('version');
      return go;
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
    }
  }
  throw new Error(NO_GO);
}

/**
 * FerretDB 1.24 reads collections from their beginning where a lookup would do: its queries name the key otherwise than its
 * index of the keys does, so that SQLite does not use it; and a filter counts as a lookup only where it is nothing but one
 * `_id`. Here both are mended. What is found is held against the whole filter in any case.
 */
async function adapt(backend: string): Promise<void> {
  await replaceIn(join(backend, 'metadata/metadata.go'), `"->'$._id'"`, `"->'_id'"`);
  await replaceIn(
    join(backend, 'collection.go'), // the first of two: the other one explains
    'if params.Filter.Len() == 1 {\n\t\tv, _ := params.Filter.Get("_id")\n\t\tswitch v.(type) {\n',
    'if params.Filter.Len() > 0 {\n\t\tv, _ := params.Filter.Get("_id")\n\t\tswitch v := v.(type) {\n' +
      '\t\tcase *types.Document:\n\t\t\twhereClause, args = lookupAll(v)\n',
  );
  await copyFile(join(SOURCES, 'lookup.go.txt'), join(backend, 'lookup.go'));
}

async function replaceIn(path: string, text: string, replacement: string): Promise<void> {
  const source = await readFile(path, 'utf8');
  if (!source.includes(text)) throw new Error(`FerretDB is another than the one that is adapted here: ${path}`);
  await writeFile(
    path,
    source.replace(text, () => replacement),
  );
}

/** Starts the server that `buildFerretdb` has built. @param options.port a free one where none is given */
export async function startFerretdb(options: { folder?: string; port?: number } = {}): Promise<Ferretdb> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'ferretdb-')));
  const child = spawn(await binaryPath(), ['-listen', `127.0.0.1:${options.port ?? 0}`, '-dir', folder], {
    stdio: ['pipe', 'pipe', 'inherit'], // it ends when this process does, and with it the pipe
  });
  const url = await addressOf(child);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  return {
    url,
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGTERM');
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function addressOf(child: ChildProcess): Promise<string> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`FerretDB ended with ${code}`);
  });
  ended.catch(() => {}); // of interest before it has printed its address only
  const [printed] = await Promise.race([once(child.stdout ?? child, 'data'), ended]);
  return String(printed).trim();
}
