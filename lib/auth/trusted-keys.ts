import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { unavailable } from '../errors.ts';
import { isTrustworthy, type TrustedIssuer } from './trusted-issuer.ts';

/** How long a provider may take to answer. */
const TIMEOUT_MILLISECONDS = 5_000;
/** A key that is not known is asked for no more often than this, and a provider that did not answer left alone as long. */
const COOLDOWN_MILLISECONDS = 5_000;
/** How often keys are asked for by themselves: so long a key lives on that the provider has withdrawn. */
const REFRESH_MILLISECONDS = 5 * 60 * 1000;

const METADATA = z.object({ issuer: z.string(), jwks_uri: z.string().refine(isTrustworthy) });

export interface TrustedKeysInit {
  readonly trusted: Pick<TrustedIssuer, 'issuer' | 'jwksUri'>;
  /** Told when the provider does not answer; the keys that are known stay in force. */
  readonly onError?: (error: unknown) => void;
  readonly cooldownMilliseconds?: number;
  readonly refreshMilliseconds?: number;
}

/** The keys of an outside provider. */
export interface TrustedKeys {
  /**
   * The key that a token's header names, for `jwtVerify`.
   *
   * @throws {AppError} `UNAVAILABLE` while none are known and the provider does not answer
   */
  readonly keyOf: JWTVerifyGetKey;
  /** Asks for them now and then, so that what is withdrawn goes. */
  start(): void;
  stop(): void;
}

/** They are asked for when they are first needed, and kept through an outage of the provider. */
export function createTrustedKeys({ trusted, onError, ...options }: TrustedKeysInit): TrustedKeys {
  const cooldownDuration = options.cooldownMilliseconds ?? COOLDOWN_MILLISECONDS;
  let set: ReturnType<typeof createRemoteJWKSet> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  let loading: Promise<NonNullable<typeof set>> | undefined;
  let refreshing = false;
  let timer: NodeJS.Timeout | undefined;

  async function load() {
    const uri = trusted.jwksUri ?? (await discover(trusted.issuer));
    const limits = { timeoutDuration: TIMEOUT_MILLISECONDS, cooldownDuration, cacheMaxAge: Number.POSITIVE_INFINITY };
    const loaded = createRemoteJWKSet(new URL(uri), limits);
    await loaded.reload();
    set = loaded;
    return loaded;
  }

  /** Of many who need them at once, one asks; after a failure nobody does for a while. */
  async function loaded() {
    if (set !== undefined) return set;
    if (performance.now() - failedAt < cooldownDuration) throw outOfReach();
    loading ??= load().finally(() => {
      loading = undefined;
    });
    try {
      return await loading;
    } catch (error) {
      failedAt = performance.now();
      onError?.(error);
      throw outOfReach();
    }
  }

  /** Where the keys are is asked again too: a provider may move them. */
  async function refresh(): Promise<void> {
    if (set === undefined || refreshing) return;
    refreshing = true;
    await load().catch((error: unknown) => onError?.(error));
    refreshing = false;
  }

  return {
    async keyOf(header, token) {
      const keys = await loaded();
      try {
        return await keys(header, token);
      } catch (error) {
        if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
        if (error instanceof errors.JOSENotSupported) throw error;
        // It was asked for a key that is not known, and did not answer: nobody can tell whether there is one.
        onError?.(error);
        throw outOfReach();
      }
    },
    start() {
      timer ??= setInterval(refresh, options.refreshMilliseconds ?? REFRESH_MILLISECONDS).unref();
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}

/** Where a provider says that its keys are. @throws when it says nothing of the kind, or is another */
async function discover(issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
  const response = await fetch(url, { redirect: 'error', signal, headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`${url}: answered ${response.status}`);
  const metadata = METADATA.parse(await response.json());
  if (metadata.issuer !== issuer) throw new Error(`${url}: speaks for another issuer`);
  return metadata.jwks_uri;
}

function outOfReach() {
  return unavailable('The identity provider of this token is out of reach.');
}
