import { randomUUID } from 'node:crypto';
import { type CryptoKey, importJWK, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { BoundedMap } from '../bounded-map.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { ServiceName, SubgraphName } from '../service-name.ts';
import { type PrivateServiceKey, SERVICE_TOKEN_ALGORITHM, serviceOfKey } from './service-key.ts';

/** The header that says which service makes a request, beside the caller's own `Authorization`. */
export const SERVICE_TOKEN_HEADER = 'x-service-token';
/** The `typ` header of a service's token: no access token can stand for one, nor the other way round. */
const SERVICE_TOKEN_TYPE = 'service+jwt';
const LIFETIME_SECONDS = 60;
/** How far the clocks of two machines may be apart. */
const SKEW_SECONDS = 10;
const REMEMBERED_TOKENS = 1_000;

/** What a verified service token says. */
export interface ServiceCredential {
  readonly service: ServiceName;
  /** It carries somebody else's request and speaks for nobody: what the request may do, its access token says. */
  readonly forward: boolean;
}

/** Signs in the name of one service. */
export interface ServiceTokens {
  /** A token for the service that is called, good for 30 seconds at least. */
  tokenFor(audience: SubgraphName, kind: 'command' | 'forward'): Promise<string>;
}

export function createServiceTokens(init: {
  readonly service: ServiceName;
  readonly key: PrivateServiceKey;
  readonly clock: Clock;
}): ServiceTokens {
  const { service, clock } = init;
  const kept = new Map<string, { readonly token: Promise<string>; readonly renewAt: number }>();
  const key = importJWK(init.key, SERVICE_TOKEN_ALGORITHM) as Promise<CryptoKey>;
  key.catch(() => undefined); // whoever asks for a token hears of it

  async function sign(audience: SubgraphName, forward: boolean, now: number): Promise<string> {
    return await new SignJWT({ forward })
      .setProtectedHeader({ alg: SERVICE_TOKEN_ALGORITHM, typ: SERVICE_TOKEN_TYPE, kid: init.key.kid })
      .setIssuer(service)
      .setSubject(service)
      .setAudience(audience)
      .setIssuedAt(now)
      .setExpirationTime(now + LIFETIME_SECONDS)
      .setJti(randomUUID())
      .sign(await key);
  }

  return {
    tokenFor(audience, kind) {
      const now = Math.floor(clock.now().getTime() / 1000);
      const name = `${kind} ${audience}`;
      const known = kept.get(name);
      // A clock that stepped back makes a token that is not good yet for others: it is made anew.
      if (known !== undefined && now < known.renewAt && known.renewAt - now <= LIFETIME_SECONDS / 2) return known.token;
      const token = sign(audience, kind === 'forward', now);
      token.catch(() => kept.delete(name));
      kept.set(name, { token, renewAt: now + LIFETIME_SECONDS / 2 });
      return token;
    },
  };
}

export interface ServiceTokenVerifier {
  /**
   * @param audience whom the request is for
   * @throws {AppError} `UNAUTHENTICATED` whatever is wrong with the token; `UNAVAILABLE` while no keys are known at all
   */
  verify(token: string, audience: SubgraphName): Promise<ServiceCredential>;
}

interface Remembered {
  readonly kid: string;
  readonly audience: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
  readonly credential: ServiceCredential;
}

const CLAIMS = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.string(),
  iat: z.number(),
  exp: z.number(),
  jti: z.string().min(1),
  forward: z.boolean(),
});

/** @param keyOf the published key of this id, as it is known now; `undefined` where there is none */
export function createServiceTokenVerifier(init: {
  readonly clock: Clock;
  readonly keyOf: (kid: string) => Promise<CryptoKey | undefined>;
}): ServiceTokenVerifier {
  const { clock, keyOf } = init;
  const remembered = new BoundedMap<string, Remembered>(REMEMBERED_TOKENS);

  async function verifySignature(token: string, audience: SubgraphName): Promise<Remembered> {
    const { payload, protectedHeader } = await jwtVerify(
      token,
      async ({ kid }) => {
        const key = kid === undefined || serviceOfKey(kid) === undefined ? undefined : await keyOf(kid);
        if (key === undefined) throw refused();
        return key;
      },
      {
        algorithms: [SERVICE_TOKEN_ALGORITHM],
        typ: SERVICE_TOKEN_TYPE,
        audience,
        currentDate: clock.now(),
        clockTolerance: SKEW_SECONDS,
      },
    );
    const { kid = '' } = protectedHeader;
    const claims = CLAIMS.parse(payload);
    const service = serviceOfKey(kid);
    const ahead = claims.iat - clock.now().getTime() / 1000;
    if (service === undefined || claims.iss !== service || claims.sub !== service) throw refused();
    if (claims.exp - claims.iat > LIFETIME_SECONDS || ahead > SKEW_SECONDS) throw refused();
    const expires = (claims.exp + SKEW_SECONDS) * 1000;
    return { kid, audience, expires, credential: { service, forward: claims.forward } };
  }

  return {
    async verify(token, audience) {
      const known = remembered.get(token);
      if (known?.audience === audience && known.expires > clock.now().getTime()) {
        if ((await keyOf(known.kid)) === undefined) throw refused();
        return known.credential;
      }
      const verified = await verifySignature(token, audience).catch((error: unknown) => {
        throw error instanceof AppError ? error : refused();
      });
      remembered.set(token, verified);
      return verified.credential;
    },
  };
}

function refused(): AppError {
  return new AppError('UNAUTHENTICATED', 'This needs the token of a service, for this service.');
}
