import type { Config } from '../config.ts';
import type { Logger } from '../log.ts';
import { openEmbeddedStores } from './embedded/embedded.ts';
import { openMongoStores } from './mongodb/mongodb.ts';
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
  return refusingHalfMoved(
    mongodbUrl === undefined ? await openEmbeddedStores({ dataDir, log }) : openMongoStores({ url: mongodbUrl, log }),
  );
}
