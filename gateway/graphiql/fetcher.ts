import type { Fetcher } from '@graphiql/toolkit';
import type { Answer, Send, Session } from './session.ts';

const ENDPOINT = '/graphql';

/** Sends the editor's operations with the session's token, unless the headers editor names an `Authorization` itself. */
export function sessionFetcher(session: Session): Fetcher {
  return async ({ query, operationName, variables }, options) => {
    const headers = new Headers(options?.headers);
    const token = headers.has('authorization') ? undefined : await session.accessToken();
    if (token) headers.set('authorization', `Bearer ${token}`);
    return post({ query, operationName, variables }, headers);
  };
}

/** Sends the session's own operations. */
export const send: Send = async (operation, accessToken) => {
  const answer = await post(operation, new Headers(accessToken ? { authorization: `Bearer ${accessToken}` } : {}));
  return answer as Answer;
};

async function post(body: unknown, headers: Headers) {
  headers.set('content-type', 'application/json');
  headers.set('accept', 'application/graphql-response+json, application/json');
  const response = await fetch(ENDPOINT, { method: 'POST', headers, body: JSON.stringify(body), credentials: 'omit' });
  if (!response.headers.get('content-type')?.includes('json')) {
    throw new Error(`The server answered ${response.status} ${response.statusText} without JSON.`);
  }
  return response.json();
}
