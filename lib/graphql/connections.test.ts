import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStores, removeStores } from '#test/support/stores.ts';
import type { Collection, CollectionSpec, Stores } from '../store/port.ts';
import { type Connection, connectionOf, connectionOfOne } from './connections.ts';

interface Note {
  readonly noteId: string;
  readonly owner: string;
  readonly at: string;
}
const NOTES: CollectionSpec<Note> = { name: 'notes', key: 'noteId', indexes: { owner: ['owner', 'at'], at: ['at'] } };

let folder: string;
let stores: Stores;
let notes: Collection<Note>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'connections-'));
  stores = await openTestStores(folder);
  notes = (await stores.open('notes', [NOTES])).collection(NOTES);
  for (let n = 0; n < 25; n++)
    await notes.insert({ noteId: `n${n}`, owner: n % 5 === 0 ? 'b' : 'a', at: String(n).padStart(3, '0') });
});
afterAll(async () => {
  await stores.close();
  await removeStores(folder);
});

const list = { index: 'owner', prefix: ['a'] };

test('pages of any size, one after the other, are the whole list in its order', async () => {
  for (const order of ['asc', 'desc'] as const) {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Connection<Note> = await connectionOf(notes, { ...list, order }, { first: 3, after });
      seen.push(...page.edges.map((edge) => edge.node.at));
      expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    const wanted = Array.from({ length: 25 }, (_, n) => n)
      .filter((n) => n % 5 !== 0)
      .map((n) => String(n).padStart(3, '0'));
    expect(seen).toEqual(order === 'asc' ? wanted : wanted.toReversed());
  }
});

test('a cursor stays good when its document is deleted and when others come before it', async () => {
  const page = await connectionOf(notes, list, { first: 4 });
  const rest = (await connectionOf(notes, list, { first: 100, after: page.pageInfo.endCursor })).edges.map(
    (edge) => edge.node.noteId,
  );
  await notes.delete(page.edges.at(-1)?.node.noteId ?? '');
  await notes.insert({ noteId: 'early', owner: 'a', at: '000' });
  const again = (await connectionOf(notes, list, { first: 100, after: page.pageInfo.endCursor })).edges.map(
    (edge) => edge.node.noteId,
  );
  expect(again).toEqual(rest);
});

test('the count is that of the whole list, and an empty list has no cursors', async () => {
  expect(await (await connectionOf(notes, list, { first: 1 })).totalCount()).toBe(await notes.count(list));
  const none = await connectionOf(notes, { index: 'owner', prefix: ['nobody'] }, {});
  expect([none.edges, none.pageInfo.startCursor, none.pageInfo.hasNextPage, await none.totalCount()]).toEqual([
    [],
    null,
    false,
    0,
  ]);
});

test.each([
  ['no base64', '%%%'],
  ['no JSON', Buffer.from('{').toString('base64url')],
  ['another index', Buffer.from('["notes","at","001","n1"]').toString('base64url')],
  ['another collection', Buffer.from('["others","owner","a","001","n1"]').toString('base64url')],
  ['another owner', Buffer.from('["notes","owner","b","001","n1"]').toString('base64url')],
  ['an object in it', Buffer.from('["notes","owner","a",{},"n1"]').toString('base64url')],
  ['nothing', ''],
])('a cursor that this list did not give out is BAD_USER_INPUT: %s', async (_, after) => {
  await expect(connectionOf(notes, list, { after })).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    details: { field: 'after' },
  });
});

test('a list of one document ends after it', async () => {
  const document = await notes.get('n1');
  const page = connectionOfOne(document, NOTES, list, {});
  expect([page.edges.length, await page.totalCount()]).toEqual([1, 1]);
  expect(connectionOfOne(document, NOTES, list, { after: page.pageInfo.endCursor }).edges).toEqual([]);
});
