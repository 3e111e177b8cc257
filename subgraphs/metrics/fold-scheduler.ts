import type { Logger } from '#lib/log.ts';
import type { Folding } from './folding.ts';

/** Milliseconds. */
const DELAY = 25; // lets the events of several requests come together
const RETRY = 1_000;

export interface FoldScheduler {
  /** Has a tenant's events folded soon. */
  schedule(tenantId: string): void;
  /** Takes no more, and resolves when the round under way is done. What is left is folded after the next start. */
  stop(): Promise<void>;
}

/** Folds in the background, a bounded round for each tenant in turn, so that a busy one does not hold up the others. */
export function createFoldScheduler(init: { folding: Pick<Folding, 'foldSome'>; log: Logger }): FoldScheduler {
  const { folding, log } = init;
  const due = new Set<string>();
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  function wake(delay: number): void {
    if (stopped || timer !== undefined || running !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      running = Promise.resolve()
        .then(foldDue)
        .then((failed) => {
          running = undefined;
          if (due.size > 0) wake(failed ? RETRY : DELAY);
        });
    }, delay);
    timer.unref(); // what is not folded keeps no process from ending
  }

  /** Answers whether it gave up because of a failure. */
  async function foldDue(): Promise<boolean> {
    for (const tenantId of due) {
      if (stopped) return false;
      due.delete(tenantId);
      try {
        if (await folding.foldSome(tenantId)) due.add(tenantId); // at the end: a Set is walked in the order of adding
      } catch (error) {
        due.add(tenantId);
        log.warn({ err: error, tenantId }, 'folding usage failed and is tried again');
        return true;
      }
    }
    return false;
  }

  return {
    schedule(tenantId) {
      due.add(tenantId);
      wake(DELAY);
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
