import type { Config } from '../config.ts';
import type { Logger } from '../log.ts';
import { openEmbeddedStores } from './embedded/embedded.ts';
import { refusingHalfMoved } from './moving.ts';
import type { Stores } from './port.ts';

/**
 * The stores that the configuration asks for: on MongoDB where it has an address, else in the data folder. Nothing else
 * knows which.
 *
 * @throws {StoreUnusable}
 */
export async function openStores(config: Pick<Config, 'mongodbUrl' | 'dataDir'>, log: Logger): Promise<Stores> {
  const { mongodbUrl, dataDir } = config;
  if (mongodbUrl === undefined) return refusingHalfMoved(await openEmbeddedStores({ dataDir, log }));
  const { openMongoStores } = await import('./mongodb/mongodb.ts'); // with the driver, which the other store does without
  return refusingHalfMoved(openMongoStores({ url: mongodbUrl, log }));
}
