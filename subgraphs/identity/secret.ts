import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A secret that is random enough (256 bits) to be kept as a plain hash: there is nothing to guess. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** The secret that belongs to a text under a key: the same each time, and not to be guessed without the key. */
export function derivedSecret(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** SHA-256: what is stored of a secret. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

export function secretMatches(secret: string, hash: string): boolean {
  const [given, expected] = [Buffer.from(hashSecret(secret)), Buffer.from(hash)];
  return given.length === expected.length && timingSafeEqual(given, expected);
}
