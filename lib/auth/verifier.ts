import { setTimeout as delay } from 'node:timers/promises';
import { type CryptoKey, importJWK, type JWK, type JWTHeaderParameters, jwtVerify } from 'jose';
import { z } from 'zod';
import { BoundedMap } from '../bounded-map.ts';
import type { Clock } from '../clock.ts';
import { AppError, unavailable } from '../errors.ts';
import {
  ACCESS_TOKEN_ALGORITHM,
  ACCESS_TOKEN_TYPE,
  type AccessTokenClaims,
  principalOf,
  revocableSubjects,
} from './access-token.ts';
import type { Principal } from './principal.ts';
import { scopesWhileSuspended } from './scopes.ts';

/** How many verified tokens are remembered: a token is verified once, not once a request. */
const CACHED_TOKENS = 10_000;
const POLL_MILLISECONDS = 1_000;
/** The shortest time between two questions that tokens with an unknown `kid` cause. */
const UNKNOWN_KEY_MILLISECONDS = 250;

/** What the identity service answers as `verification`. */
export interface VerificationState {
  /** Public keys as JWK (RFC 7517). */
  readonly keys: readonly Readonly<Record<string, unknown>>[];
  readonly revocations: readonly { readonly kind: string; readonly subject: string; readonly at: string }[];
  /** The tenants whose clients have `usage:write` and nothing else, whatever their tokens say. */
  readonly restrictedTenants: readonly string[];
  /** Public keys by which the services sign their own tokens, as JWK. */
  readonly serviceKeys: readonly Readonly<Record<string, unknown>>[];
}

export interface TokenVerifierInit {
  readonly issuer: string;
  readonly audience: string;
  readonly clock: Clock;
  /** Asks the identity service for its keys and revocations. */
  readonly refresh: () => Promise<VerificationState>;
  /** How often it asks; 1,000 where nothing is said: the longest that a revocation takes to be known. */
  readonly intervalMilliseconds?: number;
  /** Told when the identity service does not answer; what was known last stays in force. */
  readonly onRefreshError?: (error: unknown) => void;
}

/** Verifies access tokens with what it knows: it does not ask anybody while it does so. */
export interface TokenVerifier {
  /** Asks for keys and revocations, now and from now on. */
  start(): Promise<void>;
  stop(): void;
  /** Asks now, beside the interval. */
  refresh(): Promise<void>;
  /**
   * Who a token speaks of.
   *
   * @throws {AppError} `UNAUTHENTICATED` whatever is wrong with the token; `UNAVAILABLE` when its key is not known and nobody can be asked
   */
  verify(token: string): Promise<Principal>;
  /**
   * The key of a service, by its `kid`; `undefined` where there is none.
   *
   * @throws {AppError} `UNAVAILABLE` while no keys are known at all
   */
  serviceKey(kid: string): Promise<CryptoKey | undefined>;
  /** Whether keys are known; without them nobody can be told apart. */
  ready(): boolean;
}

interface Known {
  readonly keys: ReadonlyMap<string, CryptoKey>;
  readonly serviceKeys: ReadonlyMap<string, CryptoKey>;
  /** By `kind:subject`: until when (milliseconds since 1970, inclusive) issued tokens are refused. */
  readonly revoked: ReadonlyMap<string, number>;
  readonly restricted: ReadonlySet<string>;
}

interface Verified {
  readonly kid: string;
  readonly claims: AccessTokenClaims;
  readonly subjects: readonly string[];
  readonly principal: Principal;
  /** The same while its tenant is restricted. */
  readonly restricted: Principal;
}

const CLAIMS = z.object({
  iss: z.string(),
  aud: z.string(),
  sub: z.string().min(1),
  iat: z.number(),
  exp: z.number(),
  jti: z.string().min(1),
  iat_ms: z.number(),
  tenant_id: z.string().min(1).exactOptional(),
  roles: z.array(z.string()),
  scope: z.string(),
  client_id: z.string().exactOptional(),
  sid: z.string().exactOptional(),
  azp: z.string().exactOptional(),
});

/**
 * A verifier of JWT access tokens (RFC 9068, section 4): signature by a published key, algorithm and type pinned, issuer,
 * audience, expiry by the given clock, and revocations.
 */
export function createTokenVerifier(init: TokenVerifierInit): TokenVerifier {
  const cache = new BoundedMap<string, Verified>(CACHED_TOKENS);
  const imported = new Map<string, CryptoKey>();
  let known: Known | undefined;
  let underWay: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let toBegin: Promise<boolean> | undefined;
  let lastBegun = Number.NEGATIVE_INFINITY;

  async function load(): Promise<void> {
    const state = await init.refresh();
    known = {
      keys: await importKeys(state.keys, imported),
      serviceKeys: await importKeys(state.serviceKeys, imported),
      revoked: revokedUntil(state.revocations),
      restricted: new Set(state.restrictedTenants),
    };
  }

  function refresh(): Promise<void> {
    underWay ??= load().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  /** Whether there was an answer. */
  async function poll(): Promise<boolean> {
    try {
      await refresh();
      return true;
    } catch (error) {
      init.onRefreshError?.(error);
      return false;
    }
  }

  /**
   * Asks a question that begins from now on, so that its answer has whatever was published before: all who come until it
   * begins share it.
   */
  function askAgain(): Promise<boolean> {
    toBegin ??= (async () => {
      await delay(Math.max(0, lastBegun + UNKNOWN_KEY_MILLISECONDS - performance.now()), undefined, { ref: false });
      await underWay?.catch(() => undefined);
      toBegin = undefined;
      lastBegun = performance.now();
      return await poll();
    })();
    return toBegin;
  }

  /** A key that is not known may have been published since: a token may be quicker than the next poll. */
  async function findKey(kind: 'keys' | 'serviceKeys', kid: string): Promise<CryptoKey | undefined> {
    const key = known?.[kind].get(kid);
    if (key !== undefined) return key;
    const answered = await askAgain();
    const found = known?.[kind].get(kid);
    if (found === undefined && !answered) throw unavailable('Tokens cannot be verified now.');
    return found;
  }

  async function keyOf({ kid }: JWTHeaderParameters): Promise<CryptoKey> {
    const key = kid === undefined ? undefined : await findKey('keys', kid);
    if (key === undefined) throw refused();
    return key;
  }

  async function verifySignature(token: string): Promise<Verified> {
    const { payload, protectedHeader } = await jwtVerify(token, keyOf, {
      algorithms: [ACCESS_TOKEN_ALGORITHM],
      typ: ACCESS_TOKEN_TYPE,
      issuer: init.issuer,
      audience: init.audience,
      currentDate: init.clock.now(),
    });
    const claims = CLAIMS.parse(payload);
    const principal = principalOf(claims);
    if (principal === undefined || protectedHeader.kid === undefined) throw refused();
    const subjects = revocableSubjects(claims);
    return { kid: protectedHeader.kid, claims, principal, restricted: whileRestricted(principal), subjects };
  }

  function stillGood({ kid, claims, subjects }: Verified): boolean {
    if (known?.keys.has(kid) !== true || claims.exp * 1000 <= init.clock.now().getTime()) return false;
    return subjects.every((subject) => claims.iat_ms > (known?.revoked.get(subject) ?? Number.NEGATIVE_INFINITY));
  }

  function asOfNow({ principal, restricted }: Verified): Principal {
    return principal.tenantId !== null && known?.restricted.has(principal.tenantId) ? restricted : principal;
  }

  return {
    refresh,
    serviceKey: (kid) => findKey('serviceKeys', kid),
    ready: () => known !== undefined,
    async start() {
      timer ??= setInterval(poll, init.intervalMilliseconds ?? POLL_MILLISECONDS).unref();
      await poll();
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
    async verify(token) {
      let verified = cache.get(token);
      if (verified === undefined) {
        verified = await verifySignature(token).catch((error: unknown) => {
          throw error instanceof AppError ? error : refused();
        });
        cache.set(token, verified);
      }
      if (stillGood(verified)) return asOfNow(verified);
      cache.delete(token);
      throw refused();
    },
  };
}

/** A client of a suspended tenant can record usage; its users' tokens are not narrowed but revoked. */
function whileRestricted(principal: Principal): Principal {
  if (principal.kind !== 'client') return principal;
  return { ...principal, scopes: new Set(scopesWhileSuspended(principal.scopes)) };
}

function refused(): AppError {
  return new AppError('UNAUTHENTICATED', 'The access token is not valid or has expired.');
}

/** The keys by `kid`; each is imported once. A key that is not of the pinned algorithm is left out. */
async function importKeys(
  jwks: readonly Readonly<Record<string, unknown>>[],
  imported: Map<string, CryptoKey>,
): Promise<ReadonlyMap<string, CryptoKey>> {
  const keys = new Map<string, CryptoKey>();
  for (const jwk of jwks as readonly JWK[]) {
    if (jwk.kid === undefined || jwk.kty !== 'EC' || jwk.crv !== 'P-256') continue;
    const text = JSON.stringify(jwk);
    const key = imported.get(text) ?? ((await importJWK(jwk, ACCESS_TOKEN_ALGORITHM)) as CryptoKey);
    imported.set(text, key);
    keys.set(jwk.kid, key);
  }
  return keys;
}

function revokedUntil(revocations: VerificationState['revocations']): ReadonlyMap<string, number> {
  return new Map(revocations.map(({ kind, subject, at }) => [`${kind}:${subject}`, Date.parse(at)]));
}
