import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isAbsent, writeNewFile } from '#lib/durable.ts';
import type { ResourceRecord } from '../../driver.ts';

const MANIFEST = z.object({
  tenantId: z.string(),
  resources: z.array(
    z.object({
      resourceId: z.string(),
      kind: z.enum(['database', 'compute', 'storage', 'key']),
      name: z.string(),
      shared: z.boolean(),
      attributes: z.record(z.string(), z.json()),
    }),
  ),
});

/** Writes down what was made, so that making it again answers the same. */
export async function writeManifest(
  path: string,
  tenantId: string,
  resources: readonly ResourceRecord[],
): Promise<void> {
  await writeNewFile(path, `${JSON.stringify({ tenantId, resources }, null, 2)}\n`);
}

/**
 * What was made, if all of it is there still; `undefined` where it is not or cannot be told.
 *
 * @param dataDir the folder that paths in attributes start from
 */
export async function readManifest(path: string, dataDir: string): Promise<readonly ResourceRecord[] | undefined> {
  const resources = parse(await unlessAbsent(readFile(path, 'utf8')));
  for (const { attributes } of resources ?? []) {
    const there = typeof attributes.path !== 'string' || (await unlessAbsent(stat(join(dataDir, attributes.path))));
    if (there === undefined) return undefined;
  }
  return resources;
}

function parse(text: string | undefined): readonly ResourceRecord[] | undefined {
  try {
    return MANIFEST.parse(JSON.parse(text ?? '')).resources;
  } catch {
    return undefined;
  }
}

async function unlessAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (isAbsent(error) || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw error;
  }
}
