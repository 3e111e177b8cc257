import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';

/**
 * The MongoDB server that the tests are to use too, `undefined` where none is given. A variable of the test run as well
 * as of the product; the last lines of a run say when it was not set (unset-reporter.ts).
 */
export const MONGODB_URL = process.env.MONGODB_URL || undefined;

/** Databases of one test's own. */
export interface TestDatabases {
  /** The server's address with a prefix of the databases' names that nobody else has. */
  readonly url: string;
  readonly prefix: string;
  /** Removes every database of this prefix. */
  drop(): Promise<void>;
}

/** Databases of a test's own on the server of the run. */
export function testDatabases(server: string): TestDatabases {
  const prefix = `test_${randomBytes(6).toString('hex')}`;
  return { url: withPrefix(server, prefix), prefix, drop: () => dropDatabases(server, prefix) };
}

/** The address with another prefix of the databases' names. */
export function withPrefix(url: string, prefix: string): string {
  const [address = '', query] = url.split('?');
  const server = address.replace(/^(mongodb(?:\+srv)?:\/\/[^/]+).*/, '$1');
  return `${server}/${prefix}${query === undefined ? '' : `?${query}`}`;
}

async function dropDatabases(server: string, prefix: string): Promise<void> {
  const client = new MongoClient(server);
  try {
    const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
    const own = databases.filter(({ name }) => name.startsWith(`${prefix}_`) || name.startsWith(`${prefix}-`));
    for (const { name } of own) await client.db(name).dropDatabase();
  } finally {
    await client.close();
  }
}
