import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from './random.ts';

/** When a server that works is to be killed. */
export interface Moment {
  readonly text: string;
  /** Resolves when it has come. */
  wait(): Promise<void>;
}

const LONGEST = 2_500;
/** Where what is written shows: a write-ahead log per service, and the folder in which infrastructure is made and removed. */
const PLACES = [
  'tenant.db-wal',
  'user.db-wal',
  'identity.db-wal',
  'billing.db-wal',
  'provisioning.db-wal',
  'onboarding.db-wal',
  'infrastructure/staging',
  'infrastructure/pool',
] as const;

/**
 * After some time of work, or right behind a write of a certain service: between that and the next is where things break.
 * The writes of a store that has no files are not seen.
 */
export function chooseMoment(dataDir: string, random: Random): Moment {
  const places = PLACES.filter((place) => existsSync(join(dataDir, place)));
  if (random.chance(0.4) || places.length === 0) {
    const milliseconds = random.chance(0.3) ? random.between(5, 150) : random.between(150, LONGEST);
    return { text: `after ${milliseconds} ms of work`, wait: () => delay(milliseconds) };
  }
  const place = random.pick(places) ?? PLACES[0];
  const nth = random.between(1, 40);
  return { text: `at change ${nth} of ${place}`, wait: () => change(join(dataDir, place), nth) };
}

/** The n-th change at a path; when there are not so many, the longest time of work. */
async function change(path: string, nth: number): Promise<void> {
  const given = new AbortController();
  const late = delay(LONGEST, undefined, { signal: given.signal }).catch(() => undefined);
  const watcher = watch(path);
  const changed = new Promise<void>((resolve) => {
    let seen = 0;
    watcher.on('change', () => {
      seen += 1;
      if (seen === nth) resolve();
    });
  });
  await Promise.race([changed, late]);
  watcher.close();
  given.abort();
}
