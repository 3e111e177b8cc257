import { conflict } from '#lib/errors.ts';
import { KeyTaken, StoreUnavailable } from '#lib/store/errors.ts';
import type { Collection, Stored } from '#lib/store/port.ts';
import { changeUser, deleteUser } from './change-user.ts';
import { type EmailClaim, userOf } from './email-claim.ts';
import type { UserStore } from './store.ts';
import type { UserDocument } from './user.ts';

const ATTEMPTS = 64;

/**
 * Makes the user of a claim, or answers with the one who holds the address in this tenant. Each of its writes can be the
 * last: called again, by this caller or by another who wants the address, it goes on from there.
 *
 * @param finishRemoval brings the removal of the claim's user to its end and gives the address back
 * @throws {AppError} `CONFLICT` when a user of another tenant holds the address
 */
export async function makeUser(
  store: UserStore,
  wanted: EmailClaim,
  email: string,
  finishRemoval: (claim: EmailClaim) => Promise<void>,
): Promise<Stored<UserDocument>> {
  for (let count = 0; count < ATTEMPTS; count++) {
    const claim = await insertOrGet(store.emails, wanted.emailKey, wanted);
    if (claim === undefined) continue;
    const existing = await store.users.get(claim.userId);
    if (existing === undefined && claim.leaving) {
      await finishRemoval(claim);
      continue;
    }
    if (claim.tenantId !== wanted.tenantId) throw addressTaken();
    if (existing === undefined) await insertUser(store, claim, email);
    const user = await changeUser(store, claim, () => undefined);
    if (user !== undefined) return user;
  }
  throw new StoreUnavailable('emails: too much contention on one address');
}

/** The same for every holder, so that it tells nothing of other tenants. */
export function addressTaken(): Error {
  return conflict('This e-mail address belongs to a user already.');
}

/** Undoes `makeUser`: the user, the roster where it was the tenant's first, and last its hold on the address. */
export async function unmakeUser(store: UserStore, claim: EmailClaim): Promise<void> {
  await deleteUser(store, claim, { rule: false });
  const roster = await store.rosters.get(claim.tenantId);
  if (roster?.firstUserId === claim.userId && roster.adminIds.length === 0) {
    await store.rosters.delete(roster.tenantId, { version: roster.version });
  }
  await releaseEmail(store, claim);
}

/** Gives a user's address back; the last of all steps by which it leaves. */
export async function releaseEmail({ emails }: UserStore, claim: EmailClaim): Promise<void> {
  // Only the claim of a user that was deleted: a command sent again may have made it anew meanwhile.
  await emails.delete(claim.emailKey, { userId: claim.userId, leaving: true });
}

async function insertUser(store: UserStore, claim: EmailClaim, email: string): Promise<void> {
  const { tenantId, userId } = claim;
  const roster = await insertOrGet(store.rosters, tenantId, { tenantId, firstUserId: userId, adminIds: [] });
  if (roster === undefined) return;
  const [inserted] = await store.users.insertMany([userOf(claim, email, roster.firstUserId === userId)]);
  if (!inserted) return;
  // While this writer was held up, the user may have been made by another writer and removed again.
  const holder = await store.emails.get(claim.emailKey);
  if (holder?.userId !== userId || holder.leaving) await deleteUser(store, claim, { rule: false });
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
