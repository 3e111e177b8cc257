import { ConfigError, EXIT_CONFIG, readConfig } from '#lib/config.ts';
import { createLog } from '#lib/log.ts';
import { StoreUnusable } from '#lib/store/errors.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';

/** How long a stop may take, in milliseconds, before the process ends without having finished. */
const STOP_WITHIN = 15_000;

try {
  const config = readConfig();
  const log = createLog(config.logLevel);
  const controlPlane = await startControlPlane(config, log);
  greet(controlPlane, config.adminEmail);
  process.once('SIGINT', () => stop(controlPlane));
  process.once('SIGTERM', () => stop(controlPlane));
} catch (error) {
  fail(error);
}

function greet({ url, location, notices }: ControlPlane, adminEmail: string): void {
  const rows = [
    { name: 'SaaS control plane', text: `${url}/graphql   (a browser gets a playground)` },
    { name: 'Data', text: location },
    { name: 'Administrator', text: adminEmail },
    ...notices,
  ];
  const lines = ['', ...rows.map(({ name, text }) => `  ${name.padEnd(20)} ${text}`), '', '  Ctrl-C stops it.', ''];
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function stop(controlPlane: ControlPlane): Promise<void> {
  process.stdout.write('\n  Stopping: no new requests, finishing those under way.\n');
  setTimeout(() => process.exit(1), STOP_WITHIN).unref();
  process.once('SIGINT', () => process.exit(1));
  await controlPlane.close();
  process.stdout.write('  Stopped.\n');
}

/** What a person can mend gets a line each and no stack. */
function fail(error: unknown): never {
  if (error instanceof ConfigError) {
    process.stderr.write(error.faults.map((fault) => `configuration: ${fault}\n`).join(''));
    process.exit(EXIT_CONFIG);
  }
  if (error instanceof StoreUnusable || isAddressError(error)) {
    process.stderr.write(`start: ${error.message}\n`);
    process.exit(1);
  }
  throw error;
}

function isAddressError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error &&
    ['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL'].includes((error as NodeJS.ErrnoException).code ?? '')
  );
}
