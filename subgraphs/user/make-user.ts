import type { Clock } from '#lib/clock.ts';
import { conflict, failedPrecondition } from '#lib/errors.ts';
import { KeyTaken, StoreUnavailable } from '#lib/store/errors.ts';
import type { Collection, Stored } from '#lib/store/port.ts';
import { isGone } from '#lib/store/tombstone.ts';
import { changeUser, removeUser, type UserKey } from './change-user.ts';
import { type EmailClaim, isFree, userOf } from './email-claim.ts';
import type { UserStore } from './store.ts';
import type { UserDocument } from './user.ts';

const ATTEMPTS = 64;

/**
 * Makes the user of a claim, or answers with the one who holds the address in this tenant. Each of its writes can be the
 * last: called again, by this caller or by another who wants the address, it goes on from there.
 *
 * @throws {AppError} `CONFLICT` when a user of another tenant holds the address; `FAILED_PRECONDITION` when this very user
 * was removed or undone before, and when the tenant takes nobody any more
 */
export async function makeUser(
  store: UserStore,
  clock: Clock,
  wanted: EmailClaim,
  email: string,
): Promise<Stored<UserDocument>> {
  for (let count = 0; count < ATTEMPTS; count++) {
    const before = await store.users.get(wanted.userId);
    if (before !== undefined && isGone(before)) throw await refuse(store, wanted, 'The user was removed.');
    const claim = await insertOrGet(store.emails, wanted.emailKey, wanted);
    if (claim === undefined) continue;
    const [holder, roster] = [await store.users.get(claim.userId), await store.rosters.get(claim.tenantId)];
    if (claim.userId !== wanted.userId && isFree(claim, holder, roster, clock)) {
      await store.emails.delete(claim.emailKey, { version: claim.version });
      continue;
    }
    if (claim.tenantId !== wanted.tenantId) throw addressTaken();
    if (holder === undefined) await insertUser(store, clock, claim, email);
    const user = await changeUser(store, claim, () => undefined);
    if (user !== undefined) return user;
  }
  throw new StoreUnavailable('emails: too much contention on one address');
}

/** The same for every holder, an administrator too, so that it tells nothing of other tenants. */
export function addressTaken(): Error {
  return conflict('This e-mail address belongs to a user already.');
}

/**
 * Undoes `makeUser`, also where it comes later: the user, the roster where it was the tenant's first, and last its hold
 * on the address.
 */
export async function unmakeUser(store: UserStore, clock: Clock, key: UserKey): Promise<void> {
  await removeUser(store, clock, key, { rule: false });
  const roster = await store.rosters.get(key.tenantId);
  if (roster?.firstUserId === key.userId && roster.adminIds.length === 0) {
    await store.rosters.delete(roster.tenantId, { version: roster.version });
  }
  await releaseEmails(store, key.userId);
}

/** Gives back what a user who is gone held. */
export async function releaseEmails({ emails }: UserStore, userId: string): Promise<void> {
  const { items } = await emails.page({ index: 'user', prefix: [userId], limit: 100 });
  for (const { emailKey } of items) await emails.delete(emailKey, { userId });
}

async function insertUser(store: UserStore, clock: Clock, claim: EmailClaim, email: string): Promise<void> {
  const { tenantId, userId } = claim;
  const fresh = { tenantId, firstUserId: userId, adminIds: [], closed: false };
  const roster = (await store.rosters.get(tenantId)) ?? (await insertOrGet(store.rosters, tenantId, fresh));
  if (roster === undefined) return;
  if (roster.closed) throw await refuse(store, claim, 'The tenant takes no users any more.');
  const [inserted] = await store.users.insertMany([userOf(claim, email, roster.firstUserId === userId)]);
  if (!inserted) return;
  // While this writer was held up, the tenant may have been closed, or the address been taken by another.
  const [holder, now] = [await store.emails.get(claim.emailKey), await store.rosters.get(tenantId)];
  if (holder?.userId === userId && now?.closed !== true) return;
  await removeUser(store, clock, claim, { rule: false });
}

/** An address that was taken for a user who cannot be is given back. */
async function refuse(store: UserStore, { emailKey, userId }: EmailClaim, message: string): Promise<Error> {
  await store.emails.delete(emailKey, { userId });
  return failedPrecondition(message);
}

/** `undefined` when it was there and is gone again. */
async function insertOrGet<D extends object>(
  collection: Collection<D>,
  key: string,
  document: D,
): Promise<Stored<D> | undefined> {
  try {
    return await collection.insert(document);
  } catch (error) {
    if (error instanceof KeyTaken) return await collection.get(key);
    throw error;
  }
}
