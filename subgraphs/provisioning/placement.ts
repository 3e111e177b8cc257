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

/** Everything of one tenant, and whose commands on it come too late. It stays when nothing is left. */
export interface InfrastructureDocument {
  readonly tenantId: string;
  /** The isolation of the placement that is in use. */
  readonly current: Isolation | null;
  /** At most one by isolation, the oldest first. */
  readonly placements: readonly Placement[];
  /** The last workflow that did something here; null when that was undone. */
  readonly workflow: string | null;
  /** The workflows that were undone, or that another came after, the latest last: no command of them is taken. */
  readonly over: readonly string[];
  /** Whether everything was taken away for good: no command is taken. */
  readonly gone: boolean;
}

type Change = Partial<InfrastructureDocument> | undefined;

/** How many workflows are remembered: a command that is late by more is not one that was under way. */
const REMEMBERED = 50;

export function newInfrastructure(tenantId: string): InfrastructureDocument {
  return { tenantId, current: null, placements: [], workflow: null, over: [], gone: false };
}

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
  return placementOf(document, document?.current ?? undefined);
}

/**
 * Whether a command comes too late: after its undo, after a command of a later workflow, or after everything was taken
 * away. Workflows have a tenant one after the other, so that whoever was followed by another has ended.
 */
export function isLate({ gone, over }: InfrastructureDocument, commandId: string): boolean {
  return gone || over.includes(workflowOf(commandId));
}

/** The change that makes the command's workflow the last one; nothing where it is. */
function followedBy({ workflow, over }: InfrastructureDocument, commandId: string): Partial<InfrastructureDocument> {
  const next = workflowOf(commandId);
  if (workflow === next) return {};
  return { workflow: next, over: workflow === null ? over : remember(over, workflow) };
}

function remember(over: readonly string[], workflow: string): readonly string[] {
  return [...over.filter((other) => other !== workflow), workflow].slice(-REMEMBERED);
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

/**
 * Puts an intended placement beside what there is, or goes on with one that is not finished. What another workflow left
 * behind, not in use, is from now on this one's to undo.
 *
 * @throws {AppError} `FAILED_PRECONDITION` when the command comes too late
 */
export function intend(document: InfrastructureDocument, intent: Placement, commandId: string): Change {
  if (isLate(document, commandId)) throw tooLate();
  const turn = followedBy(document, commandId);
  const known = placementOf(document, intent.isolation);
  if (known === undefined) {
    const current = document.current ?? intent.isolation;
    return { ...turn, current, placements: [...document.placements, intent] };
  }
  const undoneWith = document.current === known.isolation ? known.undoneWith : intent.undoneWith;
  if (known.status === 'FAILED') {
    return {
      ...turn,
      ...replace(document, { ...known, undoneWith, status: 'PROVISIONING', updatedAt: intent.updatedAt }),
    };
  }
  if (undoneWith !== known.undoneWith) return { ...turn, ...replace(document, { ...known, undoneWith }) };
  return Object.keys(turn).length === 0 ? undefined : turn;
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
 * @throws {AppError} `FAILED_PRECONDITION` when the placement is not `READY`, or the command comes too late
 */
export function release(
  document: InfrastructureDocument,
  isolation: Isolation,
  { commandId, at }: { readonly commandId: string; readonly at: string },
): Change {
  if (isLate(document, commandId)) throw tooLate();
  const chosen = placementOf(document, isolation);
  if (chosen?.status !== 'READY') throw notReady(isolation);
  const isDone = document.current === isolation && chosen.undoneWith === null;
  if (isDone && document.placements.every((placement) => placement === chosen || isCondemned(placement))) {
    return undefined;
  }
  const placements = document.placements.map((placement) =>
    placement === chosen ? { ...chosen, undoneWith: null, updatedAt: at } : condemned(placement, at),
  );
  return { ...followedBy(document, commandId), current: isolation, placements };
}

export function notReady(isolation: Isolation) {
  return failedPrecondition(`The tenant has no ${isolation} infrastructure that is READY.`);
}

export function tooLate() {
  return failedPrecondition('The workflow of this command was undone, or another one came after it.');
}

/**
 * Undoes a command, also one that never came: its workflow is over, and the placement that it made is condemned, in one
 * change. What another workflow made stays, so that a tier change that is rolled back never removes what was there
 * before it; what this one made for a new tenant goes, in use or not.
 */
export function discard(
  document: InfrastructureDocument,
  isolation: Isolation,
  { commandId, at }: { readonly commandId: string; readonly at: string },
): Change {
  if (isLate(document, commandId)) return undefined;
  const undone = workflowOf(commandId);
  const placements = document.placements.map((placement) =>
    placement.isolation === isolation && placement.undoneWith === undone ? condemned(placement, at) : placement,
  );
  const over = document.workflow === null ? document.over : remember(document.over, document.workflow);
  return { placements, workflow: null, over: remember(over, undone) };
}

/** Records that everything is about to be taken away, for good. */
export function condemnAll(document: InfrastructureDocument, at: string): Change {
  if (document.gone) return undefined;
  const placements = document.placements.map((placement) => condemned(placement, at));
  return { placements, workflow: null, over: [], gone: true };
}

/** The document without a placement that is gone. */
export function without(document: InfrastructureDocument, isolation: Isolation): Change {
  const placement = placementOf(document, isolation);
  if (placement === undefined || !isCondemned(placement)) return undefined;
  const placements = document.placements.filter((other) => other !== placement);
  const current = document.current === isolation ? (placements[0]?.isolation ?? null) : document.current;
  return { placements, current };
}

export function isCondemned(placement: Placement): boolean {
  return placement.status === 'DEPROVISIONING';
}

function condemned(placement: Placement, at: string): Placement {
  return isCondemned(placement) ? placement : { ...placement, status: 'DEPROVISIONING', updatedAt: at };
}

function replace(document: InfrastructureDocument, changed: Placement): Pick<InfrastructureDocument, 'placements'> {
  return {
    placements: document.placements.map((placement) =>
      placement.isolation === changed.isolation ? changed : placement,
    ),
  };
}
