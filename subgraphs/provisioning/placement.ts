import { failedPrecondition } from '#lib/errors.ts';
import type { ResourceRecord } from './driver.ts';
import type { InfrastructureStatus, Isolation } from './resolvers.generated.ts';

/** What was made for a tenant by one isolation. */
export interface Placement {
  readonly isolation: Isolation;
  readonly status: InfrastructureStatus;
  /** The name of the driver that made it. */
  readonly driver: string;
  readonly resources: readonly ResourceRecord[];
  /** The workflow whose undoing takes the placement away even while it is in use; null once it has been released. */
  readonly undoneWith: string | null;
  /** RFC 3339, UTC. */
  readonly updatedAt: string;
}

/** Everything of one tenant; there is no document without a placement. */
export interface InfrastructureDocument {
  readonly tenantId: string;
  /** The isolation of the placement that is in use. */
  readonly current: Isolation;
  /** At most one by isolation, the oldest first. */
  readonly placements: readonly Placement[];
}

type Change = Partial<InfrastructureDocument> | undefined;

/** The workflow that a command belongs to: a command is named `workflowId/step`. */
export function workflowOf(commandId: string): string {
  return commandId.split('/', 1)[0] ?? commandId;
}

export function placementOf(
  document: InfrastructureDocument | undefined,
  isolation: Isolation | undefined,
): Placement | undefined {
  return document?.placements.find((placement) => placement.isolation === isolation);
}

export function currentPlacement(document: InfrastructureDocument | undefined): Placement | undefined {
  return placementOf(document, document?.current);
}

/** The intent to make a placement. */
export function intended(init: { isolation: Isolation; driver: string; commandId: string; at: string }): Placement {
  return {
    isolation: init.isolation,
    status: 'PROVISIONING',
    driver: init.driver,
    resources: [],
    undoneWith: workflowOf(init.commandId),
    updatedAt: init.at,
  };
}

/** Puts an intended placement beside what there is, or goes on with one that is not finished. */
export function intend(document: InfrastructureDocument, intent: Placement): Change {
  const known = placementOf(document, intent.isolation);
  if (known === undefined) return { placements: [...document.placements, intent] };
  if (known.status === 'FAILED')
    return replace(document, { ...known, status: 'PROVISIONING', updatedAt: intent.updatedAt });
  return undefined;
}

/** Records what the making of a placement came to; nothing where it is no longer being made. */
export function finish(
  document: InfrastructureDocument,
  isolation: Isolation,
  result: { status: 'READY'; resources: readonly ResourceRecord[] } | { status: 'FAILED' },
  at: string,
): Change {
  const placement = placementOf(document, isolation);
  // Of two processes that make the same, one may fail because of the other: that it is there counts.
  const from: readonly unknown[] = result.status === 'READY' ? ['PROVISIONING', 'FAILED'] : ['PROVISIONING'];
  if (placement === undefined || !from.includes(placement.status)) return undefined;
  return replace(document, { ...placement, ...result, updatedAt: at });
}

/**
 * Puts a placement in use and condemns all others, in one change.
 *
 * @throws {AppError} `FAILED_PRECONDITION` when the placement is not `READY`
 */
export function release(document: InfrastructureDocument, isolation: Isolation, at: string): Change {
  const chosen = placementOf(document, isolation);
  if (chosen?.status !== 'READY') throw notReady(isolation);
  const isDone = document.current === isolation && chosen.undoneWith === null;
  if (isDone && document.placements.every((placement) => placement === chosen || isCondemned(placement))) {
    return undefined;
  }
  const placements = document.placements.map((placement) =>
    placement === chosen ? { ...chosen, undoneWith: null, updatedAt: at } : condemned(placement, at),
  );
  return { current: isolation, placements };
}

export function notReady(isolation: Isolation) {
  return failedPrecondition(`The tenant has no ${isolation} infrastructure that is READY.`);
}

/**
 * Whether undoing a command takes a placement away. What is in use stays, so that a tier change that is rolled back never
 * removes what was there before it; what the same workflow made for a new tenant goes, in use or not.
 */
export function isDiscardable(document: InfrastructureDocument, isolation: Isolation, commandId: string): boolean {
  if (document.current !== isolation) return true;
  return placementOf(document, isolation)?.undoneWith === workflowOf(commandId);
}

/** Records that placements are about to be taken away. */
export function condemn(document: InfrastructureDocument, isolations: readonly Isolation[], at: string): Change {
  const isMeant = (placement: Placement) => isolations.includes(placement.isolation);
  if (document.placements.every((placement) => !isMeant(placement) || isCondemned(placement))) return undefined;
  return {
    placements: document.placements.map((placement) => (isMeant(placement) ? condemned(placement, at) : placement)),
  };
}

/** The document without a placement that is gone; null when that was its last one. */
export function without(document: InfrastructureDocument, isolation: Isolation): Change | null {
  const placement = placementOf(document, isolation);
  if (placement === undefined || !isCondemned(placement)) return undefined;
  const placements = document.placements.filter((other) => other !== placement);
  const [next] = placements;
  if (next === undefined) return null;
  return { placements, current: document.current === isolation ? next.isolation : document.current };
}

export function isCondemned(placement: Placement): boolean {
  return placement.status === 'DEPROVISIONING';
}

function condemned(placement: Placement, at: string): Placement {
  return isCondemned(placement) ? placement : { ...placement, status: 'DEPROVISIONING', updatedAt: at };
}

function replace(document: InfrastructureDocument, changed: Placement): Change {
  return {
    placements: document.placements.map((placement) =>
      placement.isolation === changed.isolation ? changed : placement,
    ),
  };
}
