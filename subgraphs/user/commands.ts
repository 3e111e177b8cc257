import { type Clock, timestamp } from '#lib/clock.ts';
import { emailKey } from '#lib/email.ts';
import { notFound } from '#lib/errors.ts';
import type { CallOptions } from '#lib/graphql/services.ts';
import { modify } from '#lib/store/modify.ts';
import type { Stored } from '#lib/store/port.ts';
import { workflowOf } from './email-claim.ts';
import { makeUser, releaseEmail, unmakeUser } from './make-user.ts';
import type { Neighbours } from './neighbours.ts';
import { claimOf, listUsers, type UserStore } from './store.ts';
import { activate, requireEmailLength, type UserDocument } from './user.ts';

/** How many users are deleted at once: enough for the store to commit them together. */
const BATCH = 100;

export type UserCommands = ReturnType<typeof createUserCommands>;

/** What other services command. The same command again answers the same. */
export function createUserCommands({
  store,
  clock,
  neighbours,
}: {
  store: UserStore;
  clock: Clock;
  neighbours: Neighbours;
}) {
  return {
    async create(
      command: { commandId: string; tenantId: string; userId: string; email: string },
      options: CallOptions,
    ): Promise<Stored<UserDocument>> {
      requireEmailLength(command.email, 'email');
      const claim = {
        emailKey: emailKey(command.email),
        userId: command.userId,
        tenantId: command.tenantId,
        initialRole: null,
        workflowId: workflowOf(command.commandId),
        claimedAt: timestamp(clock),
        leaving: false,
      };
      return await makeUser(store, claim, command.email, async (leaving) => {
        await neighbours.deleteIdentity(leaving.userId, options);
        await releaseEmail(store, leaving);
      });
    },

    async discard(command: { commandId: string; tenantId: string; userId: string }): Promise<void> {
      const claim = await claimOf(store, command.userId);
      if (claim?.tenantId !== command.tenantId || claim.workflowId !== workflowOf(command.commandId)) return;
      await unmakeUser(store, claim);
    },

    async activate(userId: string): Promise<Stored<UserDocument>> {
      const user = await modify(store.users, userId, activate);
      if (user === undefined) throw notFound('user');
      return user;
    },

    async deleteAll(tenantId: string): Promise<void> {
      const { users, emails, rosters } = store;
      // First of all: nobody may count as an admin who is gone.
      await modify(rosters, tenantId, ({ adminIds }) => (adminIds.length === 0 ? undefined : { adminIds: [] }));
      await inBatches(
        () => users.page({ ...listUsers(tenantId), limit: BATCH }),
        async ({ userId }) => void (await users.delete(userId)),
      );
      await inBatches(
        () => emails.page({ index: 'tenant', prefix: [tenantId], limit: BATCH }),
        async (claim) => void (await emails.delete(claim.emailKey, { tenantId })),
      );
      await rosters.delete(tenantId);
    },
  };
}

/** Deletes what a page holds, until the first page is empty. */
async function inBatches<Item>(
  next: () => Promise<{ readonly items: readonly Item[] }>,
  remove: (item: Item) => Promise<void>,
): Promise<void> {
  for (let { items } = await next(); items.length > 0; { items } = await next()) {
    await Promise.all(items.map(remove));
  }
}
