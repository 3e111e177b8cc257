import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExecutionResult, parse } from 'graphql';
import { type Principal, servicePrincipal } from '#lib/auth/principal.ts';
import { GRANTABLE_SCOPES, ROLE_SCOPES, type TenantRole } from '#lib/auth/scopes.ts';
import { SERVICE_CALLS } from '#lib/auth/service-commands.generated.ts';
import { ManualClock } from '#lib/clock.ts';
import { readConfig } from '#lib/config.ts';
import { Request, RequestContext } from '#lib/graphql/context.ts';
import { executeOperation } from '#lib/graphql/execute.ts';
import { SUBGRAPHS, type SubgraphName } from '#lib/graphql/subgraph.ts';
import { createIds } from '#lib/ids.ts';
import { createLog } from '#lib/log.ts';
import type { Stores } from '#lib/store/port.ts';
import { openPlane, type Plane } from '#subgraphs/plane.ts';
import { openTestStores, removeStores, storeEnvironment } from './stores.ts';

export const ADMINISTRATOR: Principal = {
  kind: 'administrator',
  id: 'adm_test',
  tenantId: null,
  roles: ['PLATFORM_ADMINISTRATOR'],
  scopes: new Set(GRANTABLE_SCOPES),
};

export const ONBOARDING = servicePrincipal('onboarding');

/** A service that may ask this of a subgraph: one whose calls name the root field. */
export function callerOf(subgraph: SubgraphName, field: string): Principal {
  const caller = SUBGRAPHS.find((name) => SERVICE_CALLS[name][subgraph]?.includes(field));
  if (caller === undefined) throw new Error(`no service asks ${subgraph} for ${field}`);
  return servicePrincipal(caller);
}

export function tenantUser(tenantId: string, role: TenantRole = 'TENANT_ADMIN', userId = 'usr_test'): Principal {
  return { kind: 'user', id: userId, tenantId, roles: [role], scopes: new Set(ROLE_SCOPES[role]) };
}

/** From where an operation is sent. */
export interface From {
  readonly clientAddress?: string;
}

/** All subgraphs on stores of their own, with a clock that the test moves. */
export interface TestPlane {
  readonly plane: Plane;
  readonly clock: ManualClock;
  readonly dataDir: string;
  /** Executes an operation on one subgraph, as an insider would: with no gateway in front. */
  execute(
    subgraph: SubgraphName,
    principal: Principal,
    source: string,
    variables?: Record<string, unknown>,
    from?: From,
  ): Promise<ExecutionResult<Record<string, unknown>>>;
  /** The same; throws when there are errors. */
  data(
    subgraph: SubgraphName,
    principal: Principal,
    source: string,
    variables?: Record<string, unknown>,
    from?: From,
  ): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export async function openTestPlane(
  options: {
    start?: string;
    dataDir?: string;
    env?: Record<string, string>;
    /** Stores that outlive the plane, with the clock of those who share them. */
    shared?: { readonly stores: Stores; readonly clock: ManualClock };
  } = {},
): Promise<TestPlane> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'plane-')));
  const config = readConfig({
    ...storeEnvironment(dataDir),
    LOG_LEVEL: 'silent',
    ADMIN_PASSWORD: 'correct horse battery',
    ...options.env,
  });
  const clock = options.shared?.clock ?? new ManualClock(options.start ?? '2026-03-10T12:00:00.000Z');
  const log = createLog(config.logLevel);
  const stores = options.shared?.stores ?? (await openTestStores(dataDir));
  const plane = await openPlane({ config, log, clock, ids: createIds(clock), stores });

  const execute: TestPlane['execute'] = async (name, principal, source, variables = {}, from = {}) => {
    const subgraph = plane.subgraphs.get(name);
    if (subgraph === undefined) throw new Error(`no subgraph ${name}`);
    const context = new RequestContext(new Request({ requestId: 'req_test', log, principal, ...from }));
    return (await executeOperation(
      subgraph.schema,
      { document: parse(source), variables },
      context,
    )) as ExecutionResult<Record<string, unknown>>;
  };

  return {
    plane,
    clock,
    dataDir,
    execute,
    async data(name, principal, source, variables, from) {
      const result = await execute(name, principal, source, variables, from);
      if (result.errors !== undefined) throw new Error(JSON.stringify(result.errors));
      return result.data ?? {};
    },
    async close() {
      await plane.stop();
      if (options.shared === undefined) await stores.close();
      if (options.dataDir === undefined) await removeStores(dataDir);
    },
  };
}
