import type { Principal } from '#lib/auth/principal.ts';
import type { Clock } from '#lib/clock.ts';
import { emailKey } from '#lib/email.ts';
import { AppError, badUserInput, failedPrecondition } from '#lib/errors.ts';
import type { Ids } from '#lib/ids.ts';
import { carryOut } from '#lib/workflow/change.ts';
import type { WorkflowEngine } from '#lib/workflow/engine.ts';
import type { Directory } from '../directory.ts';
import { networkOf } from '../sessions/network.ts';
import type { Budget, Throttle } from '../sessions/throttle.ts';
import type { IdentityStore } from '../store.ts';
import { type Holder, hasPassword, holderOf } from './credential.ts';
import type { Outbox } from './outbox.ts';
import { type Passwords, parsePassword } from './password.ts';
import { PASSWORD_CHANGE } from './password-change.ts';
import { opens, parseInvitationToken } from './user-identity.ts';

const HOUR = 60 * 60 * 1000;

/** Who holds somebody's access token is not to guess its password by it. */
const CHANGES: Budget = { name: 'change-password', limit: 20, milliseconds: HOUR / 4 };
/** More messages to one address than this are not sent; nobody is told so. */
const RESETS_OF_ACCOUNT: Budget = { name: 'reset/account', limit: 5, milliseconds: HOUR };
const RESETS_FROM_NETWORK: Budget = { name: 'reset/network', limit: 30, milliseconds: HOUR };

export interface PasswordServiceInit {
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly directory: Directory;
  readonly passwords: Passwords;
  readonly throttle: Throttle;
  readonly engine: WorkflowEngine;
  readonly outbox: Outbox;
}

export type PasswordService = ReturnType<typeof createPasswordService>;

/** How people come to another password. */
export function createPasswordService(init: PasswordServiceInit) {
  const { store, clock, ids, directory, passwords, throttle, engine, outbox } = init;

  /** Writes the password beside the old one, and lets a workflow put it in its place (`password-change.ts`). */
  async function set(holder: Holder, passwordHash: string, keep: string | null): Promise<boolean> {
    const changeId = ids.next('wf');
    const { subject, tenantId } = holder;
    if (!(await holder.update({ pending: { passwordHash, changeId } }))) return false;
    const input = { subject, keep };
    await carryOut(engine, {
      workflowId: changeId,
      kind: PASSWORD_CHANGE,
      tenantId: tenantId ?? '',
      startedBy: subject,
      input,
    });
    return true;
  }

  async function mayReset(holder: Holder, requestId: string): Promise<boolean> {
    if (holder.kind !== 'user' || holder.tenantId === null) return false;
    const user = await directory.user(holder.subject, requestId);
    return user?.status === 'ACTIVE' && (await directory.tenantStatus(holder.tenantId, requestId)) === 'ACTIVE';
  }

  return {
    /** The session that asks goes on; the others end. */
    async change(
      principal: Principal,
      { currentPassword, newPassword }: { readonly currentPassword: string; readonly newPassword: string },
    ): Promise<void> {
      const password = parsePassword(newPassword, 'input.newPassword');
      const holder = isPerson(principal) ? await holderOf(store, principal.id) : undefined;
      if (holder === undefined || !hasPassword(holder.credential)) {
        throw new AppError('FORBIDDEN', 'Only a person who signs in with a password here can change it.');
      }
      const taken = await throttle.take([{ budget: CHANGES, subject: holder.subject }]);
      if (!(await passwords.matches(currentPassword, holder.credential.passwordHash))) {
        throw new AppError('UNAUTHENTICATED', 'The present password is wrong.');
      }
      await throttle.giveBack(taken);
      if (currentPassword.normalize('NFKC') === password) {
        throw badUserInput('input.newPassword', 'The new password is the present one.');
      }
      const passwordHash = await passwords.hash(password);
      if (await set(holder, passwordHash, principal.sessionId ?? null)) return;
      throw failedPrecondition('Something else of the sign-in was changed at once: try again.');
    },

    /**
     * The same for everybody: what is done for somebody is done afterwards.
     *
     * @throws {AppError} `RATE_LIMITED` for a client's network that asks too often, whoever it asks for
     */
    async requestReset(
      { email }: { readonly email: string },
      { clientAddress }: { readonly clientAddress: string | null },
    ): Promise<void> {
      const network = clientAddress === null ? 'unknown' : networkOf(clientAddress);
      await throttle.take([{ budget: RESETS_FROM_NETWORK, subject: network }]);
      try {
        await throttle.take([{ budget: RESETS_OF_ACCOUNT, subject: emailKey(email) }]);
      } catch (error) {
        if (error instanceof AppError && error.code === 'RATE_LIMITED') return;
        throw error;
      }
      await outbox.resetPassword(ids.next('wf'), email);
    },

    /** All sessions end. The token is good once; until the password is changed it can be presented again. */
    async reset(input: { readonly token: string; readonly password: string }, requestId: string): Promise<void> {
      const password = parsePassword(input.password, 'input.password');
      const parts = parseInvitationToken(input.token);
      const holder = parts === undefined ? undefined : await holderOf(store, parts.userId);
      const isGood = parts !== undefined && opens(parts.secret, holder?.credential.reset ?? null, clock.now());
      if (!isGood || holder === undefined || !(await mayReset(holder, requestId))) throw resetRefused();
      const passwordHash = await passwords.hash(password);
      if (!(await set(holder, passwordHash, null))) throw resetRefused();
    },
  };
}

function isPerson({ kind, application }: Principal): boolean {
  return (kind === 'user' || kind === 'administrator') && application === undefined;
}

function resetRefused(): AppError {
  return new AppError('UNAUTHENTICATED', 'The link for a new password is not valid any more: ask for another.');
}
