import type { GraphQLDataSource } from '@apollo/gateway';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GatewayContext } from '#gateway/data-source/in-process.ts';
import { readConsumers } from '../contract/consumers.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

describe('a service that is down', () => {
  const down = new Set<string>();
  let server: TestServer;
  let admin: string;
  let tenantId: string;
  const page = readConsumers().get('administrator/tenant-page')?.source ?? '';

  beforeAll(async () => {
    server = await startTestServer({
      interceptDataSource: (name, dataSourceOf) => {
        const inner = dataSourceOf(name);
        const dataSource: GraphQLDataSource<GatewayContext> = {
          process: (options) =>
            down.has(name) ? Promise.reject(new Error('connection refused')) : inner.process(options),
        };
        return dataSource;
      },
    });
    admin = await server.signIn();
    const input = { customerName: 'Acme', email: 'a@acme.example', billingAddress: 'x', tier: 'PREMIUM' };
    const onboard = 'mutation($input: OnboardInput!) { onboard(input: $input) { tenant { tenantId } } }';
    tenantId = (await server.query(onboard, { input }, admin)).data.onboard.tenant.tenantId;
  });
  afterAll(() => server.close());

  test.each([
    ['user', ['users']],
    ['provisioning', ['infrastructure']],
    ['billing', ['billingAccount', 'quotas', 'upcomingInvoice']],
    ['metrics', ['quotas', 'upcomingInvoice', 'usage']],
  ])('%s: its fields are null with UNAVAILABLE, and the rest of the tenant stands', async (name, fields) => {
    down.add(name);
    const { status, data, errors } = await server.query(page, { tenantId }, admin);
    down.delete(name);

    expect(status).toBe(200);
    const nulls = Object.keys(data.tenant).filter((key) => data.tenant[key] === null);
    expect(nulls.sort()).toEqual(fields);
    expect(data.tenant).toMatchObject({ name: 'Acme', tier: 'PREMIUM', status: 'ACTIVE' });
    expect(new Set(errors.map((error) => error.extensions.code))).toEqual(new Set(['UNAVAILABLE']));
    for (const field of fields) expect(errors.map((error) => error.path?.join('.'))).toContain(`tenant.${field}`);
  });

  test('without usage the upcoming invoice is an error and not a small bill', async () => {
    down.add('metrics');
    const { data, errors } = await server.query(
      'query($id: ID!) { tenant(tenantId: $id) { name upcomingInvoice { total { amountMinor } } } }',
      { id: tenantId },
      admin,
    );
    down.delete('metrics');
    expect(data.tenant).toEqual({ name: 'Acme', upcomingInvoice: null });
    // One error, where the caller asked: not a second one for the usage that billing required.
    expect(errors.map(({ path, extensions }) => [path?.join('.'), extensions.code])).toEqual([
      ['tenant.upcomingInvoice', 'UNAVAILABLE'],
    ]);
  });

  test('the tenant service itself: null with UNAVAILABLE, and the server goes on', async () => {
    down.add('tenant');
    const { data, errors } = await server.query(page, { tenantId }, admin);
    down.delete('tenant');
    expect([data, errors[0]?.extensions.code]).toEqual([{ tenant: null }, 'UNAVAILABLE']);
    expect((await server.query(page, { tenantId }, admin)).errors).toEqual([]);
  });
});
