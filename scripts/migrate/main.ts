import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '#lib/config.ts';
import { openEmbeddedStores } from '#lib/store/embedded/embedded.ts';
import { openMongoStores } from '#lib/store/mongodb/mongodb.ts';
import type { Stores } from '#lib/store/port.ts';
import { COLLECTIONS } from '../collections.ts';
import { createProgress } from '../progress.ts';
import { Refusal, runCommand } from '../refusal.ts';
import { type Moved, migrate } from './migrate.ts';

const USAGE = 'say where to or where from, the other is DATA_DIR: npm run migrate -- [--from PLACE] [--to PLACE]';
const progress = createProgress(process.stdout);

/** Moves all data between a data folder and MongoDB, in either direction; a place is a folder or a MongoDB address. */
await runCommand('migrate', async () => {
  const { from, to } = readArguments();
  const { dataDir } = readConfig();
  const [origin, destination] = [from ?? dataDir, to ?? dataDir];
  if (!isAddress(origin)) requireData(origin);
  const source = await openPlace(origin);
  const target = await openPlace(destination).catch(async (error: unknown) => {
    await source.close();
    throw error;
  });
  try {
    const began = performance.now();
    if (!source.exclusive) progress.line('MongoDB does not say who uses it: see to it that every process is stopped.');
    const moved = await migrate({ source, target, collections: COLLECTIONS, progress });
    summarize(moved, (performance.now() - began) / 1000);
    adviseOn(source, target);
  } finally {
    progress.end();
    await Promise.all([source.close(), target.close()]);
  }
});

function readArguments(): { from?: string | undefined; to?: string | undefined } {
  try {
    const { values } = parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' } } });
    if (values.from !== undefined || values.to !== undefined) return values;
  } catch {
    // as without any
  }
  throw new Refusal(USAGE);
}

function isAddress(place: string): boolean {
  return /^mongodb(\+srv)?:/.test(place);
}

function requireData(folder: string): void {
  const isThere = Object.keys(COLLECTIONS).some((service) => existsSync(join(folder, `${service}.db`)));
  if (!isThere) throw new Refusal(`${folder}: there is no data`);
}

async function openPlace(place: string): Promise<Stores> {
  return isAddress(place) ? openMongoStores({ url: patient(place) }) : await openEmbeddedStores({ dataDir: place });
}

/** A move has time: whatever the address says of the services' operations, here they may take minutes. */
function patient(address: string): string {
  const [, place, query = ''] = /^([^?]*)(?:\?(.*))?$/.exec(address) ?? [];
  const options = query.split('&').filter((option) => option !== '' && !/^(timeout|connectTimeout)MS=/i.test(option));
  const path = /^[^/]+\/\/[^/]+$/.test(place ?? '') ? `${place}/` : place;
  return `${path}?${[...options, 'timeoutMS=600000', 'connectTimeoutMS=30000'].join('&')}`;
}

function summarize(moved: readonly Moved[], seconds: number): void {
  const total = moved.reduce((sum, { documents }) => sum + documents, 0);
  progress.line('');
  progress.line(`${'the same on both sides'.padEnd(36)}${'documents'.padStart(12)}   SHA-256`);
  for (const { name, documents, sha256 } of moved) {
    progress.line(`${name.padEnd(36)}${documents.toLocaleString('en-US').padStart(12)}   ${sha256.slice(0, 16)}…`);
  }
  progress.line(`${'in all'.padEnd(36)}${total.toLocaleString('en-US').padStart(12)}   in ${seconds.toFixed(1)} s`);
}

function adviseOn(source: Stores, target: Stores): void {
  progress.line('');
  progress.line(
    `The data is in ${target.location}. That in ${source.location} is as it was: nothing reads it any more`,
  );
  progress.line(
    'once MONGODB_URL says where to start. What the local driver has made stays in DATA_DIR/infrastructure.',
  );
}
