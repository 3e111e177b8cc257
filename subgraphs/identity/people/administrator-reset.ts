import { randomBytes } from 'node:crypto';
import type { Clock } from '#lib/clock.ts';
import { emailKey } from '#lib/email.ts';
import { modify } from '#lib/store/modify.ts';
import { createRevocations } from '../sessions/revocations.ts';
import { createSessionEnding } from '../sessions/session-ending.ts';
import { allAdministrators, type IdentityStore } from '../store.ts';
import type { Passwords } from './password.ts';

export interface AdministratorResetInit {
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly passwords: Passwords;
}

/**
 * Gives an administrator, also one who is only invited, a generated password, and ends its sessions: for a person who has
 * the machine. Cut short, it is to be done again.
 *
 * @returns the password; `undefined` where there is no such administrator
 */
export async function resetAdministrator(init: AdministratorResetInit, email: string): Promise<string | undefined> {
  const { store, clock, passwords } = init;
  const revocations = createRevocations({ store, clock });
  const password = randomBytes(18).toString('base64url');
  const passwordHash = await passwords.hash(password);
  const administrator = await modify(store.administrators, emailKey(email), () => ({
    passwordHash,
    passwordSince: revocations.instant(),
    passwordSetBy: null,
    pending: null,
    invitation: null,
  }));
  if (administrator === undefined) return undefined;
  const { administratorId } = administrator;
  const at = await revocations.revoke({ kind: 'user', subject: administratorId }, `reset/${passwordHash}`);
  await createSessionEnding({ store, clock, revocations }).endAll(administratorId, { upTo: at, keep: null });
  return password;
}

/** The addresses of all administrators, for a person who has the machine. */
export async function administratorAddresses(store: IdentityStore): Promise<string[]> {
  return (await allAdministrators(store)).map(({ email }) => email);
}
