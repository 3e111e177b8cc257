import type { ExecutionResult } from 'graphql';
import type { Principal } from '#lib/auth/principal.ts';
import { ADMINISTRATOR, type TestPlane } from './plane.ts';

/** A service client as its creation answers it. */
export interface CreatedClient {
  readonly client: {
    readonly clientId: string;
    readonly name: string;
    readonly scopes: string[];
    readonly tenantId: string | null;
  };
  readonly clientSecret: string | null;
}

const CREATE = `mutation ($input: CreateServiceClientInput!) {
  createServiceClient(input: $input) { client { clientId name scopes tenantId createdAt } clientSecret }
}`;

type Answer = ExecutionResult<Record<string, unknown>>;

/** Asks for a service client and answers what comes. */
export function askForClient(test: TestPlane, input: object, principal: Principal = ADMINISTRATOR): Promise<Answer> {
  return test.execute('identity', principal, CREATE, { input: { name: 'App', ...input } });
}

/** A new service client; throws on errors. */
export async function createClient(test: TestPlane, input: object, principal?: Principal): Promise<CreatedClient> {
  const { data, errors } = await askForClient(test, input, principal);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.createServiceClient as CreatedClient;
}

export async function revokeClient(
  test: TestPlane,
  clientId: string,
  principal: Principal = ADMINISTRATOR,
): Promise<Answer> {
  const source = 'mutation ($id: ID!) { revokeServiceClient(input: { clientId: $id }) { clientId } }';
  return await test.execute('identity', principal, source, { id: clientId });
}
