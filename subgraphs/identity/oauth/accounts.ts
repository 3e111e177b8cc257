import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { AppError } from '#lib/errors.ts';
import { StoreUnavailable } from '#lib/store/errors.ts';
import type { Service } from '../service.ts';
import type { Account } from '../session.ts';
import { admits, graphScopes } from './clients.ts';
import type { Flows } from './flow.ts';

/** The scopes that are about the person, not about the graph. */
export const OWN_SCOPES = ['openid', 'email', 'offline_access'];

/** Which claims of an ID token come with which scope (OpenID Connect Core, section 5.4). */
export const CLAIMS = {
  openid: ['sub', 'tenant_id', 'roles'],
  email: ['email', 'email_verified'],
};

/**
 * Who a person is now, asked at each authorization, redemption and refresh; `undefined` for one that is shut out, or that
 * the application does not sign in.
 */
export async function findAccount(service: Service, flows: Flows, context: KoaContextWithOIDC, subject: string) {
  const account = await reachable(service.sessions.accountOfPerson(subject, `oauth/${subject}`));
  const { client } = context.oidc;
  if (account === undefined || client === undefined || !admits(client, account)) return undefined;
  flows.of(context).account = account;
  return { accountId: subject, claims: () => claimsOf(account) };
}

/** What a person has granted an application by signing in: there is no other question (docs/decisions/0015-no-consent.md). */
export async function grantAll(service: Service, context: KoaContextWithOIDC) {
  const { account, client, provider, requestParamScopes } = context.oidc;
  if (account === undefined || client === undefined) return undefined;
  const { accountId } = account;
  const grant = new provider.Grant({ accountId, clientId: client.clientId });
  grant.jti = service.newSessionId();
  grant.addOIDCScope(OWN_SCOPES.filter((scope) => requestParamScopes.has(scope)));
  grant.addResourceScope(service.tokenSource.audience, graphScopes(client).join(' '));
  await grant.save();
  return grant;
}

/** When the sign-in page is shown: when nobody has signed in, or somebody who may not go on. Consent is never asked. */
export function signInPolicy(): interactionPolicy.DefaultPolicy {
  const { Check, Prompt, base } = interactionPolicy;
  const policy = base();
  policy.remove('consent');
  policy.add(new Prompt({ name: 'consent', requestable: true }));
  const shutOut = ({ oidc }: KoaContextWithOIDC) =>
    oidc.session?.accountId !== undefined && oidc.account === undefined
      ? Check.REQUEST_PROMPT
      : Check.NO_NEED_TO_PROMPT;
  policy.get('login')?.checks.add(new Check('shut_out', 'somebody else must sign in', 'login_required', shutOut));
  return policy;
}

/** An outage of a service or of the store is told as one. */
export async function reachable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const isOutage = error instanceof StoreUnavailable || (error instanceof AppError && error.code === 'UNAVAILABLE');
    if (!isOutage) throw error;
    const unavailable = new errors.TemporarilyUnavailable('a service is out of reach; try again');
    unavailable.statusCode = 503;
    throw unavailable;
  }
}

function claimsOf({ subject, tenantId, role, email }: Account) {
  return {
    sub: subject,
    ...(tenantId === null ? {} : { tenant_id: tenantId }),
    roles: [role],
    email,
    email_verified: true,
  };
}
