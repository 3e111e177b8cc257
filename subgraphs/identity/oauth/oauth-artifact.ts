/**
 * What the OAuth engine keeps between two requests: a code, a sign-in in a browser, an interaction, a grant that no session
 * stands on yet. Refresh tokens, and grants that one stands on, are sessions (`session.ts`).
 */
export interface OAuthArtifactDocument {
  /** The engine's model and the SHA-256 of the artifact's id, which is a secret: see `artifactKey`. */
  readonly key: string;
  readonly model: string;
  /** Of a sign-in in a browser: by which the others name it. */
  readonly uid: string | null;
  readonly grantId: string | null;
  /** The person that it speaks for, the user's or the administrator's id; null before anybody has signed in. */
  readonly subject: string | null;
  readonly tenantId: string | null;
  /** When the person began to prove who it is: what is revoked later takes the artifact with it. */
  readonly provenAt: string | null;
  /** When it was used; a code is good once. */
  readonly consumedAt: string | null;
  /** The engine's own, as JSON text. */
  readonly payload: string;
  readonly expiresAt: string;
}
