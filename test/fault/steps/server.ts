import { parse } from 'graphql';
import { startControlPlane } from '#gateway/control-plane.ts';
import { readConfig } from '#lib/config.ts';
import { Request, RequestContext } from '#lib/graphql/context.ts';
import { executeOperation } from '#lib/graphql/execute.ts';
import { createLog } from '#lib/log.ts';
import { ADMINISTRATOR } from '#test/support/plane.ts';
import type { Ask, Asked, Told } from './fault.ts';
import { Injector } from './injector.ts';

/** A control plane in a process of its own that does to itself what its parent asks for. Its argument: how far its clock is ahead, in milliseconds. */
let ahead = Number(process.argv[2] ?? 0);
const clock = { now: () => new Date(Date.now() + ahead) };
const config = readConfig();
const log = createLog(config.logLevel);
const injector = new Injector();
const controlPlane = await startControlPlane(config, log, {
  clock,
  interceptCall: injector.call,
  interceptStores: injector.stores,
});

process.on('message', async ({ id, ask }: Asked) => tell({ tell: 'reply', id, answer: (await answer(ask)) ?? null }));
process.on('disconnect', () => process.exit(1));
process.once('SIGTERM', () => void controlPlane.close().then(() => process.exit(0)));
tell({ tell: 'ready', url: controlPlane.url });

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
      const subgraph = controlPlane.subgraphs.get(ask.subgraph);
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
