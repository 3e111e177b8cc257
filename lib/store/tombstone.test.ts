import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestStores, removeStores } from '#test/support/stores.ts';
import { ManualClock } from '../clock.ts';
import type { Collection, CollectionSpec, Stores } from './port.ts';
import { alive, deleteOldTombstones, isGone, type Mortal, TOMBSTONE_INDEX, tombstone } from './tombstone.ts';

interface Note extends Mortal {
  readonly noteId: string;
}

const NOTES: CollectionSpec<Note> = {
  name: 'notes',
  key: 'noteId',
  indexes: { all: ['goneUntil'], ...TOMBSTONE_INDEX },
};
const DAY = 24 * 60 * 60 * 1000;

let dataDir: string;
let stores: Stores;
let notes: Collection<Note>;
let clock: ManualClock;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tombstone-'));
  stores = await openTestStores(dataDir);
  notes = (await stores.open('notes', [NOTES])).collection(NOTES);
  clock = new ManualClock('2026-03-10T12:00:00.000Z');
});
afterEach(async () => {
  await stores.close();
  await removeStores(dataDir);
});

it('a list that begins with goneUntil shows the living, those from before there were tombstones too', async () => {
  const old = { noteId: 'old' } as Note;
  await notes.insertMany([old, { noteId: 'a', goneUntil: null }, { noteId: 'b', ...tombstone(clock) }]);
  const { items } = await notes.page({ index: 'all', prefix: [null], limit: 10 });
  expect(items.map(({ noteId }) => noteId)).toEqual(['a', 'old']);
  expect(items.every((item) => !isGone(item))).toBe(true);
  expect([alive(await notes.get('a')), alive(await notes.get('b'))]).toMatchObject([{ noteId: 'a' }, undefined]);
});

it('a tombstone stands for seven days, the living for ever', async () => {
  const many = Array.from({ length: 250 }, (_, place) => ({ noteId: `gone${place}`, ...tombstone(clock) }));
  await notes.insertMany([{ noteId: 'a', goneUntil: null }, ...many]);
  clock.advance(7 * DAY - 1);
  await deleteOldTombstones(notes, clock);
  expect(await notes.count({ index: 'all' })).toBe(251);
  clock.advance(1);
  await deleteOldTombstones(notes, clock);
  expect(await notes.count({ index: 'all' })).toBe(1);
});
