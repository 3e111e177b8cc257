import { parse } from 'graphql';
import { startControlPlane } from '#gateway/control-plane.ts';
import { readConfig } from '#lib/config.ts';
import { Request, RequestContext } from '#lib/graphql/context.ts';
import { executeOperation } from '#lib/graphql/execute.ts';
import { createLog } from '#lib/log.ts';
import { isServiceName, type SubgraphName } from '#lib/service-name.ts';
import { openStores } from '#lib/store/open.ts';
import { startSubgraphServer } from '#subgraphs/server.ts';
import { ADMINISTRATOR } from '#test/support/plane.ts';
import type { Ask, Asked, Told } from './fault.ts';
import { Injector } from './injector.ts';

/**
 * A process of a control plane that does to itself what its parent asks for. Its arguments: how far its clock is ahead, in
 * milliseconds, and what it is.
 */
const [, , given = '0', service = 'gateway'] = process.argv;
if (!isServiceName(service)) throw new TypeError(`${service}: not a service`);
let ahead = Number(given);
const clock = { now: () => new Date(Date.now() + ahead) };
const config = readConfig(process.env, service);
const log = createLog(config.logLevel);
const injector = new Injector();
const { subgraphs, close } = service === 'gateway' ? await startGateway() : await startSubgraph(service);

process.on('message', async ({ id, ask }: Asked) => tell({ tell: 'reply', id, answer: (await answer(ask)) ?? null }));
process.on('disconnect', () => process.exit(1));
process.once('SIGTERM', () => void close().then(() => process.exit(0)));

async function startGateway() {
  const hooks = { interceptCall: injector.call, interceptStores: injector.stores };
  return await startControlPlane(config, log, { clock, ...hooks });
}

async function startSubgraph(name: SubgraphName) {
  const stores = await openStores(config, log);
  const hooks = { interceptCall: injector.call, stores: injector.stores(stores) };
  const server = await startSubgraphServer(name, config, log, { clock, ...hooks });
  return {
    subgraphs: new Map([[name, server.subgraph]]),
    async close() {
      await server.close();
      await stores.close();
    },
  };
}

async function answer(ask: Ask): Promise<unknown> {
  switch (ask.ask) {
    case 'arm':
      return injector.arm(ask.faults);
    case 'disarm':
      return injector.disarm();
    case 'release':
      return await injector.release();
    case 'advance':
      ahead += ask.milliseconds;
      return null;
    case 'query': {
      const subgraph = subgraphs.get(ask.subgraph);
      if (subgraph === undefined) throw new Error(`no subgraph ${ask.subgraph}`);
      const context = new RequestContext(new Request({ requestId: 'req_fault', log, principal: ADMINISTRATOR }));
      const operation = { document: parse(ask.source), variables: ask.variables as Record<string, unknown> };
      return await executeOperation(subgraph.schema, operation, context);
    }
  }
}

function tell(told: Told): void {
  if (process.connected) process.send?.(told);
}
