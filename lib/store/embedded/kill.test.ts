import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { noteSpec } from '../contract/note.ts';
import { StoreUnusable } from '../errors.ts';
import { openEmbeddedStores } from './embedded.ts';

const WRITER = fileURLToPath(new URL('../../../test/support/store-writer.ts', import.meta.url));
const KILLS = 20;

const dataDir = mkdtempSync(join(tmpdir(), 'store-kill-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

interface Acknowledged {
  readonly keys: readonly string[];
  /** The highest value of the counter that was answered. */
  readonly count: number;
}

it('no acknowledged write is lost by a writer that is killed with -9 twenty times', { timeout: 180_000 }, async () => {
  let total = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const { keys, count } = await writeUntilKilled(`run${kill}`, 20 + kill * 8);
    total += keys.length;

    const stores = await openEmbeddedStores({ dataDir });
    const notes = (await stores.open('notes', [noteSpec])).collection(noteSpec);
    const found = await notes.getMany(keys);
    expect(found.filter((note) => note === undefined)).toHaveLength(0);
    expect((await notes.get('counter'))?.count ?? 0).toBeGreaterThanOrEqual(count);
    // Nothing half: each note that is there can be read whole, acknowledged or not.
    const { items } = await notes.page({ index: 'byKey', range: { gte: `run${kill}-` }, limit: 100_000 });
    expect(items.length).toBeGreaterThanOrEqual(keys.length);
    expect(items.every((note) => note.noteId === 'counter' || note.noteId.endsWith(`-${note.count}`))).toBe(true);
    await stores.close();
  }
  expect(total).toBeGreaterThan(KILLS * 50);
});

it('a service that another process has open is refused, in one line that names it, until that process is killed', async () => {
  const complaint = `${dataDir}: the data of notes is in use by another process`;
  const child = spawn(process.execPath, [WRITER, dataDir, 'second'], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const stores = await openEmbeddedStores({ dataDir });
  await expect(stores.open('notes', [noteSpec])).rejects.toThrow(new StoreUnusable(complaint));
  const third = spawn(process.execPath, [WRITER, dataDir, 'third'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let printed = '';
  third.stderr.on('data', (text) => {
    printed += text;
  });
  const [code] = await once(third, 'close');
  expect({ code, printed }).toStrictEqual({ code: 1, printed: `StoreUnusable: ${complaint}\n` });
  child.kill('SIGKILL');
  await once(child, 'exit');
  await expect(stores.open('notes', [noteSpec])).resolves.toBeDefined();
  await stores.close();
});

it('processes that have different services write in one folder at once', async () => {
  const shared = join(dataDir, 'shared');
  const writers = ['tenant', 'billing'].map((service) => {
    const child = spawn(process.execPath, [WRITER, shared, service, service], { stdio: ['ignore', 'pipe', 'inherit'] });
    return { child, wrote: once(child.stdout, 'data') };
  });
  await Promise.all(writers.map(({ wrote }) => wrote));
  for (const { child } of writers) expect(child.exitCode).toBeNull();
  await Promise.all(
    writers.map(async ({ child }) => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }),
  );
});

/** Lets a process write, kills it that many milliseconds after its first answer, and tells what it was answered. */
async function writeUntilKilled(prefix: string, milliseconds: number): Promise<Acknowledged> {
  const child = spawn(process.execPath, [WRITER, dataDir, prefix], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output === '') setTimeout(() => child.kill('SIGKILL'), milliseconds);
    output += text;
  });
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');
  const lines = output.split('\n').slice(0, -1); // what follows the last line feed was cut off
  const values = (kind: string) =>
    lines.filter((line) => line.startsWith(kind)).map((line) => line.slice(kind.length + 1));
  return { keys: values('key'), count: Math.max(0, ...values('count').map(Number)) };
}
