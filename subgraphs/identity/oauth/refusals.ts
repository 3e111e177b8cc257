import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { ErrorCode } from '#lib/errors.ts';
import type { Service } from '../service.ts';
import { isApplication } from './clients.ts';
import type { EngineRequest } from './flow.ts';

/** The codes of the API for those of RFC 6749, section 5.2. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  invalid_client: 'UNAUTHENTICATED',
  invalid_grant: 'UNAUTHENTICATED',
  unauthorized_client: 'FORBIDDEN',
  invalid_scope: 'FORBIDDEN',
  access_denied: 'FORBIDDEN',
  server_error: 'INTERNAL_SERVER_ERROR',
};

const GRANT_TYPES = ['client_credentials', 'authorization_code', 'refresh_token'];

/** Writes into the audit log whom the token endpoint refused. What it answers is the engine's everyday work, and is not in it. */
export function noteRefusals(provider: Provider, { auditDoors }: Service): void {
  provider.on('grant.error', (context: KoaContextWithOIDC, error) => {
    const { client, params } = context.oidc ?? {};
    const grantType = GRANT_TYPES.find((type) => type === params?.grant_type) ?? 'other';
    const tenantId = client?.tenant_id;
    auditDoors.note({
      action: 'oauthToken',
      requestId: context.response.get('x-request-id'),
      clientAddress: (context.req as EngineRequest).clientAddress ?? null,
      // Whoever says so, or has proven it: the code tells.
      ...(client === undefined ? {} : { clientId: client.clientId }),
      targets:
        client === undefined
          ? []
          : [{ type: isApplication(client) ? 'Application' : 'ServiceClient', id: client.clientId }],
      tenantId: typeof tenantId === 'string' ? tenantId : null,
      arguments: { grantType, error: error.error },
      errorCode: CODES[error.error] ?? 'BAD_USER_INPUT',
    });
  });
}
