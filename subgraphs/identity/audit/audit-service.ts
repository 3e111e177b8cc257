import { maySeeTenant, type Principal } from '#lib/auth/principal.ts';
import type { Clock } from '#lib/clock.ts';
import { emailKey } from '#lib/email.ts';
import { notFound } from '#lib/errors.ts';
import { connectionOf, type PageArguments } from '#lib/graphql/connections.ts';
import type { Collection, JsonValue } from '#lib/store/port.ts';
import type { StoreKey } from '../keys/store-key.ts';
import { derivedSecret } from '../secret.ts';
import type { IdentityStore } from '../store.ts';
import {
  type AuditActorKind,
  type AuditDocument,
  type AuditFilter,
  type AuditPage,
  auditList,
  auditResult,
  isHiddenFrom,
} from './audit.ts';

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const SWEPT_AT_ONCE = 200;
/** A sweep is over in seconds: the rest waits for the next one. */
const SWEPT_AT_MOST = 50_000;
/** Of a fingerprint, in characters of 6 bits: enough to tell addresses apart. */
const FINGERPRINT_LENGTH = 22;

export interface AuditActor {
  readonly kind: AuditActorKind;
  readonly actorId?: string | null;
  readonly tenantId?: string | null;
  readonly clientId?: string | null;
  readonly address?: string | null;
}

type Targets = AuditDocument['targets'];

export interface BegunEntry {
  readonly entryId: string;
  readonly actor: AuditActor;
  readonly action: string;
  readonly targets: Targets;
  readonly tenantId?: string | null;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** E-mail addresses by the names of their arguments. */
  readonly addresses: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  readonly begunAt: string;
}

export interface EndedEntry {
  readonly entryId: string;
  readonly actor?: AuditActor | null;
  readonly targets: Targets;
  readonly tenantId?: string | null;
  readonly result: Exclude<AuditDocument['result'], 'PENDING'>;
  readonly errorCode?: string | null;
  readonly endedAt: string;
}

export interface AuditServiceInit {
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly retentionDays: number;
  readonly fingerprintKey: StoreKey;
}

export type AuditService = ReturnType<typeof createAuditService>;

/** Who did what, when, and what became of it (docs/decisions/0016-audit-log.md). */
export function createAuditService({ store, clock, retentionDays, fingerprintKey }: AuditServiceInit) {
  const { audit } = store;

  async function fingerprintOf(address: string): Promise<string> {
    const fingerprint = derivedSecret(await fingerprintKey(), emailKey(address));
    return `email:${fingerprint.slice(0, FINGERPRINT_LENGTH)}`;
  }

  return {
    /** Writes entries of what is going to be carried out, at once; those that are there are left alone. */
    async begin(entries: readonly BegunEntry[]): Promise<void> {
      await audit.insertMany(await Promise.all(entries.map((entry) => documentOf(entry, fingerprintOf))));
    },

    /** Writes the ends of entries that have none. */
    async end(entries: readonly EndedEntry[]): Promise<void> {
      await Promise.all(entries.map((entry) => audit.update(entry.entryId, { result: 'PENDING' }, endOf(entry))));
    },

    /** @throws {AppError} `NOT_FOUND` for a tenant that the reader may not see */
    async list(reader: Principal, filter: AuditFilter, page: PageArguments): Promise<AuditPage> {
      const tenantId = filter.tenantId ?? reader.tenantId;
      if (tenantId !== null && !maySeeTenant(reader, tenantId)) throw notFound('tenant');
      const narrowed = { ...filter, tenantId };
      // An actor is of the tenant or it is not, in all its entries: asking for a stranger must not tell who it was.
      const hidden = filter.actorId != null && (await isStranger(audit, { tenantId, actorId: filter.actorId }, reader));
      return await connectionOf(audit, auditList(hidden ? { ...narrowed, actorId: '' } : narrowed), page);
    },

    /** What became of an entry, as far as can be said now. */
    resultOf: (entry: AuditDocument) => auditResult(entry, clock.now()),

    /** Forgets what is older than the retention, the oldest first, so much at a time. */
    async sweep(): Promise<void> {
      const before = new Date(clock.now().getTime() - retentionDays * DAY_MILLISECONDS).toISOString();
      for (let swept = 0; swept < SWEPT_AT_MOST; swept += SWEPT_AT_ONCE) {
        const { items, hasMore } = await audit.page({ index: 'time', range: { lt: before }, limit: SWEPT_AT_ONCE });
        await Promise.all(items.map(({ entryId }) => audit.delete(entryId)));
        if (!hasMore) return;
      }
    },
  };
}

async function isStranger(
  audit: Collection<AuditDocument>,
  actor: { tenantId: string | null; actorId: string },
  reader: Principal,
): Promise<boolean> {
  const { items } = await audit.page({ ...auditList(actor), limit: 1 });
  return items.some((entry) => isHiddenFrom(entry, reader));
}

async function documentOf(
  { actor, addresses, ...entry }: BegunEntry,
  fingerprintOf: (address: string) => Promise<string>,
): Promise<AuditDocument> {
  const fingerprints = Object.entries(addresses).map(
    async ([name, address]) => [name, await fingerprintOf(String(address))] as const,
  );
  return {
    ...entry,
    ...fieldsOf(actor),
    tenantId: entry.tenantId ?? null,
    arguments: {
      ...(entry.arguments as Record<string, JsonValue>),
      ...Object.fromEntries(await Promise.all(fingerprints)),
    },
    result: 'PENDING',
    errorCode: null,
    endedAt: null,
  };
}

function endOf({ actor, targets, tenantId, result, errorCode, endedAt }: EndedEntry): Partial<AuditDocument> {
  return {
    targets,
    result,
    errorCode: errorCode ?? null,
    endedAt,
    ...(tenantId == null ? {} : { tenantId }),
    ...(actor == null ? {} : fieldsOf(actor)),
  };
}

function fieldsOf({ kind, actorId, tenantId, clientId, address }: AuditActor) {
  return {
    actorKind: kind,
    actorId: actorId ?? null,
    actorTenantId: tenantId ?? null,
    clientId: clientId ?? null,
    address: address ?? null,
  };
}
