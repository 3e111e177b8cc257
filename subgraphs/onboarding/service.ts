import { hasScope, maySeeTenant, type Principal } from '#lib/auth/principal.ts';
import type { Clock } from '#lib/clock.ts';
import { AppError, conflict, failedPrecondition, notFound, unavailable } from '#lib/errors.ts';
import { connectionOf, type PageArguments } from '#lib/graphql/connections.ts';
import { idempotent } from '#lib/idempotency.ts';
import type { Ids } from '#lib/ids.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import type { Stored } from '#lib/store/port.ts';
import type { WorkflowEngine } from '#lib/workflow/engine.ts';
import { isAtRest, type JsonObject, type WorkflowDocument } from '#lib/workflow/workflow.ts';
import { inTheWay, type Locks, nameSubject } from './lock.ts';
import type { OffboardingInput } from './offboard.ts';
import type { OnboardingInput } from './onboard.ts';
import { type Order, parseDeparture, parseOrder } from './order.ts';
import type { ChangeTierInput, Invitation, OffboardInput, OnboardInput, WorkflowKind } from './resolvers.generated.ts';
import { listWorkflows, type OnboardingStore, type WorkflowFilter } from './store.ts';

import { requireActive, type TenantFacts, type Tenants } from './tenants.ts';
import { obstaclesTo, refuseObstacles, type TierChangeInput } from './tier-change.ts';
import type { WorkflowPage } from './workflow.ts';

/** A mutation answers within 5 seconds (the contract, "onboarding"); the rest of them is for the way there and back. */
const ANSWER_MILLISECONDS = 4_500;
/** So long a user who is brought in waits for another of the same customer. */
const JOIN_MILLISECONDS = 3_000;

/** Who asks, in which request. */
export interface Caller {
  readonly principal: Principal;
  readonly requestId: string;
}

/** How far a mutation's workflow came, and the invitation that it made: shown once. */
export interface Answer {
  readonly workflow: Stored<WorkflowDocument>;
  readonly invitation: Invitation | null;
}

interface ServiceDeps {
  readonly store: OnboardingStore;
  readonly engine: WorkflowEngine;
  readonly locks: Locks;
  readonly tenants: Tenants;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** A request on its way: the id that its workflow will have, and when it must be answered. */
interface Ride {
  readonly caller: Caller;
  readonly workflowId: string;
  readonly end: number;
}

export type OnboardingService = ReturnType<typeof createOnboardingService>;

export function createOnboardingService({ store, engine, locks, tenants, clock, ids }: ServiceDeps) {
  return {
    onboard(caller: Caller, input: OnboardInput): Promise<Answer> {
      const order = parseOrder(input);
      // Of two who bring in one name at once, the second waits, and then joins the customer that is there.
      return once(caller, 'onboard', input, (ride) =>
        inTurn(ride, nameSubject(order.customerName), async () => {
          const tenant = await tenants.byName(order.customerName, caller.requestId);
          return tenant === null ? await onboardNew(ride, order) : await join(ride, order, tenant);
        }),
      );
    },

    offboard(caller: Caller, input: OffboardInput): Promise<Answer> {
      const departure = parseDeparture(input);
      return once(caller, 'offboard', input, async (ride) => {
        const { requestId, principal } = caller;
        const tenant =
          'name' in departure
            ? await tenants.byName(departure.name, requestId)
            : await tenants.byId(departure.tenantId, requestId);
        if (tenant === null || !maySeeTenant(principal, tenant.tenantId)) throw notFound('tenant');
        await requireFree(tenant.tenantId);
        if (tenant.status !== 'ACTIVE' && tenant.status !== 'SUSPENDED') requireActive(tenant);
        return await start<OffboardingInput>(ride, 'OFFBOARDING', tenant.tenantId, {});
      });
    },

    changeTier(caller: Caller, input: ChangeTierInput): Promise<Answer> {
      return once(caller, 'changeTier', input, async (ride) => {
        const { tenantId, tier } = input;
        const tenant = await tenants.byId(tenantId, caller.requestId);
        if (tenant === null) throw notFound('tenant');
        refuseObstacles(obstaclesTo(tenant, tier, await locks.holder(tenantId)));
        return await start<TierChangeInput>(ride, 'TIER_CHANGE', tenantId, { tier });
      });
    },

    async retry({ principal }: Caller, workflowId: string): Promise<Stored<WorkflowDocument>> {
      const end = performance.now() + ANSWER_MILLISECONDS;
      const known = await store.workflows.get(workflowId);
      if (known === undefined || !maySeeTenant(principal, known.tenantId)) throw notFound('workflow');
      await engine.retry(workflowId);
      return await settled(workflowId, end);
    },

    /** Undoes an onboarding that has not ended: afterwards it is `COMPENSATED`, unless something keeps it from that. */
    async cancel({ principal }: Caller, workflowId: string): Promise<Stored<WorkflowDocument>> {
      const end = performance.now() + ANSWER_MILLISECONDS;
      const known = await store.workflows.get(workflowId);
      if (known === undefined || !maySeeTenant(principal, known.tenantId)) throw notFound('workflow');
      if (known.kind !== 'ONBOARDING') throw failedPrecondition('Nothing but an onboarding can be cancelled.');
      await engine.cancel(workflowId);
      return await settled(workflowId, end);
    },

    async find(principal: Principal, workflowId: string): Promise<Stored<WorkflowDocument> | null> {
      const workflow = await store.workflows.get(workflowId);
      return workflow !== undefined && maySeeTenant(principal, workflow.tenantId) ? workflow : null;
    },

    /** Who is bound to a tenant sees its own workflows, whatever the filter says. */
    list({ tenantId }: Principal, filter: WorkflowFilter, page: PageArguments): Promise<WorkflowPage> {
      const own = { ...filter, tenantId: tenantId ?? filter.tenantId };
      return connectionOf(store.workflows, listWorkflows(own), page);
    },

    listOfTenant(tenantId: string, page: PageArguments): Promise<WorkflowPage> {
      return connectionOf(store.workflows, listWorkflows({ tenantId }), page);
    },
  };

  /** The workflow at rest, or as it stands when the answer is due. */
  async function settled(workflowId: string, end: number): Promise<Stored<WorkflowDocument>> {
    const workflow = await engine.waitFor(workflowId, end - performance.now());
    if (workflow === undefined) throw notFound('workflow');
    return workflow;
  }

  /**
   * Starts one workflow for one idempotency key. A request that finds the workflow there waits for it: the key was used
   * before, or the process died between starting and answering, or another request with the key is quicker.
   */
  function once(
    caller: Caller,
    operation: string,
    input: { readonly idempotencyKey?: string | null },
    begin: (ride: Ride) => Promise<Answer>,
  ): Promise<Answer> {
    const end = performance.now() + ANSWER_MILLISECONDS;
    const repeated = async (workflowId: string): Promise<Answer | undefined> => {
      const workflow = await engine.waitFor(workflowId, end - performance.now());
      return workflow === undefined ? undefined : { workflow, invitation: null };
    };
    return idempotent({
      claims: store.idempotencyClaims,
      clock,
      principal: caller.principal,
      operation,
      key: input.idempotencyKey,
      input,
      newId: () => ids.next('wf'),
      run: async ({ id: workflowId }) => {
        for (;;) {
          const before = await repeated(workflowId);
          if (before !== undefined) return before;
          try {
            return await begin({ caller, workflowId, end });
          } catch (error) {
            if (!(error instanceof AppError || error instanceof KeyTaken)) throw error;
            const meanwhile = await repeated(workflowId);
            if (meanwhile !== undefined) return meanwhile;
            if (error instanceof AppError) throw error;
            // Another request with the key was quicker, was not admitted, and took its workflow away again.
            if (performance.now() > end) throw unavailable('The same request is under way; send it again.');
          }
        }
      },
    });
  }

  async function onboardNew(ride: Ride, order: Order): Promise<Answer> {
    await refuseForeignAddress(ride, order.email, null);
    const input = { ...order, userId: ids.next('usr'), joins: false };
    return await start<OnboardingInput>(ride, 'ONBOARDING', ids.next('ten'), input);
  }

  async function join(ride: Ride, order: Order, tenant: TenantFacts): Promise<Answer> {
    const { tenantId } = tenant;
    if (!hasScope(ride.caller.principal, 'user:write')) throw conflict('There is a customer of this name already.');
    if (tenant.tier !== order.tier) {
      throw failedPrecondition(`The customer is on ${tenant.tier}: changeTier is what changes that.`);
    }
    if (tenant.status !== 'ACTIVE') requireActive(tenant, (await locks.holder(tenantId))?.workflowId);
    await refuseForeignAddress(ride, order.email, tenantId);
    const input = { ...order, userId: ids.next('usr'), joins: true };
    return await inTurn(ride, tenantId, () => start<OnboardingInput>(ride, 'ONBOARDING', tenantId, input));
  }

  /** Bringing a user in is short, so that those who do so at once wait for each other, for a while. */
  async function inTurn(ride: Ride, subject: string, begin: () => Promise<Answer>): Promise<Answer> {
    const patience = Math.min(performance.now() + JOIN_MILLISECONDS, ride.end);
    for (;;) {
      const left = patience - performance.now();
      const holder = await locks.holder(subject);
      if (holder !== undefined) {
        if (left <= 0 || isAtRest(holder)) throw inTheWay(holder);
        await engine.waitFor(holder.workflowId, left);
        continue;
      }
      try {
        return await begin();
      } catch (error) {
        const busy = error instanceof AppError && error.details.workflowId !== undefined;
        if (!busy || left <= 0) throw error;
      }
    }
  }

  /** An address belongs to one user, in one tenant: where that is plain beforehand, no workflow is started. */
  async function refuseForeignAddress(ride: Ride, email: string, tenantId: string | null): Promise<void> {
    const { requestId } = ride.caller;
    const [owner, isAdministrator] = await Promise.all([
      unlessOut(tenants.ofUser(email, requestId), null),
      unlessOut(tenants.isAdministrator(email, requestId), false),
    ]);
    const foreign = isAdministrator || (owner !== null && owner !== tenantId);
    if (foreign) throw conflict('A user of another customer has this address.');
  }

  /** @throws {AppError} `FAILED_PRECONDITION`, naming the workflow that has the tenant */
  async function requireFree(tenantId: string): Promise<void> {
    const holder = await locks.holder(tenantId);
    if (holder !== undefined) throw inTheWay(holder);
  }

  async function start<Input extends JsonObject>(ride: Ride, kind: WorkflowKind, tenantId: string, input: Input) {
    const { workflowId, caller, end } = ride;
    const init = { workflowId, kind, tenantId, startedBy: caller.principal.id, input };
    const { workflow, secrets } = await engine.start(init, end - performance.now());
    if (workflow === undefined) throw notFound('workflow');
    const invitation = workflow.status === 'SUCCEEDED' ? secrets.get('CREATE_IDENTITY') : undefined;
    return { workflow, invitation: (invitation as Invitation | null | undefined) ?? null };
  }
}

/** What a service answers, or this where it is out of reach: the workflow finds out, and has more time to wait for it. */
async function unlessOut<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AppError && error.code === 'UNAVAILABLE') return otherwise;
    throw error;
  }
}
