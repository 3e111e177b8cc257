import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Names whose values never reach the log, at the top of a record and one and two levels below. */
const SECRET_NAMES = [
  'password',
  'newPassword',
  'currentPassword',
  'token',
  'accessToken',
  'refreshToken',
  'clientSecret',
  'client_secret',
  'authorization',
  'cookie',
  'secret',
  'passwordHash',
  'secretKey',
  'smtpUrl',
];

/** @param level pino's levels: trace, debug, info, warn, error, fatal, silent */
export function createLog(level: string, destination?: NodeJS.WritableStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: '[secret]',
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
