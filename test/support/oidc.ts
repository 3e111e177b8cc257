import * as oauth from 'openid-client';
import { hiddenFields, PlainBrowser, type ShownPage } from './plain-browser.ts';
import { freePort } from './port.ts';
import { startTestServer, type TestServer, type TestServerOptions } from './server.ts';

export const PASSWORD = 'correct horse battery staple';
/** Where the applications of the tests get their codes. Nobody listens there. */
export const CALLBACK = 'http://127.0.0.1:9/callback';
export const SIGNED_OUT = 'http://127.0.0.1:9/signed-out';

export interface Customer {
  readonly tenantId: string;
  readonly email: string;
}

export interface Application {
  readonly application: { readonly applicationId: string; readonly name: string };
  readonly clientSecret: string | null;
}

/** A running server whose public address is where it listens, and what a relying party's tests do on it. */
export interface OidcServer {
  readonly server: TestServer;
  readonly admin: string;
  /** A tenant whose admin, of this address, has `PASSWORD`. */
  makeCustomer(name: string): Promise<Customer>;
  createApplication(input?: object): Promise<Application>;
  /** An operation of the administrator; throws on errors. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of any shape
  mutate(source: string, input: object): Promise<any>;
  close(): Promise<void>;
}

export async function startOidcServer(options: TestServerOptions = {}): Promise<OidcServer> {
  const port = await freePort();
  const server = await startTestServer({
    ...options,
    env: { PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}`, ...options.env },
  });
  const admin = await server.signIn();

  const mutate: OidcServer['mutate'] = async (source, input) => {
    const { data, errors } = await server.query(source, { input }, admin);
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return Object.values(data)[0];
  };

  return {
    server,
    admin,
    mutate,
    async makeCustomer(name) {
      const email = `admin@${name.toLowerCase()}.example`;
      const order = { customerName: name, email, billingAddress: 'x', tier: 'STANDARD' };
      const source =
        'mutation($input: OnboardInput!) { onboard(input: $input) { tenant { tenantId } invitation { token } } }';
      const { tenant, invitation } = await mutate(source, order);
      const accept = 'mutation($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { expiresAt } }';
      await mutate(accept, { token: invitation.token, password: PASSWORD });
      return { tenantId: tenant.tenantId, email };
    },
    async createApplication(input = {}) {
      const source = `mutation($input: CreateApplicationInput!) {
        createApplication(input: $input) { application { applicationId name } clientSecret }
      }`;
      const defaults = { name: 'Shop', redirectUris: [CALLBACK], postLogoutRedirectUris: [SIGNED_OUT] };
      return await mutate(source, { ...defaults, ...input });
    },
    close: () => server.close(),
  };
}

/** An application that signs its users in by a certified library. */
export class RelyingParty {
  readonly configuration: oauth.Configuration;
  readonly #origin: string;

  constructor(configuration: oauth.Configuration, origin: string) {
    this.configuration = configuration;
    this.#origin = origin;
  }

  static async discover(origin: string, { application, clientSecret }: Application): Promise<RelyingParty> {
    const authentication = clientSecret === null ? oauth.None() : oauth.ClientSecretBasic(clientSecret);
    const options = { execute: [oauth.allowInsecureRequests] };
    const url = new URL(origin);
    const id = application.applicationId;
    return new RelyingParty(await oauth.discovery(url, id, undefined, authentication, options), origin);
  }

  /** An authorization request, and what it takes to redeem its answer. */
  async begin(parameters: Record<string, string> = {}) {
    const pkceCodeVerifier = oauth.randomPKCECodeVerifier();
    const expectedState = oauth.randomState();
    const expectedNonce = oauth.randomNonce();
    const url = oauth.buildAuthorizationUrl(this.configuration, {
      redirect_uri: CALLBACK,
      scope: 'openid email',
      state: expectedState,
      nonce: expectedNonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      ...parameters,
    });
    return { url: url.href, checks: { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true } };
  }

  /** Goes through the sign-in page, where one is shown, up to the application's own address. */
  async authorize(customer: Customer, parameters: Record<string, string> = {}, browser = this.browser()) {
    const { url, checks } = await this.begin(parameters);
    const shown = await browser.get(url);
    const end = shown.url.startsWith(CALLBACK) ? shown : await enter(browser, shown, customer.email, PASSWORD);
    return { browser, callback: new URL(end.url), checks, shown };
  }

  /** The whole way: tokens of a person who has just signed in. */
  async signIn(customer: Customer, parameters: Record<string, string> = {}, browser = this.browser()) {
    const { callback, checks } = await this.authorize(customer, parameters, browser);
    const tokens = await oauth.authorizationCodeGrant(this.configuration, callback, checks);
    return { browser, tokens, refreshToken: tokens.refresh_token ?? '', idToken: tokens.id_token ?? '' };
  }

  browser(): PlainBrowser {
    return new PlainBrowser(this.#origin);
  }
}

/** Types address and password into the sign-in page. */
export async function enter(browser: PlainBrowser, shown: ShownPage, email: string, password: string) {
  if (!('csrf' in hiddenFields(shown))) throw new Error(`no sign-in page at ${shown.url}: ${shown.html}`);
  return await browser.submit(shown, { email, password });
}
