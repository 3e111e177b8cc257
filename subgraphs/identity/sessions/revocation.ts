import type { RevocationKind } from '#lib/auth/access-token.ts';

/** Tokens of a subject that are refused although they have not expired. One document a subject: the last revocation covers the ones before. */
export interface RevocationDocument {
  /** See `revocationKey`. */
  readonly key: string;
  readonly kind: RevocationKind;
  readonly subject: string;
  /** Tokens issued up to this instant, to the millisecond, are refused. */
  readonly at: string;
  /** When those tokens have all expired. */
  readonly expiresAt: string;
  /** The command that revoked, so that its repetition does not reach tokens that were issued since. */
  readonly commandId: string;
}
