import { type Client, type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { ACCESS_TOKEN_ALGORITHM, ACCESS_TOKEN_SECONDS } from '#lib/auth/access-token.ts';
import type { ClientGrant } from '../client-service.ts';
import type { Service } from '../service.ts';
import { reachable } from './accounts.ts';
import { graphScopes, isApplication } from './clients.ts';
import type { Flow, Flows } from './flow.ts';

type ResourceIndicators = NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>;

/** The one resource that tokens are for (RFC 8707): the graph. What a client gets there is decided here, each time. */
export function graphResource(service: Service, kid: string | undefined, flows: Flows): ResourceIndicators {
  const { audience } = service.tokenSource;
  return {
    enabled: true,
    defaultResource: () => audience,
    useGrantedResource: () => true,
    async getResourceServerInfo(context, resource, client) {
      if (resource !== audience) throw new errors.InvalidTarget();
      const flow = flows.of(context);
      const scopes = isApplication(client)
        ? personScopes(context, client, flow)
        : requestScope(context, await grantOf(service, flow, client.clientId));
      const accessTokenTTL = flow.clientGrant?.seconds ?? ACCESS_TOKEN_SECONDS;
      return {
        scope: scopes.join(' '),
        audience,
        accessTokenFormat: 'jwt',
        accessTokenTTL,
        jwt: { sign: { alg: ACCESS_TOKEN_ALGORITHM, kid } },
      };
    },
  };
}

/**
 * What a token of a person can hold: what the application may and, once it is known who the person is, what its role says
 * now. An application that names no scope of the graph is granted all of its own (RFC 6749, section 3.3).
 */
function personScopes(context: KoaContextWithOIDC, client: Client, { account }: Flow): readonly string[] {
  const own = graphScopes(client);
  const { params = {}, requestParamScopes } = context.oidc;
  if (context.oidc.route === 'authorization' && !own.some((scope) => requestParamScopes.has(scope))) {
    params.scope = [...requestParamScopes, ...own].join(' ');
  }
  return account === undefined ? own : own.filter((scope) => account.scopes.includes(scope));
}

async function grantOf(service: Service, flow: Flow, clientId: string): Promise<ClientGrant> {
  const grant = await reachable(service.clients.grant(clientId, `oauth/${clientId}`));
  if (grant === undefined) throw new errors.InvalidClientAuth('the client was revoked or its tenant is gone');
  flow.clientGrant = grant;
  return grant;
}

/** The scopes that are asked for: all of the client's where nothing is said (RFC 6749, section 3.3). */
function requestScope(context: KoaContextWithOIDC, { scopes }: ClientGrant): readonly string[] {
  const params = context.oidc.params ?? {};
  if (scopes.length === 0) throw new errors.UnauthorizedClient('the tenant is suspended');
  params.scope = params.scope || scopes.join(' ');
  const denied = String(params.scope)
    .split(' ')
    .find((scope) => !scopes.includes(scope));
  if (denied !== undefined) throw new errors.InvalidScope('the client does not hold the requested scope', denied);
  return scopes;
}
