import type { Services } from '#lib/graphql/services.ts';
import type { Ids } from '#lib/ids.ts';
import type { Logger } from '#lib/log.ts';
import {
  BeginAuditEntriesDocument,
  type BegunAuditEntry,
  EndAuditEntriesDocument,
  type EndedAuditEntry,
} from './calls/identity.generated.ts';

const RETRY_MILLISECONDS = 1_000;
/** Ends that could not be written are remembered up to so many; of what is forgotten the entry stays without an end. */
const MOST_OVERDUE = 10_000;
/** Of one call, in entries: about. */
const LARGEST_BATCH = 500;

/** The way to the audit log, which the identity service keeps. What is written at the same time goes in one call. */
export interface AuditTrail {
  /** Resolves when the entries are on disk. @throws {AppError} `UNAVAILABLE` when they may not be */
  begin(entries: readonly BegunAuditEntry[]): Promise<void>;
  /** Resolves when the ends are on disk, or cannot be written now: then it is tried again until they are. */
  end(entries: readonly EndedAuditEntry[]): Promise<void>;
  /** Tries once more to write what could not be written. */
  stop(): Promise<void>;
}

export function createAuditTrail(services: Services, ids: Ids, log: Logger): AuditTrail {
  const call = () => ({ requestId: ids.next('req') });
  const begin = batching<BegunAuditEntry>((entries) =>
    services.call('identity', BeginAuditEntriesDocument, { entries }, call()),
  );
  const end = batching<EndedAuditEntry>((entries) =>
    services.call('identity', EndAuditEntriesDocument, { entries }, call()),
  );
  let overdue: EndedAuditEntry[] = [];
  let timer: NodeJS.Timeout | undefined;

  async function writeEnds(entries: readonly EndedAuditEntry[]): Promise<void> {
    try {
      await end(entries);
    } catch (err) {
      log.error({ err, entries: entries.map(({ entryId }) => entryId) }, 'the end of audit entries was not written');
      overdue = [...overdue, ...entries].slice(-MOST_OVERDUE);
      timer ??= setTimeout(retry, RETRY_MILLISECONDS).unref();
    }
  }

  async function retry(): Promise<void> {
    timer = undefined;
    const entries = overdue.splice(0);
    if (entries.length > 0) await writeEnds(entries);
  }

  return {
    begin,
    end: writeEnds,
    async stop() {
      clearTimeout(timer);
      await retry();
      clearTimeout(timer);
    },
  };
}

/** Calls `send` with what has gathered while it was under way the last time. */
function batching<T>(send: (items: readonly T[]) => Promise<unknown>): (items: readonly T[]) => Promise<void> {
  const waiting: {
    readonly items: readonly T[];
    readonly resolve: () => void;
    readonly reject: (error: unknown) => void;
  }[] = [];
  let sending = false;

  function gather() {
    let taken = 0;
    for (let count = 0; taken < waiting.length && count < LARGEST_BATCH; taken++) {
      count += waiting[taken]?.items.length ?? 0;
    }
    return waiting.splice(0, taken);
  }

  async function drain(): Promise<void> {
    sending = true;
    while (waiting.length > 0) {
      const batch = gather();
      try {
        await send(batch.flatMap(({ items }) => items));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    sending = false;
  }

  return (items) =>
    new Promise((resolve, reject) => {
      waiting.push({ items, resolve, reject });
      if (!sending) void drain();
    });
}
