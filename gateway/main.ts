import { readConfig } from '#lib/config.ts';
import { createLog } from '#lib/log.ts';
import { runProcess } from '#lib/process.ts';
import { startControlPlane } from './control-plane.ts';

await runProcess(async () => {
  const config = readConfig();
  const { url, location, notices, close } = await startControlPlane(config, createLog(config.logLevel));
  return {
    notices: [
      { name: 'SaaS control plane', text: `${url}/graphql   (a browser gets a playground)` },
      ...(location === undefined ? [] : [{ name: 'Data', text: location }]),
      { name: 'Administrator', text: config.adminEmail },
      ...notices,
    ],
    close,
  };
});
