import { ConfigError, EXIT_CONFIG } from './config.ts';
import type { Notice } from './graphql/subgraph.ts';
import { StoreUnavailable, StoreUnusable } from './store/errors.ts';

/** How long a stop may take, in milliseconds, before the process ends without having finished. */
const STOP_WITHIN = 15_000;

/** What was started, and what the person who did so is told of it. */
export interface Running {
  readonly notices: readonly Notice[];
  /** Stops in order. */
  close(): Promise<void>;
}

/** What a process tells the one that started it, where there is one that listens. */
export interface Started {
  readonly notices: readonly Notice[];
}

/**
 * Runs a process until it is told to stop (SIGTERM, Ctrl-C): it says what it is, and stops in order; a second Ctrl-C ends it
 * at once. What a person can mend about its start gets a line each and no stack. A process that was started with a channel
 * to its parent tells the parent instead, and stops when that is gone.
 */
export async function runProcess(start: () => Promise<Running>): Promise<void> {
  try {
    const running = await start();
    const toPerson = process.send === undefined;
    let stopping = false;
    const stopOnce = () => {
      if (!stopping) void stop(running, toPerson);
      stopping = true;
    };
    process.once('SIGINT', stopOnce);
    process.once('SIGTERM', stopOnce);
    if (toPerson) return greet(running.notices);
    process.once('disconnect', stopOnce);
    process.channel?.unref(); // the listener alone would keep a process that has stopped
    process.send?.({ notices: running.notices } satisfies Started);
  } catch (error) {
    fail(error);
  }
}

function greet(notices: readonly Notice[]): void {
  const rows = notices.map(({ name, text }) => `  ${name.padEnd(20)} ${text}`);
  process.stdout.write(`${['', ...rows, '', '  Ctrl-C stops it.', ''].join('\n')}\n`);
}

async function stop(running: Running, toPerson: boolean): Promise<void> {
  const say = (text: string) => toPerson && process.stdout.write(text);
  say('\n  Stopping: no new requests, finishing those under way.\n');
  setTimeout(() => process.exit(1), STOP_WITHIN).unref();
  process.once('SIGINT', () => process.exit(1));
  await running.close();
  say('  Stopped.\n');
}

function fail(error: unknown): never {
  if (error instanceof ConfigError) {
    process.stderr.write(error.faults.map((fault) => `configuration: ${fault}\n`).join(''));
    process.exit(EXIT_CONFIG);
  }
  if (error instanceof StoreUnusable || error instanceof StoreUnavailable || isAddressError(error)) {
    process.stderr.write(`start: ${error.message}\n`);
    process.exit(1);
  }
  throw error;
}

function isAddressError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error &&
    ['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL'].includes((error as NodeJS.ErrnoException).code ?? '')
  );
}
