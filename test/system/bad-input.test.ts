import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.ts';

const ONBOARD = 'mutation($input: OnboardInput!) { onboard(input: $input) { workflow { status } } }';
const OFFBOARD = 'mutation($input: OffboardInput!) { offboard(input: $input) { workflow { status } } }';
const GOOD = { customerName: 'Good', email: 'good@example.com', billingAddress: 'somewhere', tier: 'FREE' };

let server: TestServer;
let admin: string;

beforeAll(async () => {
  server = await startTestServer();
  admin = await server.signIn();
});
afterAll(() => server.close());

describe('a value that is not acceptable is BAD_USER_INPUT and names its field', () => {
  test.each([
    ['an unknown tier', ONBOARD, { input: { ...GOOD, tier: 'GOLD' } }, 'input.tier'],
    ['an e-mail without @', ONBOARD, { input: { ...GOOD, email: 'good.example.com' } }, 'input.email'],
    ['a name of spaces', ONBOARD, { input: { ...GOOD, customerName: '   ' } }, 'input.customerName'],
    [
      'a name of 10,000 characters',
      ONBOARD,
      { input: { ...GOOD, customerName: 'x'.repeat(10_000) } },
      'input.customerName',
    ],
    [
      'a name with a control character',
      ONBOARD,
      { input: { ...GOOD, customerName: 'a\u0000b' } },
      'input.customerName',
    ],
    ['half a surrogate pair', ONBOARD, { input: { ...GOOD, customerName: 'a\ud800' } }, 'input.customerName'],
    ['an empty billing address', ONBOARD, { input: { ...GOOD, billingAddress: ' ' } }, 'input.billingAddress'],
    [
      'a missing field',
      ONBOARD,
      { input: { customerName: 'x', email: 'x@example.com', tier: 'FREE' } },
      'input.billingAddress',
    ],
    ['a field that there is not', ONBOARD, { input: { ...GOOD, colour: 'red' } }, 'input.colour'],
    ['both tenantId and customerName', OFFBOARD, { input: { tenantId: 'ten_x', customerName: 'x' } }, 'input'],
    ['neither tenantId nor customerName', OFFBOARD, { input: {} }, 'input'],
    ['a page of 101', 'query($n: Int) { tenants(first: $n) { totalCount } }', { n: 101 }, 'first'],
    ['a page of 0', 'query($n: Int) { tenants(first: $n) { totalCount } }', { n: 0 }, 'first'],
    ['a broken cursor', 'query($c: String) { tenants(after: $c) { totalCount } }', { c: 'zzz' }, 'after'],
    [
      'a cursor of another list',
      'query($c: String) { workflows(after: $c) { totalCount } }',
      { c: Buffer.from('["tenants","created","x","y"]').toString('base64url') },
      'after',
    ],
    [
      'no events',
      'mutation($input: RecordUsageInput!) { recordUsage(input: $input) { accepted } }',
      { input: { events: [] } },
      'input.events',
    ],
  ])('%s', async (_, operation, variables, field) => {
    const { errors } = await server.query(operation, variables, admin);
    expect(errors.map(({ extensions }) => [extensions.code, extensions.field])).toEqual([['BAD_USER_INPUT', field]]);
  });

  test.each(['1e400', '9007199254740993', '0.12345678901234567891'])(
    'a number in the document that would change on its way: %s',
    async (number) => {
      const literal = `mutation { recordUsage(input: { events: [{ id: "x", tenantId: "ten_x", meter: "apis", value: ${number} }] }) { accepted } }`;
      const { errors } = await server.query(literal, {}, admin);
      expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.events.value' });
    },
  );

  test('a variable is named by where it is used, whatever it is called', async () => {
    const operation =
      'mutation($e: EmailAddress!) { onboard(input: { customerName: "x", email: $e, billingAddress: "y", tier: FREE }) { workflow { status } } }';
    const { errors } = await server.query(operation, { e: 'nobody' }, admin);
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.email' });
    const whole = 'mutation($in: OnboardInput!) { onboard(input: $in) { workflow { status } } }';
    const missing = await server.query(whole, { in: { ...GOOD, email: null } }, admin);
    expect(missing.errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.email' });
  });

  test('an e-mail without @ written into the document', async () => {
    const literal =
      'mutation { onboard(input: { customerName: "x", email: "nobody", billingAddress: "y", tier: FREE }) { workflow { status } } }';
    const { errors } = await server.query(literal, {}, admin);
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.email' });
  });
});

describe('what does not exist', () => {
  test('an unknown tenant is null in a query and NOT_FOUND in a mutation', async () => {
    const query = await server.query('{ tenant(tenantId: "ten_nobody") { name users { totalCount } } }', {}, admin);
    expect([query.data, query.errors]).toEqual([{ tenant: null }, []]);
    const mutation = await server.query(OFFBOARD, { input: { tenantId: 'ten_nobody' } }, admin);
    expect(mutation.errors[0]?.extensions.code).toBe('NOT_FOUND');
    const byName = await server.query(OFFBOARD, { input: { customerName: 'Nobody Ltd' } }, admin);
    expect(byName.errors[0]?.extensions.code).toBe('NOT_FOUND');
  });
});

describe('who may not', () => {
  test('nobody signed in is UNAUTHENTICATED', async () => {
    const { data, errors } = await server.query('{ tenant(tenantId: "ten_x") { name } }');
    expect([data, errors[0]?.extensions.code]).toEqual([{ tenant: null }, 'UNAUTHENTICATED']);
  });

  test.each(['nonsense', 'a.b.c', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG0ifQ.'])(
    'a bad token (%s) is UNAUTHENTICATED and 401',
    async (token) => {
      const { status, errors } = await server.query('{ plans { tier } }', {}, token);
      expect([status, errors[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    },
  );

  test('a command between services is not in the API', async () => {
    const { errors } = await server.query(
      'mutation { closeTenant(commandId: "x", tenantId: "y") { tenantId } }',
      {},
      admin,
    );
    expect(errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});

describe('a request that is none', () => {
  const post = async (body: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    return { status: response.status, body: (await response.json()) as { errors: { extensions: { code: string } }[] } };
  };

  test.each([
    ['broken JSON', '{"query": ', 400, 'BAD_REQUEST'],
    ['no query', '{}', 400, 'BAD_REQUEST'],
    ['an empty body', '', 400, 'BAD_REQUEST'],
    ['a batch', '[{"query":"{ __typename }"}]', 400, 'BAD_REQUEST'],
    ['a document that is not GraphQL', '{"query":"{ tenant("}', 400, 'GRAPHQL_PARSE_FAILED'],
    ['a field that there is not', '{"query":"{ nothing }"}', 400, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'an operation that there is not',
      '{"query":"query A { __typename } query B { __typename }","operationName":"C"}',
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'a body over the limit',
      JSON.stringify({ query: '{ __typename }', pad: 'x'.repeat(6 * 1024 * 1024) }),
      413,
      'BAD_REQUEST',
    ],
    ['a selection that is too deep', JSON.stringify({ query: deep(20) }), 400, 'OPERATION_TOO_COMPLEX'],
    [
      'too many aliases',
      JSON.stringify({ query: `{ ${Array.from({ length: 60 }, (_, n) => `a${n}: plans { tier }`).join(' ')} }` }),
      400,
      'OPERATION_TOO_COMPLEX',
    ],
    ['too many tokens', JSON.stringify({ query: `{ ${'__typename '.repeat(5_000)} }` }), 400, 'OPERATION_TOO_COMPLEX'],
  ])('%s', async (_, body, status, code) => {
    const answer = await post(body);
    expect([answer.status, answer.body.errors[0]?.extensions.code]).toEqual([status, code]);
  });

  test('a form or a plain text, as a foreign page could send it with the browser’s credentials, is refused', async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"query":"{ __typename }"}',
    });
    expect(response.status).toBe(415);
    const get = await fetch(`${server.url}/graphql?query=%7B__typename%7D`);
    expect(get.status).toBe(400);
  });

  test('an unknown path is 404, and a long one too', async () => {
    expect((await fetch(`${server.url}/nothing`)).status).toBe(404);
    expect((await fetch(`${server.url}/${'x'.repeat(10_000)}`)).status).toBe(404);
  });

  test('nothing of it stopped the server, and no answer had a stack or a path', async () => {
    const bad = await Promise.all([post('{"query": '), post('[]'), post('"x"'), post('null')]);
    expect(JSON.stringify(bad)).not.toMatch(/node_modules|\.ts:|at .+\(/);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });
});

function deep(levels: number): string {
  let selection = 'tenantId';
  for (let level = 0; level < levels; level++)
    selection = level % 2 === 0 ? `workflows { edges { node { tenant { ${selection} } } } }` : `name ${selection}`;
  return `{ tenant(tenantId: "x") { ${selection} } }`;
}
