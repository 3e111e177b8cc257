import { randomBytes } from 'node:crypto';
import { type Db, MongoClient } from 'mongodb';
import { readAddress } from '#lib/store/mongodb/address.ts';

/**
 * The MongoDB server that the tests are to use, `undefined` where none is given: then they use the embedded store. A
 * variable of the test run as well as of the product, which is why it is read here; the last lines of a run say when it
 * was not set (store-reporter.ts).
 */
export const MONGODB_URL = process.env.MONGODB_URL || undefined;

/**
 * How much longer an operation takes than in the embedded store, where a busy machine runs FerretDB too: for limits of time,
 * and for how many rounds a test makes that is nothing but operations one after the other.
 */
export const SLOWNESS = MONGODB_URL === undefined ? 1 : 8;

/** The server's address with this prefix of the databases' names instead of what it has. */
export function withPrefix(url: string, prefix: string): string {
  const [, server, query = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)[^?]*(\?.*)?$/.exec(url) ?? [];
  if (server === undefined) throw new Error('MONGODB_URL is not an address of MongoDB');
  return `${server}/${prefix}${query}`;
}

/** A prefix that nobody else has. */
export function newPrefix(): string {
  return `test_${randomBytes(6).toString('hex')}`;
}

/** Removes every database of which the name begins so. */
export async function dropDatabases(url: string, prefix: string): Promise<void> {
  await withDatabases(url, prefix, async (databases) => {
    for (const database of databases) await database.dropDatabase();
  });
}

/** Works on every database of which the name begins so, past the store. */
export async function withDatabases<T>(
  url: string,
  prefix: string,
  work: (databases: readonly Db[]) => Promise<T>,
): Promise<T> {
  const client = new MongoClient(readAddress(url).forDriver);
  try {
    const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
    return await work(databases.filter(({ name }) => name.startsWith(prefix)).map(({ name }) => client.db(name)));
  } finally {
    await client.close();
  }
}
