import type { AdapterPayload, Client } from 'oidc-provider';
import type { ApplicationDocument } from '../clients/application.ts';
import type { ServiceClientDocument } from '../clients/service-client.ts';
import type { Service } from '../service.ts';
import type { Account } from '../sessions/session.ts';

/** What the engine keeps of a client beside the registered names (RFC 7591). */
export const OWN_METADATA = ['tenant_id', 'graph_scope'];

/** A service client or an application, as the engine knows clients; `undefined` for one that is not, or no longer. */
export async function clientMetadata(service: Service, id: string): Promise<AdapterPayload | undefined> {
  if (!id.isWellFormed()) return undefined;
  const client = await service.clients.find(id);
  if (client !== undefined) return ofServiceClient(client);
  const application = await service.applications.find(id);
  return application === undefined ? undefined : ofApplication(application);
}

/** Whether the client is an application, by which people sign in. */
export function isApplication(client: Client): boolean {
  return client.grantTypeAllowed('authorization_code');
}

/** Whether an application signs this person in: that of a tenant signs in the tenant's users and nobody else. */
export function admits(client: Client, { tenantId }: Pick<Account, 'tenantId'>): boolean {
  const own = client.tenant_id;
  return own === undefined || own === tenantId;
}

/** The scopes of the graph that an application's tokens can hold at most. */
export function graphScopes(client: Client): readonly string[] {
  return String(client.graph_scope ?? '')
    .split(' ')
    .filter(Boolean);
}

function ofServiceClient(client: ServiceClientDocument): AdapterPayload {
  return {
    client_id: client.clientId,
    client_secret: client.secretHash,
    client_name: client.name,
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    token_endpoint_auth_method: 'client_secret_basic',
    ...(client.tenantId === null ? {} : { tenant_id: client.tenantId }),
  };
}

function ofApplication(application: ApplicationDocument): AdapterPayload {
  const { secretHash, tenantId } = application;
  return {
    client_id: application.applicationId,
    client_name: application.name,
    application_type: 'web',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    response_modes: ['query'],
    redirect_uris: [...application.redirectUris],
    post_logout_redirect_uris: [...application.postLogoutRedirectUris],
    token_endpoint_auth_method: secretHash === null ? 'none' : 'client_secret_basic',
    graph_scope: application.scopes.join(' '),
    ...(secretHash === null ? {} : { client_secret: secretHash }),
    ...(tenantId === null ? {} : { tenant_id: tenantId }),
  };
}
