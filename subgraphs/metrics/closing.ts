import { AppError } from '#lib/errors.ts';
import { modifyOrInsert } from '#lib/store/modify.ts';
import type { Folding } from './folding.ts';
import { close, closeForGood, isClosed, newGate, reopen } from './gate.ts';
import { type MetricsStore, someEvents } from './store.ts';

/** A command of another service: `commandId` is the same for every attempt and for its undo. */
export interface Command {
  readonly commandId: string;
  readonly tenantId: string;
}

export interface UsageClosingDeps {
  readonly store: MetricsStore;
  readonly folding: Folding;
  /** How long one command works on a deletion: less than its sender waits. */
  readonly deletionMilliseconds: number;
}

export type UsageClosing = ReturnType<typeof createUsageClosing>;

const DELETE_BATCH = 500; // events

/**
 * The end of a tenant's usage. An event and the gate are two documents, so whoever stored events looks at the gate
 * afterwards (`closed`): open, they were stored before it was closed, and every reading from then on has them; closed, it
 * is not known whether the last reading had them, and they must not be answered as accepted.
 */
export function createUsageClosing({ store, folding, deletionMilliseconds }: UsageClosingDeps) {
  const { gates } = store;
  const deletions = new Map<string, Promise<void>>();

  /** One deletion of a tenant at a time: whoever asks for it meanwhile waits for the one that runs. */
  async function deleteEvents(tenantId: string): Promise<void> {
    const deletion = deletions.get(tenantId) ?? deleteWithinTime(tenantId);
    deletions.set(tenantId, deletion);
    try {
      await deletion;
    } finally {
      deletions.delete(tenantId);
    }
  }

  async function deleteWithinTime(tenantId: string): Promise<void> {
    const time = AbortSignal.timeout(deletionMilliseconds);
    while (await deleteSome(tenantId)) {
      if (time.aborted) throw new AppError('UNAVAILABLE', 'There is more to delete.', { retryAfterSeconds: 1 });
    }
  }

  /** Counts what is not counted yet, then deletes what is; a bounded number of events. Answers whether there may be more. */
  async function deleteSome(tenantId: string): Promise<boolean> {
    if (await folding.foldSome(tenantId)) return true;
    const events = await someEvents(store, tenantId, { folded: true, limit: DELETE_BATCH });
    await Promise.all(events.map(({ eventKey }) => store.events.delete(eventKey, { folded: true })));
    return events.length > 0;
  }

  return {
    /**
     * From now on no event is accepted; what was accepted is in every reading from now on.
     * @throws {AppError} `FAILED_PRECONDITION` when the command was undone
     */
    async close({ commandId, tenantId }: Command): Promise<void> {
      await modifyOrInsert(gates, newGate(tenantId), (gate) => close(gate, commandId));
    },

    async reopen({ commandId, tenantId }: Command): Promise<void> {
      await modifyOrInsert(gates, newGate(tenantId), (gate) => reopen(gate, commandId));
    },

    /**
     * Closes for good and deletes the events, once the windows count them all.
     * @throws {AppError} `UNAVAILABLE` when there was more than could be deleted in time; what was deleted stays deleted
     */
    async deleteUsage({ tenantId }: Command): Promise<void> {
      await modifyOrInsert(gates, newGate(tenantId), closeForGood);
      await deleteEvents(tenantId);
    },

    /**
     * Which of these tenants are closed; asked by whoever has stored events of them. Where usage is deleted, what was
     * stored too late is deleted too.
     */
    async closed(tenantIds: readonly string[]): Promise<ReadonlySet<string>> {
      const found = (await gates.getMany(tenantIds)).filter((gate) => gate !== undefined);
      for (const { tenantId, deleted } of found) if (deleted) await deleteEvents(tenantId);
      return new Set(found.filter(isClosed).map(({ tenantId }) => tenantId));
    },

    /** Folds as `Folding` does; where usage is deleted, what was stored too late, and by a process that died, is deleted too. */
    async foldSome(tenantId: string): Promise<boolean> {
      const found = await folding.foldSome(tenantId);
      if (found && (await gates.get(tenantId))?.deleted) await deleteEvents(tenantId);
      return found;
    },
  };
}
