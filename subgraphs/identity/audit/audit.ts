import type { Principal } from '#lib/auth/principal.ts';
import type { Connection } from '#lib/graphql/connections.ts';
import type { CollectionSpec, JsonValue, Stored } from '#lib/store/port.ts';

/** After so long nobody is coming any more to say what became of an entry. */
const UNHEARD_MILLISECONDS = 5 * 60 * 1000;

export type AuditActorKind = 'ANONYMOUS' | 'ADMINISTRATOR' | 'USER' | 'CLIENT' | 'SERVICE';

/** Something that somebody did, or tried to do: written before it is carried out, and once more when it has ended. */
export interface AuditDocument {
  readonly entryId: string;
  readonly begunAt: string;
  readonly endedAt: string | null;
  readonly requestId: string;
  readonly action: string;
  readonly actorKind: AuditActorKind;
  readonly actorId: string | null;
  readonly actorTenantId: string | null;
  readonly clientId: string | null;
  readonly address: string | null;
  /** The tenant that it concerns. */
  readonly tenantId: string | null;
  readonly targets: readonly { readonly type: string; readonly id: string }[];
  readonly arguments: { readonly [name: string]: JsonValue };
  readonly result: 'PENDING' | 'DONE' | 'FAILED' | 'SKIPPED';
  readonly errorCode: string | null;
}

export type AuditPage = Connection<Stored<AuditDocument>>;

export interface AuditFilter {
  readonly tenantId?: string | null;
  readonly actorId?: string | null;
  readonly action?: string | null;
  /** Including. */
  readonly from?: string | null;
  /** Excluding. */
  readonly to?: string | null;
}

/** An index for every set of filters, each in the order of time. */
const INDEXES = {
  time: ['begunAt'],
  tenant: ['tenantId', 'begunAt'],
  actor: ['actorId', 'begunAt'],
  action: ['action', 'begunAt'],
  tenant_actor: ['tenantId', 'actorId', 'begunAt'],
  tenant_action: ['tenantId', 'action', 'begunAt'],
  actor_action: ['actorId', 'action', 'begunAt'],
  tenant_actor_action: ['tenantId', 'actorId', 'action', 'begunAt'],
} as const;

export const AUDIT_ENTRIES: CollectionSpec<AuditDocument> = {
  name: 'audit_entries',
  key: 'entryId',
  indexes: INDEXES,
};

/** The list of what the filter lets through, newest first. */
export function auditList({ from, to, ...filter }: AuditFilter) {
  const given = (['tenantId', 'actorId', 'action'] as const).filter((name) => filter[name] != null);
  const index = given.map((name) => name.replace('Id', '')).join('_') || 'time';
  const range = { ...(from == null ? {} : { gte: from }), ...(to == null ? {} : { lt: to }) };
  return { index, prefix: given.map((name) => filter[name] ?? null), range, order: 'desc' } as const;
}

/** What became of an entry, as far as can be said now. */
export function auditResult(entry: AuditDocument, now: Date): AuditDocument['result'] | 'UNKNOWN' {
  if (entry.result !== 'PENDING') return entry.result;
  return now.getTime() - Date.parse(entry.begunAt) > UNHEARD_MILLISECONDS ? 'UNKNOWN' : 'PENDING';
}

/** Who did it, as far as the reader may know: who works across tenants is staff of the platform for a tenant. */
export function shownActor(entry: AuditDocument, reader: Principal) {
  const { actorKind: kind, actorId, actorTenantId: tenantId, clientId, address } = entry;
  if (isHiddenFrom(entry, reader)) return { kind, actorId: null, tenantId: null, clientId: null, address: null };
  return { kind, actorId, tenantId, clientId, address };
}

/** Whether the reader may know no more of an entry's actor than of what kind it is. */
export function isHiddenFrom({ actorId, actorTenantId }: AuditDocument, reader: Principal): boolean {
  return reader.tenantId !== null && actorId !== null && actorTenantId !== reader.tenantId;
}
