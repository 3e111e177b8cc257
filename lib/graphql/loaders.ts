import DataLoader from 'dataloader';
import type { Collection, Stored } from '../store/port.ts';
import type { RequestContext } from './context.ts';

/** Loads documents by key, batched and once per fetch, from a collection. */
export function documentLoader<D extends object>(
  context: RequestContext,
  collection: Collection<D>,
): DataLoader<string, Stored<D> | undefined> {
  return context.loader(collection, () => new DataLoader((keys) => collection.getMany(keys)));
}
