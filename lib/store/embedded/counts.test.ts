import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type Note, noteSpec } from '../contract/note.ts';
import { KeyTaken } from '../errors.ts';
import type { Collection, CollectionSpec, IndexValue, Selection, Stores } from '../port.ts';
import { openEmbeddedStores } from './embedded.ts';
import { selectCount } from './select.ts';

const root = mkdtempSync(join(tmpdir(), 'counts-'));
afterAll(() => rmSync(root, { recursive: true }));

const counted: CollectionSpec<Note> = { ...noteSpec, counted: ['byRank', 'byTenant', 'byThree'] };
const TENANTS = ['a', 'b', undefined];
const TEXTS = ['x', '-Inf', undefined];
const RANKS: readonly (IndexValue | undefined)[] = [1, 1.5, '1', true, false, null, undefined];

type Write =
  | { readonly kind: 'insert' | 'insertMany' | 'update'; readonly note: Note }
  | { readonly kind: 'delete' | 'increment'; readonly noteId: string };

const anyNote: fc.Arbitrary<Note> = fc
  .record({
    noteId: fc.constantFrom('n1', 'n2', 'n3', 'n4', 'n5'),
    tenantId: fc.constantFrom(...TENANTS),
    text: fc.constantFrom(...TEXTS),
    rank: fc.constantFrom(...RANKS),
  })
  .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never);
const anyWrite: fc.Arbitrary<Write> = fc.oneof(
  fc.record({ kind: fc.constantFrom('insert', 'insertMany', 'update'), note: anyNote }),
  fc.record({ kind: fc.constantFrom('delete', 'increment'), noteId: fc.constantFrom('n1', 'n2', 'n3') }),
) as never;

describe('an index that is counted all the time', () => {
  it('has the figures of what is there, whatever is written', async () => {
    let run = 0;
    const stores = await openEmbeddedStores({ dataDir: join(root, 'any') });
    await fc.assert(
      fc.asyncProperty(fc.array(anyWrite, { minLength: 1, maxLength: 30 }), async (writes) => {
        const notes = (await stores.open(`run${++run}`, [counted])).collection(counted);
        for (const write of writes) await carryOut(notes, write);
        for (const selection of everySelection()) await expectRight(notes, selection);
      }),
      { numRuns: 40 },
    );
    await stores.close();
  }, 60_000);

  it('is counted once when it is declared over what is there, and again when it is declared otherwise', async () => {
    const dataDir = join(root, 'later');
    const specs = [
      noteSpec,
      counted,
      { ...counted, indexes: { ...noteSpec.indexes, byTenant: ['tenantId', 'text', 'rank'] } },
      { ...noteSpec, indexes: { byKey: [] } },
      counted,
    ] as const satisfies readonly CollectionSpec<Note>[];
    for (const [turn, spec] of specs.entries()) {
      await withNotes(dataDir, spec, async (notes) => {
        await notes.insertMany([
          { noteId: `${turn}1`, tenantId: 'a', text: 'x', rank: turn },
          { noteId: `${turn}2`, tenantId: 'b', rank: turn },
        ]);
        await notes.delete(`${turn - 1}1`);
        if (!('byTenant' in spec.indexes)) return;
        for (const prefix of [[], ['a'], ['b']]) await expectRight(notes, { index: 'byTenant', prefix });
      });
    }
    const database = new DatabaseSync(join(dataDir, 'notes.db'), { readOnly: true });
    const figures = database.prepare('SELECT * FROM "_count.notes.byTenant" ORDER BY 1').all();
    expect(figures.map((row) => Object.values(row))).toStrictEqual([
      ['a', 1],
      ['b', 5],
    ]);
    database.close();
  });

  it('is not walked for a count of a prefix without a range', () => {
    const figures = 'SELECT coalesce(sum(documents), 0) AS count FROM "_count.notes.byTenant"';
    expect(selectCount(counted, { index: 'byTenant' }).sql).toBe(figures);
    expect(selectCount(counted, { index: 'byTenant', prefix: ['t'] }).sql).toBe(`${figures} WHERE "by_tenantId" = ?`);
    for (const selection of [
      { index: 'byTenant', prefix: ['t', 1] },
      { index: 'byTenant', range: { gt: 'a' } },
    ]) {
      expect(selectCount(counted, selection).sql).toContain('INDEXED BY "notes.byTenant"');
    }
  });

  it('is declared among the indexes', async () => {
    const stores = await openEmbeddedStores({ dataDir: join(root, 'none') });
    for (const index of ['byKey', 'byNothing']) {
      await expect(stores.open('notes', [{ ...noteSpec, counted: [index] }])).rejects.toThrow(TypeError);
    }
    await stores.close();
  });
});

async function carryOut(notes: Collection<Note>, write: Write): Promise<void> {
  switch (write.kind) {
    case 'insert':
      await notes.insert(write.note).catch((error: unknown) => {
        if (!(error instanceof KeyTaken)) throw error;
      });
      return;
    case 'insertMany':
      await notes.insertMany([write.note, { ...write.note, noteId: 'n9' }, write.note]);
      return;
    case 'update':
      await notes.update(write.note.noteId, {}, write.note);
      return;
    case 'delete':
      await notes.delete(write.noteId);
      return;
    case 'increment':
      await notes.increment(write.noteId, { count: 1 }, { noteId: write.noteId });
  }
}

function everySelection(): Selection[] {
  const tenants = TENANTS.map((tenantId) => tenantId ?? null);
  const texts = TEXTS.map((text) => text ?? null);
  return [
    { index: 'byRank' },
    { index: 'byTenant' },
    ...tenants.map((tenantId) => ({ index: 'byTenant', prefix: [tenantId] })),
    ...tenants.flatMap((tenantId) => texts.map((text) => ({ index: 'byThree', prefix: [tenantId, text] }))),
    { index: 'byThree', prefix: ['a'] },
    { index: 'byThree', prefix: [1, true] },
  ];
}

async function expectRight(notes: Collection<Note>, selection: Selection): Promise<void> {
  const { items } = await notes.page({ ...selection, limit: 1_000 });
  expect([selection, await notes.count(selection)]).toStrictEqual([selection, items.length]);
}

async function withNotes(
  dataDir: string,
  spec: CollectionSpec<Note>,
  work: (notes: Collection<Note>) => Promise<void>,
): Promise<void> {
  const stores: Stores = await openEmbeddedStores({ dataDir });
  await work((await stores.open('notes', [spec])).collection(spec));
  await stores.close();
}
