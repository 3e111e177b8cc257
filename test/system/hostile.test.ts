import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let admin: string;

beforeAll(async () => {
  server = await startTestServer();
  admin = await server.signIn();
});
afterAll(() => server.close());

const range = (count: number) => Array.from({ length: count }, (_, n) => n);
const TENANT_FIELDS = 'name tier status createdAt updatedAt quotas { used } usage { total } infrastructure { status }';

/** Fragments that each spread the next so often: a kilobyte that stands for millions of selections. */
function chain(length: number, spreads: (next: number) => string): string {
  const fragments = range(length).map((n) => `fragment f${n} on Tenant { ${spreads(n + 1)} }`);
  return `{ tenants { edges { node { ...f0 } } } } ${fragments.join(' ')} fragment f${length} on Tenant { ${TENANT_FIELDS} }`;
}

const nested = (levels: number, inner: string) => `${'[['.repeat(levels)}${inner}${']]'.repeat(levels)}`;

const CREATE_CLIENT =
  'mutation($s: [String!]!) { createServiceClient(input: { name: "a", scopes: $s }) { clientSecret } }';
const USERS = (inner: string, first: string) => `users(first: ${first}) { edges { node { ${inner} } } }`;

describe('a request that is made to cost much is refused at once', () => {
  test.each<[string, string, Record<string, unknown>, string]>([
    ['a list of 100,000 wrong values', CREATE_CLIENT, { s: range(100_000) }, 'BAD_USER_INPUT'],
    [
      'an input of 60,000 unknown fields',
      'mutation($i: SignInInput!) { signIn(input: $i) { expiresAt } }',
      { i: Object.fromEntries(range(60_000).map((n) => [`f${n}`, 1])) },
      'BAD_USER_INPUT',
    ],
    [
      'a variable that nests 1,000 deep',
      'mutation($i: SignInInput!) { signIn(input: $i) { expiresAt } }',
      { i: { email: JSON.parse(nested(500, '1')) } },
      'BAD_USER_INPUT',
    ],
    [
      'fragments that double 25 times',
      chain(25, (next) => `...f${next} ...f${Math.min(next + 1, 25)}`),
      {},
      'OPERATION_TOO_COMPLEX',
    ],
    [
      'fragments under conditions',
      `query(${range(20)
        .map((n) => `$v${n}: Boolean!`)
        .join(
          ' ',
        )}) ${chain(10, (next) => `...f${next} @include(if: $v${2 * next - 2}) ...f${next} @include(if: $v${2 * next - 1})`)}`,
      Object.fromEntries(range(20).map((n) => [`v${n}`, true])),
      'OPERATION_TOO_COMPLEX',
    ],
    [
      'conditions beyond number',
      `query($v: Boolean!) { tenants { edges { node { ${range(31)
        .map(() => 'name @include(if: $v)')
        .join(' ')} } } } }`,
      { v: true },
      'OPERATION_TOO_COMPLEX',
    ],
    [
      'a number of 60,000 digits',
      `{ tenants(first: 1${'0'.repeat(60_000)}1) { totalCount } }`,
      {},
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a document of 200,000 characters',
      `{ tenant(tenantId: "${'x'.repeat(200_000)}") { name } }`,
      {},
      'OPERATION_TOO_COMPLEX',
    ],
    [
      'lists in lists in lists',
      `{ me { tenant { ${USERS(`tenant { ${USERS(`tenant { ${USERS('email', '60')} }`, '60')} }`, '60')} } } }`,
      {},
      'OPERATION_TOO_COMPLEX',
    ],
    [
      'lists in lists by variables',
      `query($n: Int) { tenants(first: $n) { edges { node { ${USERS(`tenant { ${USERS('email', '$n')} }`, '$n')} } } } }`,
      { n: 100 },
      'OPERATION_TOO_COMPLEX',
    ],
    [
      'selections that nest 1,500 deep',
      `{ ${'tenant { '.repeat(1_500)} name ${'}'.repeat(1_500)} }`,
      {},
      'OPERATION_TOO_COMPLEX',
    ],
    ['a subscription', 'subscription { x }', {}, 'BAD_REQUEST'],
    [
      'a password of 400,000 characters that normalization makes longer',
      'mutation($i: AcceptInvitationInput!) { acceptInvitation(input: $i) { expiresAt } }',
      { i: { token: 'x', password: 'ﷺ'.repeat(300_000) } },
      'BAD_USER_INPUT',
    ],
    [
      'a variable that is left out and named as a method is',
      'query($constructor: ID!) { tenant(tenantId: $constructor) { name } }',
      {},
      'BAD_USER_INPUT',
    ],
  ])('%s', async (_, query, variables, code) => {
    const began = performance.now();
    const { status, errors, text } = await server.query(query, variables);
    const milliseconds = performance.now() - began;
    expect(errors[0]?.extensions.code).toBe(code);
    expect(status).toBeLessThan(500);
    expect(errors.length).toBeLessThanOrEqual(10);
    expect(text.length).toBeLessThan(5_000);
    expect(milliseconds).toBeLessThan(1_500);
  });

  test('a search of a million letters finds nothing, soon', async () => {
    const began = performance.now();
    const { data, errors } = await server.query(
      'query($s: String!) { tenants(search: $s) { totalCount } tenantByName(name: $s) { name } }',
      { s: 'İ'.repeat(300_000) },
      admin,
    );
    expect([data, errors]).toEqual([{ tenants: { totalCount: 0 }, tenantByName: null }, []]);
    expect(performance.now() - began).toBeLessThan(1_500);
  });

  test('a persisted query is a bad request', async () => {
    const body = JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: 'x'.repeat(64) } } });
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  test('the server still answers', async () => {
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });
});

describe('what consumers send is far below the limits', () => {
  test('the largest page of tenants with their users', async () => {
    const { errors } = await server.query(
      `{ tenants(first: 100) { edges { node { name ${USERS('email', '100')} } } } }`,
      {},
      admin,
    );
    expect(errors).toEqual([]);
  });

  test('a thousand usage events in one batch', async () => {
    const events = range(1_000).map((n) => ({
      id: 'x'.repeat(195) + n,
      tenantId: 'ten_0',
      meter: 'apis',
      value: '1',
      subject: 'y'.repeat(200),
    }));
    const { data, errors } = await server.query(
      'mutation($i: RecordUsageInput!) { recordUsage(input: $i) { rejected { code } } }',
      { i: { events } },
      admin,
    );
    expect(errors).toEqual([]);
    expect(data.recordUsage.rejected).toHaveLength(1_000);
  });
});
