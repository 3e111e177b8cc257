import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { dropDatabases, newPrefix, withPrefix } from '#test/support/mongodb.ts';
import { startKiller } from './chaos/killer.ts';
import { print, runStorm, STORM_ENVIRONMENT } from './chaos/storm.ts';
import { openDatabase } from './mongodb.ts';
import { asInstalled, Processes, placesOf } from './processes.ts';
import { createRandom } from './random.ts';

/**
 * Several of every process, gateways too, on MongoDB (that of MONGODB_URL, or FerretDB), under load, while one process at a
 * time is killed with SIGKILL at a random moment and started again: no acknowledged write may be lost, nothing done twice, no
 * answer wrong, and at the end every tenant is whole or absent and every usage total exact.
 * `npm run fault:cluster -- --minutes 5 --seed 7 --each 2`; `--callers 8` clients send one request after the other.
 */
const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    each: { type: 'string', default: '2' },
    callers: { type: 'string', default: '8' },
  },
});
const seed = Number(options.seed);
const random = createRandom(seed);
const database = await openDatabase();
const prefix = newPrefix();
const data = {
  DATA_DIR: await mkdtemp(join(tmpdir(), 'control-plane-cluster-')),
  MONGODB_URL: withPrefix(database.url, prefix),
};
const places = await placesOf('many', { ...data, ...STORM_ENVIRONMENT }, Number(options.each));
const processes = new Processes(places, asInstalled);
print(`seed ${seed}`);
try {
  const violations = await runStorm({ processes, data, random, callers: Number(options.callers) }, async () => {
    const killer = startKiller(processes, random);
    await delay(Number(options.minutes) * 60_000);
    await killer.stop();
    print(`kills ${killer.killed.length}, of ${new Set(killer.killed).size} processes`);
  });
  process.exitCode = violations > 0 ? 1 : 0;
} finally {
  await dropDatabases(database.url, `${prefix}_`);
  await database.stop();
}
process.exit();
