import type { Clock } from '../clock.ts';
import type { Collection } from '../store/port.ts';
import type { WorkflowDocument } from './workflow.ts';

/** The most workflows that one page brings. */
const PAGE = 50;

/**
 * Makes every workflow due that another runner holds: for when it is known that no other is alive, since this process
 * has the data for itself.
 *
 * @param owner the runner of this process
 */
export async function freeLeases(workflows: Collection<WorkflowDocument>, clock: Clock, owner: string): Promise<void> {
  for (let after: readonly string[] | undefined; ; ) {
    const query = { index: 'due', range: { gte: '' }, limit: PAGE };
    const page = await workflows.page(after === undefined ? query : { ...query, after });
    const orphaned = page.items.filter(({ lease }) => lease !== null && lease.owner !== owner);
    const nextRunAt = clock.now().toISOString();
    await Promise.all(
      orphaned.map(({ workflowId, version }) => workflows.update(workflowId, { version }, { lease: null, nextRunAt })),
    );
    const last = page.items.at(-1);
    if (!page.hasMore || last === undefined) return;
    after = [last.nextRunAt ?? '', last.workflowId];
  }
}
