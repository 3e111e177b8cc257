import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
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
const BINARY = join(SOURCES, '../../../node_modules/.cache/ferretdb/ferretdb-for-tests');

/** Where Go is: in the PATH, or where its installer puts it. */
const COMPILERS = ['go', '/usr/local/go/bin/go'];
const NO_GO =
  'FerretDB could not be built: there is no Go on this machine. Install Go 1.24 or later (https://go.dev/dl), ' +
  'or set MONGODB_URL to a MongoDB replica set of your own.';

/** Builds the server where it is not up to date: a minute the first time, with the network; then a second. */
export async function buildFerretdb(): Promise<void> {
  await mkdir(join(BINARY, '..'), { recursive: true });
  for (const compiler of COMPILERS) {
    try {
      await promisify(execFile)(compiler, ['build', '-buildvcs=false', '-o', BINARY, '.'], { cwd: SOURCES });
      return;
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
    }
  }
  throw new Error(NO_GO);
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
