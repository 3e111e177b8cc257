import { buildFerretdb, startFerretdb } from '#test/support/ferretdb/server.ts';
import { MONGODB_URL } from '#test/support/mongodb.ts';

/** The server of MONGODB_URL, or one that is started for this. */
export interface Database {
  readonly url: string;
  stop(): Promise<void>;
}

/** @throws {Error} when there is none and none can be built, with what to do about it */
export async function openDatabase(): Promise<Database> {
  if (MONGODB_URL !== undefined) return { url: MONGODB_URL, stop: async () => {} };
  await buildFerretdb();
  return await startFerretdb();
}
