import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../port.ts';
import type { Subject } from './contract.ts';
import type { Note } from './note.ts';

const STRINGS = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '"quoted" \\ \'single\' `back`',
  "'; DROP TABLE notes; --",
  '$where',
  'a.b.$c',
  'é ⟨日本語⟩ \u{1f600}',
  '\u2028\ufffd\uffff',
  '__proto__',
  'constructor',
  '%_*?',
];

/** What can be stored comes back as it was, and what cannot is refused. */
export function valuesContract({ notes }: Subject): void {
  describe('what is stored', () => {
    it.each(STRINGS)('any text is a key, an index value, a field name and a value: %j', async (text) => {
      const collection = await notes();
      const body = { [text]: text, nested: [{ [text]: [text] }] }; // a computed `__proto__` is a field like any other
      await collection.insert({ noteId: `not ${text}`, tenantId: `not ${text}` });
      const stored = await collection.insert({ noteId: text, tenantId: text, body });
      // Compared as JSON: an assertion library takes a field `constructor` for the constructor.
      const json = JSON.stringify({ noteId: text, tenantId: text, body, version: 1 });
      const { items } = await collection.page({ index: 'byTenant', prefix: [text], limit: 5 });
      for (const answer of [stored, await collection.get(text), ...(await collection.getMany([text])), ...items])
        expect(JSON.stringify(answer)).toBe(json);
      expect(items).toHaveLength(1);
      const updated = await collection.update(text, { body }, { text });
      expect(updated).toMatchObject({ outcome: 'updated', document: { text } });
      expect(await collection.get(text)).toMatchObject({ text, version: 2 });
      expect(await collection.delete(text, { tenantId: text })).toStrictEqual({ outcome: 'deleted' });
    });

    it('a field may be called like what every object has', async () => {
      const collection = await notes();
      await collection.insert(JSON.parse('{"noteId":"a","constructor":"c","toString":null}'));
      await collection.update('a', JSON.parse('{"constructor":"c"}'), JSON.parse('{"__proto__":2,"hasOwnProperty":3}'));
      await collection.increment('a', JSON.parse('{"__proto__":1,"valueOf":1}'), { noteId: 'a' });
      expect(await collection.update('a', JSON.parse('{"__proto__":2}'), {})).toMatchObject({ outcome: 'missed' });
      const found = await collection.get('a');
      expect(Object.entries(found ?? {}).sort()).toStrictEqual([
        ['__proto__', 3],
        ['constructor', 'c'],
        ['hasOwnProperty', 3],
        ['noteId', 'a'],
        ['toString', null],
        ['valueOf', 1],
        ['version', 3],
      ]);
      expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
    });

    it.each([0, 1, -1, 0.1, 0.1 + 0.2, 1e21, 1e-7, 5e-324, 2 ** 53 - 1, -(2 ** 53), 2 ** 63, Number.MAX_VALUE])(
      'any number comes back the same: %d',
      async (number) => {
        const collection = await notes();
        await collection.insert({ noteId: 'a', rank: number, body: [number] });
        expect(await collection.get('a')).toStrictEqual({ noteId: 'a', rank: number, body: [number], version: 1 });
        expect(await collection.count({ index: 'byRank', prefix: [number] })).toBe(1);
        expect(await collection.update('a', { rank: number }, { count: 1 })).toMatchObject({ outcome: 'updated' });
      },
    );

    it('-0 comes back as 0', async () => {
      const collection = await notes();
      expect((await collection.insert({ noteId: 'a', rank: -0 })).rank).toBe(0);
      expect((await collection.get('a'))?.rank).toBe(0);
      expect(await collection.count({ index: 'byRank', prefix: [-0] })).toBe(1);
    });

    it('a document may have a megabyte, and 100 levels', async () => {
      const collection = await notes();
      const body = Array.from({ length: 1_000 }, (_, line) => ({ line, text: 'é"'.repeat(400) }));
      let nested: JsonValue = 'deep';
      for (let level = 0; level < 98; level++) nested = [nested];
      await collection.insert({ noteId: 'large', body });
      await collection.insert({ noteId: 'deep', body: nested });
      expect(await collection.get('large')).toStrictEqual({ noteId: 'large', body, version: 1 });
      expect(await collection.get('deep')).toStrictEqual({ noteId: 'deep', body: nested, version: 1 });
    });

    it.each<[string, unknown]>([
      ['undefined', undefined],
      ['undefined in a list', [undefined]],
      ['undefined further down', { a: [{ b: undefined }] }],
      ['NaN', Number.NaN],
      ['infinity', { a: Number.POSITIVE_INFINITY }],
      ['a bigint', 1n],
      ['a date', new Date(0)],
      ['a map', new Map()],
      ['a function', () => 1],
      ['a symbol', Symbol('s')],
      ['half a character', 'a\ud800'],
      ['half a character in a name', { 'a\ud800': 1 }],
      ['more than 100 levels', JSON.parse('['.repeat(100) + ']'.repeat(100))],
    ])('refuses what is not JSON: %s', async (_, value) => {
      const collection = await notes();
      const body = value as JsonValue;
      await collection.insert({ noteId: 'there' });
      await expect(collection.insert({ noteId: 'a', body })).rejects.toThrow(TypeError);
      await expect(collection.insertMany([{ noteId: 'a', body }])).rejects.toThrow(TypeError);
      await expect(collection.update('there', {}, { body })).rejects.toThrow(TypeError);
      await expect(collection.update('there', { body }, {})).rejects.toThrow(TypeError);
      await expect(collection.delete('there', { body })).rejects.toThrow(TypeError);
      await expect(collection.increment('a', { count: 1 }, { noteId: 'a', body })).rejects.toThrow(TypeError);
      expect(await collection.getMany(['a', 'there'])).toStrictEqual([undefined, { noteId: 'there', version: 1 }]);
    });

    it('refuses an index field that is no plain value, and a key that is no text', async () => {
      const collection = await notes();
      const wrong: object[] = [
        {},
        { noteId: 1 },
        { noteId: null },
        { noteId: 'a', rank: [1] },
        { noteId: 'a', rank: {} },
      ];
      for (const document of wrong) {
        await expect(collection.insert(document as Note), JSON.stringify(document)).rejects.toThrow(TypeError);
      }
      expect(await collection.count({ index: 'byKey' })).toBe(0);
    });

    it('has no document under a key that is not well-formed', async () => {
      const collection = await notes();
      await collection.insert({ noteId: '\ufffd' });
      expect(await collection.get('\ud800')).toBeUndefined();
      expect(await collection.getMany(['\ud800'])).toStrictEqual([undefined]);
      expect(await collection.update('\ud800', {}, { text: 'x' })).toStrictEqual({ outcome: 'absent' });
      expect(await collection.delete('\ud800')).toStrictEqual({ outcome: 'absent' });
    });

    it('is not changed through what was given or answered', async () => {
      const collection = await notes();
      const list = [1];
      const given = { noteId: 'a', body: { list } };
      const pending = collection.insert(given);
      list.push(2);
      for (const answer of [await pending, await collection.get('a'), ...(await collection.getMany(['a', 'a']))]) {
        expect(answer).toStrictEqual({ noteId: 'a', body: { list: [1] }, version: 1 });
        Object.assign(answer ?? {}, { text: 'changed', body: null, version: 9 });
      }
      const { items } = await collection.page({ index: 'byKey', limit: 1 });
      Object.assign(items[0] ?? {}, { text: 'changed' });
      const missed = await collection.update('a', { version: 9 }, {});
      if (missed.outcome === 'missed') Object.assign(missed.document, { text: 'changed' });
      expect(missed.outcome).toBe('missed');
      expect(await collection.get('a')).toStrictEqual({ noteId: 'a', body: { list: [1] }, version: 1 });
    });
  });
}
