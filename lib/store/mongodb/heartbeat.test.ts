import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { dropDatabases, MONGODB_URL, newPrefix, withPrefix } from '#test/support/mongodb.ts';
import { startTcpProxy } from '#test/support/tcp-proxy.ts';
import { noteSpec } from '../contract/note.ts';
import { watchHeartbeats } from './heartbeat.ts';
import { openMongoStores } from './mongodb.ts';

const CUTS = 5;
const CALLERS = 12;

/** A driver of which the heartbeats are the test's to make. */
class Driver extends EventEmitter {
  readonly options = { connectTimeoutMS: 50, heartbeatFrequencyMS: 100 };
  readonly done: string[] = [];
  /** How often it finds nobody. */
  away = 0;

  beat(event: string): void {
    this.emit(`serverHeartbeat${event}`, { connectionId: 'a:1', awaited: false });
  }

  async close(): Promise<void> {
    this.done.push('close');
  }

  async connect(): Promise<void> {
    this.done.push('connect');
    if (this.away-- > 0) throw new Error('nobody is there');
  }
}

describe('the watch over the heartbeats', { concurrent: true }, () => {
  const watched = (away = 0) => {
    const driver = new Driver();
    driver.away = away;
    return { driver, end: watchHeartbeats(driver as unknown as MongoClient) };
  };

  it('connects anew when one does not end, until somebody is there', async () => {
    const { driver, end } = watched(2);
    driver.beat('Started');
    await expect.poll(() => driver.done.length, { timeout: 10_000 }).toBe(4);
    await delay(1_200);
    await end();
    expect(driver.done).toStrictEqual(['close', 'connect', 'connect', 'connect']);
  });

  it.each(['Succeeded', 'Failed'])('does nothing when each ends: %s', async (event) => {
    const { driver, end } = watched();
    driver.beat('Started');
    driver.beat(event);
    await delay(2_800);
    await end();
    expect(driver.done).toStrictEqual([]);
  });

  it('does nothing any more when it was ended', async () => {
    const { driver, end } = watched();
    driver.beat('Started');
    await end();
    await delay(2_800);
    expect(driver.done).toStrictEqual([]);
  });
});

describe.runIf(MONGODB_URL)('a server to which all connections break at once', () => {
  it('is found again without a restart, however often, while many work on it', { timeout: 90_000 }, async () => {
    const url = new URL(MONGODB_URL ?? 'mongodb://unset');
    const prefix = newPrefix();
    const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port || 27_017) });
    const stores = openMongoStores({ url: withPrefix(`mongodb://${proxy.address}/?directConnection=true`, prefix) });
    const store = await stores.open('notes', [noteSpec]);
    const notes = store.collection(noteSpec);
    let working = true;
    const callers = Array.from({ length: CALLERS }, async () => {
      while (working) await notes.get('a').catch(() => delay(5));
    });
    try {
      for (let cut = 0; cut < CUTS; cut++) {
        await delay(200 + 60 * cut);
        await proxy.cut();
        await proxy.resume();
        await expect.poll(() => store.ping().then(() => 'there', String), { timeout: 15_000 }).toBe('there');
      }
    } finally {
      working = false;
      await Promise.all(callers);
      await stores.close();
      await proxy.close();
      await dropDatabases(url.href, prefix);
    }
  });
});
