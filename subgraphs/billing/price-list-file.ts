import { readFile } from 'node:fs/promises';
import { ConfigError } from '#lib/config.ts';
import { BadPriceList, defaultPriceList, type PriceList, parsePriceList } from './plan.ts';

/**
 * The price list of a file, or the default one where there is none.
 * @throws {ConfigError} with a line per fault
 */
export async function loadPriceList(path: string | undefined): Promise<PriceList> {
  if (path === undefined) return defaultPriceList;
  try {
    return parsePriceList(await readFile(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(faultsOf(error).map((fault) => `PLANS_FILE ${fault}`));
  }
}

function faultsOf(error: unknown): readonly string[] {
  if (error instanceof BadPriceList) return error.faults;
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (code === undefined) throw error;
  return [code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`];
}
