import type { Principal } from '#lib/auth/principal.ts';
import { hasScope, maySeeTenant } from '#lib/auth/principal.ts';
import { ROLE_SCOPES } from '#lib/auth/scopes.ts';
import type { Clock } from '#lib/clock.ts';
import { AppError, badUserInput, failedPrecondition } from '#lib/errors.ts';
import type { Connection } from '#lib/graphql/connections.ts';
import type { Stored } from '#lib/store/port.ts';
import { type Mortal, tombstone } from '#lib/store/tombstone.ts';
import type { Role, UserStatus } from './resolvers.generated.ts';

/** RFC 5321, section 4.5.3.1.3: a path has 256 octets, two of which are its angle brackets. */
const MAX_EMAIL_OCTETS = 254;
/** How many workflows a user remembers: more than can be under way or late. */
const REMEMBERED = 8;

/** A user as it is kept; a tombstone where it was removed. Its status is what the two flags say: see `statusOf`. */
export interface UserDocument extends Mortal {
  readonly userId: string;
  readonly tenantId: string;
  /** As it was given. */
  readonly email: string;
  readonly role: Role;
  /** Whether the user has set a password. */
  readonly activated: boolean;
  /** The workflows by which it has, newest last; and those of which that was undone, which can do so no more. */
  readonly activatedBy?: readonly string[];
  readonly deactivatedBy?: readonly string[];
  readonly disabled: boolean;
  /** The workflows that disabled, enabled or removed it, newest last: each does so once, and knows when it was overtaken. */
  readonly changedBy?: readonly string[];
  /** RFC 3339, UTC. */
  readonly createdAt: string;
}

export type UserPage = Connection<Stored<UserDocument>>;

/** What a user who is disabled was before is kept beneath, so that enabling it brings that back. */
export function statusOf(user: UserDocument): UserStatus {
  if (user.disabled) return 'DISABLED';
  return user.activated ? 'ACTIVE' : 'INVITED';
}

/** The change that disables or enables a user for a workflow; `undefined` when the workflow did so before. */
export function setDisabled(
  user: UserDocument,
  workflowId: string,
  disabled: boolean,
): Partial<UserDocument> | undefined {
  return user.changedBy?.includes(workflowId) ? undefined : { disabled, changedBy: changedBy(user, workflowId) };
}

/** The workflow whose change is the last. */
export function lastChange(user: UserDocument): string | undefined {
  return user.changedBy?.at(-1);
}

export function changedBy(user: UserDocument, workflowId: string): readonly string[] {
  return remembering(user.changedBy, workflowId);
}

/** Whether the user is one of those of whom a tenant keeps one at least: an admin that is not disabled, invited or not. */
export function countsAsAdmin(user: UserDocument): boolean {
  return user.role === 'TENANT_ADMIN' && !user.disabled;
}

/**
 * The change that makes an invited user active for a workflow; `undefined` when the workflow did so before.
 *
 * @throws {AppError} `FAILED_PRECONDITION` when the user is disabled, or the workflow was undone
 */
export function activate(user: UserDocument, workflowId: string): Partial<UserDocument> | undefined {
  if (user.disabled) throw failedPrecondition('The user is DISABLED.');
  if (user.deactivatedBy?.includes(workflowId)) throw failedPrecondition('The activation was undone.');
  if (user.activatedBy?.includes(workflowId)) return undefined;
  return { activated: true, activatedBy: remembering(user.activatedBy, workflowId) };
}

/** The change that undoes a workflow's activation, done or still to come; `undefined` when that was undone before. */
export function deactivate(user: UserDocument, workflowId: string): Partial<UserDocument> | undefined {
  if (user.deactivatedBy?.includes(workflowId)) return undefined;
  const deactivatedBy = remembering(user.deactivatedBy, workflowId);
  if (!user.activatedBy?.includes(workflowId)) return { deactivatedBy };
  const activatedBy = user.activatedBy.filter((id) => id !== workflowId);
  return { deactivatedBy, activatedBy, activated: activatedBy.length > 0 };
}

/** @throws {AppError} `FAILED_PRECONDITION` unless the user is still invited */
export function requireInvited(user: UserDocument): void {
  const status = statusOf(user);
  if (status !== 'INVITED') throw failedPrecondition(`The user is ${status}: only an INVITED one has an invitation.`);
}

/** Whether the user exists for the principal: itself, whoever reads the users of its tenant, and the services. */
export function maySeeUser(principal: Principal, user: UserDocument): boolean {
  if (principal.kind === 'service') return true;
  if (principal.kind === 'user' && principal.id === user.userId) return true;
  return hasScope(principal, 'user:read') && maySeeTenant(principal, user.tenantId);
}

/**
 * Nobody grants a role beyond its own (the contract, "Who may do what"): whoever gives a role, or the secret by which one
 * signs in with it, holds every scope of that role.
 *
 * @throws {AppError} `FORBIDDEN`
 */
export function requireGrant(principal: Principal, role: Role): void {
  const missing = ROLE_SCOPES[role].filter((scope) => !hasScope(principal, scope));
  if (missing.length > 0) throw new AppError('FORBIDDEN', `To grant ${role} takes its scopes: ${missing.join(', ')}.`);
}

/** @throws {AppError} `BAD_USER_INPUT` for an address that no mail can be sent to */
export function requireEmailLength(email: string, field: string): void {
  if (Buffer.byteLength(email) > MAX_EMAIL_OCTETS) {
    throw badUserInput(field, `An e-mail address has ${MAX_EMAIL_OCTETS} octets at most.`);
  }
}

/** What makes a user a tombstone: nothing that says who it was is left. */
export function grave(clock: Clock): Partial<UserDocument> {
  return { ...tombstone(clock), email: '' };
}

/** What a tombstone says of a user who was never made. */
export function neverMade({
  tenantId,
  userId,
}: Pick<UserDocument, 'tenantId' | 'userId'>): Omit<UserDocument, 'goneUntil'> {
  const createdAt = '1970-01-01T00:00:00.000Z';
  return { userId, tenantId, email: '', role: 'TENANT_MEMBER', activated: false, disabled: true, createdAt };
}

function remembering(workflowIds: readonly string[] = [], workflowId: string): readonly string[] {
  return [...workflowIds, workflowId].slice(-REMEMBERED);
}
