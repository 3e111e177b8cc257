import { derivedSecret } from './secret.ts';
import type { StoreKey } from './store-key.ts';

const INVITATION_KEY = 'invitation-key';

export type InvitationSecrets = (commandId: string, userId: string) => Promise<string>;

/**
 * The secrets of invitations and of new passwords. Each follows from the command that asks for it, by a key of this store:
 * so the same command again answers the same secret, its mail can be written again, and the secret itself is stored nowhere.
 */
export function createInvitationSecrets({ bootstrap }: IdentityStore): InvitationSecrets {
  let known: Promise<string> | undefined;

  /** Of two processes that make one at once, one makes the key of both. */
  async function load(): Promise<string> {
    await bootstrap.insertMany([{ name: INVITATION_KEY, holder: newSecret() }]);
    const key = await bootstrap.get(INVITATION_KEY);
    if (key === undefined) throw new Error('there is no invitation key');
    return key.holder;
  }

  return async (commandId, userId) => {
    known ??= load().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return derivedSecret(await known, JSON.stringify([commandId, userId]));
  };
}
