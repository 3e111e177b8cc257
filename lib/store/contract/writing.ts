import { describe, expect, it } from 'vitest';
import { KeyTaken } from '../errors.ts';
import type { Guard } from '../port.ts';
import type { Subject } from './contract.ts';
import type { Note } from './note.ts';

/** What each write does and answers. */
export function writingContract({ notes }: Subject): void {
  describe('insert', () => {
    it('answers the document at version 1, which is then there', async () => {
      const collection = await notes();
      const stored = { noteId: 'a', text: 'x', version: 1 };
      expect(await collection.insert({ noteId: 'a', text: 'x' })).toStrictEqual(stored);
      expect(await collection.get('a')).toStrictEqual(stored);
    });

    it('refuses a key that is taken and leaves the document as it was', async () => {
      const collection = await notes();
      await collection.insert({ noteId: 'a', text: 'first' });
      const refusal = await collection.insert({ noteId: 'a', text: 'second' }).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(KeyTaken);
      expect(refusal).toMatchObject({ collection: 'notes', key: 'a' });
      expect(await collection.get('a')).toStrictEqual({ noteId: 'a', text: 'first', version: 1 });
    });

    it('takes a key again that was deleted, at version 1', async () => {
      const collection = await notes();
      await collection.insert({ noteId: 'a' });
      await collection.update('a', {}, { text: 'x' });
      await collection.delete('a');
      expect(await collection.insert({ noteId: 'a' })).toStrictEqual({ noteId: 'a', version: 1 });
    });

    it('keeps its own version, whatever the document says', async () => {
      const collection = await notes();
      const copied = { ...(await collection.insert({ noteId: 'a' })), version: 7, noteId: 'b' };
      expect(await collection.insert(copied)).toStrictEqual({ noteId: 'b', version: 1 });
      const set = { text: 'x', version: 70 };
      expect(await collection.update('b', {}, set)).toMatchObject({ document: { version: 2 } });
      expect(await collection.get('b')).toStrictEqual({ noteId: 'b', text: 'x', version: 2 });
    });
  });

  describe('insertMany', () => {
    it('says which were inserted and leaves what is there alone', async () => {
      const collection = await notes();
      await collection.insert({ noteId: 'b', text: 'old' });
      const batch = ['a', 'b', 'c'].map((noteId) => ({ noteId, text: 'new' }));
      expect(await collection.insertMany(batch)).toStrictEqual([true, false, true]);
      const found = await collection.getMany(['a', 'b', 'c']);
      expect(found.map((note) => note?.text)).toStrictEqual(['new', 'old', 'new']);
    });

    it('takes the first of two with one key', async () => {
      const collection = await notes();
      const batch = ['first', 'second'].map((text) => ({ noteId: 'a', text }));
      expect(await collection.insertMany(batch)).toStrictEqual([true, false]);
      expect(await collection.get('a')).toMatchObject({ text: 'first' });
    });

    it('takes none and a thousand', async () => {
      const collection = await notes();
      expect(await collection.insertMany([])).toStrictEqual([]);
      const batch = Array.from({ length: 1_000 }, (_, number) => ({ noteId: `n${number}` }));
      expect(await collection.insertMany(batch)).toStrictEqual(batch.map(() => true));
      expect(await collection.count({ index: 'byKey' })).toBe(1_000);
    });

    it('lets documents begin at the versions that are said, and goes on from there', async () => {
      const collection = await notes();
      await collection.insert({ noteId: 'b', text: 'old' });
      const batch = ['a', 'b', 'c'].map((noteId) => ({ noteId, text: 'new', version: 99 }));
      expect(await collection.insertMany(batch, [7, 8, 1_000_000])).toStrictEqual([true, false, true]);
      const found = await collection.getMany(['a', 'b', 'c']);
      expect(found.map((note) => note?.version)).toStrictEqual([7, 1, 1_000_000]);
      expect(await collection.update('a', { version: 7 }, { text: 'x' })).toStrictEqual({
        outcome: 'updated',
        document: { noteId: 'a', text: 'x', version: 8 },
      });
    });

    it.each([[[]], [[1]], [[1, 2, 3]], [[1, 0]], [[1, -1]], [[1, 1.5]], [[1, Number.NaN]]])(
      'inserts nothing when the versions of two documents are %j',
      async (versions) => {
        const collection = await notes();
        await expect(collection.insertMany([{ noteId: 'a' }, { noteId: 'b' }], versions)).rejects.toThrow(TypeError);
        expect(await collection.count({ index: 'byKey' })).toBe(0);
      },
    );

    it('inserts nothing when one of them is no document', async () => {
      const collection = await notes();
      const batch = [{ noteId: 'a' }, { noteId: 'b', count: Number.NaN }];
      await expect(collection.insertMany(batch)).rejects.toThrow(TypeError);
      expect(await collection.count({ index: 'byKey' })).toBe(0);
    });
  });

  describe('getMany', () => {
    it('answers in the order of the keys, undefined where there is none, twice what is asked twice', async () => {
      const collection = await notes();
      await collection.insertMany([{ noteId: 'a' }, { noteId: 'b' }]);
      const found = await collection.getMany(['b', 'none', 'a', 'b']);
      expect(found.map((note) => note?.noteId)).toStrictEqual(['b', undefined, 'a', 'b']);
      expect(await collection.getMany([])).toStrictEqual([]);
    });
  });

  describe('update', () => {
    it('replaces the fields that are set, keeps the rest, and raises the version by one', async () => {
      const collection = await notes();
      await collection.insert({ noteId: 'a', text: 'x', body: { kept: [1], gone: true } });
      const document = { noteId: 'a', text: 'x', body: { kept: null }, count: 1, version: 2 };
      const result = await collection.update('a', { version: 1 }, { body: { kept: null }, count: 1 });
      expect(result).toStrictEqual({ outcome: 'updated', document });
      expect(await collection.get('a')).toStrictEqual(document);
    });

    it('tells a miss, with the document as it is, from an absent document', async () => {
      const collection = await notes();
      await collection.insert({ noteId: 'a', text: 'x' });
      const document = { noteId: 'a', text: 'x', version: 1 };
      expect(await collection.update('a', { version: 2 }, { text: 'y' })).toStrictEqual({
        outcome: 'missed',
        document,
      });
      expect(await collection.update('a', { text: 'z' }, { text: 'y' })).toStrictEqual({ outcome: 'missed', document });
      expect(await collection.update('b', { version: 1 }, { text: 'y' })).toStrictEqual({ outcome: 'absent' });
      expect(await collection.get('a')).toStrictEqual(document);
      expect(await collection.get('b')).toBeUndefined();
    });

    it.each<[Guard<Note>, string]>([
      [{}, 'updated'],
      [{ text: 'x' }, 'updated'],
      [{ text: 'x', count: 0 }, 'updated'],
      [{ text: 'x', count: 1 }, 'missed'],
      [{ text: 'X' }, 'missed'],
      [{ version: 1, text: 'x' }, 'updated'],
      [{ version: 1, text: 'y' }, 'missed'],
      [{ body: { b: [1, { c: null }], a: '1' } }, 'updated'],
      [{ body: { a: '1' } }, 'missed'],
      [{ body: { a: '1', b: [{ c: null }, 1] } }, 'missed'],
      [{ body: { a: '1', b: [1] } }, 'missed'],
      [{ body: { a: '1', b: [1, { c: null }, 2] } }, 'missed'],
      [{ body: { a: '1', b: [1, { c: null }], constructor: null } } as Guard<Note>, 'missed'],
      [{ rank: null }, 'updated'],
      [{ rank: false }, 'missed'],
      [{ noteId: 'a' }, 'updated'],
      [{ noteId: 'b' }, 'missed'],
    ])('compares the fields of the guard as JSON: %j is %s', async (guard, outcome) => {
      const collection = await notes();
      await collection.insert({ noteId: 'a', text: 'x', count: 0, body: { a: '1', b: [1, { c: null }] } });
      expect(await collection.update('a', guard, { other: 1 })).toMatchObject({ outcome });
    });

    it('does not set the key to another, and takes the same for nothing', async () => {
      const collection = await notes();
      await collection.insert({ noteId: 'a' });
      await expect(collection.update('a', {}, { noteId: 'b' })).rejects.toThrow(TypeError);
      expect(await collection.update('a', {}, { noteId: 'a', text: 'x' })).toMatchObject({ outcome: 'updated' });
      expect(await collection.getMany(['a', 'b'])).toStrictEqual([{ noteId: 'a', text: 'x', version: 2 }, undefined]);
    });
  });

  describe('delete', () => {
    it('tells deleted, missed and absent apart', async () => {
      const collection = await notes();
      const document = await collection.insert({ noteId: 'a', text: 'x' });
      expect(await collection.delete('a', { version: 2 })).toStrictEqual({ outcome: 'missed', document });
      expect(await collection.delete('a', { text: 'y' })).toStrictEqual({ outcome: 'missed', document });
      expect(await collection.delete('a', { text: 'x' })).toStrictEqual({ outcome: 'deleted' });
      expect(await collection.delete('a', { text: 'x' })).toStrictEqual({ outcome: 'absent' });
      expect(await collection.delete('a')).toStrictEqual({ outcome: 'absent' });
      expect(await collection.get('a')).toBeUndefined();
    });

    it('takes whatever is there where no guard is given', async () => {
      const collection = await notes();
      await collection.insert({ noteId: 'a', text: 'x' });
      expect(await collection.delete('a')).toStrictEqual({ outcome: 'deleted' });
      expect(await collection.count({ index: 'byKey' })).toBe(0);
    });
  });

  describe('increment', () => {
    it('makes the document from the base, then adds to what is there', async () => {
      const collection = await notes();
      const base = { noteId: 'a', text: 'x', count: 0 };
      expect(await collection.increment('a', { count: 2 }, base)).toStrictEqual({ ...base, count: 2, version: 1 });
      const changed = { ...base, text: 'not set again' };
      expect(await collection.increment('a', { count: -5, other: 0.5 }, changed)).toStrictEqual({
        ...base,
        count: -3,
        other: 0.5,
        version: 2,
      });
    });

    it('refuses what is no number and leaves the document as it was', async () => {
      const collection = await notes();
      await collection.insert({ noteId: 'a', text: 'x', count: Number.MAX_VALUE });
      const base = { noteId: 'a' };
      const wrong: [string, Record<string, number>, { noteId: string; count?: number }][] = [
        ['a', { text: 1 }, base],
        ['a', { count: Number.NaN }, base],
        ['a', { count: Number.MAX_VALUE }, base],
        ['a', { version: 1 }, base],
        ['a', { noteId: 1 }, base],
        ['b', { count: 1 }, base],
        ['b', { count: 1 }, { noteId: 'b', count: 5 }],
      ];
      for (const [key, add, from] of wrong) {
        await expect(collection.increment(key, add, from), JSON.stringify(add)).rejects.toThrow(TypeError);
      }
      expect(await collection.get('a')).toStrictEqual({ noteId: 'a', text: 'x', count: Number.MAX_VALUE, version: 1 });
      expect(await collection.get('b')).toBeUndefined();
    });
  });
}
