import { type Clock, timestamp } from '#lib/clock.ts';
import { emailKey } from '#lib/email.ts';
import { notFound } from '#lib/errors.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import { modify } from '#lib/store/modify.ts';
import type { Stored } from '#lib/store/port.ts';
import { isGone } from '#lib/store/tombstone.ts';
import { workflowOf } from '#lib/workflow/change.ts';
import { addressTaken, makeUser, unmakeUser } from './make-user.ts';
import type { Neighbours } from './neighbours.ts';
import { claimOf, listUsers, type UserStore } from './store.ts';
import { activate, deactivate, grave, requireEmailLength, type UserDocument } from './user.ts';

/** How many users are removed at once: enough for the store to commit them together. */
const BATCH = 100;

export type UserCommands = ReturnType<typeof createUserCommands>;

/** What other services command. The same command again answers the same; one that comes after its undo does nothing that lasts. */
export function createUserCommands({
  store,
  clock,
  neighbours,
}: {
  readonly store: UserStore;
  readonly clock: Clock;
  readonly neighbours: Neighbours;
}) {
  return {
    async create(command: {
      commandId: string;
      tenantId: string;
      userId: string;
      email: string;
    }): Promise<Stored<UserDocument>> {
      requireEmailLength(command.email, 'email');
      if (await neighbours.isAdministratorEmail(command.email, command)) throw addressTaken();
      const claim = {
        emailKey: emailKey(command.email),
        userId: command.userId,
        tenantId: command.tenantId,
        initialRole: null,
        workflowId: workflowOf(command.commandId),
        claimedAt: timestamp(clock),
      };
      const user = await makeUser(store, clock, claim, command.email);
      // Whoever takes an address looks for the other kind afterwards: of two who do so at once one sees the other.
      if (await neighbours.isAdministratorEmail(command.email, command)) throw addressTaken();
      return user;
    },

    /** Leaves a tombstone at the user's id, also where it was never made: one that is made later finds it there. */
    async discard(command: { commandId: string; tenantId: string; userId: string }): Promise<void> {
      const { tenantId, userId } = command;
      const [user, claim] = [await store.users.get(userId), await claimOf(store, userId)];
      const isForeign = claim !== undefined && claim.workflowId !== workflowOf(command.commandId);
      if (isForeign || (user !== undefined && user.tenantId !== tenantId)) return;
      await unmakeUser(store, clock, { tenantId, userId });
    },

    async activate({ commandId, userId }: { commandId: string; userId: string }): Promise<Stored<UserDocument>> {
      const workflowId = workflowOf(commandId);
      const user = await modify(store.users, userId, (current) =>
        isGone(current) ? undefined : activate(current, workflowId),
      );
      if (user === undefined || isGone(user)) throw notFound('user');
      return user;
    },

    async deactivate({ commandId, userId }: { commandId: string; userId: string }): Promise<void> {
      const workflowId = workflowOf(commandId);
      await modify(store.users, userId, (current) => (isGone(current) ? undefined : deactivate(current, workflowId)));
    },

    async deleteAll(tenantId: string): Promise<void> {
      const { users, emails } = store;
      // First of all: nobody may count as an admin who is gone, and nobody may be made from now on.
      await closeRoster(store, tenantId);
      await inBatches(
        () => users.page({ ...listUsers(tenantId), limit: BATCH }),
        async ({ userId }) => void (await users.update(userId, { tenantId }, grave(clock))),
      );
      await inBatches(
        () => emails.page({ index: 'tenant', prefix: [tenantId], limit: BATCH }),
        async (claim) => void (await emails.delete(claim.emailKey, { tenantId })),
      );
      await closeRoster(store, tenantId);
    },
  };
}

async function closeRoster({ rosters }: UserStore, tenantId: string): Promise<void> {
  const closed = { tenantId, firstUserId: '', adminIds: [], closed: true };
  if ((await rosters.get(tenantId)) === undefined) {
    try {
      await rosters.insert(closed);
      return;
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
    }
  }
  await modify(rosters, tenantId, (roster) => (roster.closed && roster.adminIds.length === 0 ? undefined : closed));
}

/** Handles what a page holds, until the first page is empty. */
async function inBatches<Item>(
  next: () => Promise<{ readonly items: readonly Item[] }>,
  handle: (item: Item) => Promise<void>,
): Promise<void> {
  for (let { items } = await next(); items.length > 0; { items } = await next()) {
    await Promise.all(items.map(handle));
  }
}
