import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Principal } from '#lib/auth/principal.ts';
import { GRANTABLE_SCOPES, isTenantClientScope, ROLE_SCOPES, type TenantRole } from '#lib/auth/scopes.ts';
import { type Granted, Grants } from '#test/support/grants.ts';
import { ADMINISTRATOR } from '#test/support/plane.ts';

const SEED = 20_260_310;
const RUNS = 60;
const MILLISECONDS = 15_000;

type Tenant = Awaited<ReturnType<Grants['makeTenant']>>;

let grants: Grants;
let tenants: readonly Tenant[];
let customers = 0;
/** Who can grant most: an administrator, and in each tenant a client with all that one can hold. */
let powerful: readonly Granted[];
/** How often each kind of grant came through, and how often it was refused: neither may be never. */
const tally = new Map<string, { granted: number; refused: number }>();

beforeAll(async () => {
  grants = await Grants.open();
  tenants = [await grants.makeTenant(), await grants.makeTenant(), await grants.makeTenant()];
  const all = GRANTABLE_SCOPES.filter(isTenantClientScope);
  const made = tenants.map(({ tenantId }) => grants.client(ADMINISTRATOR, tenantId, all));
  const clients = (await Promise.all(made)).filter((client) => client !== undefined);
  powerful = [{ principal: ADMINISTRATOR }, ...clients];
});
afterAll(() => grants.close());

const scopes = fc.subarray([...GRANTABLE_SCOPES], { minLength: 1 });
const role = fc.constantFrom<TenantRole>('TENANT_ADMIN', 'TENANT_MEMBER');
/** Picks one of what is there by then. */
const pick = fc.nat({ max: 1_000 });
/** Of what tenant: its own for whoever asks, none, or one of those there are. */
const place = fc.oneof({ weight: 3, arbitrary: fc.constant('own' as const) }, fc.constant(null), pick);
/** How much is asked for: what one holds, that and one more, or anything. */
const appetite = fc.constantFrom('modest', 'greedy', 'any');

/** What somebody of those there are tries. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('client'), by: pick, place, scopes, appetite }),
  fc.record({ kind: fc.constant('application'), by: pick, place, scopes, appetite }),
  fc.record({ kind: fc.constant('invite'), by: pick, tenant: pick, role, signsIn: fc.boolean() }),
  fc.record({ kind: fc.constant('resend'), by: pick, tenant: pick, role, signsIn: fc.boolean() }),
  fc.record({ kind: fc.constant('setRole'), by: pick, user: pick, role }),
  fc.record({ kind: fc.constant('onboard'), by: pick, place: fc.option(pick, { freq: 3 }) }),
  fc.record({
    kind: fc.constant('token'),
    by: pick,
    scopes,
    appetite,
    odd: fc.constantFrom('', 'service:command', 'openid', '*', 'a:b'),
  }),
  fc.record({ kind: fc.constant('refresh'), by: pick }),
);
type Place = number | null | 'own';
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The first of a chain: clients as an administrator makes them, mostly such as can grant something. */
const root = fc.record({ place, scopes, powers: fc.subarray(['identity:write', 'user:write', 'onboarding:write']) });

describe('nobody steps up', () => {
  test('whoever is reached by a chain of grants holds no scope, role or tenant that its grantor does not hold', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(root, { minLength: 1, maxLength: 3 }),
        fc.array(step, { minLength: 4, maxLength: 16 }),
        walk,
      ),
      { seed: SEED, numRuns: RUNS, interruptAfterTimeLimit: MILLISECONDS },
    );
    for (const kind of ['client', 'application', 'invite', 'resend', 'setRole', 'onboard', 'token']) {
      expect([kind, tally.get(kind)?.granted ?? 0]).not.toEqual([kind, 0]);
      expect([kind, tally.get(kind)?.refused ?? 0]).not.toEqual([kind, 0]);
    }
  }, 60_000);
});

async function walk(
  roots: readonly { place: Place; scopes: string[]; powers: string[] }[],
  steps: readonly Step[],
): Promise<void> {
  const there = [...powerful, ...tenants.flatMap(({ admin, member }) => [{ principal: admin }, { principal: member }])];
  for (const { place: where, scopes: wanted, powers } of roots) {
    const tenantId = tenantAt(where, ADMINISTRATOR);
    const possible = [...new Set([...wanted, ...powers])].filter(
      (one) => tenantId === null || isTenantClientScope(one),
    );
    const made = await grants.client(ADMINISTRATOR, tenantId, possible);
    if (made !== undefined) there.push(made, made, made);
  }
  for (const one of steps) {
    const by = at(there, one.by);
    const reached = await take(one, by, there);
    if (reached !== undefined) there.push(reached);
  }
}

/** Takes a step, and compares whoever is there after it with whoever took it. */
async function take(
  one: Step,
  { principal: by, ...own }: Granted,
  there: readonly Granted[],
): Promise<Granted | undefined> {
  switch (one.kind) {
    case 'client':
      return checked(
        one,
        by,
        await grants.client(by, tenantAt(one.place, by), asked(one, by, tenantAt(one.place, by))),
      );
    case 'application': {
      const made = await grants.application(by, tenantAt(one.place, by), asked(one, by, tenantAt(one.place, by)));
      count(one.kind, made !== undefined);
      if (made !== undefined) expectWithin(by, { scopes: new Set(made.scopes), tenantId: made.tenantId }, one);
      return undefined;
    }
    case 'invite':
      return checked(one, by, await grants.invite(by, at(tenants, one.tenant).tenantId, one.role, one.signsIn));
    case 'resend': {
      const userId = await grants.invited(at(tenants, one.tenant).tenantId, one.role);
      return checked(one, by, await grants.resend(by, userId, one.signsIn));
    }
    case 'setRole': {
      const users = there.filter(({ principal }) => principal.kind === 'user');
      const { principal } = at(users, one.user);
      const done = await grants.setRole(by, principal.id, one.role);
      count(one.kind, done);
      if (done) expectWithin(by, { scopes: new Set(ROLE_SCOPES[one.role]), tenantId: principal.tenantId }, one);
      return undefined;
    }
    case 'onboard':
      return await onboard(one, by);
    case 'token': {
      if (own.secret === undefined) return undefined;
      const wanted = [...asked(one, by, by.tenantId), one.appetite === 'any' ? one.odd : ''];
      return checked(one, by, await grants.token(by.id, own.secret, wanted.join(' ').trim()));
    }
    case 'refresh':
      return own.refreshToken === undefined ? undefined : await refreshed(own.refreshToken, by, there);
  }
}

function asked(one: { scopes: string[]; appetite: string }, by: Principal, tenantId: string | null): string[] {
  const possible = (scope: string) => tenantId === null || isTenantClientScope(scope);
  const held = one.scopes.filter((scope) => by.scopes.has(scope) && possible(scope));
  if (one.appetite === 'modest') return held;
  if (one.appetite === 'any') return one.scopes;
  return [...held, ...one.scopes.filter((scope) => !by.scopes.has(scope) && possible(scope)).slice(0, 1)];
}

/**
 * What `onboarding:write` is for (the contract, "onboarding"): a tenant that was not there before gets an admin; one that
 * was, with `user:write`, a member. Whoever lacks these scopes brings nobody in.
 */
async function onboard(one: Step & { kind: 'onboard' }, by: Principal): Promise<Granted | undefined> {
  const live = typeof one.place === 'number' ? at(tenants, one.place) : undefined;
  const reached = await grants.onboard(by, live?.name ?? `Stepping ${++customers}`, 'FREE');
  count(one.kind, reached !== undefined);
  if (reached === undefined) return undefined;
  const { principal } = reached;
  const needed = live === undefined ? ['onboarding:write'] : ['onboarding:write', 'user:write'];
  expect(needed.filter((scope) => !by.scopes.has(scope))).toEqual([]);
  expect(by.tenantId).toBeNull();
  if (live !== undefined) expect([principal.roles, principal.tenantId]).toEqual([['TENANT_MEMBER'], live.tenantId]);
  else expect(tenants.map(({ tenantId }) => tenantId)).not.toContain(principal.tenantId);
  return reached;
}

/** A refresh answers what the user is now, and nothing else. */
async function refreshed(refreshToken: string, by: Principal, there: readonly Granted[]): Promise<Granted | undefined> {
  const last = there.findLast((granted) => granted.principal.id === by.id);
  if (last?.refreshToken !== refreshToken) return undefined;
  const reached = await grants.refresh(refreshToken);
  const [now] = reached.principal.roles;
  expect([...reached.principal.scopes].sort()).toEqual([...ROLE_SCOPES[now as TenantRole]].sort());
  expect([reached.principal.id, reached.principal.tenantId]).toEqual([by.id, by.tenantId]);
  return reached;
}

function checked(one: Step, by: Principal, reached: Granted | undefined): Granted | undefined {
  count(one.kind, reached !== undefined);
  if (reached !== undefined) expectWithin(by, reached.principal, one);
  return reached;
}

function expectWithin(by: Principal, reached: Pick<Principal, 'scopes' | 'tenantId'>, one: Step): void {
  const beyond = [...reached.scopes].filter((scope) => !by.scopes.has(scope));
  expect({ step: one.kind, beyond }).toEqual({ step: one.kind, beyond: [] });
  if (by.tenantId !== null) expect(reached.tenantId).toBe(by.tenantId);
}

function count(kind: string, granted: boolean): void {
  const known = tally.get(kind) ?? { granted: 0, refused: 0 };
  tally.set(kind, { granted: known.granted + Number(granted), refused: known.refused + Number(!granted) });
}

function tenantAt(place: Place, by: Principal): string | null {
  if (place === 'own') return by.tenantId;
  return place === null ? null : at(tenants, place).tenantId;
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}
