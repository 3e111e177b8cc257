import type { Principal } from '#lib/auth/principal.ts';
import { isGrantableScope, ROLE_SCOPES } from '#lib/auth/scopes.ts';
import { AppError, badUserInput } from '#lib/errors.ts';

const MAX_URIS = 20;
const MAX_URI_LENGTH = 2_000;
/** Where a program on the person's own machine listens (RFC 8252, section 7.3): nobody in between could read the code. */
const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];

/** An application whose users sign in here: an OpenID Connect relying party. */
export interface ApplicationDocument {
  /** Its OAuth client id. */
  readonly applicationId: string;
  readonly name: string;
  /** Where a code may be sent, compared character by character (RFC 9700, section 4.1.3). */
  readonly redirectUris: readonly string[];
  /** Where the browser may be sent after signing out. */
  readonly postLogoutRedirectUris: readonly string[];
  /** What its users' access tokens can do at most, beside what their role says. */
  readonly scopes: readonly string[];
  /** The tenant whose users it signs in; null for one that signs in everybody. */
  readonly tenantId: string | null;
  /** SHA-256 of the secret; null for a public client, which cannot keep one (RFC 6749, section 2.1). */
  readonly secretHash: string | null;
  readonly status: 'ACTIVE' | 'REVOKED';
  readonly createdAt: string;
}

/** @throws {AppError} `BAD_USER_INPUT` for more than 20, and for one that is not https, or http on the own machine */
export function parseRedirectUris(uris: readonly string[], field: string): string[] {
  if (uris.length > MAX_URIS) throw badUserInput(field, `There are ${MAX_URIS} addresses at most.`);
  for (const uri of uris) requireRedirectUri(uri, field);
  return [...new Set(uris)];
}

function requireRedirectUri(uri: string, field: string): void {
  const url = uri.length <= MAX_URI_LENGTH && uri.isWellFormed() ? URL.parse(uri) : null;
  if (url === null) throw badUserInput(field, 'An address is not one.');
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.includes(url.hostname));
  if (!secure) throw badUserInput(field, 'An address is https, or http on 127.0.0.1, [::1] or localhost.');
  if (url.username !== '' || url.password !== '' || uri.includes('#') || uri.includes('*')) {
    throw badUserInput(field, 'An address has no user name, no fragment and no wildcard.');
  }
  // Written as a browser reads it, so that what is compared is what is meant.
  if (url.href !== uri && url.href !== `${uri}/`) throw badUserInput(field, `Write the address as ${url.href}.`);
}

/**
 * The scopes that a caller gives an application, each once; none is enough to sign users in. Nobody grants what it does not
 * hold: who signs in may be mightier than who made the application.
 *
 * @throws {AppError} `BAD_USER_INPUT` for what no user, or no user of a tenant, can hold; `FORBIDDEN` for what the caller
 * does not hold, and for an application of all tenants where the caller is bound to one
 */
export function grantApplicationScopes(
  principal: Principal,
  scopes: readonly string[],
  tenantId: string | null,
): string[] {
  for (const scope of scopes) {
    if (!isGrantableScope(scope)) throw badUserInput('input.scopes', `There is no scope ${JSON.stringify(scope)}.`);
    if (tenantId !== null && !ROLE_SCOPES.TENANT_ADMIN.includes(scope)) {
      throw badUserInput('input.scopes', `No user of a tenant can hold ${scope}.`);
    }
  }
  if (tenantId === null && principal.tenantId !== null) {
    throw new AppError('FORBIDDEN', 'Only a caller across tenants can make an application of all tenants.');
  }
  const missing = scopes.find((scope) => !principal.scopes.has(scope));
  if (missing !== undefined) throw new AppError('FORBIDDEN', `Nobody can grant what it does not hold: ${missing}.`);
  return [...new Set(scopes)];
}
