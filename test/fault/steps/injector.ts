import { setTimeout as delay } from 'node:timers/promises';
import { type ExecutionResult, GraphQLError, Kind as NodeKind, OperationTypeNode } from 'graphql';
import type { InterceptCall, ServiceCall } from '#lib/graphql/services.ts';
import type { Collection, Store, Stores } from '#lib/store/port.ts';
import type { CallFault, Fault, Recording, SeenCall, SeenWrite } from './fault.ts';

/** How long a call that hangs is waited for: the time limits of the steps, shortened. */
const HANGS_MILLISECONDS = 120;

/** Stands between the services, and between them and their stores: records what goes by and makes faults happen. */
export class Injector {
  #faults: readonly Fault[] = [];
  #calls: SeenCall[] = [];
  #writes: SeenWrite[] = [];
  #firedAt: number | undefined;
  #fired = new Set<number>();
  /** The services whose next write is the last thing that the process does. */
  #doomed = new Set<string>();
  #held: (() => Promise<unknown>)[] = [];

  arm(faults: readonly Fault[]): void {
    this.#faults = faults;
    this.#calls = [];
    this.#writes = [];
    this.#firedAt = undefined;
    this.#fired = new Set();
    this.#doomed = new Set();
  }

  disarm(): Recording {
    const fired = [...this.#faults.keys()].filter((place) => this.#fired.has(place));
    const recording = { calls: this.#calls, writes: this.#writes, firedAt: this.#firedAt, fired };
    this.arm([]);
    return recording;
  }

  async release(): Promise<void> {
    await Promise.all(this.#held.splice(0).map((call) => call()));
  }

  readonly call: InterceptCall = async (call, next) => {
    const seen = this.#see(call);
    const place = this.#faults.findIndex((candidate) => isOn(candidate, seen));
    const fault = this.#faults[place] as CallFault | undefined;
    if (fault === undefined) return await next();
    this.#fired.add(place);
    this.#firedAt ??= now();
    if (fault.where !== 'before') {
      const result = await next();
      if (fault.where === 'after record') this.#doomed.add(seen.caller);
      return fault.where === 'after record' ? result : await this.#happen(fault, async () => result);
    }
    return await this.#happen(fault, next);
  };

  readonly stores = (stores: Stores): Stores => ({
    location: stores.location,
    exclusive: stores.exclusive,
    close: () => stores.close(),
    open: async (service, collections): Promise<Store> => {
      const store = await stores.open(service, collections);
      return {
        ping: () => store.ping(),
        collection: (spec) => this.#watched(service, store.collection(spec)),
      };
    },
  });

  async #happen(fault: CallFault, next: () => Promise<ExecutionResult>): Promise<ExecutionResult> {
    switch (fault.kind) {
      case 'kill':
        return die();
      case 'transient':
        return failed('UNAVAILABLE', 'The service was out of reach, by sabotage.');
      case 'permanent':
        return failed('FAILED_PRECONDITION', 'The service refused, by sabotage.');
      case 'hang':
        return await unanswered();
      case 'stall':
        return await new Promise<never>(() => undefined);
      case 'late':
        this.#held.push(next);
        return await unanswered();
      case 'twice': {
        const [answer] = await Promise.all([next(), next()]);
        await next();
        return answer;
      }
    }
  }

  #see({ caller, service, document }: ServiceCall): SeenCall {
    const definition = document.definitions.find((node) => node.kind === NodeKind.OPERATION_DEFINITION);
    const operation = definition?.name?.value ?? 'unnamed';
    const isCommand = definition?.operation === OperationTypeNode.MUTATION;
    const before = this.#calls.filter((seen) => seen.caller === caller && seen.operation === operation);
    const seen = { caller, service, operation, isCommand, occurrence: before.length + 1, at: now() };
    this.#calls.push(seen);
    return seen;
  }

  #watched<D extends object>(service: string, collection: Collection<D>): Collection<D> {
    const watch = async <T>(write: string, work: () => Promise<T>): Promise<T> => {
      const isLast = this.#seeWrite(service, collection.spec.name, write);
      const result = await work();
      if (isLast || this.#doomed.has(service)) die();
      return result;
    };
    return {
      spec: collection.spec,
      get: (key) => collection.get(key),
      getMany: (keys) => collection.getMany(keys),
      page: (query) => collection.page(query),
      count: (selection) => collection.count(selection),
      insert: (document) => watch('insert', () => collection.insert(document)),
      insertMany: (documents) => watch('insertMany', () => collection.insertMany(documents)),
      update: (key, guard, set) => watch('update', () => collection.update(key, guard, set)),
      delete: (key, guard) => watch('delete', () => collection.delete(key, guard)),
      increment: (key, add, base) => watch('increment', () => collection.increment(key, add, base)),
    };
  }

  /** @returns whether the process ends after it */
  #seeWrite(service: string, collection: string, write: string): boolean {
    const before = this.#writes.filter(
      (seen) => seen.service === service && seen.collection === collection && seen.write === write,
    );
    const seen = { service, collection, write, occurrence: before.length + 1, at: now() };
    this.#writes.push(seen);
    return this.#faults.some(
      (fault) =>
        fault.on === 'write' &&
        fault.service === service &&
        fault.collection === collection &&
        fault.write === write &&
        fault.occurrence === seen.occurrence,
    );
  }
}

/** By the machine's own clock. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function isOn(fault: Fault, { caller, operation, occurrence }: SeenCall): boolean {
  return (
    fault.on === 'call' && fault.caller === caller && fault.operation === operation && fault.occurrence === occurrence
  );
}

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('the process is gone');
}

async function unanswered(): Promise<ExecutionResult> {
  await delay(HANGS_MILLISECONDS);
  return failed('UNAVAILABLE', 'The service did not answer in time, by sabotage.');
}

function failed(code: string, message: string): ExecutionResult {
  return { errors: [new GraphQLError(message, { extensions: { code } })] };
}
