import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { type Principal, servicePrincipal } from '#lib/auth/principal.ts';
import type { TenantRole } from '#lib/auth/scopes.ts';
import type { TokenVerifier } from '#lib/auth/verifier.ts';
import type { SubgraphName } from '#lib/service-name.ts';
import { accept, refresh, verifierOf } from './identity.ts';
import { ADMINISTRATOR, openTestPlane, type TestPlane, tenantUser } from './plane.ts';

const PASSWORD = 'correct horse battery staple';

/** Somebody who came to be by a grant, as its own token says. */
export interface Granted {
  readonly principal: Principal;
  /** Of a service client: by which it gets tokens. */
  readonly secret?: string;
  /** Of a user who signed in. */
  readonly refreshToken?: string;
}

let count = 0;

/** A plane on which principals grant each other what they can. Each method answers `undefined` where that is refused. */
export class Grants {
  readonly test: TestPlane;
  readonly #app: FastifyInstance;
  readonly #url: string;
  readonly #verifier: TokenVerifier;

  private constructor(test: TestPlane, app: FastifyInstance, url: string, verifier: TokenVerifier) {
    this.test = test;
    this.#app = app;
    this.#url = url;
    this.#verifier = verifier;
  }

  static async open(): Promise<Grants> {
    const test = await openTestPlane();
    const app = Fastify();
    await test.plane.subgraphs.get('identity')?.routes?.(app);
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    return new Grants(test, app, `http://127.0.0.1:${port}`, await verifierOf(test));
  }

  async close(): Promise<void> {
    await this.#app.close();
    await this.test.close();
  }

  /** A tenant with its admin and a member, both active. */
  async makeTenant(): Promise<{ tenantId: string; name: string; admin: Principal; member: Principal }> {
    const name = `Grants ${++count}`;
    const admin = await this.onboard(ADMINISTRATOR, name, 'FREE');
    if (admin?.principal.tenantId == null) throw new Error('no tenant');
    const { tenantId } = admin.principal;
    const member = await this.invite(ADMINISTRATOR, tenantId, 'TENANT_MEMBER', false);
    if (member === undefined) throw new Error('no member');
    return { tenantId, name, admin: admin.principal, member: member.principal };
  }

  async client(by: Principal, tenantId: string | null, scopes: readonly string[]): Promise<Granted | undefined> {
    const created = await this.#send('identity', by, 'createServiceClient', '{ client { clientId } clientSecret }', {
      name: 'Granted',
      scopes,
      ...(tenantId === null ? {} : { tenantId }),
    });
    if (created === undefined) return undefined;
    const { client, clientSecret } = created as { client: { clientId: string }; clientSecret: string };
    return await this.token(client.clientId, clientSecret);
  }

  /** @param scope the parameter of RFC 6749, section 3.3 */
  async token(clientId: string, secret: string, scope?: string): Promise<Granted | undefined> {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: secret,
      ...(scope === undefined ? {} : { scope }),
    });
    const response = await fetch(`${this.#url}/oauth/token`, { method: 'POST', body });
    const { access_token: token } = (await response.json()) as { access_token?: string };
    return token === undefined ? undefined : { principal: await this.#verifier.verify(token), secret };
  }

  /** The scopes and the tenant of a new application. */
  async application(by: Principal, tenantId: string | null, scopes: readonly string[]) {
    const created = await this.#send('identity', by, 'createApplication', '{ application { scopes tenantId } }', {
      name: 'Granted',
      scopes,
      redirectUris: ['https://granted.example/back'],
      ...(tenantId === null ? {} : { tenantId }),
    });
    return (created as { application: { scopes: string[]; tenantId: string | null } } | undefined)?.application;
  }

  /** @param signsIn whether the invitation is accepted with a password, which takes its time */
  async invite(by: Principal, tenantId: string, role: TenantRole, signsIn: boolean): Promise<Granted | undefined> {
    const input = { tenantId, role, email: `granted${++count}@x.example` };
    return await this.#become(await this.#send('user', by, 'inviteUser', INVITED, input), signsIn);
  }

  async resend(by: Principal, userId: string, signsIn: boolean): Promise<Granted | undefined> {
    return await this.#become(await this.#send('user', by, 'resendInvitation', INVITED, { userId }), signsIn);
  }

  async setRole(by: Principal, userId: string, role: TenantRole): Promise<boolean> {
    return (await this.#send('user', by, 'setUserRole', '{ user { userId } }', { userId, role })) !== undefined;
  }

  /** A user who is invited, and nobody has the invitation of. */
  async invited(tenantId: string, role: TenantRole): Promise<string> {
    const input = { tenantId, role, email: `granted${++count}@x.example` };
    const { user } = (await this.#send('user', ADMINISTRATOR, 'inviteUser', INVITED, input)) as Invited;
    return user.userId;
  }

  async onboard(by: Principal, customerName: string, tier: string): Promise<Granted | undefined> {
    const input = { customerName, tier, email: `granted${++count}@x.example`, billingAddress: 'x' };
    const { invitation } = ((await this.#send('onboarding', by, 'onboard', '{ invitation { token } }', input)) ??
      {}) as Partial<Invited>;
    if (invitation == null) return undefined;
    const [userId = ''] = invitation.token.split('.');
    return await this.#become({ user: { userId }, invitation }, false);
  }

  async refresh(refreshToken: string): Promise<Granted> {
    const tokens = await refresh(this.test, refreshToken);
    return { principal: await this.#verifier.verify(tokens.accessToken), refreshToken: tokens.refreshToken };
  }

  /** Who has an invitation is who was invited. */
  async #become(answer: unknown, signsIn: boolean): Promise<Granted | undefined> {
    if (answer === undefined) return undefined;
    const { user, invitation } = answer as Invited;
    if (invitation === null) return undefined;
    if (signsIn) {
      const tokens = await accept(this.test, invitation.token, PASSWORD);
      return { principal: await this.#verifier.verify(tokens.accessToken), refreshToken: tokens.refreshToken };
    }
    const source = `mutation { activateUser(commandId: "wf_grants/${++count}", userId: "${user.userId}") { role tenant { tenantId } } }`;
    const { activateUser } = await this.test.data('user', servicePrincipal('identity'), source);
    const { role, tenant } = activateUser as { role: TenantRole; tenant: { tenantId: string } };
    return { principal: tenantUser(tenant.tenantId, role, user.userId) };
  }

  async #send(subgraph: SubgraphName, by: Principal, name: string, selected: string, input: object): Promise<unknown> {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const source = `mutation ($input: ${type}!) { ${name}(input: $input) ${selected} }`;
    const { data, errors } = await this.test.execute(subgraph, by, source, { input });
    for (const { extensions, message } of errors ?? []) {
      if (!REFUSALS.has(String(extensions.code))) throw new Error(`${name}: ${message}`);
    }
    return errors === undefined ? data?.[name] : undefined;
  }
}

interface Invited {
  readonly user: { readonly userId: string };
  readonly invitation: { readonly token: string } | null;
}

const INVITED = '{ user { userId } invitation { token } }';
const REFUSALS = new Set([
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'CONFLICT',
  'FAILED_PRECONDITION',
  'UNAUTHENTICATED',
]);
