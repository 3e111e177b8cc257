import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../config.ts';
import { generateServiceKey, publicServiceKey } from './service-key.ts';
import { publishedServiceKeys, signingKeyOf } from './service-keys.ts';

let dataDir: string;
const config = (env: Record<string, string> = {}) => readConfig({ DATA_DIR: dataDir, ...env });

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'service-keys-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

it('without a configuration a key is made once, whoever asks for it and however many at once', async () => {
  const made = await Promise.all(Array.from({ length: 8 }, () => signingKeyOf(config(), 'billing')));
  expect(new Set(made.map(({ kid }) => kid)).size).toBe(1);
  expect(await signingKeyOf(config(), 'billing')).toEqual(made[0]);
  const files = await readdir(join(dataDir, 'service-keys'));
  expect(files.sort()).toEqual(['billing.json', 'billing.public.json']);
  for (const file of files) expect((await stat(join(dataDir, 'service-keys', file))).mode & 0o777).toBe(0o600);
});

it('what is published are the public halves of the keys that were made, and nothing private', async () => {
  expect(await publishedServiceKeys(config())).toEqual([]);
  const keys = await Promise.all([signingKeyOf(config(), 'billing'), signingKeyOf(config(), 'tenant')]);
  const published = await publishedServiceKeys(config());
  expect(published.map(({ kid }) => kid).sort()).toEqual(keys.map(({ kid }) => kid).sort());
  for (const key of published) expect(key).not.toHaveProperty('d');
});

it('a public half that a crash left unwritten is written at the next start', async () => {
  const key = await signingKeyOf(config(), 'billing');
  await rm(join(dataDir, 'service-keys', 'billing.public.json'));
  await signingKeyOf(config(), 'billing');
  expect(await publishedServiceKeys(config())).toEqual([publicServiceKey(key)]);
});

it('a file that is no key stops the start and is named', async () => {
  await signingKeyOf(config(), 'billing');
  await writeFile(join(dataDir, 'service-keys', 'billing.json'), 'nonsense');
  await expect(signingKeyOf(config(), 'billing')).rejects.toThrowError(/billing\.json is not a key of billing/);
});

it('keys that are given are used, and none is made', async () => {
  const [billing, tenant] = [await generateServiceKey('billing'), await generateServiceKey('tenant')];
  const given = config({ SERVICE_KEY: JSON.stringify({ keys: [billing, tenant] }) });
  expect(await signingKeyOf(given, 'tenant')).toEqual(tenant);
  await expect(signingKeyOf(given, 'user')).rejects.toThrowError(ConfigError);
  const published = config({
    SERVICE_KEY: JSON.stringify(billing),
    SERVICE_KEYS: JSON.stringify(publicServiceKey(tenant)),
  });
  expect(await publishedServiceKeys(published)).toEqual([publicServiceKey(tenant), publicServiceKey(billing)]);
  expect(await readdir(dataDir)).toEqual([]);
});

it.each([
  ['nonsense'],
  ['{}'],
  ['{"keys":[]}'],
  ['null'],
  [JSON.stringify({ ...(await generateServiceKey('billing')), kid: 'nobody:x' })],
  [JSON.stringify({ ...(await generateServiceKey('billing')), d: undefined })],
])('SERVICE_KEY=%s stops the start with one line that names it and not its value', (value) => {
  expect(() => config({ SERVICE_KEY: value })).toThrowError(
    /^SERVICE_KEY must be a key as `npm run service-keys` writes it$/,
  );
});
