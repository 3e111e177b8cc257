import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { hash } from '@node-rs/argon2';
import { syncFile } from './durable.ts';

/** Of the tables that a tenant begins with; stands with the tenant in `tenants`. */
export const SCHEMA_VERSION = 1;

/**
 * Makes a database of a tenant's own (mode 0600): `tenants`, with the tenant and the version of its tables, and
 * `credentials`, with a generated user. Of its password only the hash is kept, there and nowhere else.
 */
export async function createTenantDatabase(file: string, tenantId: string): Promise<void> {
  const userName = `user_${randomBytes(6).toString('hex')}`;
  const passwordHash = await hash(randomBytes(32).toString('base64url'));
  await syncFile(file);
  fill(file, (database) => {
    database.prepare('INSERT INTO tenants VALUES (?, ?)').run(tenantId, SCHEMA_VERSION);
    database.prepare('INSERT INTO credentials VALUES (?, ?)').run(userName, passwordHash);
  });
  await syncFile(file);
}

/** Without any waiting for the disk, since the file counts only after it is synced as a whole. */
function fill(file: string, insert: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(file);
  try {
    database.exec(`
      PRAGMA journal_mode = MEMORY;
      PRAGMA synchronous = OFF;
      BEGIN;
      CREATE TABLE tenants (tenant_id TEXT PRIMARY KEY, schema_version INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE credentials (user_name TEXT PRIMARY KEY, password_hash TEXT NOT NULL) WITHOUT ROWID`);
    insert(database);
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}
