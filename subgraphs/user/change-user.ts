import type { Clock } from '#lib/clock.ts';
import { KeyTaken, StoreUnavailable } from '#lib/store/errors.ts';
import type { Stored } from '#lib/store/port.ts';
import { isGone, tombstone } from '#lib/store/tombstone.ts';
import { type Roster, requireAnotherAdmin, withAdmin, withoutAdmin } from './roster.ts';
import type { UserStore } from './store.ts';
import { changedBy, countsAsAdmin, grave, neverMade, type UserDocument } from './user.ts';

/**
 * Changes to a user that touch the last-admin rule. A user and its tenant's roster are two documents, so the order of
 * reads and writes keeps the promise that whoever is in the roster is an admin that is not disabled:
 *
 * - Both are read before either is written, and both are written by compare-and-set on what was read.
 * - Becoming an admin: first the user, then the roster. Ceasing to be one: first the roster, then the user.
 * - Both are written, changed or not. So of two callers who run into each other on one user, the one whose first write
 *   came too early misses with its second, and begins again.
 *
 * A crash between the two writes leaves an admin that the roster does not know; the same change again mends it.
 */
const ATTEMPTS = 64;

export interface UserKey {
  readonly userId: string;
  readonly tenantId: string;
}

/**
 * Changes a user; with a `change` that returns `undefined`, only mends the roster where it does not know the user.
 *
 * @param change pure; may throw to refuse
 * @returns the user as it is afterwards; `undefined` when there is none
 * @throws {AppError} `FAILED_PRECONDITION` when the tenant would be left without an admin
 */
export async function changeUser(
  store: UserStore,
  key: UserKey,
  change: (user: Stored<UserDocument>) => Partial<UserDocument> | undefined,
): Promise<Stored<UserDocument> | undefined> {
  return await attempt(async () => {
    const roster = await store.rosters.get(key.tenantId);
    const user = await store.users.get(key.userId);
    if (user === undefined || isGone(user)) return { done: undefined };
    const set = change(user);
    const counted = countsAsAdmin(user);
    const counts = countsAsAdmin({ ...user, ...set });
    // A roster with a user that does not count was out of date when the user was read: the write to it will miss.
    const listed = counted && (roster?.adminIds.includes(user.userId) ?? false);
    if (set === undefined && counts === listed) return { done: user };
    if (!counts && counted && !(await leaveRoster(store, roster, user))) return 'again';
    const written = await store.users.update(user.userId, { version: user.version }, set ?? { role: user.role });
    if (written.outcome !== 'updated') return 'again';
    if (counts && !listed && !(await enterRoster(store, roster, user))) return 'again';
    return { done: written.document };
  });
}

/**
 * Takes a user away, and leaves a tombstone, also where there was none. Its address is worth nothing to it from then on.
 *
 * @param options.rule whether the last admin is refused
 * @param options.by the workflow that removes it
 * @returns the tombstone
 * @throws {AppError} `FAILED_PRECONDITION` when the tenant would be left without an admin
 */
export async function removeUser(
  store: UserStore,
  clock: Clock,
  key: UserKey,
  options: { readonly rule: boolean; readonly by?: string },
): Promise<Stored<UserDocument>> {
  return await attempt(async () => {
    const roster = await store.rosters.get(key.tenantId);
    const user = await store.users.get(key.userId);
    if (user === undefined) {
      await store.users.insertMany([{ ...neverMade(key), ...tombstone(clock) }]);
      return 'again';
    }
    if (isGone(user)) return { done: user };
    if (countsAsAdmin(user) && !(await leaveRoster(store, roster, user, options))) return 'again';
    const by = options.by === undefined ? {} : { changedBy: changedBy(user, options.by) };
    const removed = await store.users.update(user.userId, { version: user.version }, { ...grave(clock), ...by });
    return removed.outcome === 'updated' ? { done: removed.document } : 'again';
  });
}

async function attempt<T>(once: () => Promise<{ readonly done: T } | 'again'>): Promise<T> {
  for (let count = 0; count < ATTEMPTS; count++) {
    const result = await once();
    if (result !== 'again') return result.done;
  }
  throw new StoreUnavailable('users: too much contention on one user');
}

async function enterRoster({ rosters }: UserStore, roster: Stored<Roster> | undefined, user: UserDocument) {
  const { tenantId, userId } = user;
  if (roster !== undefined) {
    const set = { adminIds: withAdmin(roster, userId) };
    return (await rosters.update(tenantId, { version: roster.version }, set)).outcome === 'updated';
  }
  try {
    await rosters.insert({ tenantId, firstUserId: userId, adminIds: [userId], closed: false });
    return true;
  } catch (error) {
    if (error instanceof KeyTaken) return false;
    throw error;
  }
}

async function leaveRoster(
  { rosters }: UserStore,
  roster: Stored<Roster> | undefined,
  user: UserDocument,
  options = { rule: true },
): Promise<boolean> {
  if (options.rule) requireAnotherAdmin(roster, user.userId);
  if (roster === undefined) return true;
  const set = { adminIds: withoutAdmin(roster, user.userId) };
  return (await rosters.update(roster.tenantId, { version: roster.version }, set)).outcome === 'updated';
}
