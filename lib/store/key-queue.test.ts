import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from './errors.ts';
import { KeyQueue } from './key-queue.ts';

describe('a queue by key', () => {
  it('lets one at a time work on a key, in the order in which they came, and others on other keys', async () => {
    const queue = new KeyQueue();
    const journal: string[] = [];
    const work = (name: string, turns: number) => async () => {
      journal.push(`${name} begins`);
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      journal.push(`${name} ends`);
      return name;
    };
    const results = await Promise.all([
      queue.run('a', work('a1', 9)),
      queue.run('a', work('a2', 1)),
      queue.run('b', work('b1', 1)),
      queue.run('a', work('a3', 1)),
    ]);
    expect(results).toStrictEqual(['a1', 'a2', 'b1', 'a3']);
    expect(journal.filter((line) => line.startsWith('a'))).toStrictEqual(
      ['a1', 'a2', 'a3'].flatMap((name) => [`${name} begins`, `${name} ends`]),
    );
    expect(journal.indexOf('b1 ends')).toBeLessThan(journal.indexOf('a1 ends'));
  });

  it('goes on after a failure, which is its own', async () => {
    const queue = new KeyQueue();
    const refused = queue.run('a', () => Promise.reject(new TypeError('refused')));
    const done = queue.run('a', () => Promise.resolve('done'));
    await expect(refused).rejects.toThrow(TypeError);
    expect(await done).toBe('done');
    expect(await queue.run('a', () => Promise.resolve('again'))).toBe('again');
  });

  it('lets nobody wait in turns for a store that is out of reach', async () => {
    const queue = new KeyQueue();
    let underWay = 0;
    let most = 0;
    const fail = Promise.withResolvers<never>();
    const first = queue.run('a', () => fail.promise);
    const others = Array.from({ length: 20 }, () =>
      queue.run('a', async () => {
        most = Math.max(most, ++underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay -= 1;
      }),
    );
    fail.reject(new StoreUnavailable('away'));
    await expect(first).rejects.toThrow(StoreUnavailable);
    await Promise.all(others);
    expect(most).toBe(20);
    expect(await queue.run('a', () => Promise.resolve('again'))).toBe('again');
  });
});
