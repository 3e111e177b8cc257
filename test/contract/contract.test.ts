import { readFileSync } from 'node:fs';
import { buildSchema, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN, clientToken, startTestServer, type TestServer } from '../support/server.ts';
import { at, fill, type Memory, readConsumers } from './consumers.ts';
import { mismatches } from './shape.ts';

/** The consumers' operations in the order in which their day goes. */
const DAY = [
  'administrator/sign-in',
  'administrator/refresh-session',
  'administrator/onboard',
  'administrator/tenant-page',
  'administrator/tenants',
  'customer/accept-invitation',
  'customer/my-tenants',
  'administrator/create-service-client',
  'internal-app/meters',
  'internal-app/record-usage',
  'internal-app/quotas',
  'administrator/preview-tier-change',
  'administrator/change-tier',
  'administrator/workflow',
  'administrator/offboard',
  'administrator/invoice',
];

const consumers = readConsumers();
const api = buildSchema(readFileSync(new URL('../../schema/api.graphql', import.meta.url), 'utf8'));

describe('what consumers send', () => {
  test.each([...consumers.values()])('$name fits the API schema', ({ document }) => {
    expect(validate(api, document)).toEqual([]);
  });

  test('is all part of the day below', () => {
    expect([...consumers.keys()].sort()).toEqual([...DAY].sort());
  });
});

describe('what consumers get', () => {
  const memory: Memory = new Map<string, unknown>([
    ['adminEmail', ADMIN.email],
    ['adminPassword', ADMIN.password],
  ]);
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  test.each(DAY)('%s is answered as the consumer expects', async (name) => {
    const operation = consumers.get(name);
    if (operation === undefined) throw new Error(`no operation ${name}`);
    if (operation.case.as === 'clientToken' && !memory.has('clientToken')) memory.set('clientToken', await exchange());
    const token = operation.case.as === undefined ? undefined : String(memory.get(operation.case.as));

    const answer = await server.query(operation.source, fill(operation.case.variables ?? {}, memory), token);

    expect(answer.errors).toEqual([]);
    for (const [key, path] of Object.entries(operation.case.remember ?? {})) memory.set(key, at(answer.data, path));
    expect(mismatches(answer.data, fill(operation.case.expect, memory))).toEqual([]);
  });

  function exchange(): Promise<string> {
    return clientToken(server.url, String(memory.get('clientId')), String(memory.get('clientSecret')));
  }
});
