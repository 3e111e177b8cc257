import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../log.ts';
import { createFolderMailer } from './folder.ts';
import type { Mailer } from './mail.ts';
import { createSmtpMailer } from './smtp.ts';

/** By SMTP where there is an `SMTP_URL`; otherwise into files under `DATA_DIR`. */
export function createMailer({ config, clock, log }: { config: Config; clock: Clock; log: Logger }): Mailer {
  const { mail, dataDir } = config;
  if (mail === undefined) return createFolderMailer({ folder: join(dataDir, 'mail'), clock, log });
  return createSmtpMailer({ url: mail.smtpUrl, from: mail.from });
}
