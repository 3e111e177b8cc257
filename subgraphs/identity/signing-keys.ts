import { randomUUID } from 'node:crypto';
import { type CryptoKey, importJWK, SignJWT } from 'jose';
import {
  ACCESS_TOKEN_ALGORITHM,
  ACCESS_TOKEN_SECONDS,
  ACCESS_TOKEN_TYPE,
  type AccessTokenClaims,
} from '#lib/auth/access-token.ts';
import { type Clock, timestamp } from '#lib/clock.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import {
  ACCESS_TOKEN_KEYRING,
  generateSigningKey,
  type KeyringDocument,
  type PrivateJwk,
  type PublicJwk,
  publicJwk,
} from './keyring.ts';
import type { IdentityStore } from './store.ts';

export type SigningKeys = ReturnType<typeof createSigningKeys>;

/** The keys that sign access tokens. They are read from the store each time, so that all processes change them together. */
export function createSigningKeys({ store, clock }: { store: IdentityStore; clock: Clock }) {
  const imported = new Map<string, Promise<CryptoKey>>();

  async function keyring(): Promise<KeyringDocument> {
    const document = await store.keyrings.get(ACCESS_TOKEN_KEYRING);
    if (document === undefined) throw new Error('there is no signing key: the service has not been started');
    return document;
  }

  function importKey(jwk: PrivateJwk): Promise<CryptoKey> {
    const known = imported.get(jwk.kid) ?? (importJWK(jwk, ACCESS_TOKEN_ALGORITHM) as Promise<CryptoKey>);
    imported.set(jwk.kid, known);
    return known;
  }

  return {
    /** Makes the first key where there is none. Of two processes that do so at once, one makes the key of both. */
    async ensure(): Promise<void> {
      if ((await store.keyrings.get(ACCESS_TOKEN_KEYRING)) !== undefined) return;
      const jwk = await generateSigningKey();
      try {
        await store.keyrings.insert({ name: ACCESS_TOKEN_KEYRING, keys: [{ jwk, createdAt: timestamp(clock) }] });
      } catch (error) {
        if (!(error instanceof KeyTaken)) throw error;
      }
    },

    /** All keys, the one that signs first. Private: for this process only. */
    async privateKeys(): Promise<readonly PrivateJwk[]> {
      return (await keyring()).keys.map(({ jwk }) => jwk);
    },

    async publicKeys(): Promise<readonly PublicJwk[]> {
      return (await keyring()).keys.map(({ jwk }) => publicJwk(jwk));
    },

    async sign(claims: AccessTokenClaims): Promise<string> {
      const [current] = (await keyring()).keys;
      if (current === undefined) throw new Error('the keyring is empty');
      return await new SignJWT({ ...claims })
        .setProtectedHeader({ alg: ACCESS_TOKEN_ALGORITHM, typ: ACCESS_TOKEN_TYPE, kid: current.jwk.kid })
        .sign(await importKey(current.jwk));
    },
  };
}

/** Where tokens come from and whom they are for. */
export interface TokenSource {
  readonly issuer: string;
  readonly audience: string;
}

/** @param begun when the making of the token began, in milliseconds since 1970: see `createRevocations` */
export function accessTokenClaims(
  { issuer, audience }: TokenSource,
  begun: number,
  holder: Pick<AccessTokenClaims, 'sub' | 'tenant_id' | 'roles' | 'scope' | 'client_id' | 'sid'>,
): AccessTokenClaims {
  const iat = Math.floor(begun / 1000);
  return {
    iss: issuer,
    aud: audience,
    iat,
    exp: iat + ACCESS_TOKEN_SECONDS,
    jti: randomUUID(),
    iat_ms: begun,
    ...holder,
  };
}
