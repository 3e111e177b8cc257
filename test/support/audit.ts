import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Answer, TestServer } from './server.ts';

export interface AuditEntry {
  readonly entryId: string;
  readonly action: string;
  readonly result: string;
  readonly errorCode: string | null;
  readonly actor: {
    readonly kind: string;
    readonly actorId: string | null;
    readonly tenantId: string | null;
    readonly clientId: string | null;
    readonly address: string | null;
  };
  readonly tenantId: string | null;
  readonly targets: readonly { readonly type: string; readonly id: string }[];
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  readonly begunAt: string;
  readonly endedAt: string | null;
}

const AUDIT_LOG = `query ($first: Int, $after: String, $tenantId: ID, $actorId: ID, $action: String, $from: DateTime, $to: DateTime) {
  auditLog(first: $first, after: $after, tenantId: $tenantId, actorId: $actorId, action: $action, from: $from, to: $to) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { cursor node {
      entryId action result errorCode actor { kind actorId tenantId clientId address } tenantId targets { type id }
      arguments requestId begunAt endedAt } } } }`;

/** Asks for a page of the audit log and answers what comes. */
export function askForAudit(server: TestServer, token: string, filter: object = {}): Promise<Answer> {
  return server.query(AUDIT_LOG, { first: 100, ...filter }, token);
}

/** The entries of a page of the audit log, newest first; throws on errors. */
export async function readAudit(server: TestServer, token: string, filter: object = {}): Promise<AuditEntry[]> {
  const { data, errors } = await askForAudit(server, token, filter);
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.auditLog.edges.map(({ node }: { node: AuditEntry }) => node);
}

/** The audit log as it stands on the disk, oldest first. */
export function auditOnDisk(
  dataDir: string,
): readonly { readonly action: string; readonly result: string; readonly requestId: string }[] {
  const database = new DatabaseSync(join(dataDir, 'identity.db'), { readOnly: true });
  try {
    const rows = database.prepare('SELECT doc FROM audit_entries ORDER BY key').all();
    return rows.map(({ doc }) => JSON.parse(String(doc)));
  } finally {
    database.close();
  }
}
