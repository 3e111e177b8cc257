import type { Isolation, Tier } from './resolvers.generated.ts';

export const ISOLATIONS: readonly Isolation[] = ['POOL', 'BRIDGE', 'SILO'];

const ISOLATION_OF_TIER: Readonly<Record<Tier, Isolation>> = { FREE: 'POOL', STANDARD: 'BRIDGE', PREMIUM: 'SILO' };

/** How far a tenant of the tier is kept apart from others. */
export function isolationOf(tier: Tier): Isolation {
  return ISOLATION_OF_TIER[tier];
}
