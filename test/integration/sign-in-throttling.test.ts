import { afterAll, beforeAll, expect, it } from 'vitest';
import { ANONYMOUS } from '#lib/auth/principal.ts';
import { SIGN_IN_BUDGETS } from '#subgraphs/identity/sessions/sign-in-guard.ts';
import { errorOf, intercepting, makeUser, PASSWORD } from '#test/support/identity.ts';
import { mutate } from '#test/support/people.ts';
import { openTestPlane, type TestPlane } from '#test/support/plane.ts';

const { pair } = SIGN_IN_BUDGETS;
const WRONG = 'not the password';

let test: TestPlane;

beforeAll(async () => {
  test = await openTestPlane();
});
afterAll(() => test.close());

/** What came of it: `NONE` for a sign-in. */
async function signIn(email: string, password: string, clientAddress = '192.0.2.1') {
  return await errorOf(mutate(test, ANONYMOUS, 'signIn', { email, password }, 'accessToken', { clientAddress }));
}

it('who guesses is told to wait, be it one after the other or all at once, and the account stays open to others', async () => {
  const { email } = await makeUser(test);
  expect(await signIn(email, PASSWORD, '198.51.100.1')).toEqual({ code: 'NONE' });
  const codes = (await Promise.all(Array.from({ length: 100 }, () => signIn(email, WRONG)))).map(({ code }) => code);
  const tried = codes.filter((code) => code === 'UNAUTHENTICATED').length;
  expect(tried).toBeGreaterThanOrEqual(pair.limit);
  expect(tried, 'but for those whose turn had come').toBeLessThan(pair.limit + 10);
  expect(await signIn(email, PASSWORD)).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) });
  expect(await signIn(email, PASSWORD, '198.51.100.1')).toEqual({ code: 'NONE' });
});

it('sixty people of one network who sign in at once to one account are let in', async () => {
  const { email } = await makeUser(test);
  const answers = await Promise.all(Array.from({ length: 60 }, () => signIn(email, PASSWORD)));
  expect(answers.filter(({ code }) => code !== 'NONE')).toEqual([]);
});

it('attempts that could not be made count for nothing', async () => {
  const { email } = await makeUser(test);
  const fails = () => Promise.reject(new Error('out of order'));
  await intercepting(test, 'user', 'Query', 'userByEmail', fails, async () => {
    for (let times = 0; times < pair.limit + 5; times++) expect((await signIn(email, WRONG)).code).not.toBe('NONE');
  });
  expect(await signIn(email, PASSWORD)).toEqual({ code: 'NONE' });
});
