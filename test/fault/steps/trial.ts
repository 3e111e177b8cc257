import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Api } from './api.ts';
import type { Recording } from './fault.ts';
import type { Point } from './points.ts';
import type { Scenario, Stage } from './scenarios.ts';
import { differences, type Sight, type View, viewOf } from './view.ts';

/** What is over after that much time: the lease of a runner that died, and the wait for the next attempt. */
const SKIPPED_MILLISECONDS = 60_000;
/** Longer than the time limit of any step. */
const REST_WITHIN = 60_000;
/** The contract, "onboarding": a mutation answers within 5 seconds. */
const ANSWERED_WITHIN = 5_500;
/** What a caller may be told of a failure that passes: it can ask again, or wait. */
const PATIENCE: ReadonlySet<string> = new Set(['UNAVAILABLE', 'LOST', 'RUNNING', 'COMPENSATING']);
/** With these a service says that nothing was done. */
const REFUSALS: ReadonlySet<string> = new Set([
  'BAD_USER_INPUT',
  'CONFLICT',
  'FAILED_PRECONDITION',
  'FORBIDDEN',
  'NOT_FOUND',
  'UNAUTHENTICATED',
]);

export interface Outcome {
  /** What is wrong, a line each. */
  readonly violations: readonly string[];
  /** Whether the faults happened. */
  readonly isReached: boolean;
  /** What went by; `undefined` when the process died. */
  readonly recording: Recording | undefined;
  /** How all services see the customer at the end. */
  readonly view: View;
}

export interface Trying extends Sight {
  readonly api: Api;
  /** By scenario: how things are when all went well. */
  readonly wholes: Map<string, View>;
}

let stages = 0;

/** A run without a fault: what it calls and writes, and how things are when all went well. */
export async function rehearse(scenario: Scenario, trying: Trying): Promise<Outcome> {
  const point: Point = { step: '', label: 'no fault', faults: [], release: 'at rest' };
  const outcome = await tryPoint(scenario, point, trying);
  trying.wholes.set(scenario.name, outcome.view);
  return outcome;
}

/** Runs a scenario with a fault in it, restarts what died, waits, and says what is wrong. */
export async function tryPoint(scenario: Scenario, point: Point, trying: Trying): Promise<Outcome> {
  return await new Trial(scenario, point, trying).run();
}

class Trial {
  readonly #scenario: Scenario;
  readonly #point: Point;
  readonly #trying: Trying;
  readonly #stage: Stage;
  readonly #violations: string[] = [];

  constructor(scenario: Scenario, point: Point, trying: Trying) {
    this.#scenario = scenario;
    this.#point = point;
    this.#trying = trying;
    const number = String(++stages).padStart(5, '0');
    const address = (name: string) => `${name}.${number}@fault.example`;
    const key = (name: string) => `${number} ${name}`;
    this.#stage = { api: trying.api, disk: trying.disk, customerName: `Fault ${number}`, key, address, notes: {} };
  }

  async run(): Promise<Outcome> {
    const { server, wholes } = this.#trying;
    const { name, underWay } = this.#scenario;
    const { faults, release } = this.#point;
    await server.ask({ ask: 'arm', faults: underWay?.faults ?? [] });
    await this.#scenario.prepare(this.#stage);
    if (underWay === undefined) await this.#rest();
    const before = wholes.get(underWay?.scenario ?? '') ?? (await this.#view());
    await server.ask({ ask: 'arm', faults: [...faults, ...(underWay?.faults ?? [])] });
    const answer = await this.#act('first');
    const died = await this.#revive(answer);
    await this.#rest();
    if (release === 'at rest') await this.#release();
    const recording = died ? undefined : await server.ask<Recording>({ ask: 'disarm' });
    const after = wholes.get(name) ?? (await this.#view());
    await this.#judge(answer, before, after);
    const isRefused = await this.#repeat(after);
    await this.#release();
    const view = await this.#expect(isRefused ? before : after, 'in the end');
    await this.#prove();
    const isReached = died || faults.every((_, place) => recording?.fired.includes(place));
    return { violations: this.#violations, isReached, recording, view };
  }

  async #act(key: string): Promise<Answer> {
    const began = performance.now();
    const answer = await this.#scenario.act(this.#stage, this.#stage.key(key));
    const took = Math.round(performance.now() - began);
    if (took > ANSWERED_WITHIN) this.#violations.push(`${answer.code} was answered after ${took} ms`);
    if (answer.code === 'INTERNAL_SERVER_ERROR') this.#violations.push(`INTERNAL_SERVER_ERROR: ${answer.message}`);
    return answer;
  }

  /** @returns whether the process had to be started anew: it died, or is to die and came past everything before */
  async #revive({ code }: Answer): Promise<boolean> {
    const { server, api } = this.#trying;
    const kills = this.#point.faults.filter(({ kind }) => kind === 'kill');
    for (const fault of kills) if (fault.on === 'call') await server.kill(fault.caller);
    if (code === 'LOST') await server.kill('gateway');
    if (kills.length > 0) await server.settle();
    if (server.isRunning) return false;
    await server.start(SKIPPED_MILLISECONDS);
    api.forget();
    return true;
  }

  /** Whether what was done is one of the two that may be, and what the caller was told. */
  async #judge({ code, data, message }: Answer, before: View, after: View): Promise<void> {
    const seen = await this.#view();
    const [undone, done] = [differences(seen, before), differences(seen, after)];
    const said = code === 'OK' ? (statusOf(data) ?? 'OK') : code;
    const isDone = said === 'OK' || said === (this.#scenario.ends ?? 'SUCCEEDED');
    const isEnded = said === 'SUCCEEDED' || said === 'COMPENSATED' || REFUSALS.has(said);
    if (undone.length > 0 && done.length > 0) {
      const nearest = undone.join().length < done.join().length ? ['as before', undone] : ['whole', done];
      this.#violations.push(`neither whole nor as before (${said} ${message}); not ${nearest.flat().join('; ')}`);
    } else if (isDone && done.length > 0) {
      this.#violations.push(`${said} was answered, and it is not done: ${done.join('; ')}`);
    } else if (!isDone && isEnded && undone.length > 0) {
      this.#violations.push(`${said} ${message} was answered, and it is done: ${undone.join('; ')}`);
    } else if (said === 'FAILED') {
      this.#violations.push('the workflow is FAILED');
    } else if (!isDone && !PATIENCE.has(said) && this.#point.faults.every(({ kind }) => kind !== 'permanent')) {
      this.#violations.push(`${said} ${message} was answered, and nothing was refused`);
    }
  }

  /**
   * The same again must lead to the same end, whatever happened: under the same key, or as a new request.
   *
   * @returns whether it cannot be done any more: what was under way has come to its end
   */
  async #repeat(after: View): Promise<boolean> {
    const { again: alsoAllowed = [], underWay } = this.#scenario;
    const again = await this.#act('first');
    await this.#rest();
    const left = differences(await this.#view(), after);
    if (left.length === 0 && again.code !== 'OK' && !alsoAllowed.includes(again.code)) {
      this.#violations.push(`it was done, and asked for again it is ${again.code}: ${again.message}`);
    }
    if (left.length === 0) return false;
    if (underWay !== undefined && again.code === 'FAILED_PRECONDITION') return true;
    const anew = await this.#act('second');
    await this.#rest();
    if (anew.code !== 'OK') {
      const first = `${again.code} ${statusOf(again.data) ?? again.message}`;
      this.#violations.push(`repeated it is ${first}, and asked for anew ${anew.code}: ${anew.message}`);
    }
    return false;
  }

  async #prove(): Promise<void> {
    const proof = await this.#scenario.prove?.(this.#stage);
    if (proof !== undefined && proof.code !== 'OK') {
      this.#violations.push(`what must be possible afterwards is ${proof.code}: ${proof.message}`);
    }
    await this.#rest();
  }

  async #release(): Promise<void> {
    await this.#trying.server.ask({ ask: 'release' });
    await this.#rest();
  }

  async #expect(after: View, when: string): Promise<View> {
    const view = await this.#view();
    const wrong = differences(view, after);
    if (wrong.length > 0) this.#violations.push(`${when} it is not whole: ${wrong.join('; ')}`);
    return view;
  }

  /** Waits until no workflow has anything left to do; time is made to pass where they wait for it. */
  async #rest(): Promise<void> {
    const { disk, server, api } = this.#trying;
    const began = performance.now();
    for (let looks = 1; performance.now() - began < REST_WITHIN; looks++) {
      if ((await disk.restless()).length === 0) return;
      await delay(50);
      if (looks % 20 !== 10) continue;
      await server.advance(SKIPPED_MILLISECONDS);
      api.forget();
    }
    const left = (await disk.restless()).map(({ workflowId, kind, status }) => `${workflowId} (${kind}, ${status})`);
    this.#violations.push(`does not come to rest: ${left.join(', ')}`);
  }

  async #view(): Promise<View> {
    return await viewOf(this.#stage, this.#trying);
  }
}

function statusOf(data: Record<string, { workflow?: { status: string } }> | null): string | undefined {
  return Object.values(data ?? {})[0]?.workflow?.status;
}
