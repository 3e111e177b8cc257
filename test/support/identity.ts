import type { ExecutionResult } from 'graphql';
import { ANONYMOUS, servicePrincipal } from '#lib/auth/principal.ts';
import { createTokenVerifier, type TokenVerifier, type VerificationState } from '#lib/auth/verifier.ts';
import type { SubgraphName } from '#lib/graphql/subgraph.ts';
import { ADMINISTRATOR, ONBOARDING, type TestPlane } from './plane.ts';

export const PASSWORD = 'correct horse battery staple';

/** What only services may ask of the identity service. */
export const IDENTITY_COMMANDS = [
  '{ verification { keys } }',
  '{ admitsPeople(tenantId: "ten_x") }',
  '{ isAdministratorEmail(email: "admin@example.com") }',
  'mutation { createIdentity(commandId: "w/1", tenantId: "ten_x", userId: "usr_x") { token } }',
  'mutation { deleteIdentity(commandId: "w/1", userId: "usr_x") }',
  'mutation { withdrawInvitation(commandId: "w/1", userId: "usr_x") }',
  'mutation { endSessions(commandId: "w/1", userId: "usr_x") }',
  'mutation { deleteIdentities(commandId: "w/1", tenantId: "ten_x") }',
  'mutation { restrictTenant(commandId: "w/1", tenantId: "ten_x", revision: 1) }',
  'mutation { liftRestriction(commandId: "w/1", tenantId: "ten_x", revision: 1) }',
];

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: string;
  readonly user: { readonly userId: string } | null;
}

type Answer = ExecutionResult<Record<string, unknown>>;

let count = 0;

/** An active tenant. */
export async function makeTenant(test: TestPlane): Promise<string> {
  const tenantId = `ten_identity${++count}`;
  const source = `mutation {
    createTenant(commandId: "w/t", tenantId: "${tenantId}", name: "Tenant ${count}", tier: FREE) { status }
    activateTenant(commandId: "w/a", tenantId: "${tenantId}") { status }
  }`;
  await test.data('tenant', ONBOARDING, source);
  return tenantId;
}

/** An invited user of a tenant, a new one where none is named, and its invitation's token. */
export async function invite(test: TestPlane, tenant?: string, role = 'TENANT_MEMBER') {
  const tenantId = tenant ?? (await makeTenant(test));
  const email = `user${++count}@example.com`;
  if (tenant !== undefined) {
    const source = `mutation ($input: InviteUserInput!) { inviteUser(input: $input) { user { userId } invitation { token } } }`;
    const { inviteUser } = await test.data('user', ADMINISTRATOR, source, { input: { tenantId, email, role } });
    const { user, invitation } = inviteUser as { user: { userId: string }; invitation: { token: string } };
    return { tenantId, email, userId: user.userId, token: invitation.token };
  }
  const userId = `usr_identity${count}`;
  const ids = `tenantId: "${tenantId}", userId: "${userId}"`;
  await test.data(
    'user',
    ONBOARDING,
    `mutation { createUser(commandId: "w/u", ${ids}, email: "${email}") { userId } }`,
  );
  const made = await test.data(
    'identity',
    ONBOARDING,
    `mutation { createIdentity(commandId: "w/i", ${ids}) { token } }`,
  );
  return { tenantId, email, userId, token: (made.createIdentity as { token: string }).token };
}

/** An active user with `PASSWORD`: the admin of a new tenant, or one more user of the tenant that is named. */
export async function makeUser(test: TestPlane, tenant?: string, role = 'TENANT_ADMIN') {
  const { token, ...user } = await invite(test, tenant, role);
  await accept(test, token, PASSWORD);
  return user;
}

const PAYLOAD = '{ accessToken refreshToken expiresAt user { userId } }';

export const signIn = mutation<[email: string, password: string]>('signIn', 'SignInInput', (email, password) => ({
  email,
  password,
}));
export const accept = mutation<[token: string, password: string]>(
  'acceptInvitation',
  'AcceptInvitationInput',
  (token, password) => ({ token, password }),
);
export const refresh = mutation<[refreshToken: string]>('refreshSession', 'RefreshSessionInput', (refreshToken) => ({
  refreshToken,
}));

export async function signOut(test: TestPlane, refreshToken: string): Promise<boolean> {
  const source = 'mutation ($input: SignOutInput!) { signOut(input: $input) { signedOut } }';
  const { signOut: payload } = await test.data('identity', ANONYMOUS, source, { input: { refreshToken } });
  return (payload as { signedOut: boolean }).signedOut;
}

/** The first error of an answer: its message and extensions. */
export async function errorOf(answer: Promise<Answer>): Promise<Record<string, unknown>> {
  const [error] = (await answer).errors ?? [];
  if (error === undefined) return { code: 'NONE' };
  return { message: error.message, ...error.extensions };
}

/** A verifier that has just read what the identity service says. */
export async function verifierOf(test: TestPlane): Promise<TokenVerifier> {
  const verifier = createTokenVerifier({
    issuer: 'http://127.0.0.1:4000',
    audience: 'http://127.0.0.1:4000/graphql',
    clock: test.clock,
    async refresh() {
      const source = '{ verification { keys revocations { kind subject at } restrictedTenants serviceKeys } }';
      const { verification } = await test.data('identity', servicePrincipal('gateway'), source);
      return verification as VerificationState;
    },
  });
  await verifier.refresh();
  return verifier;
}

/** Stands in front of a field of a subgraph while something is done. */
export async function intercepting(
  test: TestPlane,
  subgraph: SubgraphName,
  type: 'Query' | 'Mutation',
  name: string,
  answer: (answer: () => unknown) => Promise<unknown>,
  work: () => Promise<unknown>,
): Promise<void> {
  const schema = test.plane.subgraphs.get(subgraph)?.schema;
  const field = (type === 'Query' ? schema?.getQueryType() : schema?.getMutationType())?.getFields()[name];
  if (field?.resolve === undefined) throw new Error(`no field ${type}.${name}`);
  const { resolve } = field;
  field.resolve = (...args) => answer(() => resolve(...args));
  try {
    await work();
  } finally {
    field.resolve = resolve;
  }
}

/** A mutation that nobody signed in may send: called, it answers the tokens and throws on errors; `raw` answers both. */
function mutation<Args extends string[]>(name: string, type: string, input: (...args: Args) => object) {
  const source = `mutation ($input: ${type}!) { ${name}(input: $input) ${PAYLOAD} }`;
  const raw = (test: TestPlane, ...args: Args): Promise<Answer> =>
    test.execute('identity', ANONYMOUS, source, { input: input(...args) });
  const call = async (test: TestPlane, ...args: Args): Promise<Tokens> => {
    const data = await test.data('identity', ANONYMOUS, source, { input: input(...args) });
    return data[name] as Tokens;
  };
  return Object.assign(call, { raw });
}
