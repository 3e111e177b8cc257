import type { SubgraphName } from '#lib/graphql/subgraph.ts';

/** A command or question of one service to another, as it was seen: the n-th of its name since the recording began. */
export interface SeenCall {
  readonly caller: SubgraphName | 'gateway';
  readonly service: SubgraphName;
  readonly operation: string;
  readonly isCommand: boolean;
  readonly occurrence: number;
  /** When, by a clock that the machine's processes share; in milliseconds. */
  readonly at: number;
}

/** A write of a service to its store, likewise. */
export interface SeenWrite {
  readonly service: string;
  readonly collection: string;
  readonly write: string;
  readonly occurrence: number;
  readonly at: number;
}

/** What went by, in order. */
export interface Recording {
  readonly calls: readonly SeenCall[];
  readonly writes: readonly SeenWrite[];
  /** When the first fault happened. */
  readonly firedAt: number | undefined;
  /** Which of the faults that were asked for have happened, by their places. */
  readonly fired: readonly number[];
}

/**
 * Where in a call: before it takes effect; after that and before its answer is there; after the caller has recorded the
 * answer (its next write to its own store).
 */
export type Where = 'before' | 'after effect' | 'after record';

/**
 * - `kill`: the process is gone, as by kill -9
 * - `transient`, `permanent`: the call fails, with a code that is worth another attempt or with one that is not
 * - `hang`: it does not answer within its time, which is over at once
 * - `stall`: the same, in real time
 * - `twice`: it is delivered twice at once, and a third time after that
 * - `late`: it does not answer within its time, and takes effect when it is released
 */
export type Kind = 'kill' | 'transient' | 'permanent' | 'hang' | 'stall' | 'twice' | 'late';

export interface CallFault {
  readonly on: 'call';
  readonly caller: string;
  readonly operation: string;
  readonly occurrence: number;
  readonly where: Where;
  readonly kind: Kind;
}

/** The process is gone right after a write, before anybody knows of it. */
export interface WriteFault extends Omit<SeenWrite, 'at'> {
  readonly on: 'write';
  readonly kind: 'kill';
}

export type Fault = CallFault | WriteFault;

/** What the parent asks of the server process. */
export type Ask =
  /** Begins a recording, and makes these faults happen in it. */
  | { readonly ask: 'arm'; readonly faults: readonly Fault[] }
  /** Ends the recording. */
  | { readonly ask: 'disarm' }
  /** Lets the late calls take effect, and waits for them. */
  | { readonly ask: 'release' }
  | { readonly ask: 'advance'; readonly milliseconds: number }
  /** An administrator's query on one subgraph, with no gateway in front. */
  | { readonly ask: 'query'; readonly subgraph: SubgraphName; readonly source: string; readonly variables: object };

export interface Asked {
  readonly id: number;
  readonly ask: Ask;
}

export interface Told {
  readonly tell: 'reply';
  readonly id: number;
  readonly answer: unknown;
}
