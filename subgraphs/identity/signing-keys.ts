import { randomUUID } from 'node:crypto';
import { type CryptoKey, importJWK, SignJWT } from 'jose';
import {
  ACCESS_TOKEN_ALGORITHM,
  ACCESS_TOKEN_SECONDS,
  ACCESS_TOKEN_TYPE,
  type AccessTokenClaims,
} from '#lib/auth/access-token.ts';
import { type Clock, timestamp } from '#lib/clock.ts';
import type { Sealer } from '#lib/sealing.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import { modify } from '#lib/store/modify.ts';
import {
  ACCESS_TOKEN_KEYRING,
  generateSigningKey,
  type KeyringDocument,
  liveKeys,
  type PrivateJwk,
  type PublicJwk,
  publicJwk,
  rotated,
  type StoredKey,
} from './keyring.ts';
import type { IdentityStore } from './store.ts';

export interface SigningKeysInit {
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly sealer: Sealer;
}

export type SigningKeys = ReturnType<typeof createSigningKeys>;

/** The keys that sign access tokens. They are read from the store each time, so that all processes change them together. */
export function createSigningKeys({ store, clock, sealer }: SigningKeysInit) {
  const { keyrings } = store;
  /** By `kid`: a key that was opened once is known, however it is sealed later. */
  const opened = new Map<string, Promise<PrivateJwk>>();
  const imported = new Map<string, Promise<CryptoKey>>();

  async function keys(): Promise<readonly StoredKey[]> {
    const document = await keyrings.get(ACCESS_TOKEN_KEYRING);
    if (document === undefined) throw new Error('there is no signing key: the service has not been started');
    forgetOthers(document, [opened, imported]);
    return liveKeys(document, clock.now());
  }

  function privateKey({ jwk }: StoredKey): Promise<PrivateJwk> {
    return once(opened, jwk.kid, async () => ({ ...jwk, d: await sealer.open(jwk.d, purposeOf(jwk)) }));
  }

  async function sealed(jwk: PrivateJwk): Promise<PrivateJwk> {
    return { ...jwk, d: await sealer.seal(jwk.d, purposeOf(jwk)) };
  }

  /** Seals what is in clear, or by a former `SECRET_KEY`, with the present one. */
  async function resealAll(): Promise<void> {
    const stored = await keys();
    const fresh = new Map<string, PrivateJwk>();
    for (const key of stored) fresh.set(key.jwk.kid, await sealed(await privateKey(key)));
    if (stored.every(({ jwk }) => sealer.isCurrent(jwk.d))) return;
    await modify(keyrings, ACCESS_TOKEN_KEYRING, (current) => ({
      keys: current.keys.map((key) => ({ ...key, jwk: fresh.get(key.jwk.kid) ?? key.jwk })),
    }));
  }

  return {
    /**
     * Makes the first key where there is none. Of two processes that do so at once, one makes the key of both.
     *
     * @throws {ConfigError} when keys are there that cannot be opened
     */
    async ensure(): Promise<void> {
      if ((await keyrings.get(ACCESS_TOKEN_KEYRING)) === undefined) {
        const jwk = await sealed(await generateSigningKey());
        try {
          await keyrings.insert({ name: ACCESS_TOKEN_KEYRING, keys: [{ jwk, createdAt: timestamp(clock) }] });
        } catch (error) {
          if (!(error instanceof KeyTaken)) throw error;
        }
      }
      await resealAll();
    },

    /**
     * From now on another key signs, in every process: each reads the keys before it signs. Who verifies and does not know
     * the new key asks again.
     *
     * @returns the new key's `kid`
     */
    async rotate(reason: string | null): Promise<string> {
      const jwk = await sealed(await generateSigningKey());
      const next = { jwk, createdAt: timestamp(clock), reason };
      await modify(keyrings, ACCESS_TOKEN_KEYRING, (current) => ({ keys: rotated(current, next, clock.now()) }));
      return jwk.kid;
    },

    /** Forgets the keys whose last token has expired. */
    async sweep(): Promise<void> {
      await modify(keyrings, ACCESS_TOKEN_KEYRING, (current) => {
        const live = liveKeys(current, clock.now());
        return live.length === current.keys.length ? undefined : { keys: live };
      });
    },

    /** All keys, the one that signs first. Private: for this process only. */
    async privateKeys(): Promise<readonly PrivateJwk[]> {
      return await Promise.all((await keys()).map(privateKey));
    },

    async publicKeys(): Promise<readonly PublicJwk[]> {
      return (await keys()).map(({ jwk }) => publicJwk(jwk));
    },

    async sign(claims: AccessTokenClaims): Promise<string> {
      const [current] = await keys();
      if (current === undefined) throw new Error('the keyring is empty');
      const { kid } = current.jwk;
      const key = await once(imported, kid, async () => {
        return (await importJWK(await privateKey(current), ACCESS_TOKEN_ALGORITHM)) as CryptoKey;
      });
      return await new SignJWT({ ...claims })
        .setProtectedHeader({ alg: ACCESS_TOKEN_ALGORITHM, typ: ACCESS_TOKEN_TYPE, kid })
        .sign(key);
    },
  };
}

/** Where tokens come from and whom they are for. */
export interface TokenSource {
  readonly issuer: string;
  readonly audience: string;
}

/**
 * @param begun when the making of the token began, in milliseconds since 1970: see `createRevocations`
 * @param seconds how long it is good
 */
export function accessTokenClaims(
  { issuer, audience }: TokenSource,
  begun: number,
  holder: Pick<AccessTokenClaims, 'sub' | 'tenant_id' | 'roles' | 'scope' | 'client_id' | 'sid' | 'azp'>,
  seconds = ACCESS_TOKEN_SECONDS,
): AccessTokenClaims {
  const iat = Math.floor(begun / 1000);
  return {
    iss: issuer,
    aud: audience,
    iat,
    exp: iat + seconds,
    jti: randomUUID(),
    iat_ms: begun,
    ...holder,
  };
}

function purposeOf({ kid }: { readonly kid: string }): string {
  return `signing-key/${kid}`;
}

/** Made once; what failed is made again. */
function once<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  made.catch(() => known.delete(key));
  return made;
}

/** Private keys that are nowhere any more stay in no memory. */
function forgetOthers({ keys }: KeyringDocument, maps: readonly Map<string, unknown>[]): void {
  for (const known of maps) {
    for (const kid of known.keys()) if (!keys.some(({ jwk }) => jwk.kid === kid)) known.delete(kid);
  }
}
