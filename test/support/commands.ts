import type { ExecutionResult } from 'graphql';
import { callerOf, type TestPlane } from './plane.ts';

/** Of commands that answer more than whether they were done: what to ask of the answer. */
const ANSWERS: Readonly<Record<string, string>> = {
  createTenant: '{ tenantId }',
  activateTenant: '{ status }',
  markOffboarding: '{ status }',
  restoreTenant: '{ status }',
  closeTenant: '{ status }',
  createUser: '{ userId }',
  activateUser: '{ userId }',
  createIdentity: '{ token expiresAt }',
};
/** Whose a command is; the tenant service's where nothing is said. */
const OWNERS: Readonly<Record<string, 'tenant' | 'user' | 'identity'>> = {
  createIdentity: 'identity',
  deleteIdentity: 'identity',
  deleteIdentities: 'identity',
  endSessions: 'identity',
  restrictTenant: 'identity',
  liftRestriction: 'identity',
  createUser: 'user',
  discardUser: 'user',
  activateUser: 'user',
  deactivateUser: 'user',
  deleteUsers: 'user',
};

const TYPES: Readonly<Record<string, string>> = {
  name: 'String!',
  tier: 'Tier!',
  email: 'EmailAddress!',
  revision: 'Int!',
};

/** Sends a command to the service that it belongs to, as another service does. */
export function sendCommand(
  plane: TestPlane,
  name: string,
  id: string,
  variables: Record<string, unknown>,
): Promise<ExecutionResult<Record<string, unknown>>> {
  const names = Object.keys(variables);
  const declared = names.map((key) => `$${key}: ${TYPES[key] ?? 'ID!'}`).join(', ');
  const given = names.map((key) => `${key}: $${key}`).join(', ');
  const source = `mutation ($id: ID!, ${declared}) { ${name}(commandId: $id, ${given}) ${ANSWERS[name] ?? ''} }`;
  const owner = OWNERS[name] ?? 'tenant';
  return plane.execute(owner, callerOf(owner, name), source, { id, ...variables });
}
