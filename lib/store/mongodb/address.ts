import { StoreUnusable } from '../errors.ts';

/** Options of the address that the operator may set by it; the others are this project's to decide. */
export interface Address {
  /** Without user, password and options: what a person may read. */
  readonly location: string;
  /** What the name of each service's database begins with. */
  readonly prefix: string;
  /** Names of the options in the address, in lower case. */
  readonly options: ReadonlySet<string>;
}

const DEFAULT_PREFIX = 'control_plane';
// A database's name has 63 bytes at most, and the longest service's 13 of them with the `_`.
const PREFIX = /^[A-Za-z0-9_-]{1,50}$/;

/**
 * Reads a MongoDB connection string: its default database is the prefix of the databases' names.
 *
 * @throws {StoreUnusable} that does not repeat the address, which may hold a password
 */
export function readAddress(url: string): Address {
  const parts = /^(mongodb(?:\+srv)?:\/\/)(?:[^/?@]*@)?([^/?@]+)(?:\/([^?]*))?(?:\?(.*))?$/.exec(url);
  if (parts === null) throw new StoreUnusable('MONGODB_URL: not an address of MongoDB');
  const [, scheme, hosts, database, query] = parts;
  const prefix = database === undefined || database === '' ? DEFAULT_PREFIX : decodeURIComponent(database);
  if (!PREFIX.test(prefix)) {
    throw new StoreUnusable('MONGODB_URL: the database may have 50 letters, digits, - and _');
  }
  const options = new Set([...new URLSearchParams(query).keys()].map((name) => name.toLowerCase()));
  return { location: `${scheme}${hosts}/${prefix}_*`, prefix, options };
}
