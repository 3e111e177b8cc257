import { ANONYMOUS, type Principal } from '../auth/principal.ts';
import { AppError } from '../errors.ts';

/** Of an answer to a request whose access token is refused (RFC 6750, section 3). */
export const INVALID_TOKEN_CHALLENGE = 'Bearer error="invalid_token"';

/** Who makes a request, and by which access token. */
export interface Caller {
  readonly principal: Principal;
  readonly accessToken: string | null;
}

/**
 * Who an `Authorization` header speaks of (RFC 6750, section 2.1): none is nobody, a bad one is refused as a whole.
 *
 * @throws {AppError} `UNAUTHENTICATED`, or what `verify` throws
 */
export async function callerOf(
  authorization: string | undefined,
  verify: (token: string) => Promise<Principal>,
): Promise<Caller> {
  if (authorization === undefined) return { principal: ANONYMOUS, accessToken: null };
  const token = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization)?.[1];
  if (token === undefined) throw new AppError('UNAUTHENTICATED', 'The Authorization header is not a bearer token.');
  return { principal: await verify(token), accessToken: token };
}
