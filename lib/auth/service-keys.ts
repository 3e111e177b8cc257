import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, ConfigError } from '../config.ts';
import { isAbsent, makeFolder, move, syncFolder, writeNewFile } from '../durable.ts';
import type { ServiceName } from '../service-name.ts';
import {
  generateServiceKey,
  PRIVATE_SERVICE_KEY,
  type PrivateServiceKey,
  PUBLIC_SERVICE_KEY,
  type PublicServiceKey,
  publicServiceKey,
  serviceOfKey,
} from './service-key.ts';

const PUBLIC_SUFFIX = '.public.json';

type KeyConfig = Pick<Config, 'dataDir' | 'serviceKeys' | 'publishedKeys'>;

/**
 * The key by which a service of this process signs: the one in `SERVICE_KEY`, or the one under `DATA_DIR/service-keys`,
 * made where there is none. Of two processes that make one at once, one makes the key of both.
 *
 * @throws {ConfigError} when `SERVICE_KEY` is set and has no key of this service
 */
export async function signingKeyOf(config: KeyConfig, service: ServiceName): Promise<PrivateServiceKey> {
  if (config.serviceKeys !== undefined) {
    const given = config.serviceKeys.find(({ kid }) => serviceOfKey(kid) === service);
    if (given === undefined)
      throw new ConfigError([`SERVICE_KEY has no key of ${service}, which runs in this process`]);
    return given;
  }
  const folder = keyFolder(config);
  await makeFolder(folder);
  const key = (await readKey(folder, service)) ?? (await makeKey(folder, service));
  await publish(folder, service, publicServiceKey(key));
  return key;
}

/**
 * The public keys of all services, for the identity service to publish: `SERVICE_KEYS`, and what this process itself
 * signs by; where neither is set, what the services have left under `DATA_DIR/service-keys`. Read anew each time.
 */
export async function publishedServiceKeys(config: KeyConfig): Promise<readonly PublicServiceKey[]> {
  const own = config.serviceKeys?.map(publicServiceKey) ?? [];
  if (config.publishedKeys !== undefined) return [...config.publishedKeys, ...own];
  const folder = keyFolder(config);
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(PUBLIC_SUFFIX));
  const left = await Promise.all(names.map(async (name) => await readPublic(join(folder, name))));
  return [...left.filter((key) => key !== undefined), ...own];
}

function keyFolder({ dataDir }: KeyConfig): string {
  return join(dataDir, 'service-keys');
}

async function readKey(folder: string, service: ServiceName): Promise<PrivateServiceKey | undefined> {
  const file = join(folder, `${service}.json`);
  const text = await unlessAbsent(readFile(file, 'utf8'));
  if (text === undefined) return undefined;
  const key = PRIVATE_SERVICE_KEY.safeParse(parsed(text)).data;
  if (key === undefined || serviceOfKey(key.kid) !== service) {
    throw new ConfigError([`${file} is not a key of ${service}: remove it, and another is made`]);
  }
  return key;
}

/** Makes a key and puts it in its place whole, where none has come meanwhile. */
async function makeKey(folder: string, service: ServiceName): Promise<PrivateServiceKey> {
  const key = await generateServiceKey(service);
  const staged = await stage(folder, service, key);
  try {
    await link(staged, join(folder, `${service}.json`));
    await syncFolder(folder);
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return (await readKey(folder, service)) ?? key;
  } finally {
    await unlink(staged);
  }
}

async function publish(folder: string, service: ServiceName, key: PublicServiceKey): Promise<void> {
  const file = join(folder, `${service}${PUBLIC_SUFFIX}`);
  if ((await readPublic(file))?.kid === key.kid) return;
  await move(await stage(folder, service, key), file);
}

async function stage(folder: string, service: ServiceName, key: object): Promise<string> {
  const path = join(folder, `.${service}.${randomBytes(6).toString('hex')}`);
  await writeNewFile(path, `${JSON.stringify(key)}\n`);
  return path;
}

async function readPublic(file: string): Promise<PublicServiceKey | undefined> {
  const text = await unlessAbsent(readFile(file, 'utf8'));
  return text === undefined ? undefined : PUBLIC_SERVICE_KEY.safeParse(parsed(text)).data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function unlessAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
