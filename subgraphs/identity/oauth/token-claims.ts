import { type AccessToken, type ClientCredentials, errors } from 'oidc-provider';
import type { AccessTokenClaims } from '#lib/auth/access-token.ts';
import type { ClientGrant } from '../client-service.ts';
import type { Service } from '../service.ts';
import { subjectsOf } from '../session-service.ts';
import { accessTokenClaims } from '../signing-keys.ts';
import type { Flow } from './flow.ts';

/** The claims of an access token: the same as everywhere else in the service, whatever the engine would say. */
export async function accessTokenPayload(
  service: Service,
  flow: Flow,
  token: AccessToken | ClientCredentials,
): Promise<AccessTokenClaims> {
  if (token.kind === 'AccessToken') return await personClaims(service, flow, token);
  if (flow.clientGrant === undefined) throw new Error('a token without a grant');
  return clientClaims(service, flow.clientGrant, token.scope ?? '');
}

/** @throws {errors.InvalidGrant} when the person or the application was shut out since the person proved who it is */
async function personClaims(service: Service, flow: Flow, token: AccessToken): Promise<AccessTokenClaims> {
  const { account, begun, provenAt } = flow;
  const { grantId, clientId } = token;
  if (account === undefined || provenAt === undefined || grantId === undefined || clientId === undefined) {
    throw new Error('a token for nobody');
  }
  const shutOut = [...subjectsOf(account), { kind: 'client', subject: clientId } as const];
  if (await service.revocations.revokedSince(provenAt, shutOut)) {
    throw new errors.InvalidGrant('the session has ended');
  }
  return accessTokenClaims(service.tokenSource, begun, {
    sub: account.subject,
    ...(account.tenantId === null ? {} : { tenant_id: account.tenantId }),
    roles: [account.role],
    scope: token.scope ?? '',
    sid: grantId,
    azp: clientId,
  });
}

function clientClaims(service: Service, grant: ClientGrant, scope: string): AccessTokenClaims {
  const { client, begun, seconds } = grant;
  const holder = {
    sub: client.clientId,
    client_id: client.clientId,
    ...(client.tenantId === null ? {} : { tenant_id: client.tenantId }),
    roles: [],
    scope,
  };
  return accessTokenClaims(service.tokenSource, begun, holder, seconds);
}
