import { ConfigError, readConfig } from '#lib/config.ts';
import { createLog } from '#lib/log.ts';
import { runProcess } from '#lib/process.ts';
import { isSubgraphName, SUBGRAPHS } from '#lib/service-name.ts';
import { startSubgraphServer } from './server.ts';

await runProcess(async () => {
  const [name = ''] = process.argv.slice(2);
  if (!isSubgraphName(name)) throw new ConfigError([`say which subgraph: ${SUBGRAPHS.join(', ')}`]);
  const config = readConfig(undefined, name);
  const { url, location, notices, close } = await startSubgraphServer(name, config, createLog(config.logLevel));
  return {
    notices: [
      { name: `Subgraph ${name}`, text: url },
      { name: 'Data', text: location },
      { name: 'Gateway', text: config.publicUrl },
      ...notices,
    ],
    close,
  };
});
