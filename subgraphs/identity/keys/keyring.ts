import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import { ACCESS_TOKEN_ALGORITHM, ACCESS_TOKEN_SECONDS } from '#lib/auth/access-token.ts';
import { badUserInput, failedPrecondition } from '#lib/errors.ts';

/** The one name under which the keys of access tokens stand. */
export const ACCESS_TOKEN_KEYRING = 'access-tokens';

/** How long a key verifies that signs no more: as long as its last token, with what clocks may be apart. */
const OVERLAP_MILLISECONDS = (ACCESS_TOKEN_SECONDS + 60) * 1000;
/** Every verifier reads all keys every second. */
const MOST_KEYS = 100;
const MAX_REASON_LENGTH = 500;

const PRIVATE_JWK = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  d: z.string(),
  kid: z.string(),
  alg: z.literal(ACCESS_TOKEN_ALGORITHM),
  use: z.literal('sig'),
});

/** A signing key as a private JWK (RFC 7517); its `kid` is its thumbprint (RFC 7638). */
export type PrivateJwk = z.infer<typeof PRIVATE_JWK>;
export type PublicJwk = Omit<PrivateJwk, 'd'>;

export interface StoredKey {
  /** Its `d`, the private part, is sealed where there is a `SECRET_KEY`. */
  readonly jwk: PrivateJwk;
  readonly createdAt: string;
  /** Why it took the place of the one before; null for the first. */
  readonly reason?: string | null;
  /** When its last token has expired; null, or absent, for the key that signs. */
  readonly verifiesUntil?: string | null;
}

/** All signing keys in one document, so that they change together: the first key signs, all of them verify. */
export interface KeyringDocument {
  readonly name: string;
  readonly keys: readonly StoredKey[];
}

export async function generateSigningKey(): Promise<PrivateJwk> {
  const { privateKey } = await generateKeyPair(ACCESS_TOKEN_ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return PRIVATE_JWK.parse({
    ...jwk,
    kid: await calculateJwkThumbprint(jwk),
    alg: ACCESS_TOKEN_ALGORITHM,
    use: 'sig',
  });
}

export function publicJwk({ d: _, ...jwk }: PrivateJwk): PublicJwk {
  return jwk;
}

/** @throws {AppError} `BAD_USER_INPUT` when it is too long; none and an empty one are the same */
export function parseReason(reason: string | null | undefined): string | null {
  const trimmed = reason?.trim() ?? '';
  if ([...trimmed].length > MAX_REASON_LENGTH) {
    throw badUserInput('input.reason', `The reason has more than ${MAX_REASON_LENGTH} characters.`);
  }
  return trimmed === '' ? null : trimmed;
}

/** The keys whose tokens can still be good. */
export function liveKeys({ keys }: KeyringDocument, now: Date): readonly StoredKey[] {
  return keys.filter(({ verifiesUntil }) => verifiesUntil == null || verifiesUntil > now.toISOString());
}

/**
 * The keys with a new one that signs; the one that did so verifies until its last token has expired.
 *
 * @throws {AppError} `FAILED_PRECONDITION` when there are 100 of them
 */
export function rotated(keyring: KeyringDocument, next: StoredKey, now: Date): readonly StoredKey[] {
  const live = liveKeys(keyring, now);
  if (live.length >= MOST_KEYS)
    throw failedPrecondition('The key was rotated too often: wait until old keys are gone.');
  const verifiesUntil = new Date(now.getTime() + OVERLAP_MILLISECONDS).toISOString();
  return [next, ...live.map((key) => (key.verifiesUntil == null ? { ...key, verifiesUntil } : key))];
}
