import { readConfig } from '#lib/config.ts';
import { runCommand } from '../refusal.ts';
import { Cluster } from './cluster.ts';
import { layOut, readSize } from './layout.ts';

/**
 * `npm run start:cluster [-- --each N --gateways N]`: the whole shape on this machine, each process as it would run
 * anywhere. One log; a process that dies is started again; Ctrl-C and SIGTERM stop all in order, a second Ctrl-C at once.
 */
await runCommand('start:cluster', async () => {
  const config = readConfig();
  const places = await layOut(config, readSize(process.argv.slice(2), config));
  const cluster = new Cluster(config, places, process.stdout);
  const stop = (code: number) => {
    process.once('SIGINT', () => cluster.kill());
    void cluster.stop().then(() => process.exit(code));
  };
  process.once('SIGINT', () => stop(0));
  process.once('SIGTERM', () => stop(0));
  await cluster.start();
});
