import { availableParallelism } from 'node:os';
import { hash, type Options, verify } from '@node-rs/argon2';
import { AppError, badUserInput } from '#lib/errors.ts';
import { newSecret } from '../secret.ts';

/** Characters, which are Unicode code points after normalization (the contract, "identity"). */
const MIN_LENGTH = 12;
const MAX_LENGTH = 1_000;

/** argon2id with 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet). */
const ARGON2: Options = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * Sign-ins do not starve requests: one core is left to the event loop, and of the four threads that hash one at least, since
 * these sign and verify tokens too.
 */
const CONCURRENT = Math.max(1, Math.min(availableParallelism() - 1, 3));
/** Of a password as it comes, in UTF-16 units: what is longer is not even normalized, which can make it 18 times as long. */
const LONGEST_INPUT = 4 * MAX_LENGTH;
const MAX_WAITING = 200;
const RETRY_AFTER_SECONDS = 5;

/**
 * A new password, as it is hashed: in Unicode normalization form KC, so that it is the same from every keyboard (NIST SP
 * 800-63B, section 3.1.1.2).
 *
 * @throws {AppError} `BAD_USER_INPUT` outside 12 to 1,000 characters
 */
export function parsePassword(password: string, field: string): string {
  if (password.length > LONGEST_INPUT) throw badUserInput(field, `A password has ${MAX_LENGTH} characters at most.`);
  if (!password.isWellFormed()) throw badUserInput(field, 'The password is not well-formed Unicode.');
  const normalized = password.normalize('NFKC');
  const length = [...normalized].length;
  if (length < MIN_LENGTH) throw badUserInput(field, `A password has ${MIN_LENGTH} characters at least.`);
  if (length > MAX_LENGTH) throw badUserInput(field, `A password has ${MAX_LENGTH} characters at most.`);
  return normalized;
}

export type Passwords = ReturnType<typeof createPasswords>;

/** Hashes and compares passwords: off the event loop, a few at a time; so many wait at most. */
export function createPasswords({ maxWaiting = MAX_WAITING } = {}) {
  const enter = createTurnstile(CONCURRENT, maxWaiting);
  let dummy: Promise<string> | undefined;

  return {
    /** @param password as `parsePassword` answers it */
    hash: (password: string): Promise<string> => enter(() => hash(password, ARGON2)),

    /**
     * Whether a password is the one that was hashed. Without a hash it is none, which takes as long to say.
     *
     * @param admit called when its turn has come; may refuse
     * @throws {AppError} `RATE_LIMITED` when too many wait already
     */
    async matches(
      password: string,
      passwordHash: string | null,
      admit: () => Promise<void> = async () => undefined,
    ): Promise<boolean> {
      dummy ??= hash(newSecret(), ARGON2);
      const against = passwordHash ?? (await dummy);
      // Whoever sets no longer one can have no longer one; the time is that of a wrong one all the same.
      const given = password.length > LONGEST_INPUT ? '' : password.normalize('NFKC');
      const same = await enter(async () => {
        await admit();
        return await verify(against, given);
      });
      return same && passwordHash !== null;
    },
  };
}

/** Lets so many in at once; the others wait in order, and when too many wait, nobody joins them. */
function createTurnstile(concurrent: number, maxWaiting: number) {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async function enter<T>(work: () => Promise<T>): Promise<T> {
    if (running >= concurrent) {
      if (waiting.length >= maxWaiting) {
        throw new AppError('RATE_LIMITED', 'Too many people are signing in at once.', {
          retryAfterSeconds: RETRY_AFTER_SECONDS,
        });
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next(); // takes over the place
    }
  };
}
