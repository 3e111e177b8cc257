import { ANONYMOUS, type Principal, servicePrincipal } from '#lib/auth/principal.ts';
import { GRANTABLE_SCOPES, isTenantClientScope, ROLE_SCOPES, type TenantRole } from '#lib/auth/scopes.ts';
import { SUBGRAPHS } from '#lib/graphql/subgraph.ts';
import { ADMINISTRATOR, tenantUser } from '#test/support/plane.ts';
import type { Populated } from './fixture.ts';

export interface Caller {
  readonly name: string;
  readonly principal: Principal;
  /** Whether its token is worth nothing any more, which who verifies tokens learns within seconds. */
  readonly outlived?: true;
}

/** Every kind of caller: who is bound to a tenant is so to this one. */
export function callersOf(tenant: Populated, administratorId: string): Caller[] {
  const { tenantId } = tenant;
  const role = (name: TenantRole, userId: string) => tenantUser(tenantId, name, userId);
  const everything = GRANTABLE_SCOPES.filter(isTenantClientScope);
  const inviting = ['user:write', ...ROLE_SCOPES.TENANT_MEMBER];
  return [
    { name: 'nobody', principal: ANONYMOUS },
    { name: 'a platform administrator', principal: { ...ADMINISTRATOR, id: administratorId } },
    { name: 'a TENANT_ADMIN', principal: role('TENANT_ADMIN', tenant.admin) },
    { name: 'a TENANT_MEMBER', principal: role('TENANT_MEMBER', tenant.member) },
    { name: 'a TENANT_ADMIN who was disabled', principal: role('TENANT_ADMIN', tenant.disabledAdmin), outlived: true },
    ...everything.map((scope) => client(`a tenant’s client with ${scope}`, tenantId, [scope])),
    client('a tenant’s client that invites', tenantId, inviting),
    client('a tenant’s client with all it can hold', tenantId, everything),
    client('a tenant’s client without a scope', tenantId, []),
    ...GRANTABLE_SCOPES.map((scope) => client(`a client across tenants with ${scope}`, null, [scope])),
    client('a client across tenants that invites', null, inviting),
    client('a client across tenants with all scopes', null, GRANTABLE_SCOPES),
    client('a client across tenants without a scope', null, []),
    ...(['gateway', ...SUBGRAPHS] as const).map((name) => ({
      name: `the ${name} service`,
      principal: servicePrincipal(name),
    })),
  ];
}

function client(name: string, tenantId: string | null, scopes: readonly string[]): Caller {
  return { name, principal: { kind: 'client', id: 'cli_walk', tenantId, roles: [], scopes: new Set(scopes) } };
}
