import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import type { Collection, Stores } from '../port.ts';
import { contentionContract } from './contention.ts';
import { lifeContract } from './life.ts';
import { type Note, noteSpec } from './note.ts';
import { pagingContract } from './paging.ts';
import { valuesContract } from './values.ts';
import { writingContract } from './writing.ts';

/** Opens the stores at a place: what was written at one before is there again, after it was closed. */
export type OpenStores = (place: string) => Promise<Stores>;

/** What the parts of the contract work with. */
export interface Subject {
  readonly openStores: OpenStores;
  /** An empty collection in a store of its own. */
  notes(): Promise<Collection<Note>>;
}

/** What every adapter of the port promises, as tests. An adapter's own test file calls this, and adds what is its own. */
export function describeStoreContract(name: string, openStores: OpenStores): void {
  describe(`the store contract, ${name}`, () => {
    let stores: Stores;
    let opened = 0;
    beforeAll(async () => {
      stores = await openStores(`contract-${randomUUID()}`);
    });
    afterAll(() => stores.close());

    const subject: Subject = {
      openStores,
      async notes() {
        opened += 1;
        return (await stores.open(`service${opened}`, [noteSpec])).collection(noteSpec);
      },
    };
    writingContract(subject);
    contentionContract(subject);
    pagingContract(subject);
    valuesContract(subject);
    lifeContract(subject);
  });
}
