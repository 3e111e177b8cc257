import type { Sealer } from '#lib/sealing.ts';
import { modify } from '#lib/store/modify.ts';
import { newSecret } from '../secret.ts';
import type { IdentityStore } from '../store.ts';

export type StoreKey = () => Promise<string>;

export type StoreKeys = ReturnType<typeof createStoreKeys>;

/**
 * Secrets of this store by which other secrets and fingerprints are derived: each is made when it is first asked for. Of
 * two processes that do so at once, one makes the key of both.
 */
export function createStoreKeys({ bootstrap }: IdentityStore, sealer: Sealer) {
  const keys: StoreKey[] = [];

  async function load(name: string): Promise<string> {
    await bootstrap.insertMany([{ name, holder: await sealer.seal(newSecret(), name) }]);
    const stored = await bootstrap.get(name);
    if (stored === undefined) throw new Error(`there is no ${name}`);
    const secret = await sealer.open(stored.holder, name);
    if (!sealer.isCurrent(stored.holder)) {
      const holder = await sealer.seal(secret, name);
      await modify(bootstrap, name, (current) => (sealer.isCurrent(current.holder) ? undefined : { holder }));
    }
    return secret;
  }

  return {
    key(name: string): StoreKey {
      let known: Promise<string> | undefined;
      const key = () => {
        known ??= load(name).catch((error: unknown) => {
          known = undefined;
          throw error;
        });
        return known;
      };
      keys.push(key);
      return key;
    },

    /**
     * Makes the keys that are not there, and seals what is in clear or by a former `SECRET_KEY` with the present one.
     *
     * @throws {ConfigError} when one cannot be opened
     */
    async ensure(): Promise<void> {
      await Promise.all(keys.map((key) => key()));
    },
  };
}
