import type { ExecutionResult } from 'graphql';
import { ANONYMOUS, type Principal } from '#lib/auth/principal.ts';
import type { TokenVerifier } from '#lib/auth/verifier.ts';
import type { From, TestPlane } from './plane.ts';

/** Sends a mutation of the identity service's. */
export async function mutate(
  test: TestPlane,
  principal: Principal,
  name: string,
  input: object,
  selection: string,
  from: From = {},
): Promise<ExecutionResult<Record<string, unknown>>> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const source = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} } }`;
  const { data, errors } = await test.execute('identity', principal, source, { input }, from);
  return errors === undefined ? { data: data ?? null } : { errors };
}

/** The same; what it answered. Throws when there are errors. */
export async function mutated<T>(...args: Parameters<typeof mutate>): Promise<T> {
  const { data, errors } = await mutate(...args);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return (data as Record<string, T>)[args[2]] as T;
}

export const requestReset = (test: TestPlane, email: string, from: From = {}) =>
  mutate(test, ANONYMOUS, 'requestPasswordReset', { email }, 'accepted', from);

export const resetPassword = (test: TestPlane, token: string, password: string) =>
  mutate(test, ANONYMOUS, 'resetPassword', { token, password }, 'reset');

export const changePassword = (test: TestPlane, principal: Principal, currentPassword: string, newPassword: string) =>
  mutate(test, principal, 'changePassword', { currentPassword, newPassword }, 'user { userId }');

/** Whether an access token is good, as a verifier says that has just read what there is to know. */
export async function isGood(verifier: TokenVerifier, accessToken: string): Promise<boolean> {
  await verifier.refresh();
  return await verifier.verify(accessToken).then(
    () => true,
    () => false,
  );
}

/** The token in the last message of so many that hold one. */
export function tokenIn(raw: string): string {
  const token = /[?&]token=([\w.%-]+)/.exec(raw)?.[1];
  if (token === undefined) throw new Error(`no token in: ${raw}`);
  return decodeURIComponent(token);
}
