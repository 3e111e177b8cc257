import { afterAll, describe } from 'vitest';
import { MONGODB_URL, testDatabases, withPrefix } from '#test/support/mongodb.ts';
import { describeStoreContract } from '../contract/contract.ts';
import { openMongoStores } from './mongodb.ts';

describe.runIf(MONGODB_URL)('on a server', () => {
  const databases = testDatabases(MONGODB_URL ?? '');
  const places = new Map<string, string>();
  afterAll(() => databases.drop());

  describeStoreContract('MongoDB', async (place) => {
    const short = places.get(place) ?? `${databases.prefix}-${places.size}`;
    places.set(place, short);
    return openMongoStores({ url: withPrefix(databases.url, short) });
  });
});
