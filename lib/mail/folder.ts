import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { Mailer } from './mail.ts';

/** How many messages are kept: what a person who tries things out looks at is among the last. */
const KEPT = 200;

/**
 * Where no mail server is configured: a message becomes a file that only its owner can read, and the log says where. So a
 * person on a laptop gets the link, and no secret gets into the log.
 */
export function createFolderMailer({ folder, clock, log }: { folder: string; clock: Clock; log: Logger }): Mailer {
  return {
    delivers: false,
    async send({ messageId, to, subject, text }) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const at = clock.now().toISOString().replaceAll(':', '-');
      const file = join(folder, `${at}-${createHash('sha256').update(messageId).digest('hex').slice(0, 8)}.txt`);
      const head = [`To: ${to}`, `Subject: ${subject}`, `Message-ID: ${messageId}`].map((line) =>
        line.replace(/\s+/g, ' '),
      );
      await writeFile(file, `${head.join('\n')}\n\n${text}`, { mode: 0o600 });
      log.info({ to, subject, file }, 'there is no mail server: the message is in this file');
      await deleteOldest(folder);
    },
  };
}

async function deleteOldest(folder: string): Promise<void> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.txt')).map((name) => join(folder, name));
  if (files.length <= KEPT) return;
  const aged = await Promise.all(files.map(async (file) => ({ file, at: (await stat(file)).mtimeMs })));
  aged.sort((left, right) => left.at - right.at);
  await Promise.all(aged.slice(0, -KEPT).map(({ file }) => rm(file, { force: true })));
}
