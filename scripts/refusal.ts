import { ConfigError, EXIT_CONFIG } from '#lib/config.ts';
import { StoreUnavailable, StoreUnusable } from '#lib/store/errors.ts';

/** A command cannot do what it was asked for; the message is one line for whoever asked. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

const SQLITE_FULL = 13;

/**
 * Runs a command. What a person can mend (a refusal, a store, a file, a disk) is a line on the standard error and exit
 * code 1, or 78 for a bad environment; what is left is a fault of the program and gets its stack.
 */
export async function runCommand(name: string, command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (error instanceof ConfigError) {
      process.stderr.write(error.faults.map((fault) => `configuration: ${fault}\n`).join(''));
      process.exitCode = EXIT_CONFIG;
      return;
    }
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    process.stderr.write(`${name}: ${reason}\n`);
    process.exitCode = 1;
  }
}

function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof Refusal || error instanceof StoreUnusable || error instanceof StoreUnavailable) {
    return error.message;
  }
  const { code, errcode, path } = error as { code?: unknown; errcode?: unknown; path?: unknown };
  if (code === 'ENOSPC' || errcode === SQLITE_FULL) return 'the disk is full';
  if (code === 'ERR_SQLITE_ERROR') return error.message;
  return 'syscall' in error ? `${String(path ?? '')}: ${String(code)}`.replace(/^: /, '') : undefined;
}
