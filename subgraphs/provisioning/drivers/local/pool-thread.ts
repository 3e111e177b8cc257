/**
 * The thread that writes the pool's database, so that waiting for the disk never blocks the main thread. What has gathered
 * while the last commit ran is one commit.
 */
import { DatabaseSync } from 'node:sqlite';
import { parentPort } from 'node:worker_threads';
import { SCHEMA_VERSION } from './tenant-database.ts';

export type PoolOperation =
  | { readonly kind: 'add' | 'remove'; readonly tenantId: string }
  | { readonly kind: 'list' }
  | { readonly kind: 'share'; readonly resource: string; readonly resourceId: string };

export interface PoolRequest {
  readonly file: string;
  readonly operations: readonly PoolOperation[];
}

/** Of each operation, in order: the tenants listed, or the id of what is shared, or nothing. */
export type PoolReply =
  | { readonly results: readonly (readonly string[])[] }
  | { readonly failure: { readonly message: string; readonly code: number } };

parentPort?.on('message', (request: PoolRequest) => {
  parentPort?.postMessage(answer(request));
});

function answer({ file, operations }: PoolRequest): PoolReply {
  try {
    const database = open(file);
    try {
      return { results: commit(database, operations) };
    } finally {
      database.close(); // rolls back what was not committed
    }
  } catch (error) {
    const { message, errcode } = error as { message: string; errcode?: number };
    return { failure: { message, code: errcode ?? 0 } };
  }
}

/** A rollback journal and `secure_delete`, since a write-ahead log and free pages would keep the ids of tenants that are gone. */
function open(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 2_000 });
  database.exec(`
    PRAGMA journal_mode = DELETE;
    PRAGMA synchronous = EXTRA;
    PRAGMA secure_delete = ON;
    CREATE TABLE IF NOT EXISTS tenants (tenant_id TEXT PRIMARY KEY, schema_version INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS shared_resources (name TEXT PRIMARY KEY, resource_id TEXT NOT NULL) WITHOUT ROWID`);
  return database;
}

function commit(database: DatabaseSync, operations: readonly PoolOperation[]): readonly (readonly string[])[] {
  database.exec('BEGIN IMMEDIATE');
  const results = operations.map((operation) => execute(database, operation));
  database.exec('COMMIT');
  return results;
}

function execute(database: DatabaseSync, operation: PoolOperation): readonly string[] {
  switch (operation.kind) {
    case 'add':
      database.prepare('INSERT OR IGNORE INTO tenants VALUES (?, ?)').run(operation.tenantId, SCHEMA_VERSION);
      return [];
    case 'remove':
      database.prepare('DELETE FROM tenants WHERE tenant_id = ?').run(operation.tenantId);
      return [];
    case 'list':
      return database
        .prepare('SELECT tenant_id FROM tenants')
        .all()
        .map((row) => String(row.tenant_id));
    case 'share': {
      const { resource, resourceId } = operation;
      database.prepare('INSERT OR IGNORE INTO shared_resources VALUES (?, ?)').run(resource, resourceId);
      const row = database.prepare('SELECT resource_id FROM shared_resources WHERE name = ?').get(resource);
      return [String(row?.resource_id)];
    }
  }
}
