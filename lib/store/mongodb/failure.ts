import { MongoServerError, MongoServerSelectionError } from 'mongodb';
import { KeyTaken, StoreUnavailable, StoreUnusable } from '../errors.ts';

export const DUPLICATE_KEY = 11_000;
export const NAMESPACE_NOT_FOUND = 26;
export const INDEX_NOT_FOUND = 27;

/** Of the server (error_codes.yml): what no other attempt will do better. */
const FINAL: ReadonlyMap<unknown, string> = new Map([
  [13, 'Unauthorized'],
  [18, 'AuthenticationFailed'],
  [20, 'IllegalOperation'],
  [67, 'CannotCreateIndex'],
  [73, 'InvalidNamespace'],
  [85, 'IndexOptionsConflict'],
  [86, 'IndexKeySpecsConflict'],
  [115, 'CommandNotSupported'],
  [8_000, 'AtlasError'],
  [13_297, 'DatabaseDifferCase'],
]);

const OPENING_ATTEMPTS = 3;

export function isDuplicateKey(error: unknown): boolean {
  return codeOf(error) === DUPLICATE_KEY;
}

export function codeOf(error: unknown): unknown {
  return error instanceof MongoServerError ? error.code : undefined;
}

/**
 * What an operation's failure is to the port. The driver's error itself goes no further: it holds what was sent, and a
 * log that prints it would print documents.
 */
export function failureOf(error: unknown): Error {
  if (error instanceof TypeError || error instanceof KeyTaken || error instanceof StoreUnusable) return error;
  if (error instanceof StoreUnavailable) return error;
  return new StoreUnavailable(`the database: ${reasonOf(error)}`);
}

/**
 * Does something at the start, where a server that refuses for good is told apart from one that is away for a moment:
 * to that it is put again, twice.
 *
 * @param what is wrong when it fails
 */
export async function opening<T>(service: string, what: string, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof TypeError || error instanceof StoreUnusable) throw error;
      const message = `${service}: ${what}: ${reasonOf(error)}`;
      if (FINAL.has(codeOf(error))) throw new StoreUnusable(message);
      if (attempt === OPENING_ATTEMPTS || error instanceof MongoServerSelectionError)
        throw new StoreUnavailable(message);
    }
  }
}

/** One line. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown failure';
  const code = codeOf(error);
  const [line] = error.message.split('\n');
  return `${line} (${code === undefined ? error.name : `${error.name} ${code}`})`;
}
