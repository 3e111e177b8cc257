import { createHash } from 'node:crypto';
import type { Principal } from './auth/principal.ts';
import type { Clock } from './clock.ts';
import { AppError, badUserInput, type ErrorCode } from './errors.ts';
import { KeyTaken } from './store/errors.ts';
import { modify } from './store/modify.ts';
import type { Collection, CollectionSpec, Stored } from './store/port.ts';

/** How long a key is remembered: twice what the contract promises ("Conventions": 24 hours at least). */
const KEPT_MILLISECONDS = 48 * 60 * 60 * 1000;
const MAX_KEY_LENGTH = 255;

/** Expected failures after which nothing was made: the key is free again, so that the input can be mended under it. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set([
  'BAD_USER_INPUT',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'FAILED_PRECONDITION',
]);

/** A failure, whatever its code, that is known to have left nothing: the key is free again. */
export class NothingMade extends AppError {}

/** What a caller's idempotency key stands for. It names what will be made before that is made. */
export interface IdempotencyClaim {
  /** SHA-256 of the caller, the operation and the key. */
  readonly claimKey: string;
  /** SHA-256 of the input. */
  readonly inputHash: string;
  /** The id of what the first request makes. */
  readonly id: string;
  /** Whether a request has come to its end. */
  readonly finished: boolean;
  /** How many requests have begun to work on it. */
  readonly attempts: number;
  /** How many of them are known to have given up: a request that is cut off is not. */
  readonly givenUp?: number;
  readonly expiresAt: string;
}

/** The collection that a service which takes idempotency keys declares in its store. */
export const IDEMPOTENCY_CLAIMS: CollectionSpec<IdempotencyClaim> = {
  name: 'idempotency_claims',
  key: 'claimKey',
  indexes: { expiry: ['expiresAt'] },
};

export interface IdempotentRequest<Result> {
  readonly claims: Collection<IdempotencyClaim>;
  readonly clock: Clock;
  /** Keys are scoped to the caller. */
  readonly principal: Principal;
  /** The mutation's name: the same key under another mutation is another key. */
  readonly operation: string;
  /** What the caller gave as `idempotencyKey`; without one, `run` is simply called once. */
  readonly key: string | null | undefined;
  /** The mutation's input; its `idempotencyKey` is left out of the comparison, and null is the same as absent. */
  readonly input: object;
  /** Makes the id of what is to be made. */
  readonly newId: () => string;
  /**
   * Makes the thing under this id, or answers with the one that is there: it is called with the same id again when the
   * first request died on its way, and by two requests at once. `finished`: the thing was made and answered before, so
   * that no secret is shown again. An expected refusal that it throws must have made nothing.
   */
  readonly run: (attempt: { readonly id: string; readonly finished: boolean }) => Promise<Result>;
}

/**
 * Runs a mutation once for an idempotency key, whatever happens between its steps.
 *
 * @throws {AppError} `IDEMPOTENCY_CONFLICT` when the key was used with another input; `BAD_USER_INPUT` for a key that is
 * empty or has more than 255 characters
 */
export async function idempotent<Result>(request: IdempotentRequest<Result>): Promise<Result> {
  const { claims, key, run } = request;
  if (key === null || key === undefined) return await run({ id: request.newId(), finished: false });
  if (key === '' || key.length > MAX_KEY_LENGTH) {
    throw badUserInput('input.idempotencyKey', `An idempotency key has 1 to ${MAX_KEY_LENGTH} characters.`);
  }
  const claim = await takeClaim(request, hash([request.principal.id, request.operation, key]));
  if (claim.finished) return await run({ id: claim.id, finished: true });
  try {
    const result = await run({ id: claim.id, finished: false });
    await claims.update(claim.claimKey, { id: claim.id }, { finished: true });
    return result;
  } catch (error) {
    await giveUp(
      claims,
      claim,
      error instanceof NothingMade || (error instanceof AppError && REFUSALS.has(error.code)),
    );
    throw error;
  }
}

/** A key under which nothing was made is free again, unless another request may still be making it. */
async function giveUp(
  claims: Collection<IdempotencyClaim>,
  { claimKey, id }: IdempotencyClaim,
  nothingMade: boolean,
): Promise<void> {
  for (;;) {
    const claim = await claims.get(claimKey);
    if (claim === undefined || claim.id !== id || claim.finished) return;
    const { version, attempts, givenUp = 0 } = claim;
    const isLast = nothingMade && attempts - givenUp === 1;
    const result = isLast
      ? await claims.delete(claimKey, { version })
      : await claims.update(claimKey, { version }, { givenUp: givenUp + 1 });
    if (result.outcome !== 'missed') return;
  }
}

/** Forgets the keys whose time is over. */
export async function deleteExpiredClaims(claims: Collection<IdempotencyClaim>, clock: Clock): Promise<void> {
  const now = clock.now().toISOString();
  for (;;) {
    const { items, hasMore } = await claims.page({ index: 'expiry', range: { lte: now }, limit: 100 });
    for (const claim of items) await claims.delete(claim.claimKey, { version: claim.version });
    if (!hasMore) return;
  }
}

async function takeClaim<Result>(
  request: IdempotentRequest<Result>,
  claimKey: string,
): Promise<Stored<IdempotencyClaim>> {
  const { claims, clock } = request;
  const inputHash = hash({ ...request.input, idempotencyKey: undefined });
  const now = clock.now();
  const fresh: IdempotencyClaim = {
    claimKey,
    inputHash,
    id: request.newId(),
    finished: false,
    attempts: 1,
    givenUp: 0,
    expiresAt: new Date(now.getTime() + KEPT_MILLISECONDS).toISOString(),
  };
  for (;;) {
    try {
      return await claims.insert(fresh);
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
    }
    const taken = await modify(claims, claimKey, (claim) => {
      if (claim.expiresAt <= now.toISOString()) return fresh;
      if (claim.inputHash !== inputHash) {
        throw new AppError('IDEMPOTENCY_CONFLICT', 'This idempotency key was used with another input.');
      }
      return claim.finished ? undefined : { attempts: claim.attempts + 1 };
    });
    if (taken !== undefined) return taken; // otherwise it was released meanwhile
  }
}

function hash(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(value)))
    .digest('base64url');
}

/** The value with the fields of every object in one order, and without those that are null or absent. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined && field !== null);
  fields.sort(([left], [right]) => (left < right ? -1 : 1));
  return fields.map(([name, field]) => [name, canonical(field)]);
}
