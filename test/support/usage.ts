import type { ExecutionResult } from 'graphql';
import { expect } from 'vitest';
import type { Principal } from '#lib/auth/principal.ts';
import type { Subgraph, SubgraphName } from '#lib/graphql/subgraph.ts';
import { ADMINISTRATOR, ONBOARDING, openTestPlane, type TestPlane } from '#test/support/plane.ts';

export const RECORD = `mutation ($input: RecordUsageInput!) {
  recordUsage(input: $input) { accepted duplicates rejected { index id code message } }
}`;

export const READ = `query ($tenantId: ID!, $from: DateTime, $to: DateTime, $meters: [String!], $window: UsageWindow) {
  _entities(representations: [{ __typename: "Tenant", tenantId: $tenantId }]) {
    ... on Tenant {
      usage(from: $from, to: $to, meters: $meters) { meter unit aggregation total series(window: $window) { start value } }
    }
  }
}`;

export type UsageInput = Readonly<Record<string, unknown>>;

export interface Recorded {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly { index: number; id: string; code: string; message: string }[];
}

export interface Usage {
  readonly meter: string;
  readonly total: string;
  readonly series: readonly { start: string; value: string }[];
}

/** The plane as those see it who record and read usage. */
export class UsagePlane {
  readonly test: TestPlane;
  #tenants = 0;

  private constructor(test: TestPlane) {
    this.test = test;
  }

  static async open(start: string): Promise<UsagePlane> {
    return new UsagePlane(await openTestPlane({ start }));
  }

  async makeTenant(options: { activate?: boolean } = {}): Promise<string> {
    const tenantId = `ten_usage_${++this.#tenants}`;
    await this.test.data(
      'tenant',
      ONBOARDING,
      `mutation ($id: ID!, $name: String!) {
        createTenant(commandId: "wf/CREATE_TENANT", tenantId: $id, name: $name, tier: STANDARD) { tenantId }
      }`,
      { id: tenantId, name: `Usage ${this.#tenants}` },
    );
    if (options.activate !== false) await this.command(tenantId, 'activateTenant');
    return tenantId;
  }

  /** @param mutation a command of the tenant service that needs nothing but the tenant */
  async command(tenantId: string, mutation: string): Promise<void> {
    const source = `mutation ($id: ID!) { ${mutation}(commandId: "wf/${mutation}", tenantId: $id) { status } }`;
    await this.test.data('tenant', ONBOARDING, source, { id: tenantId });
  }

  async record(events: readonly UsageInput[], principal = usageClient(null)): Promise<Recorded> {
    const data = await this.test.data('metrics', principal, RECORD, { input: { events } });
    const recorded = data.recordUsage as Recorded;
    expect(recorded.accepted + recorded.duplicates + recorded.rejected.length).toBe(events.length);
    return recorded;
  }

  async read(tenantId: string, args: Readonly<Record<string, unknown>> = {}): Promise<readonly Usage[]> {
    const data = await this.test.data('metrics', ADMINISTRATOR, READ, { tenantId, ...args });
    const [tenant] = data._entities as { usage: readonly Usage[] }[];
    if (tenant === undefined) throw new Error('no tenant');
    return tenant.usage;
  }

  async totals(tenantId: string, args: Readonly<Record<string, unknown>> = {}): Promise<Record<string, string>> {
    return Object.fromEntries((await this.read(tenantId, args)).map(({ meter, total }) => [meter, total]));
  }

  /** Does something while a subgraph is out of reach. */
  async without<T>(name: SubgraphName, run: () => Promise<T>): Promise<T> {
    const subgraphs = this.test.plane.subgraphs as Map<SubgraphName, Subgraph>;
    const gone = subgraphs.get(name);
    if (gone === undefined) throw new Error(`no subgraph ${name}`);
    subgraphs.delete(name);
    try {
      return await run();
    } finally {
      subgraphs.set(name, gone);
    }
  }
}

/** @param tenantId null for a client that works across tenants */
export function usageClient(tenantId: string | null): Principal {
  const scopes = new Set(['usage:write', 'usage:read', 'tenant:read']);
  return { kind: 'client', id: 'cli_test', tenantId, roles: [], scopes };
}

/** Each error's code, with the field where it names one. */
export function codesOf(result: ExecutionResult): readonly string[] {
  return (result.errors ?? []).map(({ extensions }) => [extensions.code, extensions.field].filter(Boolean).join(' '));
}
