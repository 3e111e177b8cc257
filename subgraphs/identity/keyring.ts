import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import { ACCESS_TOKEN_ALGORITHM } from '#lib/auth/access-token.ts';

/** The one name under which the keys of access tokens stand. */
export const ACCESS_TOKEN_KEYRING = 'access-tokens';

const PRIVATE_JWK = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  d: z.string(),
  kid: z.string(),
  alg: z.literal(ACCESS_TOKEN_ALGORITHM),
  use: z.literal('sig'),
});

/** A signing key as a private JWK (RFC 7517); its `kid` is its thumbprint (RFC 7638). */
export type PrivateJwk = z.infer<typeof PRIVATE_JWK>;
export type PublicJwk = Omit<PrivateJwk, 'd'>;

/** All signing keys in one document, so that they change together: the first key signs, all of them verify. */
export interface KeyringDocument {
  readonly name: string;
  readonly keys: readonly { readonly jwk: PrivateJwk; readonly createdAt: string }[];
}

export async function generateSigningKey(): Promise<PrivateJwk> {
  const { privateKey } = await generateKeyPair(ACCESS_TOKEN_ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return PRIVATE_JWK.parse({
    ...jwk,
    kid: await calculateJwkThumbprint(jwk),
    alg: ACCESS_TOKEN_ALGORITHM,
    use: 'sig',
  });
}

export function publicJwk({ d: _, ...jwk }: PrivateJwk): PublicJwk {
  return jwk;
}
