import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Services } from '../graphql/services.ts';
import type { Ids } from '../ids.ts';
import type { Logger } from '../log.ts';
import { AdmitsPeopleDocument, VerificationDocument } from './calls/identity.generated.ts';
import { createTrustedTokens } from './trusted-tokens.ts';
import { createTokenVerifier, type TokenVerifier } from './verifier.ts';

/**
 * A verifier of this installation's tokens, and of those of the outside providers that it trusts. It asks the identity
 * service in the name of a service of this process.
 */
export function verifierOf(init: {
  readonly config: Config;
  readonly services: Services;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
}): TokenVerifier {
  const { config, services, clock, ids, log } = init;
  const refresh = async () =>
    (await services.call('identity', VerificationDocument, {}, { requestId: ids.next('req') })).verification;
  let failing = false;
  const own = createTokenVerifier({
    issuer: config.publicUrl,
    audience: `${config.publicUrl}/graphql`,
    clock,
    refresh: async () => {
      const state = await refresh();
      if (failing) log.info('the identity service answers again');
      failing = false;
      return state;
    },
    onRefreshError: (error) => {
      if (!failing) log.error({ err: error }, 'the identity service does not answer: its last keys stay in force');
      failing = true;
    },
  });
  if (config.trustedIssuers.length === 0) return own;
  const outside = createTrustedTokens({
    issuers: config.trustedIssuers,
    clock,
    admits: async (tenantId) =>
      (await services.call('identity', AdmitsPeopleDocument, { tenantId }, { requestId: ids.next('req') }))
        .admitsPeople,
    onError: (issuer, error) =>
      log.error({ err: error, issuer }, 'an identity provider does not answer: its last keys stay in force'),
  });
  return {
    ...own,
    verify: (token) => (outside.isOurs(token) ? outside.verify(token) : own.verify(token)),
    async start() {
      outside.start();
      await own.start();
    },
    stop() {
      outside.stop();
      own.stop();
    },
  };
}
