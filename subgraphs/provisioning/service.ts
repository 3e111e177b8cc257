import { type Clock, timestamp } from '#lib/clock.ts';
import { badUserInput, failedPrecondition, unavailable } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import { modify } from '#lib/store/modify.ts';
import { type Driver, DriverUnavailable, isTenantId, type ResourceRecord } from './driver.ts';
import { ISOLATIONS, isolationOf } from './isolation.ts';
import {
  condemn,
  finish,
  type InfrastructureDocument,
  intend,
  intended,
  isCondemned,
  isDiscardable,
  notReady,
  type Placement,
  placementOf,
  release,
} from './placement.ts';
import type { Isolation, Tier } from './resolvers.generated.ts';
import { forgetPlacement, type ProvisioningStore } from './store.ts';
import { Turns } from './turns.ts';

export type ProvisioningService = ReturnType<typeof createProvisioningService>;

/** A command on the infrastructure of one tenant. */
export interface Command {
  readonly commandId: string;
  readonly tenantId: string;
}

export interface TierCommand extends Command {
  readonly tier: Tier;
}

export interface ProvisioningDeps {
  readonly store: ProvisioningStore;
  readonly driver: Driver;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Makes and takes away tenants' infrastructure. What is about to happen is recorded before the driver does it and what
 * came of it afterwards, so that a command that died anywhere in between is completed by sending it again.
 *
 * The commands of one tenant take turns. Across processes nothing does that: there a placement that was taken away while
 * it was being made is noticed when it is to be recorded, and taken away again.
 */
export function createProvisioningService({ store, driver, clock, log }: ProvisioningDeps) {
  const { infrastructures } = store;
  const turns = new Turns();
  const now = () => timestamp(clock);

  function inTurn<C extends Command, T>(use: (command: C) => Promise<T>): (command: C) => Promise<T> {
    return async (command) => {
      if (!isTenantId(command.tenantId)) throw badUserInput('tenantId', 'This is not a tenant id.');
      return await turns.take(command.tenantId, async () => {
        try {
          return await use(command);
        } catch (error) {
          if (!(error instanceof DriverUnavailable)) throw error;
          log.error({ commandId: command.commandId, tenantId: command.tenantId, err: error }, 'the driver failed');
          throw unavailable('The infrastructure cannot be changed at present.');
        }
      });
    };
  }

  /** Takes condemned placements away, then forgets them. */
  async function takeAway(tenantId: string, isolations: readonly Isolation[]): Promise<void> {
    for (const isolation of isolations) {
      await driver.destroy(tenantId, isolation);
      await forgetPlacement(infrastructures, tenantId, isolation);
    }
  }

  /** Records that the placement is being made and answers it as it is recorded. */
  async function record(tenantId: string, intent: Placement): Promise<Placement> {
    const { isolation } = intent;
    const first: InfrastructureDocument = { tenantId, current: isolation, placements: [intent] };
    const change = () => modify(infrastructures, tenantId, (document) => intend(document, intent));
    const document = (await change()) ?? (await infrastructures.insert(first).catch(unlessTaken)) ?? (await change());
    const recorded = placementOf(document, isolation);
    if (recorded === undefined) throw takenAway();
    return recorded;
  }

  async function make(tenantId: string, isolation: Isolation): Promise<Placement> {
    let resources: readonly ResourceRecord[];
    try {
      resources = await driver.create(tenantId, isolation);
    } catch (error) {
      await modify(infrastructures, tenantId, (document) => finish(document, isolation, { status: 'FAILED' }, now()));
      throw error;
    }
    const document = await modify(infrastructures, tenantId, (current) =>
      finish(current, isolation, { status: 'READY', resources }, now()),
    );
    const made = placementOf(document, isolation);
    if (made?.status === 'READY') return made;
    await driver.destroy(tenantId, isolation);
    throw takenAway();
  }

  return {
    provision: inTurn(async ({ commandId, tenantId, tier }: TierCommand): Promise<Placement> => {
      const isolation = isolationOf(tier);
      const known = placementOf(await infrastructures.get(tenantId), isolation);
      if (known !== undefined && isCondemned(known)) await takeAway(tenantId, [isolation]);
      const placement = await record(tenantId, intended({ isolation, driver: driver.name, commandId, at: now() }));
      return placement.status === 'READY' ? placement : await make(tenantId, isolation);
    }),

    discard: inTurn(async ({ commandId, tenantId, tier }: TierCommand): Promise<void> => {
      const isolation = isolationOf(tier);
      const document = await modify(infrastructures, tenantId, (current) =>
        isDiscardable(current, isolation, commandId) ? condemn(current, [isolation], now()) : undefined,
      );
      const placement = placementOf(document, isolation);
      if (placement === undefined || isCondemned(placement)) await takeAway(tenantId, [isolation]);
    }),

    release: inTurn(async ({ tenantId, tier }: TierCommand): Promise<Placement> => {
      const isolation = isolationOf(tier);
      const document = await modify(infrastructures, tenantId, (current) => release(current, isolation, now()));
      const released = placementOf(document, isolation);
      if (document === undefined || released === undefined) throw notReady(isolation);
      const others = document.placements.filter((placement) => placement !== released);
      await takeAway(
        tenantId,
        others.map((placement) => placement.isolation),
      );
      return released;
    }),

    deprovision: inTurn(async ({ tenantId }: Command): Promise<void> => {
      await modify(infrastructures, tenantId, (document) => condemn(document, ISOLATIONS, now()));
      await takeAway(tenantId, ISOLATIONS);
    }),

    attributes: (resource: ResourceRecord) => driver.inspect(resource),
  };
}

function unlessTaken(error: unknown): undefined {
  if (!(error instanceof KeyTaken)) throw error;
}

function takenAway() {
  return failedPrecondition('The infrastructure was taken away while it was being made.');
}
