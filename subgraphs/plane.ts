import type { Clock } from '#lib/clock.ts';
import type { Config } from '#lib/config.ts';
import { type Answerer, createServices, type InterceptCall, inProcess, type Services } from '#lib/graphql/services.ts';
import type { Notice, Subgraph, SubgraphFactory } from '#lib/graphql/subgraph.ts';
import type { Ids } from '#lib/ids.ts';
import type { Logger } from '#lib/log.ts';
import type { Remotes } from '#lib/remote/remotes.ts';
import type { ServiceName, SubgraphName } from '#lib/service-name.ts';
import type { Stores } from '#lib/store/port.ts';

/** How each subgraph is made: the one list of what a process can run. A process loads what it runs and nothing else. */
const FACTORIES: Readonly<Record<SubgraphName, () => Promise<SubgraphFactory>>> = {
  tenant: async () => (await import('./tenant/index.ts')).createTenantSubgraph,
  identity: async () => (await import('./identity/index.ts')).createIdentitySubgraph,
  user: async () => (await import('./user/index.ts')).createUserSubgraph,
  provisioning: async () => (await import('./provisioning/index.ts')).createProvisioningSubgraph,
  billing: async () => (await import('./billing/index.ts')).createBillingSubgraph,
  metrics: async () => (await import('./metrics/index.ts')).createMetricsSubgraph,
  onboarding: async () => (await import('./onboarding/index.ts')).createOnboardingSubgraph,
};

/** The subgraphs that run in this process, joined with each other and with those that run elsewhere. */
export interface Plane {
  readonly subgraphs: ReadonlyMap<SubgraphName, Subgraph>;
  /** What the person who starts the process must be told, once. */
  readonly notices: readonly Notice[];
  /** All subgraphs, here and elsewhere, asked in the name of a service of this process. */
  services(caller: ServiceName, log: Logger): Services;
  /** Resolves when every subgraph of this process can answer. */
  ready(): Promise<void>;
  /** Ends what the subgraphs do by themselves, the last begun first. The stores stay open. */
  stop(): Promise<void>;
}

export interface PlaneInit {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Not needed where no subgraph runs. */
  readonly stores: Stores | undefined;
  /** What runs elsewhere; nothing, where nothing is said. */
  readonly remotes?: Remotes | undefined;
  /** Stands between the services: tests make calls fail by it. */
  readonly interceptCall?: InterceptCall | undefined;
}

/** Makes the subgraphs that run here, joins them and starts what they do by themselves. */
export async function openPlane({ remotes, interceptCall, stores, ...init }: PlaneInit): Promise<Plane> {
  const subgraphs = new Map<SubgraphName, Subgraph>();
  const servicesOf = (caller: ServiceName, log: Logger): Services => {
    const answerers = new WeakMap<object, Answerer>();
    const kept = (key: object, make: () => Answerer) => {
      const answerer = answerers.get(key) ?? make();
      answerers.set(key, answerer);
      return answerer;
    };
    const reach = (callee: SubgraphName): Answerer | undefined => {
      const subgraph = subgraphs.get(callee);
      if (subgraph !== undefined) return kept(subgraph, () => inProcess(subgraph, caller, log));
      const addresses = init.config.remotes[callee];
      if (addresses === undefined || remotes === undefined) return undefined;
      return kept(addresses, () => remotes.answerer(caller, callee, log));
    };
    return createServices(caller, reach, interceptCall);
  };
  const make = async (name: SubgraphName) => {
    const log = init.log.child({ service: name });
    if (stores === undefined) throw new Error(`${name} runs here and has no store`);
    const factory = await FACTORIES[name]();
    return await factory({ ...init, log, stores, services: servicesOf(name, log) });
  };
  for (const subgraph of await Promise.all(namesHere(init.config).map(make))) subgraphs.set(subgraph.name, subgraph);
  const notices: Notice[] = [];
  for (const subgraph of subgraphs.values()) notices.push(...((await subgraph.start?.()) ?? []));
  return {
    subgraphs,
    notices,
    services: servicesOf,
    async ready() {
      await Promise.all([...subgraphs.values()].map((subgraph) => subgraph.ready()));
    },
    async stop() {
      for (const subgraph of [...subgraphs.values()].reverse()) await subgraph.stop?.();
    },
  };
}

/** The subgraphs that run in a process of this configuration, in the order in which they start. */
export function namesHere({ remotes }: Config): readonly SubgraphName[] {
  const inOrder = Object.keys(FACTORIES) as SubgraphName[];
  return inOrder.filter((name) => remotes[name] === undefined);
}
