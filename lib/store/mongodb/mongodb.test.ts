import { afterAll, describe } from 'vitest';
import { dropDatabases, MONGODB_URL, newPrefix, withPrefix } from '#test/support/mongodb.ts';
import { describeStoreContract } from '../contract/contract.ts';
import { openMongoStores } from './mongodb.ts';

describe.runIf(MONGODB_URL)('on a server', () => {
  const url = MONGODB_URL ?? '';
  const prefix = newPrefix();
  const places = new Map<string, string>();
  afterAll(() => dropDatabases(url, prefix));

  describeStoreContract('MongoDB', async (place) => {
    const short = places.get(place) ?? `${prefix}-${places.size}`;
    places.set(place, short);
    return openMongoStores({ url: withPrefix(url, short) });
  });
});
