import type { ServiceName } from '../service-name.ts';
import { SERVICE_SCOPES } from './scopes.ts';

/** Who makes a request, as the token says: verified once, where the request comes in. */
export interface Principal {
  readonly kind: 'anonymous' | 'administrator' | 'user' | 'client' | 'service';
  /** The user's, the administrator's or the client's id; `service:<name>` for a service; empty for nobody. */
  readonly id: string;
  /** The tenant that the principal is bound to; null for one that works across tenants. */
  readonly tenantId: string | null;
  readonly roles: readonly string[];
  readonly scopes: ReadonlySet<string>;
  /** The session of a person's token. */
  readonly sessionId?: string;
  /** The application through which a person acts; absent where it acts by itself. */
  readonly application?: string;
  /** The outside provider that vouches for a person; absent for whoever is known here. */
  readonly issuer?: string;
}

export const ANONYMOUS: Principal = {
  kind: 'anonymous',
  id: '',
  tenantId: null,
  roles: [],
  scopes: new Set(),
};

/** The service itself, when it commands or asks another. */
export function servicePrincipal(name: ServiceName): Principal {
  return { kind: 'service', id: `service:${name}`, tenantId: null, roles: [], scopes: new Set(SERVICE_SCOPES[name]) };
}

/** Which service a principal is; `undefined` when it is none. */
export function serviceOf({ kind, id }: Principal): ServiceName | undefined {
  return kind === 'service' ? (id.slice('service:'.length) as ServiceName) : undefined;
}

/** Whether things of this tenant exist for the principal. */
export function maySeeTenant(principal: Principal, tenantId: string): boolean {
  if (principal.kind === 'anonymous') return false;
  return principal.tenantId === null || principal.tenantId === tenantId;
}

export function hasScope(principal: Principal, scope: string): boolean {
  return principal.scopes.has(scope);
}
