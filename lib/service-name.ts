/** The subgraphs, by name. */
export const SUBGRAPHS = ['tenant', 'user', 'identity', 'onboarding', 'billing', 'provisioning', 'metrics'] as const;
export type SubgraphName = (typeof SUBGRAPHS)[number];

/** Everything that has a credential of its own. */
export const SERVICES = ['gateway', ...SUBGRAPHS] as const;
export type ServiceName = (typeof SERVICES)[number];

/** Where each listens when nothing is said. */
export const DEFAULT_PORTS: Readonly<Record<ServiceName, number>> = {
  gateway: 4000,
  tenant: 4001,
  user: 4002,
  identity: 4003,
  onboarding: 4004,
  billing: 4005,
  provisioning: 4006,
  metrics: 4007,
};

export function isSubgraphName(name: string): name is SubgraphName {
  return (SUBGRAPHS as readonly string[]).includes(name);
}

export function isServiceName(name: string): name is ServiceName {
  return (SERVICES as readonly string[]).includes(name);
}
