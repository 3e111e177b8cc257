import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '#lib/clock.ts';
import { readConfig } from '#lib/config.ts';
import { createLog } from '#lib/log.ts';
import { openStores } from '#lib/store/open.ts';
import { administratorAddresses, resetAdministrator } from '#subgraphs/identity/people/administrator-reset.ts';
import { createPasswords } from '#subgraphs/identity/people/password.ts';
import { openIdentityStore } from '#subgraphs/identity/store.ts';
import { Refusal, runCommand } from './refusal.ts';

/**
 * `npm run admin -- reset EMAIL`: a new password for an administrator who lost it, on the machine that has the data. On the
 * embedded store the server must be stopped; with MONGODB_URL it may run, and knows within seconds.
 */
await runCommand('admin', async () => {
  const [command, email, ...rest] = process.argv.slice(2);
  if (command !== 'reset' || email === undefined || rest.length > 0) {
    throw new Refusal('name the administrator: npm run admin -- reset EMAIL');
  }
  const config = readConfig();
  if (config.mongodbUrl === undefined && !existsSync(join(config.dataDir, 'identity.db'))) {
    throw new Refusal(`${config.dataDir}: there is no data here`);
  }
  const stores = await openStores(config, createLog('silent'));
  try {
    const store = await openIdentityStore(stores);
    const password = await resetAdministrator({ store, clock: systemClock, passwords: createPasswords() }, email);
    if (password === undefined) {
      const known = await administratorAddresses(store);
      throw new Refusal(`there is no administrator ${email}, but: ${known.join(', ') || 'none'}`);
    }
    process.stdout.write(`  Administrator        ${email}\n  Its password         ${password}   (shown this once)\n`);
    process.stdout.write('  Its sessions have ended.\n');
  } finally {
    await stores.close();
  }
});
