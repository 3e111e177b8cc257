import { readFileSync } from 'node:fs';
import { readConfig } from '#lib/config.ts';
import { createProgress } from '../progress.ts';
import { Refusal, runCommand } from '../refusal.ts';
import { backUp } from './backup.ts';

/** `npm run backup DIR`: copies the data in DATA_DIR to a new folder, while everything runs. */
await runCommand('backup', async () => {
  const [target, ...rest] = process.argv.slice(2);
  if (target === undefined || rest.length > 0) throw new Refusal('name the folder to be made: npm run backup DIR');
  const { dataDir, mongodbUrl } = readConfig();
  if (mongodbUrl !== undefined) {
    throw new Refusal('MONGODB_URL is set, and the data is there: mongodump, or the cluster’s own snapshots');
  }
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const progress = createProgress(process.stdout);
  const { files, documents } = await backUp({ dataDir, target, program: version, progress });
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const count = Object.values(documents).flatMap((counts) => Object.values(counts));
  const total = count.reduce((sum, number) => sum + number, 0);
  progress.line(
    `${target}: ${total.toLocaleString('en-US')} documents, ${files.length.toLocaleString('en-US')} files, ` +
      `${(bytes / 1e6).toFixed(1)} MB. It holds keys and personal data, in clear.`,
  );
});
