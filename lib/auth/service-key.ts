import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import { isServiceName, type ServiceName } from '../service-name.ts';

/** The only signature algorithm of service tokens: ECDSA on P-256 with SHA-256 (RFC 7518, section 3.4). */
export const SERVICE_TOKEN_ALGORITHM = 'ES256';

const COORDINATE = z.string().regex(/^[\w-]{43}$/);
const PUBLIC_FIELDS = {
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: COORDINATE,
  y: COORDINATE,
  /** `<service>:<thumbprint>` (RFC 7638): whose key it is. */
  kid: z.string().refine((kid) => serviceOfKey(kid) !== undefined),
  alg: z.literal(SERVICE_TOKEN_ALGORITHM),
  use: z.literal('sig'),
};

/** The key by which a service signs, as a private JWK (RFC 7517). */
export const PRIVATE_SERVICE_KEY = z.object({ ...PUBLIC_FIELDS, d: COORDINATE });
export type PrivateServiceKey = z.infer<typeof PRIVATE_SERVICE_KEY>;

/** Its public half; what is private in it is left out when it is read. */
export const PUBLIC_SERVICE_KEY = z.object(PUBLIC_FIELDS);
export type PublicServiceKey = z.infer<typeof PUBLIC_SERVICE_KEY>;

/** Whose key an id names; `undefined` where it names none. */
export function serviceOfKey(kid: string): ServiceName | undefined {
  const [, name] = /^([a-z]+):[\w-]{43}$/.exec(kid) ?? [];
  return name !== undefined && isServiceName(name) ? name : undefined;
}

export async function generateServiceKey(service: ServiceName): Promise<PrivateServiceKey> {
  const { privateKey } = await generateKeyPair(SERVICE_TOKEN_ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = `${service}:${await calculateJwkThumbprint(jwk)}`;
  return PRIVATE_SERVICE_KEY.parse({ ...jwk, kid, alg: SERVICE_TOKEN_ALGORITHM, use: 'sig' });
}

export function publicServiceKey({ d: _, ...jwk }: PrivateServiceKey): PublicServiceKey {
  return jwk;
}
