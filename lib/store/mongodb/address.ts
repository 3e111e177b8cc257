import { StoreUnusable } from '../errors.ts';

/** What an address says to this project; the rest of it is for the driver. */
export interface Address {
  /** Without user, password and options: what a person may read. */
  readonly location: string;
  /** What the name of each service's database begins with. */
  readonly prefix: string;
  /** Names of the options in the address, in lower case. */
  readonly options: ReadonlySet<string>;
  /** Milliseconds that an operation may take: `timeoutMS`, 5000 where the address does not say. The driver has no such limit. */
  readonly timeout: number;
  /** The address without what is not for the driver. */
  readonly forDriver: string;
}

const DEFAULT_PREFIX = 'control_plane';
const DEFAULT_TIMEOUT = 5_000;
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
  const options = new Map([...new URLSearchParams(query)].map(([name, value]) => [name.toLowerCase(), value]));
  const timeout = Number(options.get('timeoutms') ?? DEFAULT_TIMEOUT);
  if (!Number.isSafeInteger(timeout) || timeout < 100) {
    throw new StoreUnusable('MONGODB_URL: timeoutMS must be 100 milliseconds or more');
  }
  const forDriver = url.replace(/([?&])timeoutMS=[^&]*(&|$)/i, (_, before, after) => (after === '' ? '' : before));
  return { forDriver, location: `${scheme}${hosts}/${prefix}_*`, prefix, options: new Set(options.keys()), timeout };
}
