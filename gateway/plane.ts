import type { Clock } from '#lib/clock.ts';
import type { Config } from '#lib/config.ts';
import { createServices, type InterceptCall } from '#lib/graphql/services.ts';
import type { Notice, Subgraph, SubgraphFactory, SubgraphName } from '#lib/graphql/subgraph.ts';
import type { Ids } from '#lib/ids.ts';
import type { Logger } from '#lib/log.ts';
import type { Stores } from '#lib/store/port.ts';
import { createBillingSubgraph } from '#subgraphs/billing/index.ts';
import { createIdentitySubgraph } from '#subgraphs/identity/index.ts';
import { createMetricsSubgraph } from '#subgraphs/metrics/index.ts';
import { createOnboardingSubgraph } from '#subgraphs/onboarding/index.ts';
import { createProvisioningSubgraph } from '#subgraphs/provisioning/index.ts';
import { createTenantSubgraph } from '#subgraphs/tenant/index.ts';
import { createUserSubgraph } from '#subgraphs/user/index.ts';

/** How each subgraph is made: the one list of what this process can run. */
const FACTORIES: Readonly<Partial<Record<SubgraphName, SubgraphFactory>>> = {
  tenant: createTenantSubgraph,
  identity: createIdentitySubgraph,
  user: createUserSubgraph,
  provisioning: createProvisioningSubgraph,
  billing: createBillingSubgraph,
  metrics: createMetricsSubgraph,
  onboarding: createOnboardingSubgraph,
};

/** The subgraphs that run in this process, joined so that they can call each other. */
export interface Plane {
  readonly subgraphs: ReadonlyMap<SubgraphName, Subgraph>;
  /** What the person who starts the process must be told, once. */
  readonly notices: readonly Notice[];
  /** Resolves when every subgraph can answer. */
  ready(): Promise<void>;
  /** Ends what the subgraphs do by themselves, the last begun first. The stores stay open. */
  stop(): Promise<void>;
}

export interface PlaneInit {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly stores: Stores;
  /** Stands between the services: tests make calls fail by it. */
  readonly interceptCall?: InterceptCall | undefined;
}

/** Makes the subgraphs, joins them and starts what they do by themselves. */
export async function openPlane(init: PlaneInit): Promise<Plane> {
  const subgraphs = new Map<SubgraphName, Subgraph>();
  const make = async ([name, factory]: [string, SubgraphFactory]) => {
    const log = init.log.child({ service: name });
    const services = createServices(name as SubgraphName, (callee) => subgraphs.get(callee), log, init.interceptCall);
    return await factory({ ...init, log, services });
  };
  for (const subgraph of await Promise.all(Object.entries(FACTORIES).map(make))) subgraphs.set(subgraph.name, subgraph);
  const notices: Notice[] = [];
  for (const subgraph of subgraphs.values()) notices.push(...((await subgraph.start?.()) ?? []));
  return {
    subgraphs,
    notices,
    async ready() {
      await Promise.all([...subgraphs.values()].map((subgraph) => subgraph.ready()));
    },
    async stop() {
      for (const subgraph of [...subgraphs.values()].reverse()) await subgraph.stop?.();
    },
  };
}
