import { Counter, Gauge, type Registry } from 'prom-client';
import type { Logger } from '../log.ts';
import type { WorkflowEngine } from './engine.ts';
import type { WorkflowSnapshot } from './snapshot.ts';

interface Source {
  readonly service: string;
  readonly engine: Pick<WorkflowEngine, 'snapshot'>;
  readonly log: Logger;
}

/** The engines whose figures a registry shows: the services of one process share its metrics. */
const sourcesOf = new WeakMap<Registry, Source[]>();

/**
 * Shows a service's workflows to Prometheus: `workflows` and `workflow_oldest_seconds` by service, kind and status, read
 * from the store at each scrape (the same in every process), and `workflow_step_attempts_total` of this process.
 * A service whose store cannot be read is left out of that scrape.
 */
export function exposeWorkflows(registry: Registry, service: string, engine: Source['engine'], log: Logger): void {
  const known = sourcesOf.get(registry);
  if (known !== undefined) {
    known.push({ service, engine, log });
    return;
  }
  const sources = [{ service, engine, log }];
  sourcesOf.set(registry, sources);
  registerMetrics(registry, sources);
}

type Read = readonly (WorkflowSnapshot & { readonly service: string })[];

function registerMetrics(registry: Registry, sources: readonly Source[]): void {
  // The metrics of a scrape are collected at once: they share one reading.
  let reading: Promise<Read> | undefined;
  const read = () => {
    reading ??= readAll(sources).finally(() => {
      reading = undefined;
    });
    return reading;
  };
  const byStatus = ['service', 'kind', 'status'] as const;
  new Gauge({
    name: 'workflows',
    help: 'Workflows that have not ended, by service, kind and status.',
    labelNames: byStatus,
    registers: [registry],
    async collect() {
      const snapshots = await read();
      this.reset();
      for (const { service, standings } of snapshots) {
        for (const { kind, status, count } of standings) this.set({ service, kind, status }, count);
      }
    },
  });
  new Gauge({
    name: 'workflow_oldest_seconds',
    help: 'Age of the oldest workflow that has not ended, by service, kind and status; 0 where there is none.',
    labelNames: byStatus,
    registers: [registry],
    async collect() {
      const snapshots = await read();
      this.reset();
      for (const { service, standings } of snapshots) {
        for (const { kind, status, oldestSeconds } of standings) this.set({ service, kind, status }, oldestSeconds);
      }
    },
  });
  new Counter({
    name: 'workflow_step_attempts_total',
    help: 'Attempts at steps (run) and compensations (undo) in this process, by outcome (done, failed).',
    labelNames: ['service', 'kind', 'step', 'action', 'outcome'],
    registers: [registry],
    async collect() {
      const snapshots = await read();
      this.reset();
      for (const { service, attempts } of snapshots) {
        for (const { count, ...labels } of attempts) this.inc({ service, ...labels }, count);
      }
    },
  });
}

async function readAll(sources: readonly Source[]): Promise<Read> {
  const snapshots = sources.map(async ({ service, engine, log }) => {
    try {
      return [{ service, ...(await engine.snapshot()) }];
    } catch (err) {
      log.warn({ err }, 'workflows could not be counted');
      return [];
    }
  });
  return (await Promise.all(snapshots)).flat();
}
