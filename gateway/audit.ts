import type { GatewayExecutor, GatewayInterface } from '@apollo/server-gateway-interface';
import type { ExecutionResult } from 'graphql';
import { GraphQLError } from 'graphql';
import type { Principal } from '#lib/auth/principal.ts';
import { type Clock, timestamp } from '#lib/clock.ts';
import { isErrorCode } from '#lib/errors.ts';
import type { MutationReport } from '#lib/graphql/reports.ts';
import type { Ids } from '#lib/ids.ts';
import { type Deed, deedsOf } from './audit-entry.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { BegunAuditEntry, EndedAuditEntry } from './calls/identity.generated.ts';
import type { GatewayContext } from './data-source/in-process.ts';

const MOST_TARGETS = 20;

export interface AuditInit {
  readonly trail: AuditTrail;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** A deed, and its entry in the audit log as it stands when it is begun. */
interface Begun {
  readonly deed: Deed;
  readonly entry: BegunAuditEntry;
}

/**
 * Puts the audit log in front of a gateway, which is the only way by which mutations come in from outside: what is asked
 * for is on disk before it is carried out, and what became of it before it is answered. What cannot be written down is not
 * carried out (docs/decisions/0016-audit-log.md).
 */
export function audited(gateway: GatewayInterface, init: AuditInit): GatewayInterface {
  return {
    onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback),
    stop: () => gateway.stop(),
    async load(options) {
      const { executor } = await gateway.load(options);
      return { executor: executor === null ? null : auditedExecutor(executor, init) };
    },
  };
}

function auditedExecutor(execute: GatewayExecutor, init: AuditInit): GatewayExecutor {
  const { trail, clock } = init;
  return async (request) => {
    const deeds = deedsOf(request);
    if (deeds.length === 0) return await execute(request);
    const context = request.context as GatewayContext;
    const begun = deeds.map((deed) => ({ deed, entry: begunEntry(deed, context, init) }));
    try {
      await trail.begin(begun.map(({ entry }) => entry));
    } catch (error) {
      context.request.log.error(
        { requestId: context.request.requestId, err: error },
        'the audit log cannot be written',
      );
      const refusal = notWritten();
      // It may have been written all the same.
      void trail.end(begun.map((one) => endedEntry(one, { errors: [refusal] }, context, clock)));
      return { data: null, errors: [refusal] };
    }
    const result = await execute(request);
    await trail.end(begun.map((one) => endedEntry(one, result, context, clock)));
    return result;
  };
}

function begunEntry(deed: Deed, { request }: GatewayContext, { clock, ids }: AuditInit): BegunAuditEntry {
  const { action, targets, addresses } = deed;
  return {
    entryId: ids.next('aud'),
    actor: actorOf(request.principal, request.clientAddress),
    action,
    targets: [...targets],
    // Whoever is bound to a tenant acts there, whatever it names: another tenant is not told of its attempts.
    tenantId: request.principal.tenantId ?? deed.tenantId,
    arguments: { ...deed.arguments },
    addresses: { ...addresses },
    requestId: request.requestId,
    begunAt: timestamp(clock),
  };
}

function endedEntry(
  { deed, entry }: Begun,
  result: ExecutionResult,
  { request, reports }: GatewayContext,
  clock: Clock,
): EndedAuditEntry {
  const report = reports.find(({ key }) => key === deed.key);
  const subjects = report?.subjects ?? [];
  const proven = report?.proven ?? null;
  const tenantId = entry.tenantId ?? proven?.tenantId ?? subjects.find(({ tenantId }) => tenantId !== null)?.tenantId;
  const targets = new Map([...entry.targets, ...subjects].map(({ type, id }) => [`${type} ${id}`, { type, id }]));
  return {
    entryId: entry.entryId,
    actor: proven === null ? null : actorOf(proven, request.clientAddress),
    targets: [...targets.values()].slice(0, MOST_TARGETS),
    tenantId: tenantId ?? null,
    ...outcomeOf(deed.key, result, report),
    endedAt: timestamp(clock),
  };
}

/** An error below the field's own place is one of what was selected, not of what was done. */
function outcomeOf(
  key: string,
  { data, errors = [] }: ExecutionResult,
  report: MutationReport | undefined,
): Pick<EndedAuditEntry, 'result' | 'errorCode'> {
  const failure = errors.find(({ path }) => path === undefined || (path.length === 1 && path[0] === key));
  const done = report?.done ?? (data?.[key] != null || errors.some(({ path }) => path?.[0] === key && path.length > 1));
  if (done) return { result: 'DONE', errorCode: null };
  if (failure === undefined)
    return report === undefined ? { result: 'SKIPPED', errorCode: null } : failed('INTERNAL_SERVER_ERROR');
  const { code } = failure.extensions;
  return failed(isErrorCode(code) ? code : 'INTERNAL_SERVER_ERROR');
}

function failed(errorCode: string) {
  return { result: 'FAILED', errorCode } as const;
}

function actorOf(principal: Pick<Principal, 'kind' | 'id' | 'tenantId' | 'application'>, address: string | null) {
  const { kind, id, tenantId, application } = principal;
  return {
    kind: kind.toUpperCase() as Uppercase<Principal['kind']>,
    actorId: id === '' ? null : id,
    tenantId,
    clientId: kind === 'client' ? id : (application ?? null),
    address,
  };
}

function notWritten(): GraphQLError {
  const message = 'The audit log cannot be written, so that nothing was done; the request can be sent again.';
  return new GraphQLError(message, { extensions: { code: 'UNAVAILABLE' } });
}
