import { describe, expect, it } from 'vitest';
import { KeyTaken } from '../errors.ts';
import { modify, modifyOrInsert } from '../modify.ts';
import type { Subject } from './contract.ts';

const WRITERS = Array.from({ length: 64 }, (_, writer) => writer);

/** What holds when 64 write at once. */
export function contentionContract({ notes }: Subject): void {
  describe('among 64 concurrent writers', () => {
    it('one wins a key', async () => {
      const collection = await notes();
      const inserts = await Promise.allSettled(
        WRITERS.map((writer) => collection.insert({ noteId: 'a', count: writer })),
      );
      const winners = inserts.flatMap((insert) => (insert.status === 'fulfilled' ? [insert.value] : []));
      const losses = inserts.flatMap((insert) => (insert.status === 'rejected' ? [insert.reason] : []));
      expect(winners).toHaveLength(1);
      expect(losses.every((loss) => loss instanceof KeyTaken)).toBe(true);
      expect(await collection.get('a')).toStrictEqual(winners[0]);
    });

    it('one wins a key of a batch', async () => {
      const collection = await notes();
      const answers = await Promise.all(WRITERS.map(() => collection.insertMany([{ noteId: 'a' }, { noteId: 'b' }])));
      for (const position of [0, 1]) expect(answers.filter((answer) => answer[position] === true)).toHaveLength(1);
    });

    it('one wins a compare-and-set on a version or on fields, and one a delete', async () => {
      const collection = await notes();
      await collection.insert({ noteId: 'a', text: 'free' });
      const byVersion = await Promise.all(
        WRITERS.map((writer) => collection.update('a', { version: 1 }, { count: writer })),
      );
      expect(byVersion.filter(({ outcome }) => outcome === 'updated')).toHaveLength(1);
      expect(byVersion.filter(({ outcome }) => outcome === 'missed')).toHaveLength(63);
      const byField = await Promise.all(
        WRITERS.map((writer) => collection.update('a', { text: 'free' }, { text: `held by ${writer}` })),
      );
      expect(byField.filter(({ outcome }) => outcome === 'updated')).toHaveLength(1);
      expect(await collection.get('a')).toMatchObject({ version: 3 });
      const deletes = await Promise.all(WRITERS.map(() => collection.delete('a')));
      expect(deletes.filter(({ outcome }) => outcome === 'deleted')).toHaveLength(1);
      expect(deletes.filter(({ outcome }) => outcome === 'absent')).toHaveLength(63);
    });

    it('modifyOrInsert loses no change, with no document to begin with', async () => {
      const collection = await notes();
      const base = { noteId: 'a', count: 0, text: 'base' };
      await Promise.all(WRITERS.map(() => modifyOrInsert(collection, base, ({ count = 0 }) => ({ count: count + 1 }))));
      expect(await collection.get('a')).toMatchObject({ count: 64, text: 'base', version: 64 });
    });

    it('modify loses no change', async () => {
      const collection = await notes();
      await collection.insert({ noteId: 'a', count: 0 });
      await Promise.all(WRITERS.map(() => modify(collection, 'a', ({ count = 0 }) => ({ count: count + 1 }))));
      expect(await collection.get('a')).toMatchObject({ count: 64, version: 65 });
    });

    it('increment loses nothing and makes one document', async () => {
      const collection = await notes();
      const answers = await Promise.all(
        WRITERS.map(() => collection.increment('a', { count: 1, other: 2 }, { noteId: 'a', count: 0, text: 'base' })),
      );
      const counts = answers.map(({ count = 0 }) => count).sort((left, right) => left - right);
      expect(counts).toStrictEqual(WRITERS.map((writer) => writer + 1));
      expect(await collection.get('a')).toStrictEqual({
        noteId: 'a',
        count: 64,
        other: 128,
        text: 'base',
        version: 64,
      });
    });

    it('the failure of one is its own', async () => {
      const collection = await notes();
      await collection.insert({ noteId: 'taken', text: 'x' });
      const writes = await Promise.allSettled([
        collection.insert({ noteId: 'a' }),
        collection.insert({ noteId: 'taken' }),
        collection.increment('taken', { text: 1 } as Record<string, number>, { noteId: 'taken' }),
        collection.update('none', {}, { text: 'x' }),
        collection.insert({ noteId: 'b' }),
      ]);
      expect(writes.map(({ status }) => status)).toStrictEqual([
        'fulfilled',
        'rejected',
        'rejected',
        'fulfilled',
        'fulfilled',
      ]);
      expect(await collection.count({ index: 'byKey' })).toBe(3);
    });

    it('each reads what it was answered', async () => {
      const collection = await notes();
      await Promise.all(
        WRITERS.map(async (writer) => {
          const stored = await collection.insert({ noteId: `n${writer}`, tenantId: `t${writer}` });
          expect(await collection.get(stored.noteId)).toStrictEqual(stored);
          const page = await collection.page({ index: 'byTenant', prefix: [`t${writer}`], limit: 2 });
          expect(page).toStrictEqual({ items: [stored], hasMore: false });
        }),
      );
    });
  });
}
