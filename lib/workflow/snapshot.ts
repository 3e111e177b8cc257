import type { Collection } from '../store/port.ts';
import type { Action, ActionResult } from './transition.ts';
import type { WorkflowDocument, WorkflowStatus } from './workflow.ts';

/** What an operator watches: workflows that have not ended. */
const WATCHED = ['RUNNING', 'COMPENSATING', 'FAILED'] as const satisfies readonly WorkflowStatus[];

/** How many workflows of a kind stand so, and how old the oldest of them is; 0 where there is none. */
export interface StandingCount {
  readonly kind: string;
  readonly status: (typeof WATCHED)[number];
  readonly count: number;
  readonly oldestSeconds: number;
}

/** How often a step, or its compensation, was attempted in this process with one outcome. */
export interface AttemptCount {
  readonly kind: string;
  readonly step: string;
  readonly action: Action['kind'];
  readonly outcome: ActionResult['outcome'];
  readonly count: number;
}

/** How a service's workflows do: what stands in the store, whoever carries it, and what this process attempted since it started. */
export interface WorkflowSnapshot {
  readonly standings: readonly StandingCount[];
  readonly attempts: readonly AttemptCount[];
}

/** Counts attempts. Its size is bounded by the definitions. */
export class AttemptTally {
  readonly #counts = new Map<string, AttemptCount>();

  add(attempt: Omit<AttemptCount, 'count'>): void {
    const { kind, step, action, outcome } = attempt;
    const key = JSON.stringify([kind, step, action, outcome]);
    this.#counts.set(key, { ...attempt, count: (this.#counts.get(key)?.count ?? 0) + 1 });
  }

  counts(): readonly AttemptCount[] {
    return [...this.#counts.values()];
  }
}

/** Counts the workflows that have not ended, each kind and status by an index. */
export async function countStandings(
  workflows: Collection<WorkflowDocument>,
  kinds: readonly string[],
  now: Date,
): Promise<readonly StandingCount[]> {
  const pairs = kinds.flatMap((kind) => WATCHED.map((status) => ({ kind, status })));
  return await Promise.all(
    pairs.map(async ({ kind, status }) => {
      const selection = { index: 'created_by_kind_status', prefix: [kind, status] };
      const count = await workflows.count(selection);
      const oldest = count === 0 ? undefined : (await workflows.page({ ...selection, limit: 1 })).items[0];
      const age = oldest === undefined ? 0 : (now.getTime() - Date.parse(oldest.createdAt)) / 1000;
      return { kind, status, count, oldestSeconds: Math.max(age, 0) };
    }),
  );
}
