import type { ExecutionResult } from 'graphql';
import type { Principal } from '#lib/auth/principal.ts';
import { ADMINISTRATOR, callerOf, ONBOARDING, openTestPlane, type TestPlane, tenantUser } from './plane.ts';

export interface User {
  readonly userId: string;
  readonly email: string;
  readonly role: string;
  readonly status: string;
}

export interface Invited {
  readonly user: User;
  readonly invitation: { readonly token: string } | null;
}

export const USER = '{ userId email role status }';
const INVITED = `{ user ${USER} invitation { token expiresAt } }`;

/** Of each public mutation: what its answer shows. */
export const MUTATIONS: Readonly<Record<string, string>> = {
  resendInvitation: INVITED,
  revokeInvitation: `{ user ${USER} }`,
  setUserRole: `{ user ${USER} }`,
  disableUser: `{ user ${USER} }`,
  enableUser: `{ user ${USER} }`,
  removeUser: '{ userId }',
  inviteUser: INVITED,
};

export interface Page {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  readonly edges: readonly { readonly node: User }[];
}

export const CREATE = `mutation ($commandId: ID!, $tenantId: ID!, $userId: ID!, $email: EmailAddress!) {
  createUser(commandId: $commandId, tenantId: $tenantId, userId: $userId, email: $email) ${USER}
}`;

let count = 0;

/** A plane and what tests of users do on it. */
export class UserPlane {
  readonly test: TestPlane;

  constructor(test: TestPlane) {
    this.test = test;
  }

  static async open(): Promise<UserPlane> {
    return new UserPlane(await openTestPlane());
  }

  async create(person: { tenantId: string; userId: string; email: string }, commandId = 'wf_test/CREATE_USER') {
    return (await this.test.data('user', ONBOARDING, CREATE, { commandId, ...person })).createUser as User;
  }

  /** An active tenant. */
  makeTenant(): Promise<string> {
    return this.registerTenant(['activateTenant']);
  }

  /** @param commands those of the tenant service that bring it to the status that is wanted */
  async registerTenant(commands: readonly string[]): Promise<string> {
    const tenantId = `ten_user${++count}`;
    const steps = commands.map((name) => `${name}(commandId: "wf_test/${name}", tenantId: "${tenantId}") { status }`);
    const source = `mutation {
      createTenant(commandId: "wf_test/t", tenantId: "${tenantId}", name: "Tenant ${count}", tier: FREE) { status }
      ${steps.join('\n')}
    }`;
    await this.test.data('tenant', ONBOARDING, source);
    return tenantId;
  }

  /** An active tenant with two admins. */
  async makeAdmins() {
    const tenantId = await this.makeTenant();
    const make = (name: string) =>
      this.create({ tenantId, userId: `usr_${name}_${tenantId}`, email: uniqueEmail(name) });
    const admin = await make('admin');
    const second = await make('second');
    await this.change('setUserRole', second.userId, { role: 'TENANT_ADMIN' });
    return { tenantId, admin, second };
  }

  /** One more admin of a tenant, who can sign in: as it comes with its token. */
  async makeManager(tenantId: string): Promise<Principal> {
    const { user } = await this.invite(tenantId, { role: 'TENANT_ADMIN' });
    const activate = `mutation { activateUser(commandId: "wf_test/a", userId: "${user.userId}") { userId } }`;
    await this.test.data('user', callerOf('user', 'activateUser'), activate);
    return tenantUser(tenantId, 'TENANT_ADMIN', user.userId);
  }

  execute(
    name: string,
    input: object,
    principal: Principal = ADMINISTRATOR,
  ): Promise<ExecutionResult<Record<string, unknown>>> {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const source = `mutation ($input: ${type}!) { ${name}(input: $input) ${MUTATIONS[name]} }`;
    return this.test.execute('user', principal, source, { input });
  }

  /** The payload of a mutation; throws on errors. */
  async send(name: string, input: object): Promise<unknown> {
    const { data, errors } = await this.execute(name, input);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data?.[name];
  }

  async change(name: string, userId: string, input: object = {}): Promise<User> {
    return ((await this.send(name, { userId, ...input })) as { user: User }).user;
  }

  async invite(tenantId: string, input: object = {}): Promise<Invited> {
    const defaults = { tenantId, email: uniqueEmail('invited'), role: 'TENANT_MEMBER' };
    return (await this.send('inviteUser', { ...defaults, ...input })) as Invited;
  }

  async read(userId: string, principal: Principal = ADMINISTRATOR): Promise<User | null> {
    return (await this.test.data('user', principal, `{ user(userId: "${userId}") ${USER} }`)).user as User | null;
  }

  /** A page of a tenant's users; null where the tenant does not exist for the principal. */
  async page(
    tenantId: string,
    principal: Principal,
    page: { first?: number; after?: string | null },
  ): Promise<Page | null> {
    const source = `query ($tenants: [_Any!]!, $first: Int, $after: String) { _entities(representations: $tenants) {
      ... on Tenant { users(first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } edges { node ${USER} } } } } }`;
    const tenants = [{ __typename: 'Tenant', tenantId }];
    const { _entities } = await this.test.data('user', principal, source, { tenants, ...page });
    return (_entities as [{ users: Page } | null])[0]?.users ?? null;
  }

  async emailsOf(tenantId: string): Promise<string[]> {
    const page = await this.page(tenantId, ADMINISTRATOR, { first: 100 });
    return page?.edges.map(({ node }) => node.email) ?? [];
  }

  /** Runs something while the identity service cannot be reached. */
  async withoutIdentity<T>(run: () => Promise<T>): Promise<T> {
    const subgraphs = this.test.plane.subgraphs as Map<string, unknown>;
    const identity = subgraphs.get('identity');
    subgraphs.delete('identity');
    try {
      return await run();
    } finally {
      subgraphs.set('identity', identity);
    }
  }
}

export function client(tenantId: string, scopes: readonly string[]): Principal {
  return { kind: 'client', id: 'cli_test', tenantId, roles: [], scopes: new Set(scopes) };
}

export function uniqueEmail(name: string): string {
  return `${name}${++count}@x.example`;
}

/** The two ids as arguments of a command. */
export function ids(tenantId: string, userId: string): string {
  return `tenantId: "${tenantId}", userId: "${userId}"`;
}
