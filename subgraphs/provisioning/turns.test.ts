import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

it('what is asked for under one key happens one after the other, a failure included, and keys do not wait for each other', async () => {
  const turns = new Turns();
  const seen: string[] = [];
  const work = (name: string, milliseconds: number, fails = false) =>
    turns.take(name.charAt(0), async () => {
      seen.push(`${name} begins`);
      await sleep(milliseconds);
      seen.push(`${name} ends`);
      if (fails) throw new Error(name);
    });
  const results = await Promise.allSettled([work('a1', 30, true), work('a2', 1), work('b1', 1), work('a3', 1)]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  expect(seen.filter((line) => line.startsWith('a'))).toEqual(
    ['a1', 'a2', 'a3'].flatMap((name) => [`${name} begins`, `${name} ends`]),
  );
  expect(seen.indexOf('b1 ends')).toBeLessThan(seen.indexOf('a1 ends'));
});
