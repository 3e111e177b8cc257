import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { hash } from '@node-rs/argon2';
import { writeNewFile } from '#lib/durable.ts';

/** Of the tables that a tenant begins with; stands with the tenant in `tenants`. */
export const SCHEMA_VERSION = 1;

/** A password of 256 random bits is not guessed, however cheap a guess is: what a hash costs is for those that people choose. */
const CHEAP = { memoryCost: 1024, timeCost: 1 }; // KiB, passes

/**
 * Makes a database of a tenant's own (mode 0600), durably: `tenants`, with the tenant and the version of its tables, and
 * `credentials`, with a generated user. Of its password only the hash is kept, there and nowhere else.
 */
export async function createTenantDatabase(file: string, tenantId: string): Promise<void> {
  const userName = `user_${randomBytes(6).toString('hex')}`;
  const passwordHash = await hash(randomBytes(32).toString('base64url'), CHEAP);
  await writeNewFile(file, contentOf(tenantId, userName, passwordHash));
}

/** Made in memory and written at once: with journal and locks on the disk it takes five times as long. */
function contentOf(tenantId: string, userName: string, passwordHash: string): Uint8Array {
  const database = new DatabaseSync(':memory:');
  try {
    database.exec(`
      CREATE TABLE tenants (tenant_id TEXT PRIMARY KEY, schema_version INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE credentials (user_name TEXT PRIMARY KEY, password_hash TEXT NOT NULL) WITHOUT ROWID`);
    database.prepare('INSERT INTO tenants VALUES (?, ?)').run(tenantId, SCHEMA_VERSION);
    database.prepare('INSERT INTO credentials VALUES (?, ?)').run(userName, passwordHash);
    return database.serialize();
  } finally {
    database.close();
  }
}
