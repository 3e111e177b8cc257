import type { Principal } from './principal.ts';
import { isGrantableScope, ROLE_SCOPES } from './scopes.ts';

/** How long an access token is good (the contract, "identity"). */
export const ACCESS_TOKEN_SECONDS = 15 * 60;
/** The only signature algorithm that is made or accepted: ECDSA on P-256 with SHA-256 (RFC 7518, section 3.4). */
export const ACCESS_TOKEN_ALGORITHM = 'ES256';
/** The `typ` header of a JWT access token (RFC 9068, section 2.1). */
export const ACCESS_TOKEN_TYPE = 'at+jwt';

export const ADMINISTRATOR_ROLE = 'PLATFORM_ADMINISTRATOR';

/** What a revocation names: tokens by their `tenant_id` (all, or its users'), by the `sub` of a person or of a client, or by their `sid`. `client` names the tokens issued to an application too, by their `azp`. */
export type RevocationKind = 'tenant' | 'tenant-users' | 'user' | 'client' | 'session';

/** The claims of an access token (RFC 9068, section 2.2), and which private ones stand beside them. */
export interface AccessTokenClaims {
  readonly iss: string;
  readonly aud: string;
  /** The user's, the administrator's or the client's id. */
  readonly sub: string;
  /** Seconds since 1970. */
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  /** Milliseconds since 1970: `iat` is too coarse to tell a token from a revocation in the same second. */
  readonly iat_ms: number;
  /** Absent for platform administrators and for clients without a tenant. */
  readonly tenant_id?: string;
  readonly roles: readonly string[];
  /** Separated by spaces. */
  readonly scope: string;
  /** The client's id in a client's own token; absent in a person's. */
  readonly client_id?: string;
  /** The session of a person's token. */
  readonly sid?: string;
  /** The application that a person's token was issued to; absent for a person's own (OpenID Connect Core, section 2). */
  readonly azp?: string;
}

/** Who the claims of a verified token speak of; `undefined` when they make no sense together. */
export function principalOf(claims: AccessTokenClaims): Principal | undefined {
  const kind = kindOf(claims);
  if (kind === undefined) return undefined;
  return {
    kind,
    id: claims.sub,
    tenantId: claims.tenant_id ?? null,
    roles: claims.roles,
    // `service:command` is for the services themselves, whatever a token says.
    scopes: new Set(claims.scope.split(' ').filter(isGrantableScope)),
    ...(claims.sid === undefined ? {} : { sessionId: claims.sid }),
    ...(claims.azp === undefined ? {} : { application: claims.azp }),
  };
}

/** What a revocation can name of a token, as `kind:subject`. */
export function revocableSubjects(claims: AccessTokenClaims): readonly string[] {
  const { tenant_id: tenantId, client_id: clientId } = claims;
  return [
    revocationKey(clientId === undefined ? 'user' : 'client', claims.sub),
    ...(tenantId === undefined ? [] : [revocationKey('tenant', tenantId)]),
    ...(tenantId === undefined || clientId !== undefined ? [] : [revocationKey('tenant-users', tenantId)]),
    ...(claims.azp === undefined ? [] : [revocationKey('client', claims.azp)]),
    ...(claims.sid === undefined ? [] : [revocationKey('session', claims.sid)]),
  ];
}

export function revocationKey(kind: RevocationKind, subject: string): string {
  return `${kind}:${subject}`;
}

function kindOf(claims: AccessTokenClaims): 'administrator' | 'user' | 'client' | undefined {
  if (claims.client_id !== undefined) {
    return claims.client_id === claims.sub && claims.roles.length === 0 ? 'client' : undefined;
  }
  const [role, ...others] = claims.roles;
  if (role === undefined || others.length > 0) return undefined;
  if (claims.tenant_id === undefined) return role === ADMINISTRATOR_ROLE ? 'administrator' : undefined;
  return Object.hasOwn(ROLE_SCOPES, role) ? 'user' : undefined;
}
