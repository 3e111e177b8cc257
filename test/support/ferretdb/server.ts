import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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
const BUILD = join(SOURCES, '../../../node_modules/.cache/ferretdb');
const BINARY = join(BUILD, 'ferretdb-for-tests');

/** Where Go is: in the PATH, or where its installer puts it. */
const COMPILERS = ['go', '/usr/local/go/bin/go'];
const NO_GO =
  'FerretDB could not be built: there is no Go on this machine. Install Go 1.24 or later (https://go.dev/dl), ' +
  'or set MONGODB_URL to a MongoDB replica set of your own.';

/** Builds the server where it is not up to date: a minute the first time, with the network; then some seconds. */
export async function buildFerretdb(): Promise<void> {
  await mkdir(BUILD, { recursive: true });
  for (const file of ['go.mod', 'go.sum', 'main.go', 'gate.go']) await copyFile(join(SOURCES, file), join(BUILD, file));
  const go = await findCompiler();
  await go('mod', 'vendor');
  await adapt(join(BUILD, 'vendor/github.com/FerretDB/FerretDB/internal/backends/sqlite'));
  await go('build', '-mod=vendor', '-buildvcs=false', '-o', BINARY, '.');
}

async function findCompiler(): Promise<(...args: string[]) => Promise<unknown>> {
  for (const compiler of COMPILERS) {
    const go = (...args: string[]) => promisify(execFile)(compiler, args, { cwd: BUILD });
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
 * FerretDB 1.24 looks a document up by its key only where the filter is nothing but one `_id`; else it reads the collection
 * from its beginning, for every compare-and-set and every `$in`. Here it is a lookup whatever else the filter says. What it
 * finds it holds against the whole filter in any case.
 */
async function adapt(backend: string): Promise<void> {
  const path = join(backend, 'collection.go');
  const source = await readFile(path, 'utf8');
  const lookup = 'if params.Filter.Len() == 1 {\n\t\tv, _ := params.Filter.Get("_id")\n\t\tswitch v.(type) {\n';
  if (!source.includes(lookup)) throw new Error('FerretDB is another than the one that is adapted here');
  const wider =
    'if params.Filter.Len() > 0 {\n\t\tv, _ := params.Filter.Get("_id")\n\t\tswitch v := v.(type) {\n' +
    '\t\tcase *types.Document:\n\t\t\twhereClause, args = lookupAll(v)\n';
  await writeFile(path, source.replace(lookup, wider)); // the first: the other one explains
  await copyFile(join(SOURCES, 'lookup.go.txt'), join(backend, 'lookup.go'));
}

/** Starts the server that `buildFerretdb` has built. @param options.port a free one where none is given */
export async function startFerretdb(options: { folder?: string; port?: number } = {}): Promise<Ferretdb> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'ferretdb-')));
  const child = spawn(BINARY, ['-listen', `127.0.0.1:${options.port ?? 0}`, '-dir', folder], {
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
