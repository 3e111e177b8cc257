import type { Clock } from '../clock.ts';
import { AppError, unavailable } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Collection, Stored } from '../store/port.ts';
import { attempt } from './attempt.ts';
import type { Definitions, WorkflowDefinition } from './definition.ts';
import { failureOf, type RetryPolicy } from './retry-policy.ts';
import type { AttemptTally } from './snapshot.ts';
import {
  type Action,
  type ActionResult,
  begin,
  type Hold,
  hold,
  isUntouched,
  letGo,
  type Progress,
  refused,
  settle,
} from './transition.ts';
import { isEnded, type WorkflowDocument } from './workflow.ts';

/** The most workflows that one page of due ones brings. */
const PAGE = 50;
/** A timer may fire a millisecond before the clock says so. */
const TIMER_SLACK = 2;

export interface RunnerOptions {
  readonly workflows: Collection<WorkflowDocument>;
  readonly definitions: Definitions;
  readonly clock: Clock;
  readonly log: Logger;
  readonly policy: RetryPolicy;
  /** Unlike that of every other runner. */
  readonly owner: string;
  readonly graceMilliseconds: number;
  /** How many workflows it takes from the store at once. What is started here comes on top. */
  readonly concurrency: number;
  /** Is told the secret that a step answered with. */
  readonly onSecret: (workflowId: string, step: string, secret: unknown) => void;
  readonly tally: AttemptTally;
}

type Held = {
  readonly definition: WorkflowDefinition;
  readonly hold: Hold;
  readonly workflow: Stored<WorkflowDocument>;
};
type Begun = Held & { readonly action: Action | undefined };

/**
 * Carries workflows forward. Whatever it does to one happens between two records, each a compare-and-set on the document:
 * a runner that lost its lease finds another fence there, and can record nothing.
 */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #active = new Map<string, Promise<void>>();
  readonly #entering = new Set<Promise<unknown>>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #leftDue = false;
  #stopping = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Resolves when this runner lets go of the workflow; `undefined` when it does not hold it. */
  active(workflowId: string): Promise<void> | undefined {
    return this.#active.get(workflowId);
  }

  /**
   * Puts a new workflow on disk and carries it forward from there.
   *
   * @throws {AppError} when it is not admitted; then there is none
   * @throws {KeyTaken} when there is one of this id
   */
  async start(definition: WorkflowDefinition, workflow: WorkflowDocument): Promise<void> {
    if (this.#stopping) throw unavailable('The service is shutting down; send the request again.');
    await this.#enter(this.#launch(definition, workflow));
  }

  async #launch(definition: WorkflowDefinition, workflow: WorkflowDocument): Promise<void> {
    const mine = this.#hold(workflow);
    const now = this.#options.clock.now();
    if (definition.admit !== undefined) {
      const stored = await this.#options.workflows.insert({ ...workflow, ...hold(workflow, mine, now) });
      return this.#carry(await this.#admit({ definition, hold: mine, workflow: stored }));
    }
    const { progress, action } = begin(definition, workflow, mine, now);
    const stored = await this.#options.workflows.insert({ ...workflow, ...progress });
    this.#carry({ definition, hold: mine, workflow: stored, action });
  }

  /** Takes a workflow if it is due and nobody else does. */
  async wake(workflowId: string): Promise<void> {
    const workflow = await this.#options.workflows.get(workflowId);
    const now = this.#options.clock.now().toISOString();
    if (workflow === undefined || workflow.nextRunAt === null || workflow.nextRunAt > now) return;
    await this.#enter(this.#take(workflow));
  }

  /** Takes the workflows that are due, as many as it may carry. */
  async poll(): Promise<void> {
    const { workflows, clock, concurrency } = this.#options;
    const lte = clock.now().toISOString();
    this.#leftDue = false;
    for (let after: readonly string[] | undefined; !this.#stopping; ) {
      const range = { gte: '', lte };
      const query = { index: 'due', range, limit: PAGE };
      const page = await workflows.page(after === undefined ? query : { ...query, after });
      const room = concurrency - this.#active.size;
      const mine = page.items.filter((item) => this.#canTake(item));
      await Promise.all(mine.slice(0, Math.max(room, 0)).map((item) => this.#enter(this.#take(item))));
      this.#leftDue = mine.length > room;
      const last = page.items.at(-1);
      if (!page.hasMore || this.#leftDue || last === undefined) return;
      after = [last.nextRunAt ?? '', last.workflowId];
    }
  }

  /** Finishes and records the steps under way, and lets go of their workflows. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await this.idle();
  }

  /** Resolves when it carries nothing. */
  async idle(): Promise<void> {
    while (this.#active.size + this.#entering.size > 0) {
      await Promise.allSettled([...this.#active.values(), ...this.#entering]);
    }
  }

  async #enter<T>(entering: Promise<T>): Promise<T> {
    this.#entering.add(entering);
    try {
      return await entering;
    } finally {
      this.#entering.delete(entering);
    }
  }

  #canTake(workflow: WorkflowDocument): boolean {
    return !this.#active.has(workflow.workflowId) && this.#options.definitions.of(workflow) !== undefined;
  }

  async #take(workflow: Stored<WorkflowDocument>): Promise<void> {
    const definition = this.#options.definitions.of(workflow);
    if (definition === undefined || this.#stopping || this.#active.has(workflow.workflowId)) return;
    const mine = this.#hold(workflow);
    const now = this.#options.clock.now();
    try {
      if (definition.admit !== undefined && isUntouched(workflow) && !isEnded(workflow)) {
        const taken = await this.#update(workflow, hold(workflow, mine, now));
        if (taken !== undefined) this.#carry(await this.#admitLate({ definition, hold: mine, workflow: taken }));
        return;
      }
      const { progress, action } = begin(definition, workflow, mine, now);
      const taken = await this.#update(workflow, progress);
      if (taken !== undefined) this.#carry({ definition, hold: mine, workflow: taken, action });
    } catch (err) {
      this.#options.log.warn({ workflowId: workflow.workflowId, err }, 'a workflow could not be taken');
    }
  }

  /** @throws {AppError} when the workflow cannot be: it is gone then */
  async #admit({ definition, hold: mine, workflow }: Held): Promise<Begun | undefined> {
    try {
      await definition.admit?.(workflow);
    } catch (error) {
      // Guarded by the fence: a wish to cancel it may have come meanwhile, another runner must not have.
      if (error instanceof AppError) await this.#options.workflows.delete(workflow.workflowId, { fence: mine.fence });
      throw error;
    }
    return await this.#begin({ definition, hold: mine, workflow });
  }

  /**
   * Admits a workflow whose runner died before it was admitted. Somebody may have been told of it meanwhile, so that it
   * does not vanish when it cannot be: it ends, and says why.
   */
  async #admitLate({ definition, hold: mine, workflow }: Held): Promise<Begun | undefined> {
    try {
      await definition.admit?.(workflow);
    } catch (error) {
      if (!(error instanceof AppError) || failureOf(error).transient) throw error;
      await this.#record({ definition, hold: mine, workflow }, (current) => ({
        progress: refused(current, failureOf(error), this.#options.clock.now()),
        action: undefined,
      }));
      return undefined;
    }
    return await this.#begin({ definition, hold: mine, workflow });
  }

  #begin(held: Held): Promise<Begun | undefined> {
    return this.#record(held, (current) => begin(held.definition, current, held.hold, this.#options.clock.now()));
  }

  #carry(begun: Begun | undefined): void {
    if (begun === undefined) return;
    const { workflowId } = begun.workflow;
    const drive = this.#drive(begun).catch((err: unknown) => {
      // The lease runs out, and the step is run again under the same command id.
      this.#options.log.error({ workflowId, err }, 'a workflow was dropped');
    });
    const carried = drive.then(() => {
      this.#active.delete(workflowId);
      if (this.#leftDue) void this.poll().catch(() => undefined);
    });
    this.#active.set(workflowId, carried);
  }

  async #drive(begun: Begun): Promise<void> {
    let current: Begun | undefined = begun;
    while (current?.action !== undefined) {
      const { workflow, definition, action } = current as Begun & { action: Action };
      const { result, secret, cause } = await attempt(definition, workflow, action);
      const step = definition.steps[action.step]?.name ?? '';
      this.#options.tally.add({ kind: workflow.kind, step, action: action.kind, outcome: result.outcome });
      if (secret !== undefined) this.#options.onSecret(workflow.workflowId, step, secret);
      if (cause !== undefined) this.#logFailure(workflow, step, action, cause);
      const held: Held = current;
      current = await this.#record(held, (latest) => this.#after(definition, latest, held.hold, action, result));
    }
    if (current !== undefined && isEnded(current.workflow)) await this.#end(current);
  }

  /**
   * Writes the next record of a workflow that is held: what an action came to and, in the same write, that the next has
   * begun. Planned again where somebody asked for something meanwhile. `undefined` when the lease was lost.
   */
  async #record(
    { definition, hold: mine, ...held }: Held,
    plan: (workflow: WorkflowDocument) => { readonly progress: Progress; readonly action: Action | undefined },
  ): Promise<Begun | undefined> {
    let { workflow } = held;
    for (;;) {
      const { progress, action: next } = plan(workflow);
      const update = await this.#options.workflows.update(workflow.workflowId, { version: workflow.version }, progress);
      if (update.outcome === 'updated') {
        if (next === undefined && progress.nextRunAt !== null) this.#wakeAt(workflow.workflowId, progress);
        return { definition, hold: mine, workflow: update.document, action: next };
      }
      if (update.outcome === 'absent' || !isHeldBy(update.document, mine)) {
        this.#options.log.warn(
          { workflowId: workflow.workflowId },
          'a lease was lost: another runner has the workflow',
        );
        return undefined;
      }
      workflow = update.document;
    }
  }

  #after(definition: WorkflowDefinition, before: WorkflowDocument, mine: Hold, action: Action, result: ActionResult) {
    const now = this.#options.clock.now();
    const { standing, retryAt } = settle(definition, before, action, result, this.#options.policy, now);
    const workflow = { ...before, ...standing };
    if (retryAt !== null || workflow.status === 'FAILED') {
      return { progress: letGo(workflow, retryAt, now), action: undefined };
    }
    const next = begin(definition, workflow, mine, now);
    if (!this.#stopping || next.action === undefined) return next;
    return { progress: letGo(workflow, now.toISOString(), now), action: undefined };
  }

  /** Lets the definition give back what the workflow held, and then lets go for ever. */
  async #end({ definition, workflow }: Held): Promise<void> {
    if (definition.ended === undefined) return;
    await definition.ended(workflow);
    const progress = letGo(workflow, null, this.#options.clock.now());
    await this.#options.workflows.update(workflow.workflowId, { version: workflow.version }, progress);
  }

  #wakeAt(workflowId: string, { nextRunAt, lease }: Progress): void {
    if (nextRunAt === null || lease !== null || this.#stopping) return;
    const wait = Math.max(Date.parse(nextRunAt) - this.#options.clock.now().getTime(), 0);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.wake(workflowId).catch((err: unknown) =>
        this.#options.log.warn({ workflowId, err }, 'a retry is late'),
      );
    }, wait + TIMER_SLACK);
    this.#timers.add(timer.unref());
  }

  async #update(workflow: Stored<WorkflowDocument>, progress: Progress): Promise<Stored<WorkflowDocument> | undefined> {
    const { version, workflowId } = workflow;
    const result = await this.#options.workflows.update(workflowId, { version }, progress);
    return result.outcome === 'updated' ? result.document : undefined;
  }

  #hold(workflow: WorkflowDocument): Hold {
    const { owner, graceMilliseconds } = this.#options;
    return { owner, fence: workflow.fence + 1, graceMilliseconds };
  }

  #logFailure(workflow: WorkflowDocument, step: string, { kind }: Action, err: unknown): void {
    const { workflowId } = workflow;
    this.#options.log.warn({ workflowId, step, action: kind, err }, 'a step of a workflow failed');
  }
}

function isHeldBy(workflow: WorkflowDocument, { owner, fence }: Hold): boolean {
  return workflow.lease?.owner === owner && workflow.lease.fence === fence;
}
