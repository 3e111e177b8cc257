import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { describeStoreContract } from '../contract/contract.ts';
import { type Note, noteSpec } from '../contract/note.ts';
import { StoreUnavailable, StoreUnusable } from '../errors.ts';
import type { Collection, CollectionSpec, Stores } from '../port.ts';
import { openEmbeddedStores } from './embedded.ts';

const root = mkdtempSync(join(tmpdir(), 'store-'));
afterAll(() => rmSync(root, { recursive: true }));

describeStoreContract('embedded', (place) => openEmbeddedStores({ dataDir: join(root, place) }));

describe('the data folder', () => {
  it('is made for its owner alone, and so are the files in it', async () => {
    const dataDir = join(root, 'made', 'here');
    const { stores } = await openNotes(dataDir);
    expect(stores.location).toBe(dataDir);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    const files = readdirSync(dataDir).filter((file) => file.startsWith('notes.db'));
    expect(files.sort()).toStrictEqual(['notes.db', 'notes.db-shm', 'notes.db-wal']);
    for (const file of files) expect(statSync(join(dataDir, file)).mode & 0o077, file).toBe(0);
    await stores.close();
  });

  it('has each service open once in a process, under whatever name, until it is closed', async () => {
    const dataDir = join(root, 'once');
    const { stores } = await openNotes(dataDir);
    symlinkSync(dataDir, join(root, 'alias'));
    for (const again of [dataDir, join(root, 'alias')]) {
      const second = await openEmbeddedStores({ dataDir: again });
      await expect(second.open('notes', [noteSpec])).rejects.toThrow(
        new StoreUnusable(`${again}: the data of notes is in use by another process`),
      );
      await expect(second.open('others', [noteSpec])).resolves.toBeDefined();
      await second.close();
    }
    await stores.close();
    await (await openNotes(dataDir)).stores.close();
  });

  it('lets go of a service that could not be opened', async () => {
    const dataDir = join(root, 'let-go');
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'notes.db'), 'garbage '.repeat(1_000));
    const stores = await openEmbeddedStores({ dataDir });
    await expect(stores.open('notes', [noteSpec])).rejects.toThrow(StoreUnusable);
    rmSync(join(dataDir, 'notes.db'));
    const second = await openNotes(dataDir);
    await second.stores.close();
    await expect(stores.open('notes', [noteSpec])).resolves.toBeDefined();
    await stores.close();
  });

  it('that is no folder is refused in one line that names it', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    for (const dataDir of [file, join(file, 'below')]) {
      const error = await openEmbeddedStores({ dataDir }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(StoreUnusable);
      expect(String(error)).toMatch(/^StoreUnusable: \S+\/file.*cannot be used as the data folder \(E[A-Z]+\)$/);
    }
  });

  it('holds everything in one file per service once it is closed', async () => {
    const dataDir = join(root, 'closed');
    const { stores, notes } = await openNotes(dataDir);
    await notes.insertMany(Array.from({ length: 100 }, (_, number) => ({ noteId: `n${number}` })));
    await stores.close();
    expect(readdirSync(dataDir).sort()).toStrictEqual(['notes.db', 'notes.lock']);
  });
});

describe('a database', () => {
  it('of a newer format is refused, and left as it is', async () => {
    const dataDir = join(root, 'newer');
    await (await openNotes(dataDir)).stores.close();
    inFile(dataDir, (database) => database.exec('PRAGMA user_version = 99; DROP INDEX "notes.byRank"'));
    const stores = await openEmbeddedStores({ dataDir });
    const error = await stores.open('notes', [noteSpec]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreUnusable);
    expect(String(error)).toMatch(/notes\.db: its data is of format 99, this program knows 1$/);
    await stores.close();
    expect(indexesIn(dataDir)).not.toContain('notes.byRank');
  });

  it('that is none is refused', async () => {
    const dataDir = join(root, 'garbage');
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'notes.db'), 'garbage '.repeat(1_000));
    const stores = await openEmbeddedStores({ dataDir });
    await expect(stores.open('notes', [noteSpec])).rejects.toThrow(StoreUnusable);
    await stores.close();
  });

  it('has the indexes that are declared and no others', async () => {
    const dataDir = join(root, 'indexes');
    await (await openNotes(dataDir)).stores.close();
    expect(indexesIn(dataDir)).toStrictEqual(['notes.byRank', 'notes.byTenant', 'notes.byThree']);
    await (await openNotes(dataDir, { indexes: { byRank: ['rank'], byCount: ['count'] } })).stores.close();
    expect(indexesIn(dataDir)).toStrictEqual(['notes.byCount', 'notes.byRank']);
    const columns = inFile(dataDir, (database) =>
      database
        .prepare(`SELECT name FROM pragma_table_xinfo('notes')`)
        .all()
        .map(({ name }) => name),
    );
    expect(columns).toStrictEqual(['key', 'version', 'doc', 'by_rank', 'by_count']);
  });

  it('keeps a collection that is declared no longer', async () => {
    const dataDir = join(root, 'kept');
    const first = await openNotes(dataDir);
    await first.notes.insert({ noteId: 'a' });
    await first.stores.close();
    await (await openNotes(dataDir, { name: 'others' })).stores.close();
    const again = await openNotes(dataDir);
    expect(await again.notes.get('a')).toBeDefined();
    await again.stores.close();
  });
});

describe('a store that cannot write', () => {
  it('for want of room refuses what does not fit, does what does, and goes on when there is room again', async () => {
    const { stores, notes } = await openNotes(join(root, 'full'), {}, 60);
    const text = 'x'.repeat(20_000);
    const writes = Array.from({ length: 40 }, (_, number) => notes.insert({ noteId: `large${number}`, text }));
    const small = notes.insert({ noteId: 'small' });
    const outcomes = await Promise.allSettled(writes);
    const done = outcomes.flatMap((outcome, number) => (outcome.status === 'fulfilled' ? [`large${number}`] : []));
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(done.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
    for (const reason of refused) expect(reason).toBeInstanceOf(StoreUnavailable);
    await expect(small).resolves.toBeDefined();
    expect(await notes.count({ index: 'byKey' })).toBe(done.length + 1);
    await expect(notes.update('small', {}, { text: text.repeat(10) })).rejects.toThrow(StoreUnavailable);
    expect(await notes.get('small')).toStrictEqual({ noteId: 'small', version: 1 });

    for (const key of done) expect(await notes.delete(key)).toStrictEqual({ outcome: 'deleted' });
    await expect(notes.insert({ noteId: 'large again', text })).resolves.toMatchObject({ version: 1 });
    await stores.close();
  });

  it('since somebody else holds its file is unavailable, all at once, and goes on afterwards', async () => {
    const dataDir = join(root, 'busy');
    const { stores, notes } = await openNotes(dataDir);
    const holder = new DatabaseSync(join(dataDir, 'notes.db'));
    holder.exec('BEGIN IMMEDIATE');
    const writes = Array.from({ length: 20 }, (_, number) => notes.insert({ noteId: `n${number}` }));
    for (const outcome of await Promise.allSettled(writes)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) });
    }
    holder.exec('ROLLBACK');
    holder.close();
    await expect(notes.insert({ noteId: 'n0' })).resolves.toBeDefined();
    await stores.close();
  });

  it('since its writer has died refuses the writes under way and the later ones, reads on, and closes', async () => {
    const workers: Worker[] = [];
    const collect = (worker: Worker) => workers.push(worker);
    process.on('worker', collect);
    const error = vi.fn();
    const dataDir = join(root, 'dead');
    const stores = await openEmbeddedStores({ dataDir, log: { error } });
    const store = await stores.open('notes', [noteSpec]);
    process.off('worker', collect);
    expect(workers.length).toBeGreaterThan(0);
    const notes = store.collection(noteSpec);
    await notes.insert({ noteId: 'before' });

    const underWay = Array.from({ length: 64 }, (_, number) => notes.insert({ noteId: `n${number}` }));
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all(workers.map((worker) => worker.terminate()));
    for (const outcome of await Promise.allSettled(underWay)) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(StoreUnavailable);
    }
    await expect(notes.insert({ noteId: 'after' })).rejects.toThrow(StoreUnavailable);
    await expect(store.ping()).rejects.toThrow(StoreUnavailable);
    await expect(stores.open('others', [noteSpec])).rejects.toThrow(StoreUnavailable);
    expect(await notes.get('before')).toBeDefined();
    expect(error).toHaveBeenCalledTimes(workers.length);
    await stores.close();

    const again = await openNotes(dataDir);
    expect(await again.notes.get('before')).toBeDefined();
    expect(await again.notes.get('after')).toBeUndefined();
    await again.stores.close();
  });
});

async function openNotes(
  dataDir: string,
  changes: Partial<CollectionSpec<Note>> = {},
  pageLimit?: number,
): Promise<{ stores: Stores; notes: Collection<Note> }> {
  const spec = { ...noteSpec, ...changes };
  const stores = await openEmbeddedStores({ dataDir, ...(pageLimit !== undefined && { pageLimit }) });
  const store = await stores.open('notes', [spec]);
  return { stores, notes: store.collection(spec) };
}

/** Looks into the file of a store that is closed. */
function inFile<T>(dataDir: string, look: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(join(dataDir, 'notes.db'));
  try {
    return look(database);
  } finally {
    database.close();
  }
}

function indexesIn(dataDir: string): string[] {
  return inFile(dataDir, (database) =>
    database
      .prepare(`SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name`)
      .all()
      .map(({ name }) => String(name)),
  );
}
