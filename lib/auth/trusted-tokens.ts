import { decodeJwt, type JWTHeaderParameters, type JWTPayload, jwtVerify } from 'jose';
import { BoundedMap } from '../bounded-map.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Principal } from './principal.ts';
import { outsidePrincipal, type TrustedIssuer } from './trusted-issuer.ts';
import { createTrustedKeys, type TrustedKeys } from './trusted-keys.ts';

/** Signatures that nobody can make who only verifies them (RFC 7518, section 3.1; RFC 8037, RFC 9864). */
const ASYMMETRIC = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const TYPES = ['jwt', 'at+jwt', 'application/at+jwt'];
/** How far the provider's clock may be off. */
const TOLERANCE_SECONDS = 30;

/** How long it is taken for granted that a tenant's people are let in, and how long when nobody can be asked. */
const FRESH_MILLISECONDS = 2_000;
const STALE_MILLISECONDS = 5_000;
const TENANTS = 10_000;

export interface TrustedTokensInit {
  readonly issuers: readonly TrustedIssuer[];
  readonly clock: Clock;
  /** Whether the people of a tenant are let in now: it exists, and is `ACTIVE`. */
  readonly admits: (tenantId: string) => Promise<boolean>;
  readonly onError?: (issuer: string, error: unknown) => void;
  /** Makes the keys of an issuer. */
  readonly keysOf?: (trusted: TrustedIssuer) => TrustedKeys;
}

/** Verifies the tokens of outside providers. */
export interface TrustedTokens {
  /** Whether the token says that it is one of these. */
  isOurs(token: string): boolean;
  /** @throws {AppError} `UNAUTHENTICATED` whatever is wrong with it; `UNAVAILABLE` when nobody can tell */
  verify(token: string): Promise<Principal>;
  start(): void;
  stop(): void;
}

interface Admission {
  readonly admitted: boolean;
  readonly at: number;
}

/**
 * A token of an outside provider makes its holder a person of the tenant that it names, as its roles are mapped: never more.
 * What the provider signed is asked of its keys; whether the tenant lets anybody in, of this installation, every other second.
 */
export function createTrustedTokens(init: TrustedTokensInit): TrustedTokens {
  const { clock, onError } = init;
  const keysOf =
    init.keysOf ??
    ((trusted: TrustedIssuer) =>
      createTrustedKeys({ trusted, onError: (error: unknown) => onError?.(trusted.issuer, error) }));
  const issuers = new Map(init.issuers.map((trusted) => [trusted.issuer, { trusted, keys: keysOf(trusted) }]));
  const admissions = new BoundedMap<string, Admission>(TENANTS);
  const asking = new Map<string, Promise<boolean>>();

  function ask(tenantId: string): Promise<boolean> {
    const underWay = asking.get(tenantId);
    if (underWay !== undefined) return underWay;
    const begun = performance.now();
    const answer = init
      .admits(tenantId)
      .then((admitted) => {
        admissions.set(tenantId, { admitted, at: begun });
        return admitted;
      })
      .finally(() => asking.delete(tenantId));
    asking.set(tenantId, answer);
    return answer;
  }

  async function isAdmitted(tenantId: string): Promise<boolean> {
    const known = admissions.get(tenantId);
    const age = performance.now() - (known?.at ?? Number.NEGATIVE_INFINITY);
    if (known !== undefined && age < FRESH_MILLISECONDS) return known.admitted;
    try {
      return await ask(tenantId);
    } catch (error) {
      if (known !== undefined && age < STALE_MILLISECONDS) return known.admitted;
      throw error;
    }
  }

  async function claimsOf(token: string, { trusted, keys }: { trusted: TrustedIssuer; keys: TrustedKeys }) {
    const { payload, protectedHeader } = await jwtVerify(token, keys.keyOf, {
      algorithms: ASYMMETRIC,
      issuer: trusted.issuer,
      audience: trusted.audience,
      currentDate: clock.now(),
      clockTolerance: TOLERANCE_SECONDS,
      requiredClaims: ['exp', 'iat', 'sub'],
    });
    if (!isAccessToken(protectedHeader)) throw refused();
    return payload;
  }

  return {
    isOurs: (token) => issuers.has(issuerOf(token) ?? ''),

    async verify(token) {
      const from = issuers.get(issuerOf(token) ?? '');
      if (from === undefined) throw refused();
      let claims: JWTPayload;
      try {
        claims = await claimsOf(token, from);
      } catch (error) {
        throw error instanceof AppError ? error : refused();
      }
      const principal = outsidePrincipal(from.trusted, claims);
      if (principal === undefined || !(await isAdmitted(principal.tenantId ?? ''))) throw refused();
      return principal;
    },

    start() {
      for (const { keys } of issuers.values()) keys.start();
    },
    stop() {
      for (const { keys } of issuers.values()) keys.stop();
    },
  };
}

/** RFC 8725, section 3.11: what is another kind of token by its own words is no access token. */
function isAccessToken({ typ }: JWTHeaderParameters): boolean {
  return typ === undefined || TYPES.includes(typ.toLowerCase());
}

/** What a token says of where it comes from, which nobody has verified. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

function refused(): AppError {
  return new AppError('UNAUTHENTICATED', 'The access token is not valid or has expired.');
}
