/** References to entities that another subgraph resolves. */
export interface TenantReference {
  readonly __typename: 'Tenant';
  readonly tenantId: string;
}

export interface UserReference {
  readonly __typename: 'User';
  readonly userId: string;
}

export function tenantReference(tenantId: string): TenantReference {
  return { __typename: 'Tenant', tenantId };
}

export function userReference(userId: string): UserReference {
  return { __typename: 'User', userId };
}
