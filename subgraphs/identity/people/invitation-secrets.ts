import type { StoreKey } from '../keys/store-key.ts';
import { derivedSecret } from '../secret.ts';

export type DeriveSecret = (commandId: string, subject: string) => Promise<string>;

/**
 * The secrets of invitations and of new passwords. Each follows from the command that asks for it, by a key of this store:
 * so the same command again answers the same secret, its mail can be written again, and the secret itself is stored nowhere.
 */
export function createInvitationSecrets(key: StoreKey): DeriveSecret {
  return async (commandId, subject) => derivedSecret(await key(), JSON.stringify([commandId, subject]));
}
