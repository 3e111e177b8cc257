import Provider, { type Adapter, type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { ACCESS_TOKEN_ALGORITHM, ACCESS_TOKEN_SECONDS } from '#lib/auth/access-token.ts';
import { GRANTABLE_SCOPES } from '#lib/auth/scopes.ts';
import { AppError } from '#lib/errors.ts';
import type { ClientGrant } from '../client-service.ts';
import type { PrivateJwk } from '../keyring.ts';
import { secretMatches } from '../secret.ts';
import type { Service } from '../service.ts';
import { accessTokenClaims } from '../signing-keys.ts';

export const TOKEN_PATH = '/oauth/token';
export const JWKS_PATH = '/.well-known/jwks.json';
export const DISCOVERY_PATH = '/.well-known/openid-configuration';

/** Members of the discovery document (RFC 8414, section 2) that are true of what is served here. */
const DISCOVERY_MEMBERS = [
  'issuer',
  'token_endpoint',
  'jwks_uri',
  'scopes_supported',
  'response_types_supported',
  'grant_types_supported',
  'subject_types_supported',
  'id_token_signing_alg_values_supported',
  'token_endpoint_auth_methods_supported',
];

/**
 * The OAuth 2.0 token endpoint for programs (RFC 6749, section 4.4), discovery and keys, by `oidc-provider`, on the service's
 * clients and keys.
 *
 * @param keys the first one signs
 */
export function createProvider(service: Service, keys: readonly PrivateJwk[]): Provider {
  const provider = new Provider(service.tokenSource.issuer, configurationOf(service, keys));
  provider.proxy = true; // the headers that say which host was asked are set by the route
  provider.Client.prototype.compareClientSecret = function (actual: string) {
    return secretMatches(actual, this.clientSecret ?? '');
  };
  provider.use(async (context, next) => {
    await next();
    if (context.path === DISCOVERY_PATH && context.status === 200) context.body = servedMembers(context.body);
    if (context.path === TOKEN_PATH && isUnauthenticated(context.body)) {
      context.status = 401;
      context.set('www-authenticate', `Basic realm="${service.tokenSource.issuer}"`);
      context.body = { ...(context.body as object), error: 'invalid_client' };
    }
  });
  return provider;
}

/** RFC 6749, section 5.2: no client authentication at all is `invalid_client` too; the provider calls it `invalid_request`. */
function isUnauthenticated(body: unknown): boolean {
  const { error, error_description: description } = Object(body) as Record<string, unknown>;
  return error === 'invalid_request' && description === 'no client authentication mechanism provided';
}

function configurationOf(service: Service, keys: readonly PrivateJwk[]): Configuration {
  const grants = new WeakMap<KoaContextWithOIDC, ClientGrant>();
  return {
    adapter: (model) => clientAdapter(service, model),
    jwks: { keys: [...keys] },
    routes: { token: TOKEN_PATH, jwks: JWKS_PATH },
    ttl: { ClientCredentials: ACCESS_TOKEN_SECONDS },
    scopes: [...GRANTABLE_SCOPES],
    responseTypes: [],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    clientDefaults: { id_token_signed_response_alg: ACCESS_TOKEN_ALGORITHM },
    enabledJWA: { idTokenSigningAlgValues: [ACCESS_TOKEN_ALGORITHM] },
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: graphResource(service, keys[0]?.kid, grants),
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
    formats: {
      customizers: {
        jwt(context, token, parts) {
          const grant = grants.get(context);
          if (grant === undefined) throw new Error('a token without a grant');
          parts.payload = { ...clientClaims(service, grant, token.scope ?? '') };
        },
      },
    },
  };
}

/** The one resource that tokens are for (RFC 8707): the graph. What a client gets there is decided here, each time. */
function graphResource(
  service: Service,
  kid: string | undefined,
  grants: WeakMap<KoaContextWithOIDC, ClientGrant>,
): NonNullable<NonNullable<Configuration['features']>['resourceIndicators']> {
  const { audience } = service.tokenSource;
  return {
    enabled: true,
    defaultResource: () => audience,
    async getResourceServerInfo(context, resource, client) {
      if (resource !== audience) throw new errors.InvalidTarget();
      const grant = await grantOf(service, client.clientId);
      grants.set(context, grant);
      return {
        scope: requestScope(context, grant).join(' '),
        audience,
        accessTokenFormat: 'jwt',
        accessTokenTTL: ACCESS_TOKEN_SECONDS,
        jwt: { sign: { alg: ACCESS_TOKEN_ALGORITHM, kid } },
      };
    },
  };
}

/** Clients are read from the service's own collection. Nothing else is stored: JWT access tokens carry all they mean. */
function clientAdapter(service: Service, model: string): Adapter {
  const unused = async (): Promise<never> => {
    throw new Error(`${model}: the client credentials grant stores nothing`);
  };
  return {
    upsert: unused,
    consume: unused,
    destroy: unused,
    revokeByGrantId: unused,
    findByUid: unused,
    findByUserCode: unused,
    async find(id) {
      const client = model === 'Client' && id.isWellFormed() ? await service.clients.find(id) : undefined;
      if (client === undefined) return undefined;
      return {
        client_id: client.clientId,
        client_secret: client.secretHash,
        client_name: client.name,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
        token_endpoint_auth_method: 'client_secret_basic',
      };
    },
  };
}

async function grantOf(service: Service, clientId: string): Promise<ClientGrant> {
  try {
    const grant = await service.clients.grant(clientId, `oauth/${clientId}`);
    if (grant === undefined) throw new errors.InvalidClientAuth('the client was revoked or its tenant is gone');
    return grant;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'UNAVAILABLE') throw error;
    const unavailable = new errors.TemporarilyUnavailable('a service is out of reach; try again');
    unavailable.statusCode = 503;
    throw unavailable;
  }
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

function clientClaims(service: Service, { client, begun }: ClientGrant, scope: string) {
  return accessTokenClaims(service.tokenSource, begun, {
    sub: client.clientId,
    client_id: client.clientId,
    ...(client.tenantId === null ? {} : { tenant_id: client.tenantId }),
    roles: [],
    scope,
  });
}

function servedMembers(document: unknown): object {
  return Object.fromEntries(Object.entries(document as object).filter(([name]) => DISCOVERY_MEMBERS.includes(name)));
}
