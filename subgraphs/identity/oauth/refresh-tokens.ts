import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { AppError } from '#lib/errors.ts';
import type { Service } from '../service.ts';
import { formatRefreshToken, newRefreshToken } from '../sessions/session.ts';
import type { Flow, Flows } from './flow.ts';

/**
 * Refresh tokens stand on the service's sessions: one fact, one owner. Of the engine's own only what it was granted is kept
 * with the session, from the first token on; using one up makes the next, in one write.
 */
export function refreshTokenAdapter(service: Service, flows: Flows): Adapter {
  const { applicationSessions, sessions } = service;

  return {
    async upsert(_id, payload) {
      const { flow } = flows.current();
      if (payload.rotations === 0) await asInvalidGrant(begin(service, flow, payload));
    },
    async find(id) {
      const found = await applicationSessions.find(id);
      if (found?.session.grant == null) return undefined;
      const { session, used } = found;
      const flow = flows.currentOrNone();
      if (flow !== undefined) flow.provenAt = Date.parse(session.startedAt);
      const { exp: _, ...payload } = JSON.parse(session.grant?.refreshToken ?? '{}') as AdapterPayload;
      return { ...payload, jti: id, ...(used ? { consumed: payload.iat ?? 1 } : {}) };
    },
    async consume(id) {
      flows.current().flow.next = await asInvalidGrant(
        applicationSessions.rotate(id, flows.current().flow.clientAddress),
      );
    },
    async destroy(id) {
      const found = await applicationSessions.find(id);
      if (found !== undefined) await sessions.end(found.session);
    },
    revokeByGrantId: (grantId) => applicationSessions.endById(grantId),
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
  };
}

/** The value of the refresh token that the current request answers. */
export function nextRefreshToken(flows: Flows): string {
  const { flow } = flows.current();
  flow.next ??= newRefreshToken();
  return formatRefreshToken(flow.next);
}

/** A code was redeemed: its session begins. Where the grant is gone, the code was presented again meanwhile. */
async function begin({ applicationSessions, artifacts }: Service, flow: Flow, payload: AdapterPayload): Promise<void> {
  const { account, next, begun, provenAt } = flow;
  const { grantId, clientId } = payload;
  if (account === undefined || next === undefined || provenAt === undefined || !grantId || !clientId) {
    throw new Error('a refresh token without what it stands on');
  }
  const grant = await artifacts.find('Grant', grantId);
  if (grant === undefined) return;
  const { jti: _, ...refreshToken } = payload;
  await applicationSessions.begin({
    sessionId: grantId,
    account,
    application: clientId,
    token: next,
    begun,
    provenAt,
    clientAddress: flow.clientAddress,
    browser: payload.sessionUid ?? null,
    grant: { grant: grant.payload, refreshToken: JSON.stringify(refreshToken) },
  });
}

/** Whoever was shut out, or came with a used token, gets the protocol's answer. */
async function asInvalidGrant<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError && error.code === 'UNAUTHENTICATED') throw new errors.InvalidGrant(error.message);
    throw error;
  }
}
