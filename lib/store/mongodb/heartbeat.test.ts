import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { dropDatabases, MONGODB_URL, newPrefix, withPrefix } from '#test/support/mongodb.ts';
import { startTcpProxy } from '#test/support/tcp-proxy.ts';
import { noteSpec } from '../contract/note.ts';
import { openMongoStores } from './mongodb.ts';

const CUTS = 5;
const CALLERS = 12;

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
