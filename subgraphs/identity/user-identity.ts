import { hashSecret, newSecret, secretMatches } from './secret.ts';

const INVITATION_MILLISECONDS = 7 * 24 * 60 * 60 * 1000;

/** How a user signs in. Who the user is, the user service knows. */
export interface UserIdentityDocument {
  readonly userId: string;
  readonly tenantId: string;
  /** Null until an invitation has been presented. */
  readonly passwordHash: string | null;
  /** There until the user has been made active: an acceptance that was cut short can be repeated with its token. */
  readonly invitation: StoredInvitation | null;
  readonly createdAt: string;
}

export interface StoredInvitation {
  readonly tokenHash: string;
  readonly expiresAt: string;
}

/** A new invitation: what is stored of it, and the token (`<user id>.<secret>`), which is shown once. */
export function newInvitation(userId: string, now: Date): { stored: StoredInvitation; token: string } {
  const secret = newSecret();
  const expiresAt = new Date(now.getTime() + INVITATION_MILLISECONDS).toISOString();
  return { stored: { tokenHash: hashSecret(secret), expiresAt }, token: `${userId}.${secret}` };
}

/** The two parts of an invitation's token; `undefined` when it is none. */
export function parseInvitationToken(token: string): { userId: string; secret: string } | undefined {
  const [userId, secret, ...rest] = token.split('.');
  if (!userId || !secret || rest.length > 0 || !token.isWellFormed()) return undefined;
  return { userId, secret };
}

/** Whether the secret opens the invitation now. */
export function opens(secret: string, invitation: StoredInvitation | null, now: Date): boolean {
  return invitation !== null && secretMatches(secret, invitation.tokenHash) && invitation.expiresAt > now.toISOString();
}

/** Whether the user has a password that counts: one that came with an acceptance that came to its end. */
export function hasPassword(identity: UserIdentityDocument): boolean {
  return identity.passwordHash !== null && identity.invitation === null;
}
