import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes a folder (mode 0700) and those above it that are not there, durably. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

/** Writes a new file (mode 0600) durably; its entry in the folder becomes durable with `syncFolder`. */
export async function writeNewFile(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes an empty file (mode 0600) where there is none, and what is in it durable. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'a', 0o600);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes durable which entries a folder has. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Moves a file or folder, durably; whole or not at all. */
export async function move(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
  await syncFolder(dirname(from));
}

/** Removes a file or folder with all that is in it; absence is no error. */
export async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

/** Whether an error says that a file or folder is not there. */
export function isAbsent(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'ENOENT';
}

/** Whether a move failed because something else stands there. */
export function isOccupied(error: unknown): boolean {
  return ['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EISDIR'].includes(String((error as { code?: unknown }).code));
}
