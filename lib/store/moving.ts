import { StoreUnusable } from './errors.ts';
import type { CollectionSpec, Stores } from './port.ts';

/** Stands in a service's store while data is being moved into it. */
export interface Move {
  readonly moveId: string;
  /** Where the data comes from: the other stores' `location`. */
  readonly from: string;
}

export const MOVES: CollectionSpec<Move> = { name: 'moves', key: 'moveId', indexes: {} };

/** There is one at a time. */
export const MOVE_ID = 'move';

/** The same stores, which refuse to open a service whose data has not been moved to the end (`npm run migrate`). */
export function refusingHalfMoved(stores: Stores): Stores {
  return {
    location: stores.location,
    exclusive: stores.exclusive,
    close: () => stores.close(),
    async open(service, collections) {
      const store = await stores.open(service, [...collections, MOVES]);
      const move = await store.collection(MOVES).get(MOVE_ID);
      if (move === undefined) return store;
      throw new StoreUnusable(
        `${stores.location}: the data of ${service} has not been moved to the end: run npm run migrate from ${move.from} again`,
      );
    },
  };
}
