import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateServiceKey, type PrivateServiceKey, publicServiceKey } from '#lib/auth/service-key.ts';
import { readConfig } from '#lib/config.ts';
import { makeFolder, syncFolder, writeNewFile } from '#lib/durable.ts';
import { SERVICES, type ServiceName } from '#lib/service-name.ts';
import { Refusal, runCommand } from './refusal.ts';

/**
 * `npm run service-keys -- DIR [OLD]`: a key for each service, as `DIR/<service>.env`: what `docker run --env-file`,
 * compose's `env_file` and `kubectl create secret --from-env-file` take. With the folder of the keys so far, the identity
 * service publishes those too: every process may then be restarted with its new key, in any order.
 */
await runCommand('service-keys', async () => {
  const [folder, old, ...rest] = process.argv.slice(2);
  if (folder === undefined || rest.length > 0) throw new Refusal('name the folder: npm run service-keys -- DIR [OLD]');
  const files = SERVICES.map((service) => [service, join(folder, `${service}.env`)] as const);
  const there = files.find(([, file]) => existsSync(file));
  if (there !== undefined) throw new Refusal(`${there[1]} is there already; nothing was written`);
  const former = old === undefined ? [] : await publishedIn(join(old, 'identity.env'));
  const keys = new Map(
    await Promise.all(SERVICES.map(async (name) => [name, await generateServiceKey(name)] as const)),
  );

  await makeFolder(folder);
  for (const [service, file] of files) await writeNewFile(file, linesOf(service, keys, former));
  await syncFolder(folder);
  process.stdout.write(files.map(([, file]) => `${file}\n`).join(''));
});

function linesOf(service: ServiceName, keys: ReadonlyMap<ServiceName, PrivateServiceKey>, former: object[]): string {
  const own = `SERVICE_KEY=${JSON.stringify(keys.get(service))}\n`;
  if (service !== 'identity') return own;
  return `${own}SERVICE_KEYS=${JSON.stringify({ keys: [...[...keys.values()].map(publicServiceKey), ...former] })}\n`;
}

/** The public keys in the identity service's file. Read as its process would. */
async function publishedIn(file: string): Promise<object[]> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  const variables = lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
  return [...(readConfig(Object.fromEntries(variables), 'identity').publishedKeys ?? [])];
}
