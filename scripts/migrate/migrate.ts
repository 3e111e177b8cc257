import { KeyTaken } from '#lib/store/errors.ts';
import { MOVE_ID, MOVES, type Move, refusingHalfMoved } from '#lib/store/moving.ts';
import type { Collection, Store, Stores } from '#lib/store/port.ts';
import type { AnyCollection, Collections } from '../collections.ts';
import type { Progress } from '../progress.ts';
import { Refusal } from '../refusal.ts';
import { copyCollection } from './copy.ts';
import { type Digest, digestOf, inKeyOrder, KEY_ORDER } from './digest.ts';

export interface MigrateInit {
  /** The stores that are left. Nobody else may have them open; the embedded ones see to it by their locks. */
  readonly source: Stores;
  /** Empty ones, or those into which this was begun before. */
  readonly target: Stores;
  /** What is moved. */
  readonly collections: Collections;
  readonly progress: Progress;
}

/** A collection that was moved. */
export interface Moved extends Digest {
  /** `service.collection`. */
  readonly name: string;
}

interface Pair {
  readonly name: string;
  readonly from: Collection<object>;
  readonly to: Collection<object>;
}

/**
 * Copies every collection of every service with the versions of the documents, which other documents refer to, and then
 * compares both sides. May be killed at any moment: until the last step the target's services refuse to start, and
 * running it again goes on.
 *
 * @throws {Refusal} @throws {StoreUnusable} @throws {StoreUnavailable}
 */
export async function migrate({ source, target, collections, progress }: MigrateInit): Promise<readonly Moved[]> {
  if (source.location === target.location) throw new Refusal(`${source.location}: is where the data is already`);
  const whole = refusingHalfMoved(source);
  const pairs: Pair[] = [];
  const signs: Collection<Move>[] = [];
  for (const [service, specs] of Object.entries(collections)) {
    const ordered = specs.map(inKeyOrder);
    const from = await whole.open(service, ordered);
    const to = await target.open(service, [...ordered, MOVES]);
    pairs.push(...specs.map((spec) => pairOf(service, spec, from, to)));
    signs.push(to.collection(MOVES));
  }
  await requireData(pairs, source);
  await begin(signs, pairs, { source, target });
  for (const { name, from: origin, to: destination } of pairs) {
    progress.begin(name, await origin.count({ index: KEY_ORDER }), 'documents');
    await copyCollection(origin, destination, progress.advance);
  }
  const moved = await compare(pairs, progress);
  for (const sign of signs) await sign.delete(MOVE_ID);
  return moved;
}

function pairOf(service: string, spec: AnyCollection, from: Store, to: Store): Pair {
  const name = `${service}.${spec.name}`;
  return { name, from: from.collection<object>(spec), to: to.collection<object>(spec) };
}

async function requireData(pairs: readonly Pair[], source: Stores): Promise<void> {
  if ((await firstWithData(pairs, 'from')) === undefined) throw new Refusal(`${source.location}: there is no data`);
}

async function firstWithData(pairs: readonly Pair[], side: 'from' | 'to'): Promise<string | undefined> {
  for (const pair of pairs) {
    const { items } = await pair[side].page({ index: KEY_ORDER, limit: 1 });
    if (items.length > 0) return pair.name;
  }
  return undefined;
}

/** Puts up the sign that keeps the target's services from starting; where it stands already, the move goes on. */
async function begin(
  signs: readonly Collection<Move>[],
  pairs: readonly Pair[],
  { source, target }: Pick<MigrateInit, 'source' | 'target'>,
): Promise<void> {
  const moves = (await Promise.all(signs.map((sign) => sign.get(MOVE_ID)))).filter((move) => move !== undefined);
  const other = moves.find((move) => move.from !== source.location);
  if (other !== undefined) {
    throw new Refusal(`${target.location}: a move from ${other.from} has not come to its end: go on with that`);
  }
  const taken = moves.length === 0 ? await firstWithData(pairs, 'to') : undefined;
  if (taken !== undefined) throw new Refusal(`${target.location}: has data already (${taken}): name an empty one`);
  for (const sign of signs) {
    await sign.insert({ moveId: MOVE_ID, from: source.location }).catch((error: unknown) => {
      if (!(error instanceof KeyTaken)) throw error;
    });
  }
}

/** @throws {Refusal} that names the collections that differ */
async function compare(pairs: readonly Pair[], progress: Progress): Promise<readonly Moved[]> {
  const moved: Moved[] = [];
  const different: string[] = [];
  for (const { name, from, to } of pairs) {
    progress.begin(`${name}, compared`, await from.count({ index: KEY_ORDER }), 'documents');
    const [left, right] = await Promise.all([digestOf(from, progress.advance), digestOf(to, () => undefined)]);
    if (left.documents === right.documents && left.sha256 === right.sha256) moved.push({ name, ...left });
    else different.push(`${name} (${left.documents} and ${right.documents} documents)`);
  }
  progress.end();
  if (different.length === 0) return moved;
  throw new Refusal(
    `not the same on both sides: ${different.join(', ')}: stop every process that writes to either, and run it again`,
  );
}
