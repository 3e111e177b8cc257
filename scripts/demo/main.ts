import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startControlPlane } from '#gateway/control-plane.ts';
import { type Config, readConfig } from '#lib/config.ts';
import { createLog } from '#lib/log.ts';
import { Client } from './client.ts';
import { createPrinter } from './print.ts';
import { playScenario } from './scenario.ts';

/**
 * Plays one customer's life against the server at PORT (when ADMIN_PASSWORD says how to sign in there and it answers), or
 * else on a server of its own, whose data is thrown away afterwards.
 */
const config = readConfig();
const print = createPrinter(process.stdout);

if (config.adminPassword !== undefined && (await answers(config.publicUrl))) {
  print.line(`The server at ${config.publicUrl}`);
  await play(config.publicUrl, config, `-${randomBytes(3).toString('hex')}`);
} else {
  await onOwnServer();
}

async function onOwnServer(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'control-plane-demo-'));
  const own = { ...config, dataDir, port: 0, adminPassword: randomBytes(16).toString('base64url') };
  const controlPlane = await startControlPlane(own, createLog('error'));
  try {
    print.line(
      `A server of its own at ${controlPlane.url} (with ADMIN_PASSWORD set, the demo takes the one at ${config.publicUrl})`,
    );
    await play(controlPlane.url, own, '');
  } finally {
    await controlPlane.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function play(url: string, { adminEmail, adminPassword }: Config, run: string): Promise<void> {
  await playScenario({
    client: new Client(url),
    print,
    admin: { email: adminEmail, password: adminPassword ?? '' },
    run,
  });
}

async function answers(url: string): Promise<boolean> {
  return await fetch(`${url}/healthz`).then(
    (response) => response.ok,
    () => false,
  );
}
