import { type Clock, timestamp } from '#lib/clock.ts';
import { badUserInput, unavailable } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import { modify, modifyOrInsert } from '#lib/store/modify.ts';
import { type Driver, DriverUnavailable, isTenantId, type ResourceRecord } from './driver.ts';
import { ISOLATIONS, isolationOf } from './isolation.ts';
import {
  condemnAll,
  discard,
  finish,
  intend,
  intended,
  isCondemned,
  isLate,
  newInfrastructure,
  notReady,
  type Placement,
  placementOf,
  release,
  tooLate,
  without,
} from './placement.ts';
import type { Isolation, Tier } from './resolvers.generated.ts';
import type { ProvisioningStore } from './store.ts';
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
 * A command that comes after its undo, after a later workflow's, or after everything was taken away is refused by the very
 * write that would record it. The commands of one tenant take turns. Across processes nothing does that: there a placement
 * that was taken away while it was being made is noticed when it is to be recorded, and taken away again.
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
      await modify(infrastructures, tenantId, (document) => without(document, isolation));
    }
  }

  /** Records that the placement is being made and answers it as it is recorded. */
  async function record({ commandId, tenantId }: Command, isolation: Isolation): Promise<Placement> {
    const intent = intended({ isolation, driver: driver.name, commandId, at: now() });
    const document = await modifyOrInsert(infrastructures, newInfrastructure(tenantId), (current) =>
      intend(current, intent, commandId),
    );
    return placementOf(document, isolation) ?? intent;
  }

  async function make({ commandId, tenantId }: Command, isolation: Isolation): Promise<Placement> {
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
    if (made === undefined || isCondemned(made)) await driver.destroy(tenantId, isolation);
    if (made?.status !== 'READY' || document === undefined || isLate(document, commandId)) throw tooLate();
    return made;
  }

  return {
    provision: inTurn(async (command: TierCommand): Promise<Placement> => {
      const isolation = isolationOf(command.tier);
      let placement = await record(command, isolation);
      if (isCondemned(placement)) {
        await takeAway(command.tenantId, [isolation]);
        placement = await record(command, isolation);
      }
      return placement.status === 'READY' ? placement : await make(command, isolation);
    }),

    discard: inTurn(async ({ commandId, tenantId, tier }: TierCommand): Promise<void> => {
      const isolation = isolationOf(tier);
      const document = await modifyOrInsert(infrastructures, newInfrastructure(tenantId), (current) =>
        discard(current, isolation, { commandId, at: now() }),
      );
      const placement = placementOf(document, isolation);
      if (placement !== undefined && isCondemned(placement)) await takeAway(tenantId, [isolation]);
    }),

    release: inTurn(async ({ commandId, tenantId, tier }: TierCommand): Promise<Placement> => {
      const isolation = isolationOf(tier);
      const document = await modify(infrastructures, tenantId, (current) =>
        release(current, isolation, { commandId, at: now() }),
      );
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
      await modifyOrInsert(infrastructures, newInfrastructure(tenantId), (document) => condemnAll(document, now()));
      await takeAway(tenantId, ISOLATIONS);
    }),

    attributes: (resource: ResourceRecord) => driver.inspect(resource),
  };
}
