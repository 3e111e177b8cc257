import { servicePrincipal } from '#lib/auth/principal.ts';
import { PASSWORD } from '#test/support/identity.ts';
import { ADMINISTRATOR, ONBOARDING, type TestPlane } from '#test/support/plane.ts';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
/** Past months that are billed. */
const BILLED_MONTHS = 3;
const USED_DAYS = 4;
const METERS = ['compute', 'memory', 'apis'];

/** How long after its template a seeded tenant may live everything: none of it comes to lie in the future or on another day. */
export const LATEST_SHIFT = 20 * HOUR;

export interface Marks {
  readonly name: string;
  readonly nameKey: string;
  /** Of its users' addresses. */
  readonly domain: string;
}

/** The words that stand for what differs between tenants. */
export const MARKS: Marks = { name: 'Qqxname', nameKey: 'qqxname', domain: 'qqxmail.example' };

/** What happens to a tenant, and how many of a hundred are such. */
export interface Shape {
  readonly name: string;
  readonly weight: number;
  readonly tier: 'FREE' | 'STANDARD' | 'PREMIUM';
  readonly grows?: 'STANDARD' | 'PREMIUM';
  readonly ends?: 'suspended' | 'offboarded';
}

export const SHAPES: readonly Shape[] = [
  { name: 'free', weight: 66, tier: 'FREE' },
  { name: 'standard', weight: 20, tier: 'STANDARD' },
  { name: 'grown', weight: 4, tier: 'FREE', grows: 'STANDARD' },
  { name: 'premium', weight: 4, tier: 'PREMIUM' },
  { name: 'suspended', weight: 2, tier: 'STANDARD', ends: 'suspended' },
  { name: 'offboarded', weight: 4, tier: 'STANDARD', ends: 'offboarded' },
];

/** When a tenant's life begins that ends before `now`: early on the second day of a month. */
function birthOf(now: Date): string {
  return early(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - BILLED_MONTHS, 2)).toISOString();
}

/** When the last of it happens: early on the day before. */
function endOf(now: Date): Date {
  return early(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() - 1));
}

/** An instant that is on the same day also when it comes `LATEST_SHIFT` later, and that cannot be taken for a whole hour. */
function early(midnight: number): Date {
  return new Date(midnight + 1.5 * HOUR + 123);
}

/**
 * A tenant's life by the services' own commands, from three months ago until the day before `now`: onboarded with two users,
 * signed in, billed by the month, used for some days.
 */
export async function live(test: TestPlane, shape: Shape, now: Date, marks = MARKS): Promise<string> {
  test.clock.set(birthOf(now));
  const { tenantId, invitation } = await onboard(test, shape, marks, 'ada');
  const accepted = { input: { token: invitation.token, password: PASSWORD } };
  const { refreshToken } = await mutate(
    test,
    'identity',
    'acceptInvitation(input: AcceptInvitationInput!)',
    '{ refreshToken }',
    accepted,
  );
  await mutate(test, 'identity', 'signOut(input: SignOutInput!)', '{ signedOut }', { input: { refreshToken } });
  await onboard(test, shape, marks, 'bob');
  const client = { input: { name: 'Reporter', tenantId, scopes: ['tenant:read', 'usage:read', 'usage:write'] } };
  await mutate(test, 'identity', 'createServiceClient(input: CreateServiceClientInput!)', '{ __typename }', client);
  await bill(test, tenantId, now);
  if (shape.grows !== undefined) {
    const change = { input: { tenantId, tier: shape.grows } };
    await mutate(test, 'onboarding', 'changeTier(input: ChangeTierInput!)', '{ workflow { status } }', change);
  }
  const end = endOf(now);
  test.clock.set(end.toISOString());
  await use(test, tenantId, end);
  const credentials = { input: { email: `ada@${marks.domain}`, password: PASSWORD } };
  await mutate(test, 'identity', 'signIn(input: SignInInput!)', '{ expiresAt }', credentials);
  if (shape.ends === 'suspended') {
    const hold = { input: { tenantId, reason: 'Unpaid' } };
    await mutate(test, 'tenant', 'suspendTenant(input: SuspendTenantInput!)', '{ tenant { status } }', hold);
  }
  if (shape.ends === 'offboarded') {
    const leave = { input: { tenantId } };
    await mutate(test, 'onboarding', 'offboard(input: OffboardInput!)', '{ workflow { status } }', leave);
  }
  return tenantId;
}

interface Onboarded {
  readonly tenantId: string;
  readonly invitation: { readonly token: string };
}

async function onboard(test: TestPlane, { tier }: Shape, marks: Marks, user: string): Promise<Onboarded> {
  const input = { customerName: marks.name, email: `${user}@${marks.domain}`, billingAddress: '1 Main Street', tier };
  const payload = '{ workflow { status } tenant { tenantId } invitation { token } }';
  const answer = await mutate(test, 'onboarding', 'onboard(input: OnboardInput!)', payload, { input });
  return { tenantId: answer.tenant.tenantId, invitation: answer.invitation };
}

/** Bills each past month on its last day, as an offboarding bills the last ones; it goes on to be used. */
async function bill(test: TestPlane, tenantId: string, now: Date): Promise<void> {
  for (let month = BILLED_MONTHS - 1; month >= 0; month--) {
    const end = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - month, 1);
    test.clock.set(early(end - DAY).toISOString());
    const command = { commandId: `wf_month${month}/FINAL_INVOICE`, tenantId };
    const source = `mutation ($commandId: ID!, $tenantId: ID!) {
      issueFinalInvoices(commandId: $commandId, tenantId: $tenantId) { number }
    }`;
    await test.data('billing', ONBOARDING, source, command);
    const reopening =
      'mutation ($commandId: ID!, $tenantId: ID!) { reopenUsage(commandId: $commandId, tenantId: $tenantId) }';
    await test.data('metrics', servicePrincipal('billing'), reopening, command);
  }
}

/** An event on every meter, on each of the last days. */
async function use(test: TestPlane, tenantId: string, end: Date): Promise<void> {
  const last = end.getTime() - 2 * HOUR;
  const events = METERS.flatMap((meter) =>
    Array.from({ length: USED_DAYS }, (_, day) => ({
      id: `${meter}-${day}`,
      tenantId,
      meter,
      value: String(100 + day),
      time: new Date(last - day * DAY).toISOString(),
    })),
  );
  await mutate(test, 'metrics', 'recordUsage(input: RecordUsageInput!)', '{ accepted }', { input: { events } });
}

// biome-ignore lint/suspicious/noExplicitAny: payloads of many shapes
type Payload = any;

/** @param field a mutation with its one argument, for example `signIn(input: SignInInput!)` */
async function mutate(
  test: TestPlane,
  subgraph: Parameters<TestPlane['data']>[0],
  field: string,
  payload: string,
  variables: Record<string, unknown>,
): Promise<Payload> {
  const source = field.replace(/(\w+)\((\w+): (.+)\)/, `mutation ($$$2: $3) { $1($2: $$$2) ${payload} }`);
  const answer: Payload = Object.values(await test.data(subgraph, ADMINISTRATOR, source, variables))[0];
  const status = answer.workflow?.status ?? 'SUCCEEDED';
  if (status !== 'SUCCEEDED') throw new Error(`${field}: ${status}`);
  return answer;
}
