import type { Stored } from '#lib/store/port.ts';
import { alive } from '#lib/store/tombstone.ts';
import { administratorById, type IdentityStore } from '../store.ts';
import type { AdministratorDocument } from './administrator.ts';
import type { StoredInvitation, UserIdentityDocument } from './user-identity.ts';

/** What the documents of a user's and an administrator's identity have in common: by what it shows who it is. */
export interface Credential {
  /** Null until an invitation has been presented. */
  readonly passwordHash: string | null;
  /** There until it has been accepted. */
  readonly invitation?: StoredInvitation | null;
  /** The hash of a password that is to count from now on, and the change that brings it: see `password-change.ts`. */
  readonly pending?: { readonly passwordHash: string; readonly changeId: string } | null;
  /** What opens a new password to whoever forgot the old one. */
  readonly reset?: StoredInvitation | null;
  /** When the password last changed, in milliseconds since 1970: who proved to know the one before has proven nothing. */
  readonly passwordSince?: number | null;
  /** The change by which it did. */
  readonly passwordSetBy?: string | null;
}

/** A person who has a credential here, and how that is changed. */
export interface Holder {
  readonly subject: string;
  readonly kind: 'user' | 'administrator';
  /** Where this service knows it: an administrator's. */
  readonly email: string | null;
  /** Null for an administrator. */
  readonly tenantId: string | null;
  readonly credential: Credential;
  /** Writes over what was read, or not at all. @returns whether it did */
  update(set: Partial<Credential>): Promise<boolean>;
}

/** By the id of a user or an administrator; `undefined` where there is none, or none any more. */
export async function holderOf(store: IdentityStore, subject: string): Promise<Holder | undefined> {
  const identity = alive(await store.identities.get(subject));
  if (identity !== undefined) return userHolder(store, identity);
  const administrator = await administratorById(store, subject);
  return administrator === undefined ? undefined : administratorHolder(store, administrator);
}

/** Whether somebody who proved at an instant (milliseconds since 1970) to know a password knew the one that counts now. */
export async function isStillProven(store: IdentityStore, subject: string, begun: number): Promise<boolean> {
  const holder = await holderOf(store, subject);
  return (holder?.credential.passwordSince ?? Number.NEGATIVE_INFINITY) < begun;
}

/** Whether there is a password that counts: one that came with an acceptance that came to its end. */
export function hasPassword({ passwordHash, invitation }: Credential): boolean {
  return passwordHash !== null && invitation == null;
}

function userHolder({ identities }: IdentityStore, identity: Stored<UserIdentityDocument>): Holder {
  const { userId, tenantId, version } = identity;
  return {
    subject: userId,
    kind: 'user',
    email: null,
    tenantId,
    credential: identity,
    update: async (set) => (await identities.update(userId, { version }, set)).outcome === 'updated',
  };
}

function administratorHolder({ administrators }: IdentityStore, administrator: Stored<AdministratorDocument>): Holder {
  const { emailKey, administratorId, version } = administrator;
  return {
    subject: administratorId,
    kind: 'administrator',
    email: administrator.email,
    tenantId: null,
    credential: administrator,
    update: async (set) => (await administrators.update(emailKey, { version }, set)).outcome === 'updated',
  };
}
