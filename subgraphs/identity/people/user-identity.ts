import type { Clock } from '#lib/clock.ts';
import { type Mortal, tombstone } from '#lib/store/tombstone.ts';
import { hashSecret, secretMatches } from '../secret.ts';
import type { Credential } from './credential.ts';

const INVITATION_MILLISECONDS = 7 * 24 * 60 * 60 * 1000;

/** How a user signs in; a tombstone where it was removed. Who the user is, the user service knows. */
export interface UserIdentityDocument extends Mortal, Credential {
  readonly userId: string;
  readonly tenantId: string;
  /** There until the user has been made active: an acceptance that was cut short can be repeated with its token. */
  readonly invitation: StoredInvitation | null;
  /** The workflow of the acceptance that set the password. */
  readonly acceptedBy?: string | null;
  /** The command that made it: when it comes late, it must not replace an invitation that came after. */
  readonly createdBy?: string | null;
  readonly createdAt: string;
}

export interface StoredInvitation {
  readonly tokenHash: string;
  /** The command that made it. */
  readonly commandId?: string;
  readonly expiresAt: string;
}

/** An invitation of this secret: what is stored of it, and the token (`<user id>.<secret>`), which is shown once. */
export function newInvitation(init: {
  userId: string;
  secret: string;
  commandId: string;
  now: Date;
  /** How long it is good; seven days where nothing is said. */
  milliseconds?: number;
}): {
  stored: StoredInvitation;
  token: string;
} {
  const { userId, secret, commandId, milliseconds = INVITATION_MILLISECONDS } = init;
  const expiresAt = new Date(init.now.getTime() + milliseconds).toISOString();
  return { stored: { tokenHash: hashSecret(secret), commandId, expiresAt }, token: `${userId}.${secret}` };
}

/** What is left of an identity that was removed. */
export interface Grave {
  readonly goneUntil: string;
  readonly passwordHash: null;
  readonly invitation: null;
  readonly acceptedBy: null;
  readonly pending: null;
  readonly reset: null;
}

export function graveOf(clock: Clock): Grave {
  return { ...tombstone(clock), passwordHash: null, invitation: null, acceptedBy: null, pending: null, reset: null };
}

/** The two parts of an invitation's token; `undefined` when it is none. */
export function parseInvitationToken(token: string): { userId: string; secret: string } | undefined {
  const [userId, secret, ...rest] = token.split('.');
  if (!userId || !secret || rest.length > 0 || !token.isWellFormed()) return undefined;
  return { userId, secret };
}

/** Whether the secret opens the invitation now. */
export function opens(secret: string, invitation: StoredInvitation | null, now: Date): boolean {
  return invitation !== null && secretMatches(secret, invitation.tokenHash) && isOpen(invitation, now);
}

export function isOpen({ expiresAt }: StoredInvitation, now: Date): boolean {
  return expiresAt > now.toISOString();
}
