import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '#lib/auth/principal.ts';
import { ADMINISTRATOR, ONBOARDING, tenantUser } from '#test/support/plane.ts';
import { codesOf, READ, UsagePlane } from '#test/support/usage.ts';

const ENTITIES = `query ($tenant: _Any!) {
  _entities(representations: [$tenant]) {
    ... on Tenant {
      usageToDate { meter total days { start value } }
      quotas { meter limit used remaining }
    }
  }
}`;

let plane: UsagePlane;

beforeAll(async () => {
  plane = await UsagePlane.open('2026-03-10T12:00:00.000Z');
});
afterAll(() => plane.test.close());

describe('reading usage', () => {
  let tenantId: string;

  beforeAll(async () => {
    tenantId = await plane.makeTenant();
    const at = (time: string, value: string, meter = 'compute') => ({
      id: `${meter} ${time}`,
      tenantId,
      meter,
      value,
      time,
    });
    await plane.record([
      at('2026-03-10T00:00:00.000Z', '1'),
      at('2026-03-10T00:59:59.999Z', '0.1'),
      at('2026-03-10T01:00:00.000Z', '0.02'),
      at('2026-03-10T11:30:00.000Z', '0.003'),
      at('2026-03-10T11:30:00.001Z', '0.0004'),
      at('2026-03-10T11:30:00.000Z', '7', 'apis'),
    ]);
  });

  it('every meter of the current month, with 0 where nothing was used, by day', async () => {
    const day = (value: string) => [{ start: '2026-03-10T00:00:00.000Z', value }];
    expect(await plane.read(tenantId)).toEqual([
      { meter: 'compute', unit: 'cpu-seconds', aggregation: 'SUM', total: '1.1234', series: day('1.1234') },
      { meter: 'memory', unit: 'gigabyte-hours', aggregation: 'SUM', total: '0', series: [] },
      { meter: 'apis', unit: 'requests', aggregation: 'SUM', total: '7', series: day('7') },
    ]);
  });

  it('a total is right to the event for any from and to', async () => {
    const cases: [string, string, string][] = [
      ['2026-03-10T00:00:00Z', '2026-03-10T12:00:00Z', '1.1234'],
      ['2026-03-10T00:00:00.001Z', '2026-03-10T12:00:00Z', '0.1234'],
      ['2026-03-10T00:00:00Z', '2026-03-10T00:59:59.999Z', '1'],
      ['2026-03-10T00:30:00Z', '2026-03-10T00:45:00Z', '0'],
      ['2026-03-10T00:30:00Z', '2026-03-10T01:00:00.001Z', '0.12'],
      ['2026-03-10T01:00:00Z', '2026-03-10T11:30:00.001Z', '0.023'],
      ['2026-03-10T11:30:00.001Z', '2026-03-10T11:30:00.002Z', '0.0004'],
      ['2026-03-10T13:00:00+02:00', '2026-03-10T15:00:00+02:00', '0.0034'],
    ];
    for (const [from, to, compute] of cases)
      expect([from, to, await plane.totals(tenantId, { from, to })]).toMatchObject([from, to, { compute }]);
  });

  it('a series has its windows oldest first and leaves empty ones out', async () => {
    const points = async (window: string) => (await plane.read(tenantId, { window, meters: ['compute'] }))[0]?.series;
    expect(await points('HOUR')).toEqual([
      { start: '2026-03-10T00:00:00.000Z', value: '1.1' },
      { start: '2026-03-10T01:00:00.000Z', value: '0.02' },
      { start: '2026-03-10T11:00:00.000Z', value: '0.0034' },
    ]);
    expect(await points('MONTH')).toEqual([{ start: '2026-03-01T00:00:00.000Z', value: '1.1234' }]);
  });

  it('refuses what is no range and no meter', async () => {
    const cases: [Record<string, unknown>, string][] = [
      [{ from: '2026-03-10T00:00:00Z', to: '2026-03-10T00:00:00Z' }, 'from'],
      [{ from: '2026-04-01T00:00:00Z' }, 'from'],
      [{ to: '2026-03-01T00:00:00Z' }, 'to'],
      [{ from: '2024-01-01T00:00:00Z' }, 'from'],
      [{ from: 'soon' }, 'from'],
      [{ to: 5 }, 'to'],
      [{ meters: ['compute', 'disk'] }, 'meters'],
    ];
    for (const [args, field] of cases) {
      const result = await plane.test.execute('metrics', ADMINISTRATOR, READ, { tenantId, ...args });
      expect([args, codesOf(result)]).toEqual([args, [`BAD_USER_INPUT ${field}`]]);
    }
  });

  it('what was answered is in the next reading, while folding goes on in the background', async () => {
    const busy = await plane.makeTenant();
    for (let batch = 1; batch <= 20; batch++) {
      await plane.record(
        Array.from({ length: 60 }, (_, place) => ({
          id: `${batch}-${place}`,
          tenantId: busy,
          meter: 'compute',
          value: '0.1',
          time: `2026-03-10T0${place % 10}:00:00Z`,
        })),
      );
      expect(await plane.totals(busy)).toMatchObject({ compute: String((batch * 60) / 10) });
    }
  });

  it('another tenant is not there, and usage asks for usage:read', async () => {
    const foreign = await plane.test.execute('metrics', tenantUser('ten_other'), READ, { tenantId });
    expect(foreign.data).toEqual({ _entities: [null] });
    const scopeless = { ...tenantUser(tenantId), scopes: new Set<string>() };
    expect(codesOf(await plane.test.execute('metrics', scopeless, READ, { tenantId }))).toEqual(['FORBIDDEN']);
  });
});

describe('the current month', () => {
  it('by day, and against the quotas of the plan', async () => {
    const tenantId = await plane.makeTenant();
    await plane.record([
      { id: '1', tenantId, meter: 'compute', value: '90.5' },
      { id: '2', tenantId, meter: 'memory', value: '200' },
    ]);
    const allowances = [
      { __typename: 'Allowance', meter: 'compute', quota: '100' },
      { __typename: 'Allowance', meter: 'memory', quota: '100' },
      { __typename: 'Allowance', meter: 'apis', quota: null },
    ];
    const tenant = { __typename: 'Tenant', tenantId, allowances };
    const data = await plane.test.data('metrics', ADMINISTRATOR, ENTITIES, { tenant });
    const day = (value: string) => [{ start: '2026-03-10T00:00:00.000Z', value }];
    expect(data._entities).toEqual([
      {
        usageToDate: [
          { meter: 'compute', total: '90.5', days: day('90.5') },
          { meter: 'memory', total: '200', days: day('200') },
          { meter: 'apis', total: '0', days: [] },
        ],
        quotas: [
          { meter: 'compute', limit: '100', used: '90.5', remaining: '9.5' },
          { meter: 'memory', limit: '100', used: '200', remaining: '0' },
          { meter: 'apis', limit: null, used: '0', remaining: null },
        ],
      },
    ]);
  });

  it('quotas are unavailable, not unlimited, when it is not known what the plan allows', async () => {
    const tenantId = await plane.makeTenant();
    for (const known of [{}, { allowances: null }]) {
      const tenant = { __typename: 'Tenant', tenantId, ...known };
      const result = await plane.test.execute('metrics', ADMINISTRATOR, ENTITIES, { tenant });
      expect(codesOf(result)).toEqual(['UNAVAILABLE']);
      expect(result.data?._entities).toMatchObject([{ quotas: null, usageToDate: [{}, {}, {}] }]);
    }
  });

  it('everybody who is signed in reads the meters', async () => {
    const query = '{ meters { name unit aggregation } }';
    const { meters } = await plane.test.data('metrics', tenantUser('ten_any', 'TENANT_MEMBER'), query);
    expect(meters).toEqual([
      { name: 'compute', unit: 'cpu-seconds', aggregation: 'SUM' },
      { name: 'memory', unit: 'gigabyte-hours', aggregation: 'SUM' },
      { name: 'apis', unit: 'requests', aggregation: 'SUM' },
    ]);
    expect(codesOf(await plane.test.execute('metrics', ANONYMOUS, query))).toEqual(['UNAUTHENTICATED']);
  });
});

describe('deleting usage', () => {
  const DELETE = 'mutation ($id: ID!) { deleteUsage(commandId: "wf/DELETE_USAGE", tenantId: $id) }';

  it('keeps what invoices rest on, can be repeated, and nothing comes in afterwards', async () => {
    const tenantId = await plane.makeTenant();
    const events = Array.from({ length: 700 }, (_, place) => ({
      id: `${place}`,
      tenantId,
      meter: 'apis',
      value: 1,
      time: `2026-03-10T0${place % 9}:30:00Z`,
    }));
    await plane.record(events);
    const before = await plane.read(tenantId, { window: 'HOUR' });
    await plane.command(tenantId, 'markOffboarding');
    await Promise.all(
      Array.from({ length: 3 }, () => plane.test.data('metrics', ONBOARDING, DELETE, { id: tenantId })),
    );
    expect(await plane.test.data('metrics', ONBOARDING, DELETE, { id: tenantId })).toEqual({ deleteUsage: true });
    expect(before.map(({ total }) => total)).toEqual(['0', '0', '700']);
    expect(await plane.read(tenantId, { window: 'HOUR' })).toEqual(before);
    expect(await plane.record(events.slice(0, 2))).toMatchObject({
      rejected: [{ code: 'FAILED_PRECONDITION' }, { code: 'FAILED_PRECONDITION' }],
    });
    expect(await plane.read(tenantId, { window: 'HOUR' })).toEqual(before);
  });

  it('a part of an hour whose events are deleted is an error and not a zero', async () => {
    const tenantId = await plane.makeTenant();
    await plane.record([{ id: '1', tenantId, meter: 'apis', value: 1, time: '2026-03-10T05:30:00Z' }]);
    await plane.test.data('metrics', ONBOARDING, DELETE, { id: tenantId });
    const part = (from: string) => plane.test.execute('metrics', ADMINISTRATOR, READ, { tenantId, from });
    expect(codesOf(await part('2026-03-10T05:15:00Z'))).toEqual(['FAILED_PRECONDITION']);
    expect(codesOf(await part('2026-03-10T04:15:00Z'))).toEqual([]);
  });

  it('is for the services alone, and of an unknown tenant there is nothing to delete', async () => {
    expect(codesOf(await plane.test.execute('metrics', ADMINISTRATOR, DELETE, { id: 'ten_x' }))).toEqual(['FORBIDDEN']);
    expect(await plane.test.data('metrics', ONBOARDING, DELETE, { id: 'ten_x' })).toEqual({ deleteUsage: true });
  });
});
