import type { JWTPayload } from 'jose';
import { z } from 'zod';
import type { Principal } from './principal.ts';
import { ROLE_SCOPES, type TenantRole } from './scopes.ts';

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** What keys are fetched from: over TLS, or from this very machine. */
const address = z.url('must be an address').refine(isTrustworthy, 'must be an https address');

/** A provider whose tokens are taken beside the built-in one's, and how its claims are read. */
export const TRUSTED_ISSUER = z.strictObject({
  /** The `iss` of its tokens, letter by letter. */
  issuer: address,
  /** The `aud` that its tokens must have: what this installation is called there. */
  audience: z.string().min(1, 'must not be empty'),
  /** Where the tenant's id stands: a claim's name, or names with dots in between for one within another. */
  tenantClaim: z.string().min(1, 'must not be empty'),
  /** Where the person's roles stand: in a list, or in a text with blanks or commas in between. */
  rolesClaim: z.string().min(1, 'must not be empty'),
  /** Which of its roles stands for which here. What is not named stands for nothing. */
  roles: z
    .record(z.string(), z.enum(['TENANT_ADMIN', 'TENANT_MEMBER'], 'must be TENANT_ADMIN or TENANT_MEMBER'))
    .refine((roles) => Object.keys(roles).length > 0, 'must name a role'),
  /** Where its keys are; otherwise its metadata is asked (OpenID Connect Discovery 1.0, section 4). */
  jwksUri: address.optional(),
  /** The only tenants that it may speak for; otherwise all. */
  tenants: z.array(z.string().min(1, 'must not be empty')).optional(),
});

export type TrustedIssuer = z.infer<typeof TRUSTED_ISSUER>;

/** A list of them as JSON text. */
export const TRUSTED_ISSUERS = z.string().transform((text, context): readonly TrustedIssuer[] => {
  const parsed = z.array(TRUSTED_ISSUER).safeParse(jsonOf(text));
  if (parsed.success && !hasTwice(parsed.data.map(({ issuer }) => issuer))) return parsed.data;
  const faults = parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`.replace(/^: /, ''));
  const message = faults?.join('; ') ?? 'names an issuer twice';
  context.addIssue({ code: 'custom', message: `must be a list of issuers in JSON: ${message}` });
  return z.NEVER;
});

/** Who the claims of a verified token speak of; `undefined` where they name no tenant that it may speak for, or no role. */
export function outsidePrincipal(trusted: TrustedIssuer, claims: JWTPayload): Principal | undefined {
  const { issuer, tenants } = trusted;
  const tenantId = claimAt(claims, trusted.tenantClaim);
  const role = roleOf(trusted, claimAt(claims, trusted.rolesClaim));
  if (typeof tenantId !== 'string' || tenantId === '' || role === undefined || !claims.sub) return undefined;
  if (tenants !== undefined && !tenants.includes(tenantId)) return undefined;
  return {
    kind: 'user',
    id: `${issuer}|${claims.sub}`,
    tenantId,
    roles: [role],
    scopes: new Set(ROLE_SCOPES[role]),
    issuer,
  };
}

/** The most that its roles stand for. */
function roleOf({ roles }: TrustedIssuer, claim: unknown): TenantRole | undefined {
  const given = typeof claim === 'string' ? claim.split(/[\s,]+/) : Array.isArray(claim) ? claim : [];
  const meant = given.flatMap((role) => (typeof role === 'string' && Object.hasOwn(roles, role) ? roles[role] : []));
  return meant.find((role) => role === 'TENANT_ADMIN') ?? meant[0];
}

/** A claim whose name has dots is found by it before they are taken for a path. */
function claimAt(claims: JWTPayload, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name.split('.').reduce<unknown>((value, part) => {
    return typeof value === 'object' && value !== null && Object.hasOwn(value, part)
      ? (value as Record<string, unknown>)[part]
      : undefined;
  }, claims);
}

export function isTrustworthy(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hasTwice(texts: readonly string[]): boolean {
  return new Set(texts).size !== texts.length;
}
