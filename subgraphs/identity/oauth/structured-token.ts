import { decodeJwt } from 'jose';
import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import type { AccessTokenClaims } from '#lib/auth/access-token.ts';
import type { Principal } from '#lib/auth/principal.ts';
import { AppError } from '#lib/errors.ts';
import type { Service } from '../service.ts';
import { PATHS } from './paths.ts';

/** What is compared of a token to see whom it belongs to. */
interface Belongings {
  readonly clientId?: string | undefined;
  readonly tenantId?: string | undefined;
}

/** Whether a client may learn what a token says: its own always; of its tenant, or of all, where it proves who it is. */
export function mayTellOf(client: Client, { clientId, tenantId }: Belongings): boolean {
  if (clientId === client.clientId) return true;
  if (client.clientAuthMethod === 'none') return false;
  return client.tenant_id === undefined || client.tenant_id === tenantId;
}

/**
 * The engine looks up tokens that it stores, and refuses JWTs as a type that it does not support. An access token is a JWT
 * here: it is verified instead (RFC 7662), or its session ended (RFC 7009). The client has been authenticated by then.
 */
export async function answerStructuredToken(service: Service, context: KoaContextWithOIDC): Promise<void> {
  const { error } = Object(context.body) as { error?: unknown };
  if (error !== 'unsupported_token_type') return;
  const { client, params } = context.oidc;
  if (client === undefined || typeof params?.token !== 'string') return;
  if (context.path === PATHS.introspect) {
    context.status = 200;
    context.body = await introspect(service, client, params.token);
  } else if (context.path === PATHS.revoke && (await revoke(service, client, params.token))) {
    context.status = 200;
    context.body = '';
  }
}

async function introspect(service: Service, client: Client, token: string): Promise<object> {
  const principal = await inspect(service, token);
  if (principal === undefined) return { active: false };
  const { azp, ...claims } = decodeJwt<AccessTokenClaims>(token);
  const clientId = claims.client_id ?? azp;
  if (!mayTellOf(client, { clientId, tenantId: claims.tenant_id })) return { active: false };
  return {
    active: true,
    ...claims,
    ...(clientId === undefined ? {} : { client_id: clientId }),
    // As of now: while its tenant is suspended, a client's token is good for less than it says.
    scope: [...principal.scopes].join(' '),
    token_type: 'Bearer',
  };
}

/** @returns whether there is nothing left of the token that could be revoked: a program's own has no session */
async function revoke(service: Service, client: Client, token: string): Promise<boolean> {
  if ((await inspect(service, token)) === undefined) return true;
  const { azp, sid } = decodeJwt<AccessTokenClaims>(token);
  if (azp !== client.clientId || sid === undefined) return false;
  await service.applicationSessions.endById(sid);
  return true;
}

async function inspect(service: Service, token: string): Promise<Principal | undefined> {
  try {
    return await service.inspect(token);
  } catch (error) {
    if (error instanceof AppError && error.code === 'UNAUTHENTICATED') return undefined;
    throw error;
  }
}
