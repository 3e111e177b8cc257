import type Koa from 'koa';
import Provider, { type ClientAuthMethod, type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import { ACCESS_TOKEN_ALGORITHM, ACCESS_TOKEN_SECONDS } from '#lib/auth/access-token.ts';
import { GRANTABLE_SCOPES } from '#lib/auth/scopes.ts';
import type { PrivateJwk } from '../keyring.ts';
import { secretMatches } from '../secret.ts';
import type { Service } from '../service.ts';
import { CLAIMS, findAccount, grantAll, OWN_SCOPES, signInPolicy } from './accounts.ts';
import { adapterOf } from './adapter.ts';
import { isApplication, OWN_METADATA } from './clients.ts';
import { servedMembers } from './discovery.ts';
import { createFlows, type Flows } from './flow.ts';
import { renderError, signedOutPage, signOutPage } from './pages/engine-pages.ts';
import { PATHS, publicPrefix } from './paths.ts';
import { nextRefreshToken } from './refresh-tokens.ts';
import { graphResource } from './resource.ts';
import { answerStructuredToken, mayTellOf } from './structured-token.ts';
import { accessTokenPayload } from './token-claims.ts';

const CODE_SECONDS = 60;
/** Until its code is redeemed; the session has it then. */
const GRANT_SECONDS = 10 * 60;
const INTERACTION_SECONDS = 30 * 60;
/** How long a browser stays signed in without use. */
const BROWSER_SECONDS = 12 * 60 * 60;
/** What a session's document says is what counts; the engine wants to have said something. */
const SESSION_SECONDS = 30 * 24 * 60 * 60;

/**
 * The OAuth 2.0 and OpenID Connect server, by `oidc-provider`, on the service's clients, sessions and keys.
 *
 * @param keys the first one signs
 */
export function createProvider(service: Service, keys: readonly PrivateJwk[]): Provider {
  const { issuer } = service.tokenSource;
  const flows = createFlows(service.revocations);
  const provider = new Provider(issuer, configurationOf(service, keys, flows));
  provider.proxy = true; // the headers that say which host was asked are set by the route
  extendModels(provider, service, flows);
  provider.use(async (context, next) => {
    flows.of(context); // dates the tokens before anybody is asked anything
    context.set({ 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff' });
    await next();
    if (context.path === PATHS.discovery && context.status === 200) context.body = servedMembers(context.body);
    correctError(context, issuer);
    leaveOutEmptyScope(context);
    await answerStructuredToken(service, context as KoaContextWithOIDC);
    if (context.path === PATHS.logout && context.status === 200) signOutPage(context as KoaContextWithOIDC);
  });
  return provider;
}

/** What the engine's models do otherwise here. */
function extendModels(provider: Provider, service: Service, flows: Flows): void {
  provider.Client.prototype.compareClientSecret = function (actual: string) {
    if (!isApplication(this)) return service.clients.authenticate(this.clientId, actual);
    return secretMatches(actual, this.clientSecret ?? '');
  };
  Object.assign(provider.RefreshToken.prototype, { generateTokenId: () => nextRefreshToken(flows) });
  const { destroy } = provider.Session.prototype;
  // Signing out in the browser ends what came from signing in there, and that first: it can be repeated then.
  provider.Session.prototype.destroy = async function () {
    await service.applicationSessions.endOfBrowser(this.uid);
    await destroy.call(this);
  };
}

/** RFC 6749, section 3.3: there is no empty scope; a token that opens nothing of the graph has none. */
function leaveOutEmptyScope(context: Koa.Context): void {
  const body = Object(context.body) as { scope?: unknown };
  if (context.path === PATHS.token && body.scope === '') delete body.scope;
}

/** Codes of RFC 6749, section 5.2, where the engine says `invalid_request`, by its descriptions. */
const ERROR_CODES: Readonly<Record<string, string>> = {
  'no client authentication mechanism provided': 'invalid_client',
  'requested grant type is not allowed for this client': 'unauthorized_client',
};

function correctError(context: Koa.Context, issuer: string): void {
  const { error, error_description: description } = Object(context.body) as Record<string, unknown>;
  const code = error === 'invalid_request' ? ERROR_CODES[String(description)] : undefined;
  if (code === undefined) return;
  context.body = { ...(context.body as object), error: code };
  if (code !== 'invalid_client') return;
  context.status = 401;
  context.set('www-authenticate', `Basic realm="${issuer}"`);
}

function configurationOf(service: Service, keys: readonly PrivateJwk[], flows: Flows): Configuration {
  const prefix = publicPrefix(service.tokenSource.issuer);
  return {
    adapter: (model) => adapterOf(service, flows, model),
    jwks: { keys: [...keys] },
    routes: {
      authorization: PATHS.authorize,
      token: PATHS.token,
      revocation: PATHS.revoke,
      introspection: PATHS.introspect,
      end_session: PATHS.logout,
      jwks: PATHS.jwks,
    },
    cookies: {
      names: { session: 'identity_session', interaction: 'identity_sign_in', resume: 'identity_resume' },
      long: { httpOnly: true, sameSite: 'lax', path: `${prefix}/oauth` },
      short: { httpOnly: true, sameSite: 'lax' },
    },
    ...grantRules(service, flows),
    scopes: [...OWN_SCOPES, ...GRANTABLE_SCOPES],
    claims: CLAIMS,
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'] satisfies ClientAuthMethod[],
    clientDefaults: { id_token_signed_response_alg: ACCESS_TOKEN_ALGORITHM },
    extraClientMetadata: { properties: OWN_METADATA },
    enabledJWA: { idTokenSigningAlgValues: [ACCESS_TOKEN_ALGORITHM] },
    clientBasedCORS: (_context, origin, client) =>
      (client.redirectUris ?? []).some((uri) => new URL(uri).origin === origin),
    interactions: { policy: signInPolicy(), url: (_context, { uid }) => `${prefix}${PATHS.signIn}/${uid}` },
    renderError,
    features: featuresOf(service, keys[0]?.kid, flows),
    formats: {
      customizers: {
        async jwt(context, token, parts) {
          parts.payload = { ...(await accessTokenPayload(service, flows.of(context), token)) };
        },
      },
    },
  };
}

/** Who gets which tokens, and for how long. */
function grantRules(service: Service, flows: Flows): Configuration {
  return {
    ttl: {
      AccessToken: ACCESS_TOKEN_SECONDS,
      ClientCredentials: (_context, token) => token.resourceServer?.accessTokenTTL ?? ACCESS_TOKEN_SECONDS,
      IdToken: ACCESS_TOKEN_SECONDS,
      AuthorizationCode: CODE_SECONDS,
      Grant: GRANT_SECONDS,
      Interaction: INTERACTION_SECONDS,
      // Before anybody has signed in there is nothing to keep but the question whether to sign out.
      Session: (_context, { accountId }) => (accountId === undefined ? INTERACTION_SECONDS : BROWSER_SECONDS),
      RefreshToken: SESSION_SECONDS,
    },
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    findAccount: (context, subject) => findAccount(service, flows, context, subject),
    loadExistingGrant: (context) => grantAll(service, context),
    issueRefreshToken: async (_context, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    expiresWithSession: async () => false,
  };
}

function featuresOf(service: Service, kid: string | undefined, flows: Flows): NonNullable<Configuration['features']> {
  return {
    clientCredentials: { enabled: true },
    resourceIndicators: graphResource(service, kid, flows),
    revocation: { enabled: true, allowedPolicy: async (_context, client, token) => token.clientId === client.clientId },
    introspection: { enabled: true, allowedPolicy: async (_context, client, token) => mayTellOf(client, token) },
    rpInitiatedLogout: { enabled: true, logoutSource: signOutPage, postLogoutSuccessSource: signedOutPage },
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    userinfo: { enabled: false },
  };
}
