import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isAbsent } from '#lib/durable.ts';
import { Refusal } from '../refusal.ts';

/** The file that is written last: a folder with it is a whole backup. */
export const MANIFEST_FILE = 'backup.json';

/** Of the manifest and of what stands in the folder. */
const FORMAT = 1;

const count = z.number().int().min(0);
const path = z.string().refine(isInside, 'leads out of the folder');

const MANIFEST = z.object({
  format: z.number().int(),
  /** The version of the program that made it. */
  program: z.string(),
  /** The instant that all of it is of, RFC 3339. */
  takenAt: z.string(),
  files: z.array(z.object({ path, bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
  /** Folders that belong to it also when nothing is in them. */
  folders: z.array(path),
  /** How many documents, by service and collection. */
  documents: z.record(z.string(), z.record(z.string(), count)),
});

/** What a backup says of itself. Paths are those below the data folder, with `/` between their parts. */
export type Manifest = z.infer<typeof MANIFEST>;
export type FileRecord = Manifest['files'][number];

export function newManifest(about: Omit<Manifest, 'format'>): Manifest {
  return { format: FORMAT, ...about };
}

/** @throws {Refusal} when the folder is no whole backup, or one of a newer program */
export async function readManifestOf(folder: string): Promise<Manifest> {
  let text: string;
  try {
    text = await readFile(join(folder, MANIFEST_FILE), 'utf8');
  } catch (error) {
    if (!isAbsent(error)) throw error;
    throw new Refusal(`${folder}: is no whole backup: there is no ${MANIFEST_FILE} in it`);
  }
  const manifest = parse(text);
  if (manifest === undefined) throw new Refusal(`${folder}: ${MANIFEST_FILE} is damaged`);
  if (manifest.format > FORMAT) {
    throw new Refusal(`${folder}: the backup is of format ${manifest.format}, this program knows up to ${FORMAT}`);
  }
  return manifest;
}

function parse(text: string): Manifest | undefined {
  try {
    return MANIFEST.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function isInside(text: string): boolean {
  return (
    text.split('/').every((part) => !['', '.', '..'].includes(part)) && !text.includes('\\') && !text.includes('\0')
  );
}
