import { expect, it } from 'vitest';
import { createPasswords, parsePassword } from './password.ts';

it('a hash is argon2id with 19 MiB, two passes and one lane, and different each time', async () => {
  const passwords = createPasswords();
  const hashes = await Promise.all([passwords.hash('one password'), passwords.hash('one password')]);
  expect(hashes[0]).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(hashes[0]).not.toBe(hashes[1]);
  expect(await passwords.matches('one password', hashes[0])).toBe(true);
  expect(await passwords.matches('one passwore', hashes[0])).toBe(false);
});

it('where there is no hash no password matches, and it takes as long', async () => {
  const passwords = createPasswords();
  expect(await passwords.matches('', null)).toBe(false);
  const started = performance.now();
  expect(await passwords.matches('one password', null)).toBe(false);
  expect(performance.now() - started).toBeGreaterThan(3);
});

it('what is longer than a password can be does not match its beginning', async () => {
  const passwords = createPasswords();
  const longest = parsePassword('x'.repeat(1000), 'input.password');
  const hash = await passwords.hash(longest);
  expect(await passwords.matches(longest, hash)).toBe(true);
  expect(await passwords.matches(`${longest}x`, hash)).toBe(false);
});

it('hashing does not hold up the event loop', async () => {
  const passwords = createPasswords();
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  const started = performance.now();
  await Promise.all(Array.from({ length: 8 }, () => passwords.hash('one password')));
  const took = performance.now() - started;
  clearInterval(timer);
  expect(longest).toBeGreaterThan(0);
  expect(longest).toBeLessThan(took / 2);
});

it('a flood is refused with a time to come back; those who wait get their turn', async () => {
  const passwords = createPasswords({ maxWaiting: 6 });
  const answers = await Promise.allSettled(Array.from({ length: 40 }, () => passwords.matches('wrong', null)));
  const refused = answers.filter((answer) => answer.status === 'rejected');
  expect(refused.length).toBeGreaterThanOrEqual(40 - 6 - 3);
  expect(refused[0]).toMatchObject({ reason: { code: 'RATE_LIMITED', details: { retryAfterSeconds: 5 } } });
  expect(answers.filter((answer) => answer.status === 'fulfilled').length).toBeGreaterThanOrEqual(7);
  expect(await passwords.matches('wrong', null)).toBe(false);
});
