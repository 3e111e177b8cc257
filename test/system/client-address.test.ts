import { expect, it } from 'vitest';
import { ADMIN, startTestServer, type TestServer } from '#test/support/server.ts';

const SIGN_IN = 'mutation($input: SignInInput!) { signIn(input: $input) { accessToken } }';

/** Where the last session of the administrator was begun from, when the request said that it came from there. */
async function seenFrom(server: TestServer, forwarded: string): Promise<string> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': forwarded },
    body: JSON.stringify({ query: SIGN_IN, variables: { input: ADMIN } }),
  });
  const { data } = (await response.json()) as { data: { signIn: { accessToken: string } } };
  const source = '{ mySessions(first: 1) { edges { node { clientAddress } } } }';
  const answer = await server.query(source, {}, data.signIn.accessToken);
  return answer.data.mySessions.edges[0].node.clientAddress;
}

it('where a request came from is what the connection says, whatever the request does', async () => {
  const server = await startTestServer();
  expect(await seenFrom(server, '203.0.113.9')).toBe('127.0.0.1');
  await server.close();
});

it('behind a proxy that is trusted it is what the last one that is not saw', async () => {
  const server = await startTestServer({ env: { TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' } });
  expect(await seenFrom(server, '203.0.113.9')).toBe('203.0.113.9');
  expect(await seenFrom(server, '198.51.100.1, 203.0.113.9, 10.1.2.3')).toBe('203.0.113.9');
  await server.close();
});
