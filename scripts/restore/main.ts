import { readConfig } from '#lib/config.ts';
import { createProgress } from '../progress.ts';
import { Refusal, runCommand } from '../refusal.ts';
import { restore } from './restore.ts';

/** `npm run restore DIR`: puts a backup in place as DATA_DIR, which is not there or empty. */
await runCommand('restore', async () => {
  const [source, ...rest] = process.argv.slice(2);
  if (source === undefined || rest.length > 0) throw new Refusal('name the backup: npm run restore DIR');
  const { dataDir } = readConfig();
  const progress = createProgress(process.stdout);
  const { manifest, endedSessions } = await restore({ source, dataDir, progress });
  progress.line(`${dataDir}: the data as of ${manifest.takenAt}. What happened later is not in it.`);
  progress.line(`${endedSessions.toLocaleString('en-US')} sessions were ended: everybody signs in again.`);
  progress.line(
    'Before you start: "After a restore" in docs/operations.md (invoice numbers, clients, passwords, usage).',
  );
});
