import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { AppError, conflict, unavailable } from '../errors.ts';
import { createLog } from '../log.ts';
import { KeyTaken } from '../store/errors.ts';
import type { Collection } from '../store/port.ts';
import type { StepContext, StepDefinition } from './definition.ts';
import { createWorkflowEngine, type WorkflowEngine } from './engine.ts';
import { init, setUpToys, step, toy, workflows } from './toy.fixtures.ts';
import type { WorkflowDocument } from './workflow.ts';

setUpToys();

const WORKFLOWS = 200;
const RUNNERS = 3;
const STEPS = ['A', 'B', 'C', 'D'];

/** A process: once it is dead nothing that it asked for is answered, and nothing that it asks for happens. */
class Life {
  dead = false;

  async survive<T>(work: () => Promise<T>): Promise<T> {
    if (this.dead) return await new Promise<never>(() => undefined);
    try {
      return await work();
    } finally {
      if (this.dead) await new Promise<never>(() => undefined);
    }
  }
}

/** The services behind the steps: each command takes effect once; a repetition finds the effect and answers the same. */
class ToyServices {
  readonly effects = new Map<string, number>();
  readonly undone = new Set<string>();
  deliveries = 0;

  async run(commandId: string, life: Life): Promise<void> {
    this.deliveries++;
    await life.survive(() => delay(Math.random() * 20)); // the way there
    if (Math.random() < 0.1) throw unavailable('down');
    if (commandId.endsWith('/C') && isDoomed(commandId)) throw conflict('it cannot be');
    if (!this.effects.has(commandId)) {
      await life.survive(() => delay(Math.random() * 10)); // two runners at once would both come through here
      this.effects.set(commandId, (this.effects.get(commandId) ?? 0) + 1);
    }
    await life.survive(() => delay(Math.random() * 20)); // the way back
  }

  async undo(commandId: string, life: Life): Promise<void> {
    await life.survive(() => delay(Math.random() * 20));
    if (Math.random() < 0.1) throw unavailable('down');
    this.undone.add(commandId);
    await life.survive(() => delay(Math.random() * 10));
  }
}

function isDoomed(commandId: string): boolean {
  return Number(/\d+/.exec(commandId)) % 7 === 0;
}

function mortal(collection: Collection<WorkflowDocument>, life: Life): Collection<WorkflowDocument> {
  return new Proxy(collection, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...parameters: unknown[]) => life.survive(() => value.apply(target, parameters));
    },
  });
}

/** A runner as it is started in a process of its own. */
function startRunner(services: ToyServices, held: Map<string, string>) {
  const life = new Life();
  const command = (name: string): StepDefinition =>
    step(name, {
      timeoutMilliseconds: 500,
      maxAttempts: 1_000,
      run: ({ commandId }: StepContext) => life.survive(async () => void (await services.run(commandId, life))),
      compensate: ({ commandId }: StepContext) => life.survive(() => services.undo(commandId, life)),
    });
  const definition = toy(STEPS.map(command), {
    admit: ({ tenantId, workflowId }) => life.survive(async () => void held.set(tenantId, workflowId)),
    ended: ({ tenantId }) => life.survive(async () => void held.delete(tenantId)),
  });
  const engine = createWorkflowEngine({
    definitions: [definition],
    log: createLog('silent'),
    workflows: mortal(workflows, life),
    clock: { now: () => new Date() },
    random: Math.random,
    retry: { baseMilliseconds: 5, longestMilliseconds: 40 },
    pollMilliseconds: 25,
    graceMilliseconds: 500,
  });
  engine.run();
  return { life, engine };
}

it('three runners on one store, killed and started at random: every workflow ends, no effect twice, none lost', async () => {
  const services = new ToyServices();
  const held = new Map<string, string>();
  const runners = Array.from({ length: RUNNERS }, () => startRunner(services, held));
  const alive = (): WorkflowEngine | undefined => {
    const living = runners.filter(({ life }) => !life.dead);
    return living[Math.floor(Math.random() * living.length)]?.engine;
  };
  let kills = 0;
  let killing = true;
  const killer = async () => {
    while (killing) {
      await delay(40 + Math.random() * 80);
      const place = Math.floor(Math.random() * RUNNERS);
      const victim = runners[place];
      if (victim === undefined) continue;
      victim.life.dead = true;
      kills++;
      await delay(Math.random() * 60);
      runners[place] = startRunner(services, held);
    }
  };
  /** Asks until some runner has answered, as a client with an idempotency key does. */
  const startOne = async (number: number) => {
    const workflowId = `wf_${number}`;
    for (;;) {
      const started = alive()
        ?.start({ ...init(workflowId), tenantId: `ten_${number}` }, 0)
        .catch((error: unknown) => (error instanceof KeyTaken ? 'there' : undefined));
      if ((await Promise.race([started, delay(300)])) !== undefined) break;
    }
    if (number % 10 === 3) await Promise.race([alive()?.cancel(workflowId).catch(refusal), delay(100)]);
  };
  const killed = killer();
  await Promise.all(Array.from({ length: WORKFLOWS }, (_, number) => delay(number * 8).then(() => startOne(number))));
  await delay(500);
  killing = false;
  await killed;
  await until(async () => (await workflows.count({ index: 'due', range: { gte: '' } })) === 0);
  await Promise.all(runners.map(({ engine }) => engine.stop()));

  const { items } = await workflows.page({ index: 'due', limit: WORKFLOWS + 1 });
  expect(items).toHaveLength(WORKFLOWS);
  const ends = Map.groupBy(items, ({ status }) => status);
  expect([...ends.keys()].sort()).toEqual(['COMPENSATED', 'SUCCEEDED']);
  for (const { workflowId, status } of items) {
    const commands = STEPS.map((name) => `${workflowId}/${name}`);
    const standing = commands.filter((id) => services.effects.has(id) && !services.undone.has(id));
    expect([workflowId, standing]).toEqual([workflowId, status === 'SUCCEEDED' ? commands : []]);
    if (isDoomed(workflowId)) expect(status).toBe('COMPENSATED');
  }
  expect([...services.effects].filter(([, times]) => times !== 1)).toEqual([]);
  expect(
    [...services.undone].filter(
      (id) => items.find(({ workflowId }) => id.startsWith(`${workflowId}/`))?.status === 'SUCCEEDED',
    ),
  ).toEqual([]);
  expect([...held]).toEqual([]);
  // It was no quiet run: runners died over steps, which others then repeated.
  expect(kills).toBeGreaterThan(15);
  const interrupted = items.flatMap(({ steps }) => steps).filter(({ attempts, failures }) => attempts > failures + 1);
  expect(interrupted.length).toBeGreaterThan(50);
  expect(ends.get('SUCCEEDED')?.length).toBeGreaterThan(WORKFLOWS / 2);
});

function refusal(error: unknown): void {
  if (!(error instanceof AppError && error.code === 'FAILED_PRECONDITION')) throw error;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(20);
}
