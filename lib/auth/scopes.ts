import type { SubgraphName } from '../graphql/subgraph.ts';

/** Every scope that a person or a program can be given (the contract, "Who may do what"). */
export const GRANTABLE_SCOPES = [
  'tenant:read',
  'tenant:write',
  'tenant:tier',
  'onboarding:read',
  'onboarding:write',
  'user:read',
  'user:write',
  'billing:read',
  'billing:account',
  'billing:write',
  'provisioning:read',
  'usage:read',
  'usage:write',
  'identity:read',
  'identity:write',
  'audit:read',
  'platform:write',
] as const;

export type Scope = (typeof GRANTABLE_SCOPES)[number] | 'service:command';

export type TenantRole = 'TENANT_ADMIN' | 'TENANT_MEMBER';

/** What a role opens in its tenant. */
export const ROLE_SCOPES: Readonly<Record<TenantRole, readonly Scope[]>> = {
  TENANT_ADMIN: [
    'tenant:read',
    'tenant:tier',
    'onboarding:read',
    'user:read',
    'user:write',
    'billing:read',
    'billing:account',
    'provisioning:read',
    'usage:read',
    'identity:read',
    'audit:read',
  ],
  TENANT_MEMBER: ['tenant:read', 'usage:read'],
};

export function isGrantableScope(scope: string): scope is Scope {
  return (GRANTABLE_SCOPES as readonly string[]).includes(scope);
}

/** Whether a service client that is bound to a tenant may hold the scope. */
export function isTenantClientScope(scope: string): boolean {
  return !(
    scope.startsWith('platform:') ||
    scope.startsWith('onboarding:') ||
    scope === 'tenant:write' ||
    scope === 'billing:write'
  );
}

/** What a client of a suspended tenant can still do (the contract, "tenant"). */
export function scopesWhileSuspended<S extends string>(scopes: Iterable<S>): S[] {
  return [...scopes].filter((scope) => scope === 'usage:write');
}

/** What each service may do on the others: its commands, and the reads that it needs to know what it does not own. */
export const SERVICE_SCOPES: Readonly<Record<SubgraphName | 'gateway', readonly Scope[]>> = {
  gateway: ['service:command'],
  tenant: ['service:command'],
  user: ['service:command', 'tenant:read'],
  identity: ['service:command', 'tenant:read', 'user:read'],
  onboarding: ['service:command', 'tenant:read', 'usage:read'],
  billing: ['service:command', 'tenant:read', 'usage:read'],
  provisioning: ['service:command'],
  metrics: ['service:command', 'tenant:read'],
};
