import { failedPrecondition } from '#lib/errors.ts';

/** Whether a tenant's usage is taken. A tenant without one is open: nobody ever asked to close it. */
export interface GateDocument {
  readonly tenantId: string;
  /** The closings that were asked for; one that is not withdrawn keeps the gate closed. */
  readonly closings: readonly Closing[];
  /** Whether its usage is deleted, or about to be: closed for good. */
  readonly deleted: boolean;
}

export interface Closing {
  readonly commandId: string;
  /** Undone, perhaps before it was done: a straggler of the command must not do it again. */
  readonly withdrawn: boolean;
}

type Change = Partial<GateDocument> | undefined;

export function newGate(tenantId: string): GateDocument {
  return { tenantId, closings: [], deleted: false };
}

export function isClosed({ deleted, closings }: GateDocument): boolean {
  return deleted || closings.some(({ withdrawn }) => !withdrawn);
}

/** @throws {AppError} `FAILED_PRECONDITION` when the command was undone */
export function close({ closings }: GateDocument, commandId: string): Change {
  const closing = closings.find((candidate) => candidate.commandId === commandId);
  if (closing?.withdrawn) throw failedPrecondition('This closing of the usage was undone.');
  return closing === undefined ? { closings: [...closings, { commandId, withdrawn: false }] } : undefined;
}

/** Undoes this closing, also one that was never done, and no other. */
export function reopen({ closings }: GateDocument, commandId: string): Change {
  if (closings.some((closing) => closing.commandId === commandId && closing.withdrawn)) return undefined;
  const others = closings.filter((closing) => closing.commandId !== commandId);
  return { closings: [...others, { commandId, withdrawn: true }] };
}

export function closeForGood({ deleted }: GateDocument): Change {
  return deleted ? undefined : { closings: [], deleted: true };
}
