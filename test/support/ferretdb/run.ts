/**
 * Builds and starts FerretDB and runs a command with MONGODB_URL set to it:
 *
 *     node test/support/ferretdb/run.ts npx vitest run lib/store
 *
 * Without a command it prints the address and runs until it is stopped.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buildFerretdb, startFerretdb } from './server.ts';

const [command, ...args] = process.argv.slice(2);
try {
  await buildFerretdb();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
const server = await startFerretdb();
// It may have a busy machine for itself and all tests: what takes long there is not away.
const MONGODB_URL = `${server.url}/?timeoutMS=20000`;
if (command === undefined) {
  process.stdout.write(`MONGODB_URL=${MONGODB_URL}\n`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
} else {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, MONGODB_URL } });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const [code] = await once(child, 'exit');
  process.exitCode = code ?? 1;
}
await server.stop();
process.exit();
