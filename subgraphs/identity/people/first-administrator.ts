import { randomBytes } from 'node:crypto';
import { type Clock, timestamp } from '#lib/clock.ts';
import { emailKey } from '#lib/email.ts';
import type { Ids } from '#lib/ids.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import type { IdentityStore } from '../store.ts';
import { type Passwords, parsePassword } from './password.ts';

const FIRST_ADMINISTRATOR = 'first-administrator';

export interface FirstAdministratorInit {
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly passwords: Passwords;
  readonly email: string;
  readonly password: string | undefined;
}

/**
 * Makes the first platform administrator where there is none. Of two processes that do so at once, one does it: the claim
 * names the address, and the address is the key.
 *
 * @returns the generated password, for the person who starts the process; `undefined` when none was generated here
 */
export async function ensureFirstAdministrator(init: FirstAdministratorInit): Promise<string | undefined> {
  const { store } = init;
  const key = await firstAddress(store, emailKey(init.email));
  if ((await store.administrators.get(key)) !== undefined) return undefined;
  const password = init.password ?? randomBytes(18).toString('base64url');
  try {
    await store.administrators.insert({
      emailKey: key,
      administratorId: init.ids.next('adm'),
      email: key === emailKey(init.email) ? init.email : key,
      passwordHash: await init.passwords.hash(parsePassword(password, 'ADMIN_PASSWORD')),
      createdAt: timestamp(init.clock),
    });
  } catch (error) {
    if (error instanceof KeyTaken) return undefined;
    throw error;
  }
  return init.password === undefined ? password : undefined;
}

/** The address that was claimed first, by this process or another. */
async function firstAddress(store: IdentityStore, address: string): Promise<string> {
  await store.bootstrap.insertMany([{ name: FIRST_ADMINISTRATOR, holder: address }]);
  return (await store.bootstrap.get(FIRST_ADMINISTRATOR))?.holder ?? address;
}
