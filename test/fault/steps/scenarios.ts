import { setTimeout as delay } from 'node:timers/promises';
import type { Disk } from '../disk.ts';
import type { Answer, Api } from './api.ts';
import type { CallFault } from './fault.ts';

/** What a scenario works on: a customer of its own, so that no fault meets another's. */
export interface Stage {
  readonly api: Api;
  readonly disk: Disk;
  readonly customerName: string;
  /** An idempotency key that no other stage has. */
  key(name: string): string;
  /** An address that no other stage has. */
  address(name: string): string;
  /** What the preparation found: ids, tokens. */
  readonly notes: Record<string, string>;
}

/** One mutation, what it needs, and how it is asked for again. */
export interface Scenario {
  readonly name: string;
  /** The public mutation; a scenario whose mutation the schema does not have yet is left out. */
  readonly mutation: string;
  prepare(stage: Stage): Promise<void>;
  /** Sends the mutation, under this idempotency key where it takes one. */
  act(stage: Stage, idempotencyKey: string): Promise<Answer>;
  /** What it answers when it is asked for again under another key after it was done; `OK` where nothing is said. */
  readonly again?: readonly string[];
  /** What must be possible once it is done. */
  prove?(stage: Stage): Promise<Answer>;
  /** The workflow status with which it is done; `SUCCEEDED` where nothing is said. */
  readonly ends?: string;
  /** It works on a workflow that is under way, which goes on to the end of this scenario unless these faults are in its way. */
  readonly underWay?: { readonly scenario: string; readonly faults: readonly CallFault[] };
}

type Tier = 'FREE' | 'STANDARD' | 'PREMIUM';

const PASSWORD = 'correct horse battery staple';
const WORKFLOW = '{ workflow { workflowId status } tenant { tenantId } }';
const USER = '{ user { userId status } }';
const TENANT = '{ tenant { tenantId status } }';
const INVITED = '{ user { userId } invitation { token } }';
const SIGNED_IN = '{ accessToken }';

/** A tenant cannot be provisioned, however often that is tried. */
const UNPROVISIONED = Array.from(
  { length: 10 },
  (_, attempt): CallFault => ({
    on: 'call',
    caller: 'onboarding',
    operation: 'Provision',
    occurrence: attempt + 1,
    where: 'before',
    kind: 'transient',
  }),
);

export const SCENARIOS: readonly Scenario[] = [
  ...(['FREE', 'STANDARD', 'PREMIUM'] as const).map(
    (tier): Scenario => ({
      name: `onboard ${tier}`,
      mutation: 'onboard',
      prepare: async () => undefined,
      act: (stage, key) => onboard(stage, tier, 'first', key),
    }),
  ),
  {
    name: 'onboard join',
    mutation: 'onboard',
    prepare: (stage) => customer(stage, 'STANDARD'),
    act: (stage, key) => onboard(stage, 'STANDARD', 'second', key),
  },
  ...(
    [
      ['FREE', 'PREMIUM'],
      ['PREMIUM', 'STANDARD'],
    ] as const
  ).map(
    ([from, to]): Scenario => ({
      name: `changeTier ${from} ${to}`,
      mutation: 'changeTier',
      prepare: (stage) => customer(stage, from),
      act: ({ api, notes }, idempotencyKey) =>
        api.mutate('changeTier', { tenantId: notes.tenantId, tier: to, idempotencyKey }, WORKFLOW),
      again: ['FAILED_PRECONDITION'],
    }),
  ),
  {
    name: 'offboard',
    mutation: 'offboard',
    prepare: async (stage) => {
      await customer(stage, 'STANDARD');
      await signedInUser(stage);
      await usage(stage);
    },
    act: ({ api, notes }, idempotencyKey) =>
      api.mutate('offboard', { tenantId: notes.tenantId, idempotencyKey }, WORKFLOW),
    again: ['FAILED_PRECONDITION'],
    // Its name and its users' addresses are free.
    prove: (stage) => onboard(stage, 'FREE', 'first', stage.key('anew')),
  },
  {
    name: 'inviteUser',
    mutation: 'inviteUser',
    prepare: (stage) => customer(stage, 'FREE'),
    act: ({ api, notes, address }, idempotencyKey) => {
      const input = { tenantId: notes.tenantId, email: address('second'), role: 'TENANT_MEMBER', idempotencyKey };
      return api.mutate('inviteUser', input, INVITED);
    },
    again: ['CONFLICT'],
  },
  {
    name: 'acceptInvitation',
    mutation: 'acceptInvitation',
    prepare: async (stage) => {
      await customer(stage, 'FREE');
      await invitedUser(stage);
    },
    act: (stage) => accept(stage),
    again: ['UNAUTHENTICATED'],
    prove: (stage) => signIn(stage),
  },
  {
    name: 'resendInvitation',
    mutation: 'resendInvitation',
    prepare: async (stage) => {
      await customer(stage, 'FREE');
      await invitedUser(stage);
    },
    act: ({ api, notes }) => api.mutate('resendInvitation', { userId: notes.userId }, INVITED),
  },
  {
    name: 'revokeInvitation',
    mutation: 'revokeInvitation',
    prepare: async (stage) => {
      await customer(stage, 'FREE');
      await invitedUser(stage);
    },
    act: ({ api, notes }) => api.mutate('revokeInvitation', { userId: notes.userId }, USER),
    // It can be invited anew.
    prove: ({ api, notes }) => api.mutate('resendInvitation', { userId: notes.userId }, INVITED),
  },
  {
    name: 'disableUser',
    mutation: 'disableUser',
    prepare: async (stage) => {
      await customer(stage, 'FREE');
      await signedInUser(stage);
    },
    act: ({ api, notes }) => api.mutate('disableUser', { userId: notes.userId }, USER),
  },
  {
    name: 'enableUser',
    mutation: 'enableUser',
    prepare: async (stage) => {
      await customer(stage, 'FREE');
      await signedInUser(stage);
      await stage.api.must(stage.api.mutate('disableUser', { userId: stage.notes.userId }, USER));
    },
    act: ({ api, notes }) => api.mutate('enableUser', { userId: notes.userId }, USER),
    prove: (stage) => signIn(stage),
  },
  {
    name: 'removeUser',
    mutation: 'removeUser',
    prepare: async (stage) => {
      await customer(stage, 'FREE');
      await signedInUser(stage);
    },
    act: ({ api, notes }) => api.mutate('removeUser', { userId: notes.userId }, '{ userId }'),
    again: ['NOT_FOUND'],
    // The address is free.
    prove: ({ api, notes, address }) => {
      const input = { tenantId: notes.tenantId, email: address('second'), role: 'TENANT_MEMBER' };
      return api.mutate('inviteUser', input, INVITED);
    },
  },
  {
    name: 'suspendTenant',
    mutation: 'suspendTenant',
    prepare: async (stage) => {
      await customer(stage, 'FREE');
      await signedInUser(stage);
    },
    act: (stage) => suspend(stage),
    again: ['OK', 'FAILED_PRECONDITION'],
  },
  {
    name: 'resumeTenant',
    mutation: 'resumeTenant',
    prepare: async (stage) => {
      await customer(stage, 'FREE');
      await signedInUser(stage);
      await stage.api.must(suspend(stage));
    },
    act: ({ api, notes }) => api.mutate('resumeTenant', { tenantId: notes.tenantId }, TENANT),
    again: ['OK', 'FAILED_PRECONDITION'],
    prove: (stage) => signIn(stage),
  },
  {
    name: 'renameTenant',
    mutation: 'renameTenant',
    prepare: (stage) => customer(stage, 'FREE'),
    act: ({ api, notes, customerName }) =>
      api.mutate('renameTenant', { tenantId: notes.tenantId, name: `${customerName} renamed` }, TENANT),
    // The old name is free.
    prove: (stage) => onboard(stage, 'FREE', 'anew', stage.key('anew')),
  },
  {
    name: 'cancelWorkflow',
    mutation: 'cancelWorkflow',
    underWay: { scenario: 'onboard FREE', faults: UNPROVISIONED },
    prepare: (stage) => onboardingUnderWay(stage),
    act: ({ api, notes }) =>
      api.mutate('cancelWorkflow', { workflowId: notes.workflowId }, '{ workflow { workflowId status } }'),
    ends: 'COMPENSATED',
    again: ['FAILED_PRECONDITION'],
  },
];

/**
 * Public mutations that have no scenario, and why: they change one service's own documents and call nobody. A mutation that
 * is in neither list ends the suite.
 */
export const WITHOUT_SCENARIO: ReadonlySet<string> = new Set([
  // billing
  'closeBillingPeriod',
  'finalizeInvoice',
  'generateInvoice',
  'markInvoiceUncollectible',
  'payInvoice',
  'setTaxRate',
  'updateBillingAccount',
  'voidInvoice',
  // identity, on its own documents; of administrators it asks the user service whose an address is, before it takes it
  'changePassword',
  'createAdministrator',
  'createApplication',
  'createServiceClient',
  'endSession',
  'endUserSessions',
  'refreshSession',
  'removeAdministrator',
  'requestPasswordReset',
  'resetPassword',
  'retireServiceClientSecret',
  'revokeApplication',
  'revokeServiceClient',
  'rotateServiceClientSecret',
  'rotateSigningKey',
  'signIn',
  'signOut',
  // metrics
  'defineMeter',
  'recordUsage',
  // user
  'setUserRole',
  // onboarding: what it lets go on is what the other scenarios go through
  'retryWorkflow',
]);

function onboard({ api, customerName, address }: Stage, tier: Tier, who: string, idempotencyKey: string) {
  const input = { customerName, email: address(who), billingAddress: '1 Main Street', tier, idempotencyKey };
  return api.mutate('onboard', input, WORKFLOW);
}

async function customer(stage: Stage, tier: Tier): Promise<void> {
  const { tenant } = await stage.api.must(onboard(stage, tier, 'first', stage.key('prepare')));
  stage.notes.tenantId = tenant.tenantId;
}

/** Nobody waits for its answer: it comes when the workflow is cancelled, or after 5 seconds. */
async function onboardingUnderWay(stage: Stage): Promise<void> {
  void onboard(stage, 'FREE', 'first', stage.key('prepare'));
  for (;;) {
    const { disk, customerName } = stage;
    const [workflow] = await disk.documentsWith('onboarding', 'workflows', 'input.customerName', customerName);
    stage.notes.workflowId = workflow?.workflowId;
    if (workflow?.steps.some(({ failures }: { failures: number }) => failures > 0)) return;
    await delay(10);
  }
}

async function invitedUser({ api, notes, address }: Stage): Promise<void> {
  const input = { tenantId: notes.tenantId, email: address('second'), role: 'TENANT_MEMBER' };
  const { user, invitation } = await api.must(api.mutate('inviteUser', input, INVITED));
  notes.userId = user.userId;
  notes.token = invitation.token;
}

async function signedInUser(stage: Stage): Promise<void> {
  await invitedUser(stage);
  await stage.api.must(accept(stage));
}

function accept({ api, notes }: Stage): Promise<Answer> {
  return api.mutateAnonymously('acceptInvitation', { token: notes.token, password: PASSWORD }, SIGNED_IN);
}

function signIn({ api, address }: Stage): Promise<Answer> {
  return api.mutateAnonymously('signIn', { email: address('second'), password: PASSWORD }, SIGNED_IN);
}

function suspend({ api, notes }: Stage): Promise<Answer> {
  return api.mutate('suspendTenant', { tenantId: notes.tenantId, reason: 'a fault suite' }, TENANT);
}

async function usage({ api, notes }: Stage): Promise<void> {
  const events = [{ id: 'one', tenantId: notes.tenantId, meter: 'compute', value: '1000' }];
  await api.must(api.mutate('recordUsage', { events }, '{ accepted }'));
}
