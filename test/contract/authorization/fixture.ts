import { decodeJwt } from 'jose';
import { StoreUnavailable } from '#lib/store/errors.ts';
import type { Collection, Stores } from '#lib/store/port.ts';
import { collectionAround } from '#test/support/around.ts';
import { accept, signIn } from '#test/support/identity.ts';
import { ADMINISTRATOR, ONBOARDING, type TestPlane } from '#test/support/plane.ts';

/** In every text of the second tenant: whoever may not see it must not see this. */
export const MARK = 'zebra';

/** Things of one tenant, by the names under which arguments ask for them. */
export interface Target {
  readonly tenantId: string;
  /** A user who is invited. */
  readonly userId: string;
  readonly workflowId: string;
  readonly invoiceId: string;
  readonly clientId: string;
  readonly applicationId: string;
  /** Of a user of its own. */
  readonly sessionId: string;
  /** Of the platform's administrator, who is of no tenant. */
  readonly administratorId: string;
  /** The tenant's. */
  readonly name: string;
  /** The user's. */
  readonly email: string;
}

/** A tenant with one of each, and people who can sign in. */
export interface Populated extends Target {
  readonly admin: string;
  readonly member: string;
  readonly disabledAdmin: string;
}

/** Ids of the right shape of things that never were. */
export const NEVER: Target = {
  tenantId: 'ten_0192f0c4a1b27c3d8e9f0192f0c4a1b2',
  userId: 'usr_0192f0c4a1b27c3d8e9f0192f0c4a1b2',
  workflowId: 'wf_0192f0c4a1b27c3d8e9f0192f0c4a1b2',
  invoiceId: 'inv_0192f0c4a1b27c3d8e9f0192f0c4a1b2',
  clientId: 'cli_0192f0c4a1b27c3d8e9f0192f0c4a1b2',
  applicationId: 'app_0192f0c4a1b27c3d8e9f0192f0c4a1b2',
  sessionId: 'ses_0192f0c4a1b27c3d8e9f0192f0c4a1b2',
  administratorId: 'adm_0192f0c4a1b27c3d8e9f0192f0c4a1b2',
  name: 'Never incorporated',
  email: 'invited@never.example',
};

/**
 * Stores that can be made read-only: an operation that gets as far as a write then answers `UNAVAILABLE`, and nothing
 * changes, so that every operation can be tried by everybody, in any order.
 */
export function sealable(stores: Stores, exempt: readonly string[] = []): { stores: Stores; seal(): void } {
  let sealed = false;
  const around = <D extends object>(collection: Collection<D>) =>
    collectionAround(collection, async (kind, work) => {
      if (sealed && kind === 'write') throw new StoreUnavailable('read-only');
      return await work();
    });
  return {
    stores: {
      location: stores.location,
      exclusive: stores.exclusive,
      close: () => stores.close(),
      async open(service, specs) {
        const store = await stores.open(service, specs);
        return {
          ping: () => store.ping(),
          collection: (spec) => {
            const collection = store.collection(spec);
            return exempt.includes(spec.name) ? collection : around(collection);
          },
        };
      },
    },
    seal() {
      sealed = true;
    },
  };
}

/** The id of the platform administrator that every plane has. */
export async function administratorId(test: TestPlane): Promise<string> {
  const { accessToken } = await signIn(test, 'admin@example.com', 'correct horse battery');
  return String(decodeJwt(accessToken).sub);
}

/** A tenant whose texts all have a word in them, with an invoice. */
export async function populate(test: TestPlane, word: string): Promise<Populated> {
  const customerName = `${word} industries`;
  const input = { customerName, email: `ada@${word}.example`, billingAddress: `1 ${word} road`, tier: 'PREMIUM' };
  const { onboard } = await test.data(
    'onboarding',
    ADMINISTRATOR,
    'mutation ($input: OnboardInput!) { onboard(input: $input) { workflow { workflowId status } tenant { tenantId } invitation { token } } }',
    { input },
  );
  const { workflow, tenant, invitation } = onboard as {
    workflow: { workflowId: string; status: string };
    tenant: { tenantId: string };
    invitation: { token: string };
  };
  const { tenantId } = tenant;
  const invite = async (name: string, role: string) => {
    const { inviteUser } = await test.data(
      'user',
      ADMINISTRATOR,
      'mutation ($input: InviteUserInput!) { inviteUser(input: $input) { user { userId } invitation { token } } }',
      { input: { tenantId, role, email: `${name}@${word}.example` } },
    );
    return inviteUser as { user: { userId: string }; invitation: { token: string } };
  };
  const join = async ({ token }: { token: string }) => {
    const { user } = await accept(test, token, 'correct horse battery staple');
    if (user === null) throw new Error('nobody joined');
    return user.userId;
  };
  const [admin, member, disabledAdmin, other] = await Promise.all([
    join(invitation),
    invite('member', 'TENANT_MEMBER').then((invited) => join(invited.invitation)),
    invite('disabled', 'TENANT_ADMIN').then((invited) => join(invited.invitation)),
    invite('other', 'TENANT_MEMBER').then((invited) => join(invited.invitation)),
  ]);
  const { user } = await invite('invited', 'TENANT_MEMBER');
  await test.data(
    'user',
    ADMINISTRATOR,
    `mutation { disableUser(input: { userId: "${disabledAdmin}" }) { user { status } } }`,
  );
  const { createServiceClient, createApplication } = await test.data(
    'identity',
    ADMINISTRATOR,
    `mutation ($client: CreateServiceClientInput!, $application: CreateApplicationInput!) {
      createServiceClient(input: $client) { client { clientId } }
      createApplication(input: $application) { application { applicationId } }
    }`,
    {
      client: { tenantId, name: `${word} app`, scopes: ['usage:write'] },
      application: { tenantId, name: `${word} application`, redirectUris: [`https://${word}.example/back`] },
    },
  );
  const { client } = createServiceClient as { client: { clientId: string } };
  const { application } = createApplication as { application: { applicationId: string } };
  const invoiceId = await invoice(test, tenantId);
  const { workflowId } = workflow;
  return {
    tenantId,
    userId: user.userId,
    workflowId,
    invoiceId,
    clientId: client.clientId,
    applicationId: application.applicationId,
    sessionId: await sessionOf(test, other),
    administratorId: await administratorId(test),
    name: customerName,
    email: `invited@${word}.example`,
    admin,
    member,
    disabledAdmin,
  };
}

async function sessionOf(test: TestPlane, userId: string): Promise<string> {
  const source = `query ($users: [_Any!]!) { _entities(representations: $users) { ... on User { sessions { edges { node { sessionId } } } } } }`;
  const { _entities } = await test.data('identity', ADMINISTRATOR, source, { users: [{ __typename: 'User', userId }] });
  const [user] = _entities as { sessions: { edges: { node: { sessionId: string } }[] } }[];
  const [edge] = user?.sessions.edges ?? [];
  if (edge === undefined) throw new Error('there is no session');
  return edge.node.sessionId;
}

/** The tenant's bill so far, as an offboarding would issue it. */
async function invoice(test: TestPlane, tenantId: string): Promise<string> {
  const source = `mutation ($id: ID!) { issueFinalInvoices(commandId: "wf_walk/FINAL_INVOICE", tenantId: $id) { invoiceId } }`;
  const { issueFinalInvoices } = await test.data('billing', ONBOARDING, source, { id: tenantId });
  const [first] = issueFinalInvoices as { invoiceId: string }[];
  if (first === undefined) throw new Error('nothing was invoiced');
  return first.invoiceId;
}
