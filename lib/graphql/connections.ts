import { badUserInput } from '../errors.ts';
import type { Collection, CollectionSpec, IndexValue, PageQuery, Position, Range, Stored } from '../store/port.ts';
import { isPosition, positionOf } from '../store/position.ts';

/** The most that a page may hold (the contract, "Conventions"). */
const MAX_PAGE = 100;
const DEFAULT_PAGE = 20;

export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** A Relay connection whose `totalCount` is counted only where it is asked for. */
export interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: () => Promise<number>;
}

export interface ListQuery {
  readonly index: string;
  readonly prefix?: readonly IndexValue[];
  readonly range?: Range;
  readonly order?: 'asc' | 'desc';
}

/**
 * Reads one page of a list as a connection (Relay Cursor Connections Specification). A cursor stands for a place in the
 * index, so a page stays where it is when documents are added or deleted before it.
 *
 * @throws {AppError} `BAD_USER_INPUT` for `first` outside 1 to 100 and for a cursor that this list did not give out
 */
export async function connectionOf<D extends object>(
  collection: Collection<D>,
  list: ListQuery,
  page: PageArguments,
): Promise<Connection<Stored<D>>> {
  const { limit, after } = pageOf(collection.spec, list, page);
  const query: PageQuery = after === undefined ? { ...list, limit } : { ...list, limit, after };
  const { items, hasMore } = await collection.page(query);
  return connection(items, collection.spec, list, { hasMore, after, count: () => collection.count(list) });
}

/** The same for a list of which the caller may see one document at most. */
export function connectionOfOne<D extends object>(
  document: Stored<D> | undefined,
  spec: CollectionSpec<D>,
  list: ListQuery,
  page: PageArguments,
): Connection<Stored<D>> {
  const { after } = pageOf(spec, list, page);
  const all = document === undefined ? [] : [document];
  return connection(after === undefined ? all : [], spec, list, {
    hasMore: false,
    after,
    count: async () => all.length,
  });
}

/** @throws {AppError} `BAD_USER_INPUT` */
function pageOf<D extends object>(spec: CollectionSpec<D>, list: ListQuery, page: PageArguments) {
  const limit = page.first ?? DEFAULT_PAGE;
  if (limit < 1 || limit > MAX_PAGE) throw badUserInput('first', `first must be 1 to ${MAX_PAGE}.`);
  return { limit, after: page.after == null ? undefined : decodeCursor(page.after, spec, list) };
}

function connection<D extends object>(
  items: readonly Stored<D>[],
  spec: CollectionSpec<D>,
  list: ListQuery,
  rest: { hasMore: boolean; after: Position | undefined; count: () => Promise<number> },
): Connection<Stored<D>> {
  const edges = items.map((node) => ({ node, cursor: encodeCursor(node, spec, list.index) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rest.hasMore,
      hasPreviousPage: rest.after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: rest.count,
  };
}

/** The list's collection and index stand in the cursor, so that a cursor of another list is told apart. */
function encodeCursor<D extends object>(document: Stored<D>, spec: CollectionSpec<D>, index: string): string {
  return Buffer.from(JSON.stringify([spec.name, index, ...positionOf(spec, index, document)])).toString('base64url');
}

function decodeCursor<D extends object>(cursor: string, spec: CollectionSpec<D>, list: ListQuery): Position {
  const [name, index, ...position] = parseCursor(cursor);
  const inThisList =
    name === spec.name &&
    index === list.index &&
    isPosition(spec, list.index, position) &&
    (list.prefix ?? []).every((value, place) => position[place] === value);
  if (!inThisList) throw badUserInput('after', 'after is not a cursor of this list.');
  return position as Position;
}

function parseCursor(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
