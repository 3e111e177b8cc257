import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { ConfigError } from './config.ts';
import { createSealer } from './sealing.ts';

const [first, second, third] = [randomBytes(32), randomBytes(32), randomBytes(32)] as const;
const withKeys = (secretKey?: Uint8Array, ...previousSecretKeys: Uint8Array[]) =>
  createSealer({ secretKey, previousSecretKeys });

it('without a key a secret is stored as it is', async () => {
  const sealer = withKeys();
  expect(await sealer.seal('secret', 'place')).toBe('secret');
  expect(await sealer.open('secret', 'place')).toBe('secret');
  expect(sealer.isCurrent('secret')).toBe(true);
});

it('with a key nothing of it can be read, and the same secret looks different each time', async () => {
  const sealer = withKeys(first);
  const stored = await sealer.seal('secret', 'place');
  expect(stored).not.toContain('secret');
  expect(stored).not.toBe(await sealer.seal('secret', 'place'));
  expect(await sealer.open(stored, 'place')).toBe('secret');
  expect([sealer.isCurrent(stored), sealer.isCurrent('secret')]).toEqual([true, false]);
});

it('what was sealed with a former key opens, and is not current', async () => {
  const old = await withKeys(first).seal('secret', 'place');
  const sealer = withKeys(second, third, first);
  expect(await sealer.open(old, 'place')).toBe('secret');
  expect(sealer.isCurrent(old)).toBe(false);
});

it.each([
  ['no key', withKeys(), /^SECRET_KEY is missing/],
  ['another key', withKeys(second, third), /^SECRET_KEY is not the key/],
])('with %s the operator is told so in one line', async (_case, sealer, line) => {
  const stored = await withKeys(first).seal('secret', 'place');
  const error = await sealer.open(stored, 'place').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as ConfigError).faults).toEqual([expect.stringMatching(line)]);
});

it('what was changed, or was sealed for another place, does not open', async () => {
  const sealer = withKeys(first);
  const stored = await sealer.seal('secret', 'place');
  await expect(sealer.open(stored, 'another place')).rejects.toThrow();
  for (const at of [stored.length - 30, stored.indexOf('..') + 4]) {
    const changed = stored.slice(0, at) + (stored[at] === 'A' ? 'B' : 'A') + stored.slice(at + 1);
    await expect(sealer.open(changed, 'place')).rejects.toThrow();
  }
});
