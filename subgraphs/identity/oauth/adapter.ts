import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { OAuthArtifactDocument } from '../oauth-artifact.ts';
import type { Person } from '../oauth-artifacts.ts';
import type { Service } from '../service.ts';
import { reachable } from './accounts.ts';
import { clientMetadata } from './clients.ts';
import type { Flows } from './flow.ts';
import { refreshTokenAdapter } from './refresh-tokens.ts';

/**
 * What the engine stores, by its model. Clients are the service's own, refresh tokens are sessions, and so are grants once
 * a session stands on them; JWT access tokens carry all they mean. The rest are artifacts.
 */
export function adapterOf(service: Service, flows: Flows, model: string): Adapter {
  return tellingOutages(directAdapterOf(service, flows, model));
}

function directAdapterOf(service: Service, flows: Flows, model: string): Adapter {
  if (model === 'RefreshToken') return refreshTokenAdapter(service, flows);
  if (model === 'Client') return { ...nothing(model), find: (id) => clientMetadata(service, id) };
  if (model === 'AccessToken' || model === 'ClientCredentials') return nothing(model);
  const artifacts = artifactAdapter(service, flows, model);
  return model === 'Grant' ? { ...artifacts, find: (id) => findGrant(service, artifacts, id) } : artifacts;
}

/** A store that does not answer is told as an outage, after which it can be tried again. */
function tellingOutages(adapter: Adapter): Adapter {
  const told = Object.entries(adapter).map(([name, method]) => [
    name,
    (...args: never[]) => reachable(Promise.resolve((method as (...args: never[]) => unknown)(...args))),
  ]);
  return Object.fromEntries(told) as Adapter;
}

function artifactAdapter(service: Service, flows: Flows, model: string): Adapter {
  const { artifacts } = service;

  return {
    async upsert(id, payload, expiresIn) {
      if (expiresIn === undefined) throw new Error(`${model}: nothing is kept for ever`);
      const person = personOf(flows, payload);
      await artifacts.write({
        model,
        id,
        uid: model === 'Session' ? (payload.uid ?? null) : null,
        grantId: model === 'Grant' ? id : (payload.grantId ?? null),
        person,
        payload: JSON.stringify(withoutSecrets(id, payload)),
        expiresInSeconds: expiresIn,
      });
    },
    async find(id) {
      const artifact = await artifacts.find(model, id);
      if (artifact === undefined) return undefined;
      const flow = flows.currentOrNone();
      if (flow !== undefined && model !== 'Grant') Object.assign(flow, provenBy(artifact));
      return withSecrets(id, payloadOf(artifact));
    },
    async findByUid(uid) {
      const artifact = await artifacts.findByUid(model, uid);
      return artifact === undefined ? undefined : payloadOf(artifact);
    },
    async consume(id) {
      const { consumed, artifact } = await artifacts.consume(model, id);
      if (consumed) return;
      // It is in two hands (RFC 6749, section 4.1.2): what the other one got is worth nothing from now on.
      if (artifact?.grantId != null) await endGrant(service, artifact.grantId);
      throw new errors.InvalidGrant('it was used before');
    },
    destroy: (id) => artifacts.destroy(model, id),
    revokeByGrantId: (grantId) => artifacts.destroyByGrant(grantId),
    findByUserCode: () => unused(model),
  };
}

/** Ends what stands on a grant, or is about to. */
async function endGrant({ applicationSessions, artifacts }: Service, grantId: string): Promise<void> {
  await applicationSessions.endById(grantId);
  await artifacts.destroyByGrant(grantId);
}

/** A grant has the id of the session that stands on it: the session's document has it from the code's redemption on. */
async function findGrant({ applicationSessions }: Service, artifacts: Adapter, id: string) {
  const waiting = await artifacts.find(id);
  if (waiting) return waiting;
  const session = await applicationSessions.findById(id);
  if (session?.grant == null) return undefined;
  const { exp: _, ...payload } = JSON.parse(session.grant.grant) as AdapterPayload;
  return { ...payload, jti: id };
}

/** Who an artifact speaks for: who has just signed in, or who the artifact speaks for by which the request came. */
function personOf(flows: Flows, payload: AdapterPayload): Person | undefined {
  const result = payload.result as SignInResult | undefined;
  if (result?.login !== undefined) return personOfResult(result);
  const subject = payload.accountId;
  if (subject === undefined) return undefined;
  const { context, flow } = flows.current();
  const signedIn = (context.oidc as { result?: SignInResult }).result;
  if (signedIn?.login?.accountId === subject) return personOfResult(signedIn);
  if (flow.person?.subject === subject) return flow.person;
  throw new Error(`${payload.kind}: nobody has proven to be ${subject}`);
}

/** What the sign-in page leaves in the interaction. */
export interface SignInResult {
  readonly login?: { readonly accountId: string };
  readonly proof?: { readonly tenantId: string | null; readonly begun: number };
}

function personOfResult({ login, proof }: SignInResult): Person {
  if (login === undefined || proof === undefined) throw new Error('a sign-in without a proof');
  return { subject: login.accountId, ...proof };
}

function provenBy({ subject, tenantId, provenAt, consumedAt: _ }: OAuthArtifactDocument) {
  if (subject === null || provenAt === null) return {};
  const begun = Date.parse(provenAt);
  return { person: { subject, tenantId, begun }, provenAt: begun };
}

/** The id opens things, and an interaction's stands in its address too; it also knows a cookie, which nobody reads there. */
function withoutSecrets(id: string, { jti: _, ...payload }: AdapterPayload): AdapterPayload {
  const { session, returnTo } = payload as { session?: { cookie?: string }; returnTo?: string };
  const { cookie: __, ...rest } = session ?? {};
  return {
    ...payload,
    ...(session === undefined ? {} : { session: rest }),
    ...(returnTo?.endsWith(id) ? { returnTo: returnTo.slice(0, -id.length) } : {}),
  };
}

function withSecrets(id: string, payload: AdapterPayload): AdapterPayload {
  const { returnTo } = payload as { returnTo?: string };
  return { ...payload, jti: id, ...(returnTo === undefined ? {} : { returnTo: `${returnTo}${id}` }) };
}

function payloadOf({ payload, consumedAt }: OAuthArtifactDocument): AdapterPayload {
  const consumed = consumedAt === null ? {} : { consumed: Math.floor(Date.parse(consumedAt) / 1000) };
  return { ...(JSON.parse(payload) as AdapterPayload), ...consumed };
}

function nothing(model: string): Adapter {
  return {
    upsert: () => unused(model),
    find: async () => undefined,
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    consume: () => unused(model),
    destroy: () => unused(model),
    revokeByGrantId: async () => undefined,
  };
}

async function unused(model: string): Promise<never> {
  throw new Error(`${model}: nothing of this kind is stored`);
}
